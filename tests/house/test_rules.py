"""docs/rules.md says of each rule of the etiquette where it is kept, and names tests that exist."""

import re

import pytest

from tests.support.parts import ROOT
from twoyes.policy import front as policy

GROUPS = {"K": 7, "B": 4, "A": 7, "N": 8, "F": 5, "S": 4}
ROW = re.compile(r"^\| ([A-Z][0-9]+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROWS = ROW.findall((ROOT / "docs" / "rules.md").read_text())


def test_every_rule_of_the_etiquette_has_its_row_in_order() -> None:
    assert [rule for rule, *_more in ROWS] == [
        f"{group}{n}" for group, most in GROUPS.items() for n in range(1, most + 1)
    ]


@pytest.mark.parametrize(("rule", "proofs"), [(row[0], row[3]) for row in ROWS], ids=lambda one: one[:2])
def test_each_row_names_a_test_that_exists_or_says_later(rule: str, proofs: str) -> None:
    named = TEST.findall(proofs)
    assert named or "later" in proofs, rule
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(), f"{rule}: {name}"


def test_each_house_rule_has_a_file_of_its_own_name_and_reads_calmly() -> None:
    files = ROOT / "src" / "twoyes" / "policy" / "sentences"
    for rule in policy.SENTENCES:
        assert (files / f"{rule.id}.py").exists()
        assert bool(rule.check) == bool(rule.sentence) == bool(rule.mend)
        assert "!" not in rule.name + rule.hint + rule.sentence + rule.mend
        assert all(each.endswith(".") for each in (rule.sentence, rule.mend) if each)
