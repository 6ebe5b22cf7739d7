"""Who introduced whom, read off mail as it is forwarded by the programs that people use (S3)."""

import pytest

from twoyes.lib import addresses
from twoyes.mail.incoming import understand
from twoyes.mail.incoming.forwarded import Forwarded, forwarded

pytestmark = pytest.mark.django_db
OWN = "cora@connects.example"
HEAD = f"From: Cora Lund <{OWN}>\r\nTo: guard+cora@twoyes.example\r\nSubject: Fwd: You two\r\nMIME-Version: 1.0\r\n"
PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
GMAIL = """---------- Forwarded message ---------
From: Gustav Glad <gustav@glad.example>
Date: Mon, 23 Nov 2026 at 03:00
Subject: You two
To: Cora Lund <cora@connects.example>, Vera Vend <vera@vend.example>


Hi Cora, meet Vera.
"""
APPLE = """Oh dear.

Begin forwarded message:

> From: Gustav Glad <gustav@glad.example>
> Subject: You two
> Date: 23. November 2026 at 03:00:00 CET
> To: Cora Lund <cora@connects.example>
> Cc: Vera Vend <vera@vend.example>
>\x20
> Hi Cora, meet Vera.
"""
THUNDERBIRD = """


-------- Weitergeleitete Nachricht --------
Betreff: \tIhr zwei
Datum: \tMon, 23 Nov 2026 03:00:00 +0100
Von: \tGustav Glad <gustav@glad.example>
An: \tCora Lund <cora@connects.example>, Vera Vend <vera@vend.example>


Liebe Cora, das ist Vera.
"""
OUTLOOK = """

Von: Gustav Glad <gustav@glad.example>
Gesendet: Montag, 23. November 2026 03:00
An: Cora Lund <cora@connects.example>; Vera Vend <vera@vend.example>
Betreff: Ihr zwei

Liebe Cora, das ist Vera.
"""
ATTACHED = (
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
    + PLAIN
    + "See below.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
    + f"From: Gustav Glad <gustav@glad.example>\r\nTo: {OWN}, Vera Vend <vera@vend.example>\r\nSubject: You two\r\n\r\n"
    + "Hi.\r\n--b--\r\n"
)
HTML = (
    "Content-Type: text/html; charset=utf-8\r\n\r\n<div><br></div><div class=gmail_quote>---------- Forwarded message "
    "---------<br>From: <b>Gustav Glad</b> &lt;gustav@glad.example&gt;<br>Subject: You two<br>To: Cora Lund &lt;"
    "cora@connects.example&gt;, Vera Vend &lt;vera@vend.example&gt;<br><br>Hi Cora, meet Vera.</div>"
)
FORMS = {
    "gmail": PLAIN + GMAIL,
    "apple": PLAIN + APPLE,
    "thunderbird in german": PLAIN + THUNDERBIRD,
    "outlook in german": PLAIN + OUTLOOK,
    "as an attachment": ATTACHED,
    "html alone": HTML,
}


@pytest.mark.parametrize("form", FORMS)
def test_both_names_are_found_however_it_was_forwarded(form: str) -> None:
    raw = (HEAD + FORMS[form]).replace("\r\n", "\n").replace("\n", "\r\n").encode()
    understood = understand(raw)
    assert (understood.kind, understood.sender) == ("reply", OWN)
    assert forwarded(understood.whole, own={addresses.key(OWN)}) == Forwarded("Gustav Glad", ("Vera Vend",))


def test_what_was_not_forwarded_names_nobody() -> None:
    understood = understand((HEAD + PLAIN + "Please deal with this.\r\n").encode())
    assert forwarded(understood.whole, own={addresses.key(OWN)}) == Forwarded()
