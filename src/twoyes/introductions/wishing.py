"""What somebody says on their page of how they wish to be asked: seen, changed and taken back there (B4, A5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from twoyes.introductions import answering, binding, engine, links, pairs, queries, words
from twoyes.introductions.models import Introduction, Link
from twoyes.introductions.protocol import Event, record
from twoyes.lib import limits
from twoyes.people import front as people
from twoyes.policy import front as policy

KINDS = ("never", "standing_yes", "asked", "back", "standing_over")
SCOPES = ("this_connector", "anyone")
_MOST_TOPICS, _LENGTH = 30, 600


@dataclass(frozen=True, slots=True)
class MyWishes:
    """What somebody said of how they wish to be asked, for their own page.

    `topics` is what their form shows, which holds for `scope`: "this_connector" or "anyone". `for_everybody` is what
    they said to everybody here beside it. `said` are wishes that can be taken back.
    """

    topics: people.Topics
    scope: str
    for_everybody: people.Topics
    limits: people.Limits
    said: tuple[people.Said, ...] = ()
    served: bool = False
    """They are introduced because of a yes in advance."""


def my_wishes(link_id: str, token: str, now: datetime) -> MyWishes:
    """Return what the reader of a page said so far. A quiet page shows nothing of it. Raises `nothing_here`."""
    link = links.find("target", link_id, token, now)
    row = link.introduction
    served = link.side != "first" and record.from_json(row.snapshot).standing
    if link.purpose != "target":
        return MyWishes(_NO_TOPICS, SCOPES[0], _NO_TOPICS, people.Limits(), served=served)
    keys = pairs.asked_keys(row, link.side)
    told = people.topics_said(row.community_id, keys)
    mine, everybody = told.get(row.connector_id), told.get("", _NO_TOPICS)
    return MyWishes(
        topics=mine or everybody,
        scope="anyone" if everybody and mine is None else "this_connector",
        for_everybody=everybody if mine is not None else _NO_TOPICS,
        limits=people.limits(row.community_id, keys),
        said=tuple(people.said(row.community_id, keys, connector_id=row.connector_id)),
        served=served,
    )


@engine.verb
def wishes(link_id: str, token: str, fields: Mapping[str, object], *, now: datetime) -> None:
    """Set what this person wants from now on, by the field `wish`, or take it back.

    `never` in a scope; `asked`: topics, formats, how often, in which lists; `standing_yes`: a yes in advance to this
    connector, and `standing_over`, which ends it and is open to a quiet page too, since it only closes; `back` takes
    back the wish that the field `of` names. Raises `BadFields`, `nothing_here`.
    """
    kind = str(fields.get("wish") or "never")
    if kind not in KINDS:
        raise words.BadFields({"wish": ("choice", _("Please choose one of the options."))})
    find = links.find_for_answers
    link = links.find("target", link_id, token, now) if kind == "standing_over" else find(link_id, token, now)
    with engine.changing(link.introduction_id) as work:
        if kind == "asked":
            _asked(work.row, link.side, fields, now)
        elif kind in {"back", "standing_over"}:
            _take_back(work, link, str(fields.get("of") or ""), now)
        else:
            _note(work, link, kind, fields, now=now)


def _note(work: engine.Work, link: Link, kind: str, fields: Mapping[str, object], *, now: datetime) -> None:
    row, scope = work.row, binding.scope(fields) if kind == "never" else "this_connector"
    about = {"anyone": [""], "this_connector": [row.connector_id]}.get(scope, pairs.other_keys(row, link.side))
    for one in about:
        people.wish(
            row.community_id,
            pairs.asked_keys(row, link.side),
            kind=kind,
            scope=scope,
            about=one,
            introduction="",
            at=now,
        )
    if kind == "standing_yes":
        work.hand_in(Event(kind, answering.holder(link), {"side": link.side}), now)
        # What opens something for later can be taken back here for as long as any page of theirs is open.
        queries.keep_open(row.pk, [link.side], now + limits.WISHES_LINK_AGE)


def _take_back(work: engine.Work, link: Link, of: str, now: datetime) -> None:
    """Take a wish back. Without a name it is the yes in advance; where nothing stands any more nothing happens."""
    row, keys = work.row, pairs.asked_keys(work.row, link.side)
    standing = people.said(row.community_id, keys, connector_id=row.connector_id)
    wanted = [one.id for one in standing if one.kind == "standing_yes"] if not of else [of]
    for one in wanted:
        if people.take_back(row.community_id, keys, connector_id=row.connector_id, wish_id=one) == "standing_yes":
            work.hand_in(Event("standing_over", answering.holder(link), {"side": link.side}), now)


def _asked(row: Introduction, side: str, fields: Mapping[str, object], now: datetime) -> None:
    """Keep topics, formats and limits in place of what was said before; all of it empty takes it back."""
    said, scope = _topics(fields), str(fields.get("scope") or SCOPES[0])
    if scope not in SCOPES:
        raise words.BadFields({"scope": ("choice", _("Please choose one of the options."))})
    keys, community, here = pairs.asked_keys(row, side), row.community_id, row.connector_id
    told = people.topics_said(community, keys)
    held, wanted = people.limits(community, keys), people.Limits(_every(fields), bool(fields.get("not_listed")))
    if not (said or told or held != people.Limits() or wanted != people.Limits()):
        raise words.BadFields({"welcome": ("required", _("Say at least one thing. Nothing has been noted yet."))})
    everybody = told.get("", _NO_TOPICS)
    apart = here in told
    if scope == "anyone":
        # What was said to everybody stood beside the form, and goes on.
        people.say_topics(community, keys, people.stricter(everybody, said) if apart else said, about="", at=now)
        people.say_topics(community, keys, _NO_TOPICS, about=here, at=now)
    else:
        people.say_topics(community, keys, everybody if apart else _NO_TOPICS, about="", at=now)
        people.say_topics(community, keys, said, about=here, at=now)
    card = pairs.asked_card(row, side)
    people.say_limits(community, keys, wanted, cards={pairs.key_of_bare_card(card): card} if card else {})


def _topics(fields: Mapping[str, object]) -> people.Topics:
    clean = words.clean_lines(fields, "welcome", "unwelcome")
    for name, text in clean.items():
        if len(text) > _LENGTH or len(policy.topics_of(text)) > _MOST_TOPICS:
            sentence = _("A few words a topic, and %d topics at most. Nothing has been noted yet.") % _MOST_TOPICS
            raise words.BadFields({name: ("too_long", sentence)})
    formats = str(fields.get("formats") or "").split()
    if set(formats) - {*people.FORMATS}:
        raise words.BadFields({"formats": ("choice", _("Please choose one of the options."))})
    # Whoever takes all of them excludes none.
    taken = () if len(set(formats)) == len(people.FORMATS) else tuple(k for k in people.FORMATS if k in formats)
    return people.Topics(clean["welcome"], clean["unwelcome"], taken)


def _every(fields: Mapping[str, object]) -> int:
    chosen = str(fields.get("every") or "0")
    if chosen not in {"0", *map(str, people.EVERY)}:
        raise words.BadFields({"every": ("choice", _("Please choose one of the options."))})
    return int(chosen)


_NO_TOPICS = people.Topics()
