"""Subject lines as their writers meant them, from whatever bytes stand there, and never more than a line."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from twoyes.network.reading.subjects import LONGEST, subject


@pytest.mark.parametrize(
    ("head", "read"),
    [
        (b"Subject: The harbour crane", "The harbour crane"),
        (b"From: x\r\nSUBJECT : On two\r\n lines\r\nTo: y", "On two lines"),
        (b"Subject: Re: AW: Fwd: RE[2]: Sv: Lunch", "Lunch"),
        (b"Subject: Reform: now", "Reform: now"),
        (b"Subject: =?utf-8?B?UsOpdW5pb24=?= demain", "Réunion demain"),
        (b"Subject: =?iso-8859-1?Q?Caf=E9_?=\n =?utf-8?Q?=C3=BCber?= alles", "Café über alles"),
        (b"Subject: Re: =?utf-8?Q?Re:_Stra=C3=9Fe?=", "Straße"),
        ("Subject: Straße".encode(), "Straße"),
        (b"Subject: Caf\xe9", "Café"),
        (b"Subject: =?klingon?Q?abc?=", ""),
        ("Subject: invoice \u202egnp.exe".encode(), "invoice gnp.exe"),
        (b"Subject: " + b"long " * 1000, ("long " * 24)[: LONGEST - 1].rstrip() + "…"),
        (b"X-Subject: no\nSubjective: no", ""),
        (b"Subject:", ""),
        (b"", ""),
    ],
)
def test_a_subject_is_read_as_its_writer_meant_it(head: bytes, read: str) -> None:
    assert subject(head) == read


@given(st.binary(max_size=300))
@example(b"=?utf-8?B?====?=")
@example(b"=?utf-7?Q?+AGE-?= =?unicode_escape?Q?=5Cx?= =?punycode?Q?=FF?=")
@example(b"=?idna?Q?..?= =?zlib?B?eJw=?= =?rot13?Q?abc?= =?undefined?Q?a?=")
def test_no_subject_raises_or_breaks_a_line(raw: bytes) -> None:
    found = subject(b"Subject: " + raw)
    assert len(found) <= LONGEST
    assert found == found.strip()
    assert all(char.isprintable() for char in found)
