"""What came by mail, and how letters leave, in each of their states, for the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from django.core.cache import cache
from django.http import HttpResponse
from django.test import override_settings

from tests.mail.incoming.came import bounce, came, letter, said
from tests.support.cast import CORA, OTTO, RITA, TOM, Cast
from tests.web.browsing import Browser
from tests.web.proving import grow_old, proved
from twoyes.introductions import front as introductions
from twoyes.lib import sealing
from twoyes.mail import ours
from twoyes.mail.incoming.understanding import Meeting, Understood
from twoyes.mail.models import Inbound
from twoyes.people import front as people

RAW = b"From: a@x.example\r\nSubject: x\r\n\r\nHello\r\n"
YES = "Yes, gladly.\n\nTuesday at ten would suit me, or any morning of the week after.\nTom"
WISH = "Dear Cora,\n\nmay I meet Tom Target? I lead blade maintenance at Nordsjo Drift.\n\nRolf"
AWAY, THANKS = "I am on Borkum until the weekend.", "Dear Tom, thank you. Tuesday at ten?"
WRITTEN = (*YES.split("\n"), *WISH.split("\n"), AWAY, THANKS, "Who is this?", "No, sorry.", "Welcome, both.")
"""What people wrote by mail, line by line."""

WRITERS = ("Ann Berg", "Ben Berg", "Eva Berg")
_WAY = "/desk/way/"
_MAIL_COMES = override_settings(INBOX_URLS=("lmtp://127.0.0.1:0",), TWOYES_AUTHSERV="mx.twoyes.example")


def about_asks(cast: Cast) -> Iterator[tuple[str, HttpResponse]]:
    """Yield asks with what came to them: an absence, a yes with a stranger's word, a no, a letter that came back."""
    cora = _desk(cast)
    with _MAIL_COMES:
        yield from _asked(cast, cora)


def about_introductions(cast: Cast) -> Iterator[tuple[str, HttpResponse]]:
    """Yield an introduction with the first line in its thread, and with a meeting."""
    cora = _desk(cast)
    with _MAIL_COMES:
        yield from _introduced(cast, cora)


def on_the_desk(cast: Cast) -> Iterator[tuple[str, HttpResponse]]:
    """Yield the connector's own addresses, what stands apart, and what could not be read."""
    cora = _desk(cast)
    with _MAIL_COMES:
        yield "page with its addresses", cora.get("/desk/page/")
        yield from _apart(cast, cora)


def ways_out(cast: Cast) -> Iterator[tuple[str, HttpResponse]]:
    """Yield how letters leave: nothing chosen, an old proof, what cannot be kept, each way, and one that is shut."""
    cora = proved(cast)
    yield "ways in the post room", cora.get(_WAY)
    with override_settings(POST_ROOM=False):
        yield "ways to choose from", cora.get(_WAY)
        cache.clear()
        yield "way not kept", cora.press(_WAY, "choose_way", way="mailbox", server="no server", user="", password="")
        asked = cast.asking()
        for kind, server in (("draft", "imap.example.org"), ("mailbox", "smtp.example.org")):
            people.choose_way(cast.cora.id, kind, server=server, user=CORA, password="correct-horse-battery")
            yield f"way {kind}", cora.get(f"{_WAY}?done={kind}")
        claimed = introductions.claim(cast.now, kinds=("ask",))
        assert claimed is not None
        introductions.halt(replace(claimed, way="mailbox"), 535, "5.7.8 Who are you", cast.now)
        yield "way that is shut", cora.get(_WAY)
        yield "desk with a way that is shut", cora.get("/desk/")
        yield "ask with a way that is shut", cora.get(_at(asked))
        grow_old(cora)
        yield "way with an old proof", cora.get(_WAY)


def set_aside(cast: Cast, introduction: str = "", *, why: str = "slow", purpose: str = "reply") -> None:
    """Leave a message to Cora that could not be read."""
    row = Inbound(connector=cast.cora.id, state="aside", purpose=purpose, way="lmtp", why=why, attempts=3)
    row.dedupe_key, row.received_at, row.read_at, row.introduction = row.pk, cast.now, cast.now, introduction
    sealing.put_bytes(row, "raw", RAW)
    row.save()


def _desk(cast: Cast) -> Browser:
    browser = Browser(cast)
    browser.log_in()
    return browser


def _at(introduction: str) -> str:
    return f"/desk/introductions/{introduction}/"


def _asked(cast: Cast, cora: Browser) -> Iterator[tuple[str, HttpResponse]]:
    ask = cast.asked(email="ann@asks.example", name="Ann Berg")
    back = cast.now.date() + timedelta(days=4)
    came(cast, "return", letter(ask, "ask"), Understood("auto_reply", new_text=AWAY, sender=TOM, back_on=back))
    yield "ask with somebody away", cora.get(_at(ask))
    came(cast, "reply", letter(ask, "ask"), said(YES, "yes"))
    came(cast, "reply", letter(ask, "ask"), said("Who is this?", sender=OTTO))
    yield "ask with a yes by mail", cora.get(_at(ask))
    refused = cast.asked(email="ben@asks.example", name="Ben Berg")
    came(cast, "reply", letter(refused, "ask"), said("No, sorry.", "no"))
    yield "ask with a no by mail", cora.get(_at(refused))
    bounced = cast.asked(email="eva@asks.example", name="Eva Berg")
    came(cast, "return", letter(bounced, "ask"), bounce())
    yield "ask that came back", cora.get(_at(bounced))


def _introduced(cast: Cast, cora: Browser) -> Iterator[tuple[str, HttpResponse]]:
    made = cast.introduced()
    cast.now += timedelta(hours=5)
    came(cast, "thread", made, said(THANKS, sender=RITA, to=(TOM,)))
    yield "introduction with a first line, moved to BCC", cora.get(_at(made))
    starts = cast.now + timedelta(days=18)
    came(cast, "thread", made, Understood("calendar", sender=RITA, meeting=Meeting("request", (TOM,), starts)))
    came(cast, "thread", made, said("Welcome, both.", sender=TOM, to=(RITA, ours.thread_address(made))))
    yield "introduction with a meeting", cora.get(_at(made))


def _apart(cast: Cast, cora: Browser) -> Iterator[tuple[str, HttpResponse]]:
    raw = b"Return-Path: <rolf@asks.example>\r\nFrom: <rolf@asks.example>\r\n\r\n"
    came(cast, "request", "cora", said(WISH, sender="rolf@asks.example"), raw)
    yield "desk with mail that stands apart", cora.get("/desk/")
    set_aside(cast, cast.introduced())
    set_aside(cast, why="MemoryError", purpose="guard")
    yield "desk with mail that could not be read", cora.get("/desk/")
    yield "mail that could not be read", cora.get("/desk/unread/")
    yield "mail that is read again", cora.follow(cora.press("/desk/unread/", "read_again").headers["Location"])
