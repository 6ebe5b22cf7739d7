"""Wrong usage ends with 2, and with `--json` it is told as every refusal is."""

import pytest

from tests.cli.terminal import run


@pytest.mark.parametrize(
    "words",
    [
        ("people", "--wrong"),
        ("approve",),
        ("nonsense",),
        ("tick", "--now", "x"),
        ("connector", "add"),
        ("paths", "--to", "Tom", "-k", "many"),
        ("offer", "--to", "Tom"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_to_programs_too(words: tuple[str, ...]) -> None:
    told = run(*words, "--json")
    assert told.status == 2
    assert told.json["error"].keys() == {"code", "sentence"}
    assert told.json["error"]["code"] == "usage"
    assert told.json["error"]["sentence"]
    plain = run(*words)
    assert (plain.status, plain.out) == (2, "")
    assert "Usage" in plain.err
