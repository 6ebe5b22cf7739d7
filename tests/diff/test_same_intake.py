"""DIFF: whoever the target is to Cora, and whoever knocks, the doors answer alike (E6, E7, D24)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from shutil import rmtree

import pytest

from tests.diff.life import Life, Trace, schedule
from tests.diff.secrets import asked_by_otto, erased
from tests.support.cast import REQUEST, RITA, START, TOM
from tests.support.posted import Posted
from tests.web.browsing import Browser
from tests.web.mailbox import a_history, letters, mailed
from twoyes.lib import addresses, env, limits
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.people.models import ContactPoint, Person
from twoyes.policy import front as policy

DAY = timedelta(days=1)
AGAIN = START + 3 * DAY + timedelta(hours=3)
END = START + timedelta(days=60)
FEW = 48


@pytest.fixture
def life(posted: Posted) -> Life:
    life = Life(posted, Browser(posted))
    life.rita.client.raise_request_exception = True
    return life


def nothing(_life: Life) -> None:
    """Tom and Rita are in Cora's book, as they always are."""


def without_card(name: str) -> Callable[[Life], None]:
    def remove(life: Life) -> None:
        card = getattr(life.posted, name)
        ContactPoint.objects.filter(person=card.id).delete()
        Person.objects.filter(pk=card.id).delete()

    return remove


def never(life: Life) -> None:
    keys = people.keys_of(life.posted.tom.id)
    about = addresses.key(RITA)
    for kind, scope, of in (("never", "anyone", ""), ("never", "this_person", about)):
        people.wish(
            life.posted.cora.community_id, keys, kind=kind, scope=scope, about=of, introduction="", at=life.posted.now
        )


def has_an_account(_life: Life) -> None:
    people.add_connector(TOM, name="Tom Target", handle="tom")


def known_from_mail(life: Life) -> None:
    """Cora wrote with both for years, introduced some, and lost others from sight; and all of it was worked through."""
    network.promise(
        life.posted.cora.id,
        life.posted.rita.id,
        life.posted.tom.id,
        words="They both look at blades.",
        since=life.posted.now.date(),
        now=life.posted.now,
    )
    mailed(life.posted, [*a_history(life.posted), *letters(TOM, weeks=40)])
    seen = network.evidence(life.posted.cora.id, [addresses.key(TOM)])
    assert seen.level == "strong", "there is something to be learned"


def asked(life: Life, secret: Callable[[Life], object]) -> Trace:
    """Let Rita ask, look for sixty days, and ask the same once more; Cora does nothing at all."""
    life.trace, now = Trace(), life.posted.now
    with life.thrown_away():
        secret(life)
        life.asks()
        marked = [AGAIN, START + limits.WAITING_REMINDER, START + limits.WAITING_AGE]
        for at in schedule(life.posted.now, END, special=marked, number=FEW):
            if life.posted.now < AGAIN <= at:
                life.until(AGAIN)
                ask_again(life)
            life.until(at)
            life.press_all(life.look(life.pages[:1]), forged=at in marked)
            life.look(life.pages[1:])
    assert life.posted.now == now
    return life.trace


def ask_again(life: Life) -> None:
    with life.chances("form"):
        form = life.rita.form("/@cora", "request")
    life.posted.now += timedelta(minutes=3)
    life.press(form.action, {**form.values, **REQUEST})
    life.deliver()


@pytest.fixture
def no_files() -> Iterator[None]:
    """Take away what the graph left on the disk: rows go with the test, files do not."""
    yield
    rmtree(env.data_dir() / "network", ignore_errors=True)


@pytest.mark.slow
@pytest.mark.case("E5", "E6")
@pytest.mark.usefixtures("no_files")
def test_a_request_looks_the_same_whatever_mail_shows_and_whatever_was_promised(life: Life) -> None:
    assert asked(life, known_from_mail).unlike(asked(life, nothing)) == ""


@pytest.mark.slow
@pytest.mark.case("A2", "E5", "E6")
def test_a_request_looks_the_same_whoever_is_asked_for(life: Life) -> None:
    base = asked(life, nothing)
    assert base.unlike(asked(life, nothing)) == ""
    secrets = {
        "Tom is not in the book": without_card("tom"),
        "Rita is not in the book": without_card("rita"),
        "Tom was erased": erased,
        "Tom said never": never,
        "Tom was asked last week": asked_by_otto(5 * DAY),
        "Tom has an account": has_an_account,
    }
    told = {name: asked(life, secret).unlike(base) for name, secret in secrets.items()}
    assert {name: how for name, how in told.items() if how} == {}


def ruled(**private: str) -> Callable[[Life], None]:
    """Let Cora choose the same sentences in both worlds; what is her own differs."""

    def choose(life: Life) -> None:
        chosen = dict.fromkeys(("not_known", "outcome_owed", "no_show"), "yes")
        policy.choose(life.posted.cora.id, {**chosen, "no_go_names": "Somebody Else", **private})

    return choose


@pytest.mark.slow
@pytest.mark.case("A2", "E6")
def test_a_request_looks_the_same_whatever_the_connector_keeps_to_herself(life: Life) -> None:
    base = asked(life, ruled())
    secrets = {
        "Tom is on her private list": ruled(no_go_names="Tom Target\nBlade Works"),
        "a rule weighs more": ruled(outcome_owed_strength="blocker", no_show_strength="blocker"),
    }
    assert {name: how for name, secret in secrets.items() if (how := asked(life, secret).unlike(base))} == {}
