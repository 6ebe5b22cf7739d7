"""What an owner looks back on in their mail: whom they brought together, of whom they heard, and who went silent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.network.histories import BEGIN, CORA, mail, mbox
from twoyes.network import importing
from twoyes.network.log import MEETING, Columns, number, write
from twoyes.network.models import Source
from twoyes.network.ways import building, shelf
from twoyes.people import front as people

KIM, ADA, TOM, UMA = (f"{name}@blades.example" for name in ("kim", "ada", "tom", "uma"))
NOW = datetime(2019, 12, 1, 9, 0, tzinfo=UTC)
DAY = 86_400
_sent = iter(range(1_000_000))


def letter(sender: str, *to: str, day: int, answers: str = "", ident: str = "", cc: str = "") -> str:
    more = f"In-Reply-To: <{answers}>\nReferences: <{answers}>\n" if answers else ""
    return mail(sender, ", ".join(to), day=day, more=more, ident=ident or f"{next(_sent)}@m", cc=cc)


def looked_back(owner: str, folder: Path, *letters: str) -> shelf.Shelf:
    for address in (KIM, ADA, TOM, UMA):
        people.add_card(owner, name=address.partition("@")[0].title(), addresses=[address])
    importing.import_history(owner, [mbox(folder, *letters)])
    building.build(owner, NOW)
    graph = shelf.opened(owner)
    assert graph is not None
    return graph


def introduced(owner: str, folder: Path, *letters: str) -> dict[str, bool]:
    """Who was introduced to whom, by their names, and whether anything was heard."""
    graph = looked_back(owner, folder, *letters)
    found = {}
    for row in graph.mine.introduced:
        cards = (people.card(owner, graph.nodes[row[side]]) for side in ("one", "other"))
        found["-".join(sorted(card.name for card in cards if card is not None))] = bool(row["heard"])
    return found


def test_a_letter_to_two_who_were_never_seen_together_is_an_introduction(cora: str, tmp_path: Path) -> None:
    assert introduced(cora, tmp_path, letter(CORA, KIM, ADA, day=300)) == {"Ada-Kim": False}


def test_to_and_cc_are_alike(cora: str, tmp_path: Path) -> None:
    assert introduced(cora, tmp_path, letter(CORA, KIM, cc=ADA, day=300)) == {"Ada-Kim": False}


@pytest.mark.parametrize(
    "before",
    [
        letter(KIM, CORA, ADA, day=200),
        letter(ADA, KIM, cc=CORA, day=200),
        letter(CORA, KIM, ADA, TOM, day=200),
        letter(TOM, CORA, KIM, ADA, day=200),
    ],
)
def test_whoever_stood_in_one_letter_before_was_not_introduced(cora: str, tmp_path: Path, before: str) -> None:
    assert introduced(cora, tmp_path, before, letter(CORA, KIM, ADA, day=300)) == {}


def test_letters_to_one_or_to_three_introduce_nobody(cora: str, tmp_path: Path) -> None:
    stranger = "somebody.who.was.never.written.to@far.example"
    letters = (letter(CORA, KIM, day=300), letter(CORA, KIM, ADA, TOM, day=301), letter(KIM, ADA, TOM, day=302))
    assert introduced(cora, tmp_path, *letters, letter(CORA, TOM, UMA, stranger, day=303)) == {}


@pytest.mark.parametrize(
    ("after", "heard"),
    [
        (letter(KIM, CORA, day=310, answers="first@m"), True),
        (letter(KIM, ADA, day=310, cc=CORA), True),
        (letter(TOM, KIM, ADA, CORA, day=310), True),
        (letter(CORA, KIM, ADA, day=310, answers="first@m"), False),
        (letter(KIM, CORA, day=310), False),
        (letter(KIM, CORA, day=299, answers="first@m"), False),
    ],
)
def test_heard_is_what_comes_later_in_the_thread_or_with_both(
    cora: str, tmp_path: Path, after: str, *, heard: bool
) -> None:
    assert introduced(cora, tmp_path, letter(CORA, KIM, ADA, day=300, ident="first@m"), after) == {"Ada-Kim": heard}


def test_an_introduction_of_four_years_ago_is_not_told(cora: str, tmp_path: Path) -> None:
    assert introduced(cora, tmp_path, letter(CORA, KIM, ADA, day=-1000)) == {}


def test_ones_own_other_address_beside_two_is_no_third(cora: str, tmp_path: Path) -> None:
    people.add_card(cora, name="Kim", addresses=[KIM])
    importing.import_history(
        cora, [mbox(tmp_path, letter(CORA, KIM, ADA, "me@home.example", day=300))], mine=["me@home.example"]
    )
    building.build(cora, NOW)
    graph = shelf.opened(cora)
    assert graph is not None
    assert len(graph.mine.introduced) == 1


def fortnightly(one: str, *, years: int, begin: int) -> list[str]:
    days = range(begin, begin + 365 * years, 14)
    return [text for day in days for text in (letter(CORA, one, day=day), letter(one, CORA, day=day + 1))]


def dormant(graph: shelf.Shelf, owner: str) -> list[str]:
    cards = (people.card(owner, graph.nodes[row["node"]]) for row in graph.mine.dormant)
    return [card.name for card in cards if card is not None]


def test_whoever_was_near_once_and_has_been_silent_for_three_years_is_dormant(cora: str, tmp_path: Path) -> None:
    letters = fortnightly(KIM, years=2, begin=-2000)
    # Ada was as near, and one letter came last year; Tom never was; Uma is near today.
    letters += [*fortnightly(ADA, years=2, begin=-2000), letter(ADA, CORA, day=0)]
    letters += [letter(CORA, TOM, day=-2000), letter(TOM, CORA, day=-1999)]
    letters += fortnightly(UMA, years=1, begin=0)
    graph = looked_back(cora, tmp_path, *letters)
    assert dormant(graph, cora) == ["Kim"]
    (row,) = graph.mine.dormant
    assert row["strength"] >= 0.6
    assert graph.nodes[row["node"]] in graph.numbers


def test_the_strongest_once_stands_first_though_a_last_card_came_years_after(cora: str, tmp_path: Path) -> None:
    letters = [*fortnightly(KIM, years=2, begin=-3000), letter(KIM, CORA, day=-1500)]
    letters += [*fortnightly(ADA, years=2, begin=-2400), *fortnightly(ADA, years=2, begin=-2393)]
    assert dormant(looked_back(cora, tmp_path, *letters), cora) == ["Ada", "Kim"]


def test_a_meeting_wakes_a_tie_and_brings_two_together(cora: str, tmp_path: Path) -> None:
    from twoyes.lib import addresses

    numbers = {one: number(addresses.key(one)) for one in (CORA, KIM, ADA)}
    rows = Columns()
    for one, other in ((CORA, KIM), (CORA, ADA), (KIM, ADA)):
        at = int(BEGIN.timestamp()) + 100 * DAY
        values = (at, numbers[one], numbers[other], 1, 2, MEETING, 7, 7, one == CORA)
        names = ("at", "src", "dst", "others", "field", "kind", "thread", "message", "mine")
        for name, value in zip(names, values, strict=True):
            getattr(rows, name).append(value)
        if hasattr(rows, "opens"):
            rows.opens.append(0)
    source = Source.objects.create(owner_id=cora, key="calendar")
    write(cora, source.pk, rows)
    letters = [*fortnightly(KIM, years=2, begin=-2000), letter(CORA, KIM, ADA, day=300)]
    graph = looked_back(cora, tmp_path, *letters)
    assert len(graph.mine.dormant) == 0
    assert len(graph.mine.introduced) == 0


def test_without_mail_there_is_nothing_to_look_back_on(cora: str) -> None:
    people.add_card(cora, name="Kim", addresses=[KIM])
    building.build(cora, NOW)
    graph = shelf.opened(cora)
    assert graph is not None
    assert graph.note.until == 0
    assert all(np.size(table) == 0 for table in (graph.mine.rhythm, graph.mine.introduced, graph.mine.dormant))
