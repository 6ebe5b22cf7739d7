"""The play of `demo`: Rita requests, Cora connects, Tom is the target. What is shown was read from the post room."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

from twoyes.cli import acts
from twoyes.cli.house import Desk
from twoyes.introductions import front as introductions
from twoyes.introductions.front import Actor, Role, State
from twoyes.lib import clock, env, limits
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _
from twoyes.mail import front as mail
from twoyes.people import front as people

_LINK = re.compile(r"^https?://\S+/([vtr])/(\S+)$", re.MULTILINE)
_PURPOSES = {"v": "verify", "t": "target", "r": "requester"}
RITA, CORA, TOM = "rita@asks.example", "cora@connects.example", "tom@target.example"

REQUEST = {
    "name": "Rita Holm",
    "email": RITA,
    "target": "Tom Target of Blade Works",
    "about_me": "I lead blade maintenance at a wind farm and have worked on turbines for fourteen years.",
    "why_them": "His 2024 paper on leading edge erosion describes the damage that we log every week.",
    "why_now": "Our inspection season starts in May, and the drones are booked.",
    "benefit": "He gets three years of inspection data from 212 turbines, cleaned and labelled, to publish on.",
    "ask": "One video call of 20 minutes about which columns of the data he needs.",
    "format": "video",
    "minutes": "20",
    "homework": "I read his three papers and ran his model on our log of 2023.",
    "how_we_know": "Cora and I worked together for two years.",
}
APPROVAL = {
    "vouch": "I worked with her for two years: careful, punctual, asks good questions.",
    "vouch_level": "vouch",
    "why_requester": "Tom knows this damage better than anybody.",
    "why_target": "Her team logs every week what your paper describes.",
    "personal_line": "I hope the move went well.",
}


class Broken(Exception):
    """The play did not go as the protocol says: the sentence says where."""


def play(say: Callable[[str], object]) -> None:
    """Play one introduction, and say what happens. Raises `Broken` where a state or letter is not what it must be."""
    try:
        _Play(say).run()
    except Refused as refused:
        raise Broken(f"{refused.code}: {refused}") from refused


class _Play:
    def __init__(self, say: Callable[[str], object]) -> None:
        self.say = say
        self.shown: set[str] = set()
        self.texts: dict[str, str] = {}

    def run(self) -> None:
        cora = people.add_connector(CORA, name="Cora Lund", handle="cora")
        tom = people.add_card(cora.id, name="Tom Target", organisation="Blade Works", addresses=[TOM])
        self.scene(_("Rita asks Cora for an introduction to Tom. First she proves her address."))
        request = introductions.request(cora.id, REQUEST, now=clock.now(), door="demo").id
        self.letters({"verify": 1})
        self.verify()
        self.must_be(cora.id, request, State.WAITING)
        self.letters({"received": 1, "new_request": 1})

        self.scene(_("Cora reads it at her desk, writes her own words, and approves. Tom hears of it now, once."))
        desk = Desk(cora, Actor(Role.CONNECTOR, cora.actor_id, "demo"), clock.now())
        approved = next(act for act in acts.ACTS if act.name == "approve")
        approved.do(desk, request, {**dict.fromkeys(approved.options, ""), **APPROVAL, "target": tom.id})
        self.must_be(cora.id, request, State.ASKING)
        self.letters({"ask": 1, "on_its_way": 1})
        self.no_address_of_tom()

        self.scene(_("Tom opens the link, ticks the box, and says yes. For ten minutes he can take it back."))
        self.answer_yes()
        self.must_be(cora.id, request, State.AGREED)
        self.letters({})

        self.scene(_("Ten minutes later both have two yeses, and each other."))
        mail.tick(clock.now() + limits.HOLD + timedelta(seconds=1))
        self.letters({"introduction": 2}, tick=False)
        self.must_be(cora.id, request, State.INTRODUCED)
        self.scene(_("That is all: one ask, two yeses, one introduction."))

    # ------------------------------------------------------------------ who acts

    def verify(self) -> None:
        link, token = self.link("verify")
        introductions.verify(link, token, now=clock.now())

    def answer_yes(self) -> None:
        link, token = self.link("ask")
        introductions.answer(link, token, {"answer": "yes", "confirm": "yes"}, now=clock.now())

    def link(self, kind: str) -> tuple[str, str]:
        """Return the page that the last letter of this kind leads to, as its reader would find it."""
        found = _LINK.search(self.texts[kind])
        page = introductions.open_link(_PURPOSES[found[1]], found[2], clock.now()) if found else None
        if found is None or page is None:
            raise Broken(_("the link of the letter %(kind)s leads nowhere") % {"kind": kind})
        return page, found[2]

    # ------------------------------------------------------------------ what must be so

    def must_be(self, connector: str, introduction: str, state: State) -> None:
        page = introductions.desk_page(connector, introduction, clock.now())
        if page is None or page.row.state is not state:
            raise Broken(
                _("the introduction should be %(state)s, and is %(found)s")
                % {"state": state, "found": page.row.state if page else _("not there")}
            )

    def letters(self, expected: dict[str, int], *, tick: bool = True) -> None:
        """Let what is due be delivered, show what is new in the post room, and compare it with what must be there."""
        if tick:
            mail.tick()
        new = [path for path in mail.posted_letters(env.data_dir()) if path.name not in self.shown]
        found = Counter(path.stem.partition("-")[2] for path in new)
        for path in new:
            self.shown.add(path.name)
            self.show(path.name, path.read_bytes())
        if found != Counter(expected):
            raise Broken(
                _("the letters should be %(expected)s, and are %(found)s")
                % {"expected": expected or _("none"), "found": dict(found) or _("none")}
            )

    def no_address_of_tom(self) -> None:
        if any(TOM in text for kind, text in self.texts.items() if kind != "ask"):
            raise Broken(_("Tom's address was told before he said yes"))

    # ------------------------------------------------------------------ what is shown

    def scene(self, words: str) -> None:
        self.say(f"\n=== {words}\n")

    def show(self, name: str, content: bytes) -> None:
        """Show the letter as its reader's mail program would: its bytes, decoded."""
        message = message_from_bytes(content, policy=policy.default)
        body = message.get_body(("plain",))
        text = "\n".join(str(body.get_content()).splitlines()) if body is not None else ""
        self.texts[name.partition("-")[2].removesuffix(".eml")] = text
        self.say(f"--- {name}")
        for header in ("From", "To", "Subject"):
            self.say(f"{header}: {message[header]}")
        self.say("")
        self.say("\n".join(f"    {line}".rstrip() for line in text.splitlines()))
        self.say("")
