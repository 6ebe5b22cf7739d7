"""Who is the same person, for other rooms: the rules of `network.identity`, and a sentence for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from twoyes.network.identity import finding, mailmap
from twoyes.network.identity.comparing import Someone
from twoyes.network.identity.finding import Finding, Pair, Told

type Known = tuple[str, Sequence[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Same:
    """What the rules hold: groups that join by themselves, each with its findings, and what is left to ask."""

    joins: tuple[tuple[tuple[str, ...], str], ...]
    """Groups of ids, and the name of the weakest rule that holds each together."""
    asks: tuple[Finding, ...]


def same_people(people: Iterable[Known], apart: Collection[Pair] = (), *, mail_map: Iterable[str] = ()) -> Same:
    """Find who of these people (an id, names and addresses each) is one person.

    `apart` are pairs that somebody said are two; `mail_map` the lines of a `.mailmap`, which says who is one.
    """
    everybody = [Someone(key, tuple(names), tuple(at)) for key, names, at in people]
    found = finding.find(everybody, Told(_said_same(everybody, mail_map), frozenset(apart), {}))
    groups = finding.groups(found)
    whose = {member: number for number, group in enumerate(groups) for member in group}
    why = [""] * len(groups)
    for one in found:
        if one.joins:
            number = whose[one.one]
            why[number] = max(why[number] or one.why, one.why, key=finding.rank)
    return Same(tuple(zip(groups, why, strict=True)), tuple(finding.asked(found)))


def _said_same(people: Iterable[Someone], mail_map: Iterable[str]) -> dict[str, str]:
    """Whose a mailmap says that somebody is, by id; somebody of whom it says two things is left out."""
    whose = mailmap.same(mailmap.read(mail_map))
    found = {
        one.id: {whose[address] for address in map(str.lower, one.addresses) if address in whose} for one in people
    }
    return {id_: said.pop() for id_, said in found.items() if len(said) == 1}


def why_same(rule: str) -> str:
    """The sentence of a rule, for the owner of the book; "" for a rule of another version."""
    sentences = {
        "mailmap": _("A list of names and addresses says so."),
        "same_mailbox": _("The same mailbox, written in two ways."),
        "name_house_local": _("The same name, with the same mailbox name at two hosts of one organisation."),
        "name_house": _("The same name at one organisation."),
        "name_handle": _("The same full name, and the same unusual mailbox name."),
        "name": _("The same full name."),
        "close_name_house": _("Nearly the same name, at one organisation."),
        "close_name_local": _("Nearly the same name, and the same mailbox name."),
        "close_name": _("Nearly the same name: one has a short form or leaves a name out."),
        "initial_house": _("The same family name at one organisation, and one has only an initial before it."),
        "initial_local": _("The same family name and the same mailbox name, and one has only an initial before it."),
        "spelled": _("The address of one spells the whole name of the other."),
        "house_local": _("The same mailbox name at two hosts of one organisation."),
        "house_short": _("At one organisation, and the address of one is a short form of the other's name."),
        "nick": _("The same unusual name."),
        "initialled": _("The address of one is the initial and the family name of the other."),
        "handle": _("The same unusual mailbox name."),
        "mailbox": _("The same address under two names."),
    }
    return sentences.get(rule, "")
