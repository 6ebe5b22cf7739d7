"""Every door of the house: each route of the resolver as real addresses, for whoever has the right to open it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from _pytest.mark import ParameterSet
from django.db import connection
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.cast import CORA, RITA, Cast
from tests.web.browsing import Browser, forms_of
from tests.web.proving import proved
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter, Link
from twoyes.lib import clock, env, sealing
from twoyes.lib.tokens import token_hash
from twoyes.mail.models import Inbound
from twoyes.mail.outgoing.postroom import PostroomTransport
from twoyes.mail.outgoing.transport import Envelope
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web import desk_acts, requester, target

STATES = tuple(
    "unverified draft waiting returned talking declined lapsed asking asked by_hand refused silent deferred passed"
    " passed_on withdrawn undeliverable agreed introduced connected awaiting_outcome closed unreported offered"
    " offered_second recorded discarded erased".split()
)
PAGES = ("way/", "way/choose", "way/leave", "page/", "page/booking", "page/resources", "page/close")
# Between them these have every route.
EVERY_ROUTE = ("unverified", "asked", "by_hand")
CARDS = b"BEGIN:VCARD\r\nFN:Ada New\r\nEND:VCARD\r\n"
MAILBOX = (
    b"From cora Thu Feb 28 18:58:18 2013\nFrom: cora@connects.example\nTo: Ada <ada@new.example>\n"
    b"Date: Thu, 28 Feb 2013 18:58:18 +0000\n\n\nFrom ada Thu Feb 28 18:58:18 2013\nFrom: ada@new.example\n"
    b"To: cora@connects.example\nPrecedence: bulk\n\n\n"
)
ABOUT = "about0000001"
MAIL = (
    b"From: a@localhost\r\nTo: rita@asks.example\r\nMessage-ID: <a@localhost>\r\nContent-Type: text/html\r\n\r\n"
    b'<!doctype html><html lang="en"><title>Hello</title><main><h1>Hello</h1></main></html>\r\n'
)


def few_at_once(states: Iterable[str]) -> list[ParameterSet]:
    """Return states as parameters; all but a few of them are for runs that take their time."""
    quick = {"asked", "introduced"}
    return [pytest.param(state, marks=[] if state in quick else [pytest.mark.slow]) for state in states]


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    """Yield every route that the resolver knows."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


