"""The list of cases and the program that matches it with tests."""

from pathlib import Path

from tests.tools.cases import Case, cases, lines, proofs, shortfall

MARKED = """
import pytest
pytestmark = pytest.mark.case("F1")

@pytest.mark.case("A1", "B2")
def test_one(): ...

@pytest.mark.case("A1")
class TestBoth:
    @pytest.mark.slow
    async def test_two(self): ...

class Machine: ...
TestMachine = Machine.TestCase
"""


def case(name: str, severity: str = "S1", *, due: bool = True) -> Case:
    return Case(name, severity, due, "what must happen")


def test_the_list_has_175_cases_in_six_groups() -> None:
    ids = [case.id for case in cases()]
    sizes = {"A": 30, "B": 28, "C": 35, "D": 30, "E": 28, "F": 24}
    assert ids == [f"{group}{number}" for group, size in sizes.items() for number in range(1, size + 1)]
    assert len(ids) == 175


def test_what_ci_asks_of_the_cases_at_its_end_holds_now() -> None:
    assert shortfall(cases(), proofs()) == []


def test_tests_are_found_by_their_marks_on_functions_classes_files_and_state_machines(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(MARKED)
    one, two, machine = (f"tests/test_it.py::{name}" for name in ("test_one", "TestBoth::test_two", "TestMachine"))
    assert proofs(tmp_path) == {"F1": [one, two, machine], "A1": [one, two], "B2": [one]}


def test_each_case_is_one_line_with_its_tests_or_a_word() -> None:
    known = [case("A1"), case("A2"), case("A10", "S3", due=False)]
    assert lines(known, {"A1": ["t::a", "t::b"]}) == [
        "A1   S1  t::a t::b",
        "A2   S1  missing",
        "A10  S3  later",
    ]


def test_only_a_due_s1_without_a_test_and_an_unknown_id_fail() -> None:
    known = [case("A1"), case("A2"), case("A3", "S2"), case("A4", due=False)]
    wrong = shortfall(known, {"A1": ["t::a"], "Z9": ["t::z"]})
    assert [sentence.split()[0] for sentence in wrong] == ["A2", "t::z"]
