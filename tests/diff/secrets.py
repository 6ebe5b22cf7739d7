"""What Rita must never learn: everything that can happen between an approval and the day that was promised to her."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from tests.diff.life import Life
from tests.support.cast import APPROVAL, CORA, REQUEST, RITA, TOM, frozen
from tests.web.mailbox import letter, letters, mailed
from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, Letter
from twoyes.introductions.protocol import Actor, Role
from twoyes.lib import addresses
from twoyes.network import front as network
from twoyes.people import front as people

_ANYTHING, _AT_ANY_TIME = people.Topics(), people.Limits()

type Step = Callable[[Life], object]

# When what is hidden happens, counted from the approval.
ANSWER = timedelta(days=3, hours=5)
UNDO = ANSWER + timedelta(minutes=5)
LATE = timedelta(days=12, hours=7)
FEW = 48
NEAR, FAR = timedelta(days=6), timedelta(days=20)


@dataclass(frozen=True)
class Secret:
    """One world: what stands before the approval, what the relay says of the ask, and what happens when.

    `approved` is done between the approval and the hand-over. `instants` is how often Rita looks; for the milder twins
    of a secret a few looks less will do.
    """

    name: str
    before: Step | None = None
    relay: str = "sent"
    then: tuple[tuple[timedelta, Step], ...] = ()
    instants: int = 200
    approved: Step | None = None


def answers(answer: str, **fields: str) -> Step:
    """Tom presses an answer on his page."""

    def press(life: Life) -> None:
        life.posted.answer(life.introduction, answer, side=life.side, **fields)

    return press


def later(life: Life) -> None:
    """Tom names a day a little past the one that Rita waits for."""
    life.posted.answer(
        life.introduction, "later", side=life.side, until=f"{life.posted.now + timedelta(days=40):%Y-%m-%d}"
    )


def undone(life: Life) -> None:
    link, token = life.posted.page(life.introduction, life.side)
    introductions.undo(link, token, now=life.posted.now)


def not_he(life: Life) -> None:
    link, token = life.posted.page(life.introduction, life.side)
    introductions.not_me(link, token, now=life.posted.now)


def one_press(life: Life) -> None:
    """His mail program objects for him (RFC 8058)."""
    introductions.stop(life.posted.key(life.introduction, "ask", side=life.side, of="stop"), now=life.posted.now)


def ask(life: Life) -> QuerySet[Letter]:
    return Letter.objects.filter(introduction=life.introduction, kind="ask", side=life.side)


def bounced(life: Life) -> None:
    introductions.dsn(ask(life).get().pk, now=life.posted.now)


def erased(life: Life) -> None:
    care.erase(TOM, actor=Actor(Role.PROGRAM), now=life.posted.now)


def erased_and_imported_again(life: Life) -> None:
    """Tom was erased long ago, and Cora, who cannot know it, added him once more."""
    erased(life)
    life.posted.tom = people.add_card(life.posted.cora.id, name="Tom Target", addresses=[TOM])


def withdrawn_by_cora(life: Life) -> None:
    introductions.withdraw(life.introduction, actor=life.posted.desk, now=life.posted.now)


def closed(life: Life) -> None:
    introductions.close(life.introduction, "by_connector", actor=life.posted.desk, now=life.posted.now)


def noted(answer: str) -> Step:
    """Cora notes what Tom said on the phone."""

    def note(life: Life) -> None:
        fields = {"answer": answer, "how": "on the phone", "scope": "this_person", "side": life.side}
        fields["until"] = f"{life.posted.now + timedelta(days=40):%Y-%m-%d}"
        introductions.note_answer(life.introduction, fields, actor=life.posted.desk, now=life.posted.now)

    return note


def text_changed(life: Life) -> None:
    """Somebody changed the approved text in the store: the ask goes back to the desk, and nobody comes."""
    ask(life).update(text_sha256="0" * 64)


def wish(scope: str) -> Step:
    """Tom said long ago what he never wants."""

    def never(life: Life) -> None:
        posted, about = life.posted, {"anyone": "", "this_connector": life.posted.cora.id}
        people.wish(
            posted.cora.community_id,
            people.keys_of(posted.tom.id),
            kind="never",
            scope=scope,
            about=about.get(scope, addresses.key(RITA)),
            introduction="",
            at=posted.now,
        )

    return never


def asked_by_otto(ago: timedelta, asked: str = TOM, **fields: str) -> Step:
    """Otto has a book of his own: he let somebody be asked a while ago, about Rita or about another."""

    def ask(life: Life) -> None:
        posted, now = life.posted, life.posted.now
        posted.now = now - ago
        card = people.add_card(posted.otto.id, name="Tom Target", addresses=[asked])
        words = {**REQUEST, "email": "rolf@asks.example", "name": "Rolf", **fields}
        desk = Actor(Role.CONNECTOR, posted.otto.actor_id, "test")
        with life.chances("otto"):
            proved = addresses.key(words["email"])
            other = introductions.request(posted.otto.id, words, now=posted.now, door="test", proved=proved).id
            approval = {**APPROVAL, "target": card.id}
            introductions.approve(other, approval, frozen=frozen(), actor=desk, now=posted.now)
        life.deliver()
        posted.now = now

    return ask


def older_ask_to_a_twin(life: Life) -> None:
    """Cora has Tom on a second card, and another's ask to it is held since before."""
    posted = life.posted
    twin = people.add_card(posted.cora.id, name="Thomas Second", addresses=["tom@second.example"])
    words = {**REQUEST, "email": "rolf@asks.example", "name": "Rolf", "target": "Thomas Second"}
    with life.chances("twin"):
        proved = addresses.key(words["email"])
        made = introductions.request(posted.cora.id, words, now=posted.now, door="test", proved=proved).id
        approval = {**APPROVAL, "target": twin.id}
        introductions.approve(made, approval, frozen=frozen(), actor=posted.desk, now=posted.now)
    Letter.objects.filter(introduction=made, kind="ask").update(state="held")


