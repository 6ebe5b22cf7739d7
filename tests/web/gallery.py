"""Every page of the house, hung once: each route in each state, what its forms answer, and the pages for trouble.

A page is hung again only where it differs by more than ids, keys and times of day.
"""

from __future__ import annotations

import copy
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise

from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.test import override_settings

from tests.mail.letters_cast import every_letter
from tests.support import leak
from tests.support.cast import APPROVAL, OFFER, REQUEST, TOM, Cast
from tests.web.browsing import Browser, FoundForm, forms_of
from tests.web.by_mail import about_asks, about_introductions, on_the_desk, ways_out
from tests.web.doors import EVERY_ROUTE, STATES, House, arrived
from tests.web.mailbox import PROMISED, a_history, mailed
from tests.web.near import nearness
from tests.web.proving import add_passkey, proved
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.mail.outgoing.compose import compose
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web import troubles
from twoyes.web.no_words import CONSOLATIONS

# What would start processes, move the clock for all, or answers with no page anyway.
_NOT_PRESSED = tuple(
    "/postroom/ /accounts/oidc/ /accounts/logout/ /desk/people/import/ /desk/people/same/look /desk/history/"
    " /desk/whom/".split()
)
_VARIES = (
    (rb'name="csrfmiddlewaretoken" value="[0-9A-Za-z]+"', b""),
    (rb"\b[0-9a-z]{12}\b", b"ID"),
    (rb"\b[a-z2-7]{26}\b", b"KEY"),
    (rb"\b[0-9a-f]{64}\b", b"HASH"),
    (rb"\b\d\d:\d\d\b", b"TIME"),
    (rb'name="(not_before|until|seq|fresh|at|issued)" value="[^"]*"', b""),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was answered, and how somebody came to it."""

    route: str
    state: str
    path: str
    status: int
    html: bytes
    headers: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.path} ({self.status}, {self.state})"


@dataclass
class Gallery:
    """The pages so far, each under what it looks like. `seen` counts each route that was opened."""

    cast: Cast
    pages: dict[str, Page] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def hang(self, route: str, state: str, response: HttpResponse, path: str = "") -> bool:
        """Keep a page, unless it hangs already or is none; say whether it is new."""
        self.seen[route] += 1
        if not response.headers.get("Content-Type", "").startswith("text/html") or response.status_code in _AWAY:
            return False
        html = b"".join(response) if response.streaming else response.content
        key = hashlib.sha256(_look(html)).hexdigest()
        if key in self.pages:
            return False
        where = path or getattr(response, "wsgi_request").path  # noqa: B009 - the test client's own
        self.pages[key] = Page(route, state, where, response.status_code, html, dict(response.headers))
        return True

    def fill(self, states: Iterable[str] = STATES) -> Gallery:
        """Open every address in each state, and press each form once as it stands; every state has its own stage."""
        for state in states:
            with stage_of(self.cast) as cast:
                house = House(cast).bring(state)
                everywhere = state in EVERY_ROUTE
                for route, browser, path in list(house.addresses() if everywhere else house.of_its_own()):
                    self.open(route, state, browser, path)
        for shows in (readings, about_asks, about_introductions, on_the_desk, ways_out):
            with stage_of(self.cast) as cast:
                for name, response in shows(cast):
                    self.hang(name, name, response)
        for response in in_trouble():
            self.hang("trouble", "trouble", response, f"/trouble/{response.status_code}")
        return self

    def by_make(self) -> list[Page]:
        """Return each page whose route, or a piece of whose make, was not met before; with TWOYES_AXE=every, each page.

        What looks at how pages are built needs no two of the same pieces.
        """
        chosen, pieces, routes = [], set[object](), set[str]()
        for page in self.pages.values():
            make = built(page.html)
            if make - pieces or page.route not in routes or os.environ.get("TWOYES_AXE") == "every":
                chosen.append(page)
            pieces |= make
            routes.add(page.route)
        return chosen

    def open(self, route: str, state: str, browser: Browser, path: str) -> None:
        """Open an address, and press each form of the page that comes, if it is a new one."""
        response = arrived(browser, path)
        if not self.hang(route, state, response):
            return
        for form in forms_of(response):
            if form.method == "post" and not form.action.startswith(_NOT_PRESSED):
                with undone(browser):
                    self.hang(route, state, pressed(browser, form))


# What people write into the forms that are filled in here.
NOES = {"reason": "I know him too little.", "instead": "The journal answers letters."}
POOR = {"ask": "Pick his brain.", "why_them": "I"}
MESSAGE = {"message": "Can I pick your brain? Call me."}
PASTED = {"message": "Could you introduce me to Tom? I read his paper.", "name": "Ada", "target": "Tom Target"}
WISHED = {"welcome": "Erosion", "unwelcome": "Lawsuits, blade"}
RESOURCE = "The winter course"
OWN = {"resource": RESOURCE, "another": f"{RESOURCE} II"}
READ = (NOES, POOR, MESSAGE, PASTED, OWN, WISHED)
LETTER = "letter"
_AWAY = {204, 301, 302, 303, 304}


_hung: list[Gallery] = []


def hung(cast: Cast) -> Gallery:
    """Return the whole gallery, with each kind of letter, filled once in this process."""
    if not _hung:
        gallery = Gallery(cast).fill()
        for facts in every_letter():
            gallery.hang(LETTER, facts.kind, HttpResponse(compose(facts).html), f"/letter/{facts.kind}")
        _hung.append(gallery)
    return _hung[0]


def _look(html: bytes) -> bytes:
    for pattern, put in _VARIES:
        html = re.sub(pattern, put, html)
    return html


def built(html: bytes) -> frozenset[object]:
    """Return what a page is built of: each element with its class and its attributes' names, and what follows it.

    Two pages of the same make differ in words only, and nothing that depends on how a page is built tells them apart.
    """
    parser = _Build()
    parser.feed(html.decode())
    return frozenset(pairwise(parser.parts))


class _Build(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.parts.append((tag, known.get("class"), known.get("type"), known.get("role"), *sorted(known)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append("words")


def pressed(browser: Browser, form: FoundForm, **fields: object) -> HttpResponse:
    """Press a form's button, and go where it leads."""
    response = browser.post(form.action, {**form.values, **fields})
    return browser.follow(response.headers["Location"]) if response.status_code in _AWAY else response


@contextmanager
def stage_of(cast: Cast) -> Iterator[Cast]:
    """Lend the cast on its stage; whatever happens is undone afterwards."""
    with transaction.atomic(), leak.current().at_work():
        yield copy.copy(cast)
        transaction.set_rollback(True)


@contextmanager
def undone(browser: Browser) -> Iterator[None]:
    """Undo what is done inside the block, in the store and among the browser's cookies."""
    cookies = copy.deepcopy(browser.client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    browser.client.cookies = cookies


def readings(cast: Cast) -> Iterator[tuple[str, HttpResponse]]:
    """Yield the pages that only well-filled forms lead to: what is read before it is sent, and full lists."""
    cora, rita = Browser(cast), Browser(cast)
    cora.log_in()
    first = cast.waiting()
    second = cast.waiting(email="rolf@asks.example", name="Rolf Berg", target="Tina")
    yield "desk with several", cora.get("/desk/")
    noes = cora.form("/desk/noes/", "noes")
    yield "noes read", cora.post("/desk/noes/", {**noes.values, **NOES, "which": [first, second]})
    at = f"/desk/introductions/{first}/"
    yield from _noes(cast, cora, at, {**noes.values, **NOES, "which": [first, second]})
    for act in ("approve", "pass_on"):
        form = cora.form(at, act)
        yield f"{act} read", cora.post(form.action, {**form.values, **APPROVAL, "target": cast.tom.id})
    offer = cora.form("/desk/offer/", "offer")
    sides = {"first": cast.rita.id, "second": cast.tom.id, "first_query": "rita@asks.example", "second_query": TOM}
    yield "offer read", cora.post(offer.action, {**offer.values, **OFFER, **sides})
    yield "offer searched", cora.post(offer.action, {**offer.values, **OFFER, "first_query": "r", "second_query": "t"})
    ask = rita.form("/@cora", "request")
    yield "form previewed", rita.post("/@cora/preview", {**ask.values, **REQUEST})
    yield "form weighed", rita.post(ask.action, {**ask.values, **REQUEST, **POOR})
    check = rita.form("/check", "check")
    yield "message checked", rita.post(check.action, {**check.values, **MESSAGE})
    paste = cora.form("/desk/paste/", "paste")
    yield "request pasted", cora.post(paste.action, {**paste.values, **PASTED})
    yield "book searched", cora.get("/desk/people/?q=t")
    yield from chosen(cora, rita)
    yield from nearness(cast, cora)
    yield from looked_back(cast, cora, at)
    yield from _the_same(cast, cora)
    with stage_of(cast) as wished:
        yield from wishes(wished)
    keys = proved(cast)
    with override_settings(TWOYES_PASSKEY_HOST="localhost"):
        add_passkey(keys)
        yield "logins with a passkey", keys.get("/accounts/")
    yield "codes on paper", pressed(keys, FoundForm("/accounts/codes/new/", "post"))


def wishes(cast: Cast) -> Iterator[tuple[str, HttpResponse]]:
    """What somebody wishes, on their page, on the desk and where a text is read; and what rests on a yes in advance."""
    cora, tom = Browser(cast), Browser(cast)
    cora.log_in()
    made = cast.asked(email="kim@asks.example", name="Kim Berg")
    at, page = tom.open_as(made, "target"), cast.page(made)
    kept = {"act": "wishes", "wish": "asked", "every": "6", "formats": ["mail"]}
    for scope in ("this_connector", "anyone"):
        tom.post(f"{at}wishes", {**WISHED, **kept, "scope": scope})
        yield f"wishes for {scope}", tom.get(f"{at}?done=asked")
    yield "no wish at all", tom.press(at, "wishes", wish="asked", every="5")
    tom.press(at, "wishes", wish="never", scope="this_person")
    introductions.wishes(*page, {"wish": "standing_yes"}, now=cast.now)
    shown = tom.get(at)
    yield "wishes said", shown
    back = next(form for form in forms_of(shown) if form.values.get("wish") == "back")
    yield "taken back without the tick", tom.post(back.action, {**back.values, "sure": ""})
    waiting = cast.waiting(email="rolf@asks.example", name="Rolf Berg")
    desk, words = f"/desk/introductions/{waiting}/", {**APPROVAL, "target": cast.tom.id, "act": "approve"}
    yield "desk with wishes", cora.get(desk)
    yield "card with wishes", cora.get(f"/desk/people/{cast.tom.id}/")
    yield "approval against wishes", cora.post(f"{desk}approve", words)
    introductions.wishes(*page, {"wish": "asked", "every": "3"}, now=cast.now)
    yield "approval with a yes in advance", cora.post(f"{desk}approve", {**words, "step": "preview"})
    cora.post(f"{desk}approve", words)
    yield "approved by a yes in advance", cora.get(f"{desk}?done=approve")
    cast.pass_time(timedelta(minutes=11))
    token = cast.key(waiting, "introduction", side="target")
    yield "introduced by a yes in advance", tom.follow(tom.get(f"/t/{token}").headers["Location"])


def _noes(cast: Cast, cora: Browser, at: str, several: Mapping[str, object]) -> Iterator[tuple[str, HttpResponse]]:
    """Yield a kind no as it is put together, with each consolation, and read; and several that are changed again."""
    people.set_resources(cast.cora.id, f"{RESOURCE}\n{RESOURCE} II")
    form = cora.form(at, "decline")
    for choice in ("why=too_soon", *(f"consolation={one}" for one in CONSOLATIONS)):
        page = cora.post(f"{form.action}/words?{choice}", form.values)
        yield f"no with {choice}", page
        form = next(one for one in forms_of(page) if one.act == "decline")
    yield "no read", cora.post(f"{form.action}/read", form.values)
    edit = next(one for one in forms_of(cora.post("/desk/noes/", several)) if one.values.get("step") == "edit")
    yield "noes changed", cora.post(edit.action, edit.values)
    with stage_of(cast) as there:
        cora.press(at, "decline", why="too_soon", come_back="2026-05-31", reason=NOES["reason"])
        yield "noes said", cora.get("/desk/noes/log")
        rita = Browser(there)
        yield "no with a day", rita.get(rita.open_as(at.split("/")[3], "requester"))
    with stage_of(cast) as there:
        cora.press(at, "decline", consolation="write_yourself", reason=NOES["reason"], draft=RESOURCE)
        rita = Browser(there)
        yield "no with a draft", rita.get(rita.open_as(at.split("/")[3], "requester"))


def chosen(cora: Browser, rita: Browser) -> Iterator[tuple[str, HttpResponse]]:
    """Yield what house rules add: on the desk, on the public page, to whoever asks, and beside a request."""
    ticks = "not_known too_new too_few_weeks places talk_first topics too_many_open lapse spacing pause".split()
    words = {"topics_unwelcome": "Blades.", "no_go_names": "Uwe Lang", "closed_first_0": "2026-05-04"}
    form = cora.form("/desk/rules/", "rules")
    values = {**form.values, **dict.fromkeys(ticks, "yes"), **words}
    yield "rules refused", cora.post(form.action, {**values, "too_new_months": "0"})
    with undone(cora):
        cora.post(form.action, values)
        yield "rules chosen", cora.get("/desk/rules/")
        yield "page with rules, paused", rita.get("/@cora")
    with undone(cora):
        cora.post(form.action, {**values, "pause": "", "talk_first_when": "always"})
        yield "page with rules", rita.get("/@cora")
        asked = cora.cast.waiting(email="ada@new.example", name="Ada New", target="Tina")
        yield "request under rules", cora.get(f"/desk/introductions/{asked}/")
        yield "request shown to whoever asked", rita.get(rita.open_as(asked, "requester"))


def looked_back(cast: Cast, cora: Browser, request: str) -> Iterator[tuple[str, HttpResponse]]:
    """Yield what mail adds: the rhythm on a request and on a card, and the three lists of the network."""
    mailed(cast, a_history(cast))
    network.promise(cast.cora.id, cast.rita.id, cast.tom.id, words="Blades.", since=PROMISED, now=cast.now)
    yield "request with a rhythm", cora.get(request)
    yield "card with a rhythm", cora.get(f"/desk/people/{cast.rita.id}/")
    yield "network", cora.get("/desk/network/")
    yield "numbers", cora.get("/desk/numbers/")
    yield "export", cora.get("/desk/export/")
    form = cora.form("/desk/network/", "promise")
    yield "promise unclear", cora.post(form.action, {**form.values, "first_query": "r", "since": "never"})


def _the_same(cast: Cast, cora: Browser) -> Iterator[tuple[str, HttpResponse]]:
    """Cards that may be one person, and some that rules joined."""
    for name, address in (("Rita Holm", "rita@sea.asks.example"), ("Tom Target", "tom@home.example")):
        people.add_card(cast.cora.id, name=name, addresses=[address])
    with cast.time():
        care.look_for_same(cast.cora.id)
    yield "the same person", cora.get("/desk/people/same/")
    yield "nothing ticked", cora.post("/desk/people/same/merge", {"act": "merge"})


def in_trouble() -> Iterator[HttpResponse]:
    """Yield the pages for what went wrong."""
    request, nothing = HttpRequest(), Http404()
    for view in (troubles.bad_request, troubles.forbidden, troubles.not_found, troubles.too_many):
        yield view(request, nothing)
    yield troubles.failed(request)
    try:
        raise DatabaseError("locked")
    except DatabaseError:
        yield troubles.failed(request)
