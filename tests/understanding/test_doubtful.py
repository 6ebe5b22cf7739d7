"""What a careful stranger could doubt is never read as a yes: sentences that are near one, in eight languages.

`doubtful.txt` holds them, one a line; to add a line is to add a test.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from twoyes.mail.incoming import understand

DOUBTFUL = Path(__file__).with_name("doubtful.txt").read_text("utf-8").splitlines()
HEAD = "From: Tom Berg <tom@example.net>\nTo: intro@example.org\nSubject: Re: May I introduce you?\n"


@pytest.mark.parametrize("line", DOUBTFUL)
def test_a_doubtful_yes_is_none(line: str) -> None:
    said = line.partition(": ")[2]
    told = understand(f"{HEAD}Content-Type: text/plain; charset=utf-8\n\n{said}\n\nTom\n".encode())
    assert told.kind == "reply"
    assert told.meaning != "yes"