def digest(*without: str) -> str:
    """Return a hash over every row of every table, but those named."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in without:
                cursor.execute(f'SELECT * FROM "{table}"')
                found.update(repr((table, sorted(map(repr, cursor.fetchall())))).encode())
    return found.hexdigest()


@dataclass
class House:
    """One introduction in one state, and everybody's browsers."""

    cast: Cast
    introduction: str = ""
    asker: Browser = field(init=False)
    asked: Browser = field(init=False)
    cora: Browser = field(init=False)
    nobody: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.asker, self.asked, self.cora, self.nobody = (Browser(self.cast) for _ in range(4))
        self.cora.log_in()

    def bring(self, state: str, **fields: str) -> House:
        """Bring the introduction into a state; fields replace those of Rita's request."""
        special: dict[str, Callable[..., str]] = {
            "by_hand": self._by_hand,
            "discarded": self._discarded,
            "erased": self._erased,
        }
        self.introduction = (special.get(state) or getattr(self.cast, state))(**fields)
        return self

    def another_pair(self) -> dict[str, str]:
        """Put another Tom on the stage; return the fields of another Rita."""
        number = str(len(people.find(self.cast.cora.id, "", limit=100)))
        address = f"tom{number}@target.example"
        self.cast.tom = people.add_card(self.cast.cora.id, name=f"Tom {number}", addresses=[address])
        return {"email": f"rita{number}@asks.example", "name": f"Rita {number}"}

    def _by_hand(self, **fields: str) -> str:
        made = self.cast.asking(approval={"channel": "by_hand"}, **fields)
        introductions.by_hand(made, actor=self.cast.desk, now=self.cast.now)
        return made

    def _discarded(self, **fields: str) -> str:
        made = self.cast.unverified(**fields)
        self.cast.pass_time(timedelta(hours=49))
        return made

    def _erased(self, **fields: str) -> str:
        made = self.cast.asked(approval=None, **fields)
        care.erase(RITA, actor=introductions.Actor(introductions.Role.PROGRAM), now=self.cast.now)
        return made

    # ------------------------------------------------------------------ addresses

    def addresses(self) -> Iterator[tuple[str, Browser, str]]:
        """Yield each route with whoever may open it, and the address; what this state does not have is left out."""
        yield from self._public()
        yield from self._letters()
        yield from self._desk()
        yield from self._logins()

    def of_its_own(self) -> Iterator[tuple[str, Browser, str]]:
        """Yield only what may look different because of this introduction."""
        yield from self._letters()
        for name in ("", "noes/", "noes/log"):
            yield f"desk/{name}", self.cora, f"/desk/{name}"
        yield from self._introduction()

    def _public(self) -> Iterator[tuple[str, Browser, str]]:
        for route in ("", "r/", "accounts/", "accounts/login/", "healthz", "readyz", "check", "t/erased/"):
            yield route, self.nobody, f"/{route}"
        for route in ("", "tick", "sit", "story/"):
            yield f"postroom/{route}", self.nobody, f"/postroom/{route}"
        for tail in ("", "/", "/request", "/preview", "/received"):
            yield f"@<handle:handle>{tail}", self.nobody, f"/@cora{tail}"
        relay = PostroomTransport(env.data_dir())
        relay.send(Envelope("a@localhost", RITA, MAIL, "verify"), point_of_no_return=lambda: None)
        yield "postroom/<file:name>", self.nobody, "/postroom/000001-verify.eml"
        for tail in ("", "html", "answer"):
            yield f"postroom/<letter:name>/{tail}", self.nobody, f"/postroom/000001-verify/{tail}"
        relay.send(Envelope("a@localhost", RITA, MAIL, "ask", "", ABOUT), point_of_no_return=lambda: None)
        yield "postroom/about/<id:introduction>/", self.nobody, f"/postroom/about/{ABOUT}/"
        yield "postroom/story/<act:act>", self.nobody, "/postroom/story/open_story"

    def links(self, purpose: str) -> list[tuple[Link, str]]:
        """The links of a purpose whose tokens letters still hold, and which are open now."""
        tokens = dict(_tokens(self.introduction))
        found = Link.objects.filter(introduction_id=self.introduction, purpose=purpose, expires_at__gt=self.cast.now)
        return [(link, tokens[link.token_hash]) for link in found if link.token_hash in tokens]

    def _letters(self) -> Iterator[tuple[str, Browser, str]]:
        doors = (
            ("v", "verify", self.asker, ("verify",)),
            ("r", "requester", self.asker, tuple(requester._ACTS)),
            ("t", "target", self.asked, tuple(target._ACTS)),
        )
        for door, purpose, browser, acts in doors:
            for link, token in self.links(purpose):
                yield f"{door}/<token:token>", browser, f"/{door}/{token}"
                browser.get(f"/{door}/{token}")
                yield f"{door}/<id:link>/", browser, f"/{door}/{link.pk}/"
                route = "v/<id:link>/verify" if door == "v" else f"{door}/<id:link>/<act:act>"
                for act in acts:
                    yield route, browser, f"/{door}/{link.pk}/{act}"
        for _link, token in self.links("stop"):
            yield "t/<token:token>/stop", self.nobody, f"/t/{token}/stop"

    def _desk(self) -> Iterator[tuple[str, Browser, str]]:
        begun = ("offer/", "record/", "draft/", "noes/", "noes/log", "paste/")
        for name in ("", *begun, "people/", "people/import/", "people/same/", "rules/", *PAGES):
            yield f"desk/{name}", self.cora, f"/desk/{name}"
        for act in ("look", "seen", "merge", "keep_apart"):
            yield f"desk/people/same/{act}", self.cora, f"/desk/people/same/{act}"
        for act in ("", "add_address", "delete_card", "my_word", "do_not_ask", "not_listed", "merge", "split"):
            yield f"desk/people/<id:card>/{act}", self.cora, f"/desk/people/{self.cast.tom.id}/{act}"
        job = people.start_import(self.cast.cora.id, [CARDS], name="cards.vcf")
        for act in ("", "go_on"):
            yield f"desk/people/import/<id:job>/{act}", self.cora, f"/desk/people/import/{job}/{act}"
        yield from self._histories()
        yield from self._ways()
        yield from self._network()
        yield from self._introduction()

    def _histories(self) -> Iterator[tuple[str, Browser, str]]:
        for name in ("", "own", "mailbox", "calendar", "topics"):
            yield f"desk/history/{name}", self.cora, f"/desk/history/{name}"
        job = network.start_history(self.cast.cora.id, [MAILBOX], name="Sent.mbox")
        network.carry_history(job)
        yield "desk/history/", self.cora, "/desk/history/"
        waiting = network.start_history(self.cast.cora.id, [MAILBOX], name="Again.mbox")
        for one in (job, waiting):
            yield "desk/history/<id:job>/", self.cora, f"/desk/history/{one}/"
        yield "desk/history/<id:job>/go_on", self.cora, f"/desk/history/{waiting}/go_on"
        (source, *_more) = network.history_sources(self.cast.cora.id)
        yield "desk/history/<id:source>/delete", self.cora, f"/desk/history/{source.id}/delete"

    def _ways(self) -> Iterator[tuple[str, Browser, str]]:
        whom, drawn, tom = "desk/whom/", "desk/picture/", self.cast.tom.id
        yield "desk/whom/rebuild", self.cora, "/desk/whom/rebuild"
        for route, path in ((whom, ""), (whom, "?who=t"), (whom, f"?card={tom}"), (drawn, ""), (drawn, f"?to={tom}")):
            yield route, self.cora, f"/{route}{path}"

    def _network(self) -> Iterator[tuple[str, Browser, str]]:
        owner = self.cast.cora.id
        if not network.promises(owner, self.cast.now):
            two = [one.id for one in people.find(owner, "", limit=2)]
            network.promise(owner, *two, words="Blades.", since=self.cast.now.date(), now=self.cast.now)
        (promised, *_more) = network.promises(owner, self.cast.now)
        yield "desk/numbers/", self.cora, "/desk/numbers/"
        yield from self._unread()
        yield "desk/export/", self.cora, "/desk/export/"
        yield "desk/numbers/monthly", self.cora, "/desk/numbers/monthly"
        for name in ("", "promise"):
            yield f"desk/network/{name}", self.cora, f"/desk/network/{name}"
        for act in ("keep", "drop"):
            yield f"desk/network/<id:promise>/{act}", self.cora, f"/desk/network/{promised.id}/{act}"

    def _unread(self) -> Iterator[tuple[str, Browser, str]]:
        aside = Inbound.objects.filter(connector=self.cast.cora.id, state="aside").first()
        if aside is None:
            aside = Inbound(connector=self.cast.cora.id, state="aside", dedupe_key="aside", purpose="guard", way="lmtp")
            aside.received_at, aside.why = self.cast.now, "died"
            sealing.put_bytes(aside, "raw", b"Subject: x\r\n\r\nx\r\n")
            aside.save()
        yield "desk/unread/", self.cora, "/desk/unread/"
        for act in ("read_again", "raw"):
            yield f"desk/unread/<id:inbound>/{act}", self.cora, f"/desk/unread/{aside.pk}/{act}"

    def _introduction(self) -> Iterator[tuple[str, Browser, str]]:
        shown = introductions.desk_page(self.cast.cora.id, self.introduction, self.cast.now)
        if shown is None:
            return
        route, at = "desk/introductions/<id:introduction>/", f"/desk/introductions/{self.introduction}/"
        yield route, self.cora, at
        for act in ("approve", "pass_on"):
            yield f"{route}{act}", self.cora, f"{at}{act}"
        for step in ("words", "read"):
            yield f"{route}decline/{step}", self.cora, f"{at}decline/{step}"
        for act in desk_acts.ACTS:
            yield f"{route}<act:act>", self.cora, f"{at}{act}"
        if introductions.copied(self.introduction, actor=self.cast.desk) is not None:
            yield f"{route}text", self.cora, f"{at}text"

    def _logins(self) -> Iterator[tuple[str, Browser, str]]:
        code = "accounts/login/code/"
        yield code, self.nobody, f"/{code}"
        waiting = Browser(self.cast)
        form = next(one for one in forms_of(waiting.get(f"/{code}")) if "email" in one.values)
        waiting.post(f"/{code}", {**form.values, "email": CORA})
        yield f"{code}confirm/", waiting, f"/{code}confirm/"
        yield "accounts/logout/", self.cora, "/accounts/logout/"
        yield "accounts/inactive/", self.nobody, "/accounts/inactive/"
        for tail in ("passkey/", "passkey/begin/", "second/", "second/passkey/"):
            yield f"accounts/login/{tail}", self.nobody, f"/accounts/login/{tail}"
        for tail in ("oidc/", "oidc/callback/"):
            yield f"accounts/{tail}", self.nobody, f"/accounts/{tail}"
        yield from self._own_login()
        with self.cast.time():
            token = people.login_link("cora", clock.now())
        yield "accounts/link/<str:token>", self.nobody, f"/accounts/link/{token}"

    def _own_login(self) -> Iterator[tuple[str, Browser, str]]:
        fresh = proved(self.cast)
        fresh.post("/accounts/app/begin/", {})
        yield "accounts/", self.cora, "/accounts/"
        for tail in ("", "letter/", "code/", "app/", "passkey/", "passkey/begin/"):
            yield f"accounts/confirm/{tail}", self.cora, f"/accounts/confirm/{tail}"
        for tail in ("passkeys/begin/", "passkeys/add/", "app/", "app/begin/", "app/remove/", "codes/", "codes/new/"):
            for browser in (self.cora, fresh):
                yield f"accounts/{tail}", browser, f"/accounts/{tail}"
        yield "accounts/passkeys/<int:key>/remove/", fresh, "/accounts/passkeys/1/remove/"


def _tokens(introduction: str) -> Iterator[tuple[str, str]]:
    for letter in Letter.objects.filter(introduction_id=introduction).exclude(token=b""):
        for token in (sealing.get_json(letter, "token") or {}).values():
            yield token_hash(token), token


def arrived(browser: Browser, path: str) -> HttpResponse:
    """Open an address and follow to where it leads, as a person would."""
    response, steps = browser.get(path), 0
    while response.status_code in {301, 302, 303} and steps < 5:
        response, steps = browser.get(response.headers["Location"]), steps + 1
    return response