def merged(life: Life) -> None:
    """Cora sees that both are one: of two asks that have not left the older goes on, and Rita's closes."""
    posted = life.posted
    twin = people.who(posted.cora.id, "Thomas Second")
    care.merge(posted.cora.id, posted.tom.id, twin.id, actor=posted.desk, now=posted.now)
    assert Introduction.objects.get(pk=life.introduction).state == "refused"


SILENCE = Secret("silence")


def prefers(topics: people.Topics = _ANYTHING, limits: people.Limits = _AT_ANY_TIME) -> Step:
    """Tom says, on the page of another's letter, what he wishes to be asked."""

    def say(life: Life) -> None:
        posted = life.posted
        keys, community = people.keys_of(posted.tom.id), posted.cora.community_id
        with transaction.atomic():
            people.lock_subjects(community, keys)
            people.say_topics(community, keys, topics, about="", at=posted.now)
            people.say_limits(community, keys, limits, cards={})

    return say


def once_a_year(life: Life) -> None:
    """Otto's ask is older than any spacing, and younger than what Tom wishes."""
    asked_by_otto(timedelta(days=50))(life)
    prefers(limits=people.Limits(every_months=12))(life)


def mail_shows_both(life: Life) -> None:
    """Cora's mail comes to show how well she knows either, that these two know each other, and what it was about."""
    cora, at = life.posted.cora.id, life.posted.now - timedelta(days=40)
    network.remember_topics(cora, on=True, now=at)
    between = letter(RITA, TOM, CORA, at=at, ident="between", subject="The harbour crane")
    mailed(life.posted, [*letters(RITA, weeks=9), *letters(TOM, weeks=4), between])


SECRETS = (
    Secret("no", then=((ANSWER, answers("no")),)),
    Secret(
        "no, with words for Cora",
        instants=FEW,
        then=((ANSWER, answers("no", comment="She wrote to me thrice already.")),),
    ),
    Secret("never this person", instants=FEW, then=((ANSWER, answers("never", scope="this_person")),)),
    Secret("never anyone", then=((ANSWER, answers("never", scope="anyone")),)),
    Secret("not me", instants=FEW, then=((ANSWER, not_he),)),
    Secret("one press", instants=FEW, then=((ANSWER, one_press),)),
    Secret("later", then=((ANSWER, later),)),
    Secret("their details", then=((ANSWER, answers("their_details")),)),
    Secret("yes, then undo", then=((ANSWER, answers("yes")), (UNDO, undone))),
    Secret("yes, then no", instants=FEW, then=((ANSWER, answers("yes")), (UNDO, answers("no")))),
    Secret(
        "no, then yes, then never",
        instants=FEW,
        then=((ANSWER, answers("no")), (UNDO, answers("yes")), (UNDO, answers("never"))),
    ),
    Secret("late yes", then=((LATE, answers("yes")),)),
    Secret("no by phone", instants=FEW, then=((ANSWER, noted("no")),)),
    Secret("later by phone", instants=FEW, then=((ANSWER, noted("later")),)),
    Secret("refused by the relay", relay="refused"),
    Secret("unknown to the relay", relay="unknown"),
    Secret("bounced", then=((ANSWER, bounced),)),
    Secret("mail that shows both", instants=FEW, before=mail_shows_both),
    Secret("erased before", instants=FEW, before=erased_and_imported_again),
    Secret("erased after", then=((ANSWER, erased),)),
    Secret("withdrawn by Cora", instants=FEW, then=((ANSWER, withdrawn_by_cora),)),
    Secret("closed by Cora", instants=FEW, then=((ANSWER, closed),)),
    Secret("a wish: never anyone", before=wish("anyone")),
    Secret("a wish: never through Cora", instants=FEW, before=wish("this_connector")),
    Secret("a wish: never Rita", instants=FEW, before=wish("this_person")),
    Secret("a format not taken, said since", approved=prefers(people.Topics(formats=("mail",)))),
    Secret("a topic not welcome, said since", instants=FEW, approved=prefers(people.Topics(unwelcome="labelled"))),
    Secret("at most once a year", instants=FEW, before=once_a_year),
    Secret("how often, said since", instants=FEW, approved=once_a_year),
    Secret("in no list", instants=FEW, before=prefers(limits=people.Limits(not_listed=True))),
    Secret("spacing, near", before=asked_by_otto(timedelta(days=30) - NEAR)),
    Secret("spacing, far", before=asked_by_otto(timedelta(days=30) - FAR)),
    Secret("text changed in the store", instants=FEW, relay="tampered"),
)
