"""A mail is read at the instant at which its writer is erased: neither waits for the other for ever (B12, B13)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

import pytest

from tests.introductions.together import at_once, failures
from tests.mail.incoming.came import letter
from tests.support.cast import RITA, TOM, Cast
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.protocol import State
from twoyes.mail import front as mail
from twoyes.mail.incoming import arriving, processing
from twoyes.mail.models import Inbound
from twoyes.mail.ours import reply_address
from twoyes.people import front as people

NO = b"From: Tom <tom@target.example>\r\nSubject: Re: a question\r\nMessage-ID: <1@t.example>\r\n\r\nNo, thank you.\r\n"
PATIENCE = 3.0


def arrived(introduction: str, cast: Cast) -> None:
    place = arriving.place_of(reply_address(letter(introduction, "ask")))
    assert place is not None
    assert arriving.arrive(place, TOM, NO, way="lmtp", now=cast.now)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.case("B12", "B13", "E18")
@pytest.mark.slow(4)
def test_neither_is_broken_off_for_the_others_sake(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    introduction = cast.asked()
    arrived(introduction, cast)
    reads, erases = threading.Event(), threading.Event()
    forget, refuse, tries = mail.forget_inbound, introductions.refused_by_mail, list[str]()

    def forgets(*, introductions: Iterable[str], keys: Iterable[str]) -> list[str]:
        # Everybody is locked; now for their mail.
        tries.append("erase")
        erases.set()
        reads.wait(PATIENCE)
        return forget(introductions=[*introductions], keys=[*keys])

    def refuses(letter_id: str, *, now: object) -> bool:
        # Whatever is held of the message is held; now for the people.
        tries.append("read")
        reads.set()
        erases.wait(PATIENCE)
        return refuse(letter_id, now=cast.now)

    monkeypatch.setattr(mail, "forget_inbound", forgets)
    monkeypatch.setattr(introductions, "refused_by_mail", refuses)
    with caplog.at_level(logging.ERROR), cast.time():
        results = at_once(
            [
                lambda: processing.process(cast.now),
                lambda: reads.wait(PATIENCE) and care.erase(TOM, actor=cast.desk, now=cast.now),
            ]
        )
    assert not failures(results)
    assert sorted(tries) == ["erase", "read"]
    assert not caplog.records
    assert cast.state(introduction) is State.ERASED
    assert not Inbound.objects.exists()


@pytest.mark.django_db
@pytest.mark.case("B12", "B13")
def test_an_erasure_locks_everybody_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.asked()
    asked, lock = list[set[str]](), people.lock_subjects

    def locks(community: str, keys: Iterable[str]) -> object:
        asked.append({*keys})
        return lock(community, asked[-1])

    monkeypatch.setattr(people, "lock_subjects", locks)
    with cast.time():
        care.erase(RITA, actor=cast.desk, now=cast.now)
    assert len(asked[0]) > 1, "both sides"
    assert all(later <= asked[0] for later in asked), "nobody is locked after somebody who comes later in the order"
