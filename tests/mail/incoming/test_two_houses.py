"""Two installations whose addresses point at each other, with a real Postfix between them."""

from __future__ import annotations

import smtplib
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.mail.incoming.test_worker import House
from tests.support import mailhouse
from tests.support.mailhouse import MailHouse
from twoyes.lib import keys, tokens

pytestmark = [pytest.mark.mailservers, pytest.mark.slow(15)]
SECRET = "both houses sign alike, so that their aliases are known before they are"
FORWARDED = b"""\
From: Cora Lund <intro@second.example>
To: guard@twoyes.example
Subject: Fwd: You two should meet
Message-ID: <1@second.example>

Was I asked?

---------- Forwarded message ---------
From: Otto Outsider <otto@outside.example>
To: Cora Lund <intro@second.example>, Tom Target <tom@target.example>
Subject: You two should meet

Cora, meet Tom. I leave you to it.
"""


def installation(house: MailHouse, place: Path, domain: str, other: str) -> House:
    """An installation whose connector is reached at the sender of the other one."""
    place.mkdir()
    relay = f"smtp://127.0.0.1:{house.relay.port}"
    names = {"TWOYES_DOMAIN": domain, "TWOYES_MAIL_ADDRESS": f"intro@{domain}", "EMAIL_URL": relay}
    return House(place, f"intro@{other}", **names, TWOYES_SECRET=SECRET)


def answers(house: House) -> int:
    """How many answers an installation wrote, once it has read all that came to it."""
    until = time.monotonic() + 40
    while not (states := {row[0] for row in house.rows()}) or states != {"done"}:
        assert time.monotonic() < until, states
        time.sleep(0.1)
    with closing(sqlite3.connect(house.place / "var" / "twoyes.sqlite3")) as store:
        return int(store.execute("SELECT count(*) FROM introductions_letter WHERE kind = 'guard_answer'").fetchone()[0])


@pytest.mark.case("C21")
def test_two_installations_that_answer_each_other_stop_at_the_first_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mail").mkdir()
    monkeypatch.setattr(keys, "secret", lambda: SECRET)
    guard = f"guard+{tokens.sign('guard', 'cora')}"
    # Mail to the sender of either goes to its guard.
    aliases = {f"intro@{domain}": f"{guard}@{domain}" for domain in ("twoyes.example", "second.example")}
    with mailhouse.running(tmp_path / "mail", aliases) as house:
        first = installation(house, tmp_path / "first", "twoyes.example", "second.example")
        second = installation(house, tmp_path / "second", "second.example", "twoyes.example")
        with first.worker() as (_, near), second.worker() as (_, far):
            house.home.other, house.abroad.other = near.port, far.port
            with smtplib.SMTP("127.0.0.1", house.relay.port, timeout=20) as server:
                server.sendmail("intro@second.example", [first.address], FORWARDED)
            assert answers(first) == 1
            assert answers(second) == 0
            house.relay.settle()
        (answer,) = house.abroad.messages
        assert b"Auto-Submitted: auto-generated" in answer
        assert len(house.home.messages) == 1
