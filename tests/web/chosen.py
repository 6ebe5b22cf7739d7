"""A case for each house rule, by what a person sees: chosen on the desk, met or spared through the public form.

Each case chooses its rule, lets somebody ask, and says whether the rule did what it is for. `met` asks in a way that
the rule is there for, `spared` in one that only looks like it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tests.support.cast import REQUEST, RITA, TOM, Cast
from tests.web.browsing import Browser
from tests.web.mailbox import letters, mailed
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction
from twoyes.people import front as people
from twoyes.policy import front as policy

STRANGER = {"email": "ada@new.example", "name": "Ada New"}
PITCH = {"ask": "A demo of our platform: book a demo and get 20 % off your first year of our solution."}
GIFT = {"benefit": "I will send them my free e-book and our slide deck."}
PICKING = {"ask": "I would love to pick his brain over a coffee, 20 minutes."}


@dataclass
class Stage:
    """Cora at her desk and somebody at her form."""

    cast: Cast
    cora: Browser
    asker: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.asker = Browser(self.cast)

    def choose(self, **fields: str) -> None:
        """Write into the page of house rules, and keep it."""
        kept = self.cora.press("/desk/rules/", "rules", **fields)
        assert kept.status_code == 303, kept.content.decode()

    def ask(self, **fields: str) -> str:
        """Ask through the public form, and prove the address; return the introduction."""
        form = self.asker.form("/@cora", "request")
        self.cast.now += timedelta(minutes=2)
        there = set(Introduction.objects.values_list("pk", flat=True))
        self.asker.post(form.action, {**form.values, **REQUEST, **fields})
        (made,) = set(Introduction.objects.values_list("pk", flat=True)) - there
        if self.cast.state(made) == "unverified":
            self.cast.deliver()
            token = self.cast.key(made, "verify")
            self.asker.press(self.asker.get(f"/v/{token}").headers["Location"], "verify")
        self.cast.deliver()
        return made

    def desk(self, introduction: str) -> str:
        return self.cora.get(f"/desk/introductions/{introduction}/").content.decode()

    def finds(self, introduction: str, code: str) -> bool:
        """Say whether the desk shows a finding under a request."""
        found = introductions.findings(self.cast.cora.id, introduction, self.cast.now)
        shown = [one for one in found if one.code == code]
        page = self.desk(introduction)
        return any(one.sentence in page and one.mend in page for one in shown)

    def word(self, *, since: str, how: str, how_well: str) -> None:
        """Let Cora say by heart how she knows Rita."""
        card, now = self.cast.rita.id, self.cast.now
        people.say_word(self.cast.cora.id, card, since=since, how=how, how_well=how_well, now=now)

    def led_back(self, introduction: str) -> str:
        """Open the letter that gave a request back; return the address of its page."""
        token = self.cast.key(introduction, "returned")
        return self.asker.get(f"/r/{token}").headers["Location"]

    def returned(self, introduction: str) -> bool:
        return self.cast.state(introduction) == "returned"

    def page(self) -> str:
        return Browser(self.cast).get("/@cora").content.decode()

    def mail(self) -> None:
        """Cora wrote with Rita for half a year, and with Tom for three; all of it is read up to now."""
        mailed(self.cast, [*letters(RITA, weeks=26), *letters(TOM, weeks=160)])


type Case = Callable[[Stage], bool]


@dataclass(frozen=True)
class Chosen:
    """What meets a rule and what spares it."""

    met: Case
    spared: Case


def _not_known(**who: str) -> Case:
    def case(stage: Stage) -> bool:
        stage.mail()
        stage.choose(not_known="yes")
        return stage.finds(stage.ask(**who), "not_known")

    return case


def _sender(code: str, **values: str) -> Case:
    def case(stage: Stage) -> bool:
        stage.mail()
        stage.choose(**{code: "yes"}, **values)
        return stage.finds(stage.ask(), code)

    return case


def _places(strangers: int) -> Case:
    def case(stage: Stage) -> bool:
        stage.mail()
        stage.choose(places="yes", places_places="1")
        asked = [stage.ask(email=f"ada{n}@new.example", name="Ada New") for n in range(strangers)]
        stage.ask()
        return stage.returned(asked[-1])

    return case


def _words(rule: str, strength: str, words: Mapping[str, str]) -> Case:
    def case(stage: Stage) -> bool:
        stage.choose(**{rule: "yes", f"{rule}_strength": strength})
        return stage.returned(stage.ask(**words))

    return case


def _pitch_mentioned(words: Mapping[str, str]) -> Case:
    """Chosen as a hint, a pitch reaches the desk, which it does not where nothing is chosen."""

    def case(stage: Stage) -> bool:
        stage.choose(sales_pitch="yes", sales_pitch_strength="hint")
        asked = stage.ask(**words)
        return not stage.returned(asked) and stage.finds(asked, "sales_pitch")

    return case


def _topics(target: str) -> Case:
    def case(stage: Stage) -> bool:
        stage.choose(topics="yes", topics_welcome="wind", topics_unwelcome="casting shows, Crypto")
        asked = stage.ask(target=target)
        return stage.finds(asked, "topics") and "casting shows" in stage.page()

    return case


def _no_go(target: str) -> Case:
    def case(stage: Stage) -> bool:
        stage.choose(no_go_names="Blade Works\nUwe Lang")
        return stage.finds(stage.ask(target=target), "no_go")

    return case


def _too_many(most: str) -> Case:
    def case(stage: Stage) -> bool:
        stage.choose(too_many_open="yes", too_many_open_most=most)
        stage.ask(target="Somebody else")
        return stage.finds(stage.ask(), "too_many_open")

    return case


def _earlier(rule: str, state: str, outcome: str = "") -> Case:
    def case(stage: Stage) -> bool:
        made = getattr(stage.cast, state)()
        if outcome:
            asker = stage.cast.asker(made)
            introductions.report_outcome(made, outcome, "", actor=asker, now=stage.cast.now)
            # What counts against somebody counts a week after they were told.
            stage.cast.pass_time(timedelta(days=8))
        stage.choose(**{rule: "yes"})
        return stage.finds(stage.ask(target="Somebody else"), rule)

    return case


def _says(*told: str, **values: str) -> Case:
    def case(stage: Stage) -> bool:
        stage.choose(**values)
        page = stage.page()
        return all(one in page for one in told)

    return case


def _ended(after: timedelta, **values: str) -> Case:
    """Whether a request that nobody decides on has lapsed by then."""

    def case(stage: Stage) -> bool:
        stage.choose(**values)
        asked = stage.ask()
        stage.cast.pass_time(after)
        return stage.cast.state(asked) == "lapsed"

    return case


def _waits(after: timedelta, **values: str) -> Case:
    def case(stage: Stage) -> bool:
        return not _ended(after, **values)(stage)

    return case


def _pause(**values: str) -> Case:
    def case(stage: Stage) -> bool:
        form = stage.asker.form("/@cora", "request")
        stage.choose(**values)
        stage.cast.now += timedelta(minutes=2)
        answer = stage.asker.post(form.action, {**form.values, **REQUEST})
        kept = answer.status_code == 409 and REQUEST["homework"] in answer.content.decode()
        return kept and not Introduction.objects.exists() and "Back in May." in stage.page()

    return case


DAY = timedelta(days=1)

CASES: dict[str, Chosen] = {
    "not_known": Chosen(_not_known(**STRANGER), _not_known()),
    "too_new": Chosen(_sender("too_new", too_new_months="12"), _sender("too_new", too_new_months="4")),
    "too_few_weeks": Chosen(
        _sender("too_few_weeks", too_few_weeks_weeks="60"), _sender("too_few_weeks", too_few_weeks_weeks="5")
    ),
    "places": Chosen(_places(2), _places(1)),
    "talk_first": Chosen(
        _sender("talk_first", talk_first_when="always"), _sender("talk_first", talk_first_when="unknown")
    ),
    "no_benefit": Chosen(_words("no_benefit", "blocker", GIFT), _words("no_benefit", "blocker", {})),
    "sales_pitch": Chosen(_pitch_mentioned(PITCH), _pitch_mentioned({})),
    "brain_picking": Chosen(_words("brain_picking", "blocker", PICKING), _words("brain_picking", "hint", PICKING)),
    "topics": Chosen(_topics("Somebody who knows crypto at Blade Works"), _topics("Tom Target")),
    "no_go": Chosen(_no_go("Tom Target of Blade-Works"), _no_go("Tom Blade")),
    "too_many_open": Chosen(_too_many("1"), _too_many("2")),
    "spacing": Chosen(
        _says("at most once in 61 days", spacing="yes", spacing_days="61"),
        _says("at most once in", spacing="", spacing_days="61"),
    ),
    "outcome_owed": Chosen(_earlier("outcome_owed", "unreported"), _earlier("outcome_owed", "closed")),
    "no_show": Chosen(
        _earlier("no_show", "awaiting_outcome", "no_show_me"), _earlier("no_show", "awaiting_outcome", "no_show_them")
    ),
    "lapse": Chosen(
        _ended(4 * DAY, lapse="yes", lapse_days="3", lapse_remind="1"), _ended(4 * DAY, lapse="", lapse_days="3")
    ),
    "ask_length": Chosen(
        _says("has 21 days to answer", ask_length="yes", ask_length_days="21"),
        _says("days to answer", ask_length="", ask_length_days="21"),
    ),
    "closed": Chosen(
        _waits(16 * DAY, closed_first_0="2026-03-04", closed_last_0="2026-03-10"),
        _waits(16 * DAY, closed_first_0="2026-05-04", closed_last_0="2026-05-10"),
    ),
    "pause": Chosen(_pause(pause="yes", pause_words="Back in May."), _pause(pause="", pause_words="Back in May.")),
}


def without(rule: str) -> tuple[policy.HouseRule, ...]:
    """Return the literal list as it would be without this rule's file."""
    return tuple(one for one in policy.SENTENCES if one.id != rule)
