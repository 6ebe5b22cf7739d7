"""Each number in a sentence with its facts, in plain words: nobody has to believe a number (K1)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twoyes.lib import spoken
from twoyes.network.ties.facts import Facts

# Of ten messages, how many at least went to the two alone before "mostly in rounds" is no longer said.
_ALONE = 0.2


def explain(facts: Facts) -> str:
    """Say in a few short sentences why a tie is as strong as it is; the connector's own word stands first.

    What is not seen is said as not seen, never as not so.
    """
    said = [facts.word, _mail(facts), _first(facts), _rounds(facts), _meetings(facts)]
    return " ".join(sentence for sentence in said if sentence) or _("Nothing is seen between you in these sources.")


def _mail(facts: Facts) -> str:
    told = {
        "weeks": _weeks(facts.weeks_out or facts.weeks_back),
        "their_weeks": _weeks(facts.weeks_back),
        "since": spoken.month(_moment(facts.first)),
        "last": spoken.day(_moment(max(facts.last_out or 0, facts.last_back or 0))),
    }
    if facts.out and facts.back:
        if facts.weeks_out == facts.weeks_back:
            return _("You wrote to each other in %(weeks)s since %(since)s, last on %(last)s.") % told
        return (
            _("You wrote to them in %(weeks)s and they to you in %(their_weeks)s since %(since)s, last on %(last)s.")
            % told
        )
    if facts.out:
        return _("You wrote to them in %(weeks)s, last on %(last)s; no answer is seen.") % told
    if facts.back:
        return _("They wrote to you in %(weeks)s, last on %(last)s; no letter of yours is seen.") % told
    return ""


def _first(facts: Facts) -> str:
    if not (facts.out and facts.back and (facts.opened_out or facts.opened_back)):
        return ""
    if facts.opened_out > facts.opened_back:
        return _("You write first more often.")
    if facts.opened_out < facts.opened_back:
        return _("They write first more often.")
    return _("Each of you writes first as often as the other.")


def _rounds(facts: Facts) -> str:
    messages = facts.out + facts.back
    if messages > 1 and facts.direct_out + facts.direct_back < _ALONE * messages:
        return _("Most of it went to several people at once.")
    return ""


def _meetings(facts: Facts) -> str:
    if not facts.meetings:
        return ""
    told = {"count": facts.meetings, "last": spoken.day(_moment(facts.last_met))}
    return ngettext("One meeting, on %(last)s.", "%(count)d meetings, the last on %(last)s.", facts.meetings) % told


def _weeks(count: int) -> str:
    return ngettext("one week", "%(count)d different weeks", count) % {"count": count}


def _moment(seconds: int | None) -> datetime:
    return datetime.fromtimestamp(seconds or 0, UTC)
