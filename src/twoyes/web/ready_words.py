"""Words that are ready to be copied after an introduction: a first letter, two thank-yous, amends (F1, F3, F5).

Twoyes sends none of them: both sides have each other's address by now, and thanks are worth more from one's own hand.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from twoyes.introductions.front import DeskPage, RequesterPage, State
from twoyes.mail import front as mail

# Not something to thank for: nobody met.
_NOT_MET = frozenset("nothing_yet no_reply no_show_me no_show_them not_a_fit".split())


@dataclass(frozen=True, slots=True)
class Ready:
    """A text to copy: `id` is its field on the page."""

    id: str
    heading: str
    hint: str
    words: str


def for_requester(page: RequesterPage) -> list[Ready]:
    """Return what whoever asked may want to write now: the first letter, or thanks once they told what happened."""
    target, name = page.target_name, page.words.get("name", "")
    if not target:
        return []
    who = {"target": target, "connector": page.connector_name or _("The connector"), "name": name}
    if page.missed_at is not None:
        return [_amends_to_target(who)]
    if page.view.stage == "introduced":
        return [_first_letter(page, who)]
    if page.view.stage == "closed" and page.outcome and page.outcome not in _NOT_MET:
        return [_thanks_to_target(who), _thanks_to_connector(who)]
    return []


def for_connector(page: DeskPage, connector: str) -> list[Ready]:
    """Return words of amends to whoever was asked, where an introduction cost them time for nothing."""
    who = {"target": page.row.target, "requester": page.row.requester, "connector": connector}
    if page.outcome == "no_show_me" or page.went == "no_show_them":
        return [_missed(who)]
    if page.row.state is State.UNREPORTED:
        return [_never_told(who)]
    return []


def _first_letter(page: RequesterPage, who: dict[str, str]) -> Ready:
    ask = page.words.get("ask", "").strip()
    words = mail.first_line(**who, ask=ask, proposed=page.proposed)
    hint = (
        _("Answer the introduction with it, to both, and move %(connector)s to BCC. Put in times that suit you.") % who
    )
    if page.hands_off:
        hint = _("Answer the introduction with it. Put in times that suit you.")
    return Ready("first-letter", _("Your first letter, if you like"), hint, words)


def _thanks_to_target(who: dict[str, str]) -> Ready:
    words = _("Dear %(target)s,\n\nthank you for your time. It helped me: …\n\n%(name)s") % who
    hint = _("One line on what it changed is worth more than a long letter.")
    return Ready("thanks-target", _("Thank %(target)s") % who, hint, words)


def _thanks_to_connector(who: dict[str, str]) -> Ready:
    words = _("Dear %(connector)s,\n\nthank you for introducing me to %(target)s. It became this: …\n\n%(name)s") % who
    hint = _("Whoever hears what became of it introduces you again.")
    return Ready("thanks-connector", _("Thank %(connector)s") % who, hint, words)


def _amends_to_target(who: dict[str, str]) -> Ready:
    words = _(
        "Dear %(target)s,\n\nI was not there when we had a date, and I am sorry: you gave your time and I wasted it. "
        "If you would still like to talk, I come at any time that suits you: …\n\n%(name)s"
    )
    return _amends(words, who)


def _missed(who: dict[str, str]) -> Ready:
    words = _(
        "Dear %(target)s,\n\nI introduced %(requester)s to you and hear that they missed your date. I am sorry: you "
        "gave your time on my word. I shall remember it before I ask anything of you again.\n\n%(connector)s"
    )
    return _amends(words, who)


def _never_told(who: dict[str, str]) -> Ready:
    words = _(
        "Dear %(target)s,\n\nI introduced %(requester)s to you and never heard what became of it. If nobody wrote to "
        "you, or it cost you time for nothing, I am sorry; tell me, and I shall remember it.\n\n%(connector)s"
    )
    return _amends(words, who)


def _amends(words: str, who: dict[str, str]) -> Ready:
    return Ready("amends", _("Make amends to %(target)s") % who, _("It is sent by you, or not at all."), words % who)
