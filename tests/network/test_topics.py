"""Remember topics: off unless switched on, subject lines alone, few, sealed, and gone with whoever goes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

from tests.network.histories import CORA, KIM, TOM, mail, mbox
from twoyes.care import front as care
from twoyes.introductions.front import Actor, Role
from twoyes.lib import addresses
from twoyes.network import front, log
from twoyes.network import topics as about
from twoyes.network.models import Remembering, Source, Topic
from twoyes.network.sources import imap
from twoyes.people import front as people

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADA, UMA = "ada@blades.example", "uma@blades.example"
_sent = count()


def letter(sender: str, to: str, subject: str, *, day: int = 0, more: str = "", cc: str = "") -> str:
    """A letter with a subject of its own."""
    text = mail(sender, to, day=day, cc=cc, ident=f"{next(_sent)}@m", more=more)
    return text.replace("Subject: never kept\n", f"Subject: {subject}\n" if subject else "")


def bring(owner: str, folder: Path, *letters: str, name: str = "Sent.mbox") -> front.HistoryReport:
    return front.import_history(owner, [mbox(folder, *letters, name=name)])


def switched(owner: str, *, on: bool = True) -> None:
    front.remember_topics(owner, on=on, now=NOW)


def told(owner: str, *of: str) -> list[str]:
    return [one.text for one in front.topics(owner, [addresses.key(one) for one in of])]


def test_nothing_is_kept_unless_it_is_switched_on(cora: str, tmp_path: Path) -> None:
    assert front.remembers_topics(cora) is None
    bring(cora, tmp_path, letter(CORA, KIM, "The harbour crane"))
    assert not Topic.objects.exists()
    assert told(cora, KIM) == []


def test_what_letters_each_way_were_about_is_kept_sealed(cora: str, tmp_path: Path) -> None:
    switched(cora)
    bring(cora, tmp_path, letter(CORA, KIM, "The harbour crane"), letter(KIM, CORA, "Lunch on Friday?", day=3))
    assert front.topics(cora, [addresses.key(KIM)]) == [
        about.About("Lunch on Friday?", date(2019, 1, 10)),
        about.About("The harbour crane", date(2019, 1, 7)),
    ]
    (row,) = Topic.objects.all()
    assert b"crane" not in bytes(row.lines)
    assert b"unch" not in bytes(row.lines)
    assert not any(b"crane" in path.read_bytes() for path in log.paths(cora))


def test_only_the_last_conversations_are_kept_and_a_conversation_is_one(cora: str, tmp_path: Path) -> None:
    switched(cora)
    letters = [letter(CORA, KIM, f"Number {number}", day=number) for number in range(20)]
    letters.append(mail(CORA, KIM, day=30, ident="first@m").replace("never kept", "The long one"))
    letters += [
        letter(KIM, CORA, f"Re: The long one ({number})", day=31 + number, more="References: <first@m>\n")
        for number in range(9)
    ]
    bring(cora, tmp_path, *letters)
    assert told(cora, KIM) == ["The long one (8)", "Number 19", "Number 18"]
    (row,) = Topic.objects.all()
    assert len(about._lines(row)) == about.KEPT
    assert told(cora, KIM, ADA) == told(cora, KIM)


def test_of_many_and_of_what_no_person_wrote_nothing_is_kept(cora: str, tmp_path: Path) -> None:
    switched(cora)
    bring(
        cora,
        tmp_path,
        letter(CORA, f"{KIM}, {ADA}, {UMA}, {TOM}", "To four"),
        letter(KIM, CORA, "From one of five", cc=f"{ADA}, {UMA}, {TOM}"),
        letter(KIM, ADA, "Not to me at all"),
        letter(KIM, CORA, "A list", more="List-Id: <l.example>\n"),
        letter(KIM, CORA, "Away", more="Auto-Submitted: auto-replied\n"),
        letter(CORA, CORA, "To myself"),
        letter(CORA, KIM, ""),
    )
    assert not Topic.objects.exists()


def test_of_a_few_each_is_kept_whom_i_wrote_to_and_only_whoever_wrote_to_me(cora: str, tmp_path: Path) -> None:
    switched(cora)
    bring(cora, tmp_path, letter(CORA, KIM, "We three", cc=ADA), letter(UMA, CORA, "Her word", cc=TOM, day=1))
    assert [told(cora, one) for one in (KIM, ADA, UMA, TOM)] == [["We three"], ["We three"], ["Her word"], []]


def test_what_came_before_the_switch_is_remembered_once_it_is_read_again(cora: str, tmp_path: Path) -> None:
    old = letter(CORA, KIM, "Long ago")
    bring(cora, tmp_path, old)
    switched(cora)
    assert told(cora, KIM) == []
    again = bring(cora, tmp_path, old)
    assert (again.taken, again.left_out) == (0, {"duplicate": 1})
    assert told(cora, KIM) == ["Long ago"]
    bring(cora, tmp_path, old)
    assert told(cora, KIM) == ["Long ago"]
    assert Topic.objects.count() == 1


def test_switched_off_all_of_it_is_deleted_at_once_and_nothing_more_is_kept(
    cora: str, otto: str, tmp_path: Path
) -> None:
    for owner in (cora, otto):
        front.add_own_address(owner, "home@me.example")
        switched(owner)
        bring(owner, tmp_path, letter("home@me.example", KIM, "The harbour crane"))
    switched(cora, on=False)
    switched(cora, on=False)
    assert list(Topic.objects.values_list("owner_id", flat=True)) == [otto]
    bring(cora, tmp_path, letter(CORA, KIM, "Later", day=9))
    assert told(cora, KIM) == []
    assert told(otto, KIM) == ["The harbour crane"]
    assert Remembering.objects.get().owner_id == otto


def test_what_was_gathered_before_it_was_switched_off_is_not_kept_after(cora: str, tmp_path: Path) -> None:
    switched(cora)
    bring(cora, tmp_path, letter(CORA, KIM, "The harbour crane"))
    switched(cora, on=False)
    about.keep(cora, Source.objects.get().pk, {addresses.key(KIM): [(1, 1, "On its way")]})
    assert not Topic.objects.exists()


@pytest.mark.case("E18")
def test_whoever_is_erased_takes_it_along(cora: str, tmp_path: Path) -> None:
    switched(cora)
    bring(cora, tmp_path, letter(CORA, f"Kim Berg <{KIM}>", "The harbour crane"), letter(CORA, ADA, "Hers"))
    (kim,) = people.find(cora, KIM)
    care.erase_card(cora, kim.id, actor=Actor(Role.CONNECTOR, cora, "test"), now=NOW)
    assert [told(cora, KIM), told(cora, ADA)] == [[], ["Hers"]]
    bring(cora, tmp_path, letter(CORA, KIM, "Once more", day=2), name="More.mbox")
    assert Topic.objects.count() == 1
    # An import that gathered it before the erasure and comes after it.
    about.keep(cora, Source.objects.order_by("added_at")[0].pk, {addresses.key(KIM): [(1, 1, "On its way")]})
    assert Topic.objects.count() == 1


def test_a_deleted_archive_takes_along_what_it_told_and_no_more(cora: str, tmp_path: Path) -> None:
    switched(cora)
    bring(cora, tmp_path, letter(CORA, KIM, "The harbour crane"))
    bring(cora, tmp_path, letter(CORA, KIM, "The other archive", day=1), name="Other.mbox")
    first = Source.objects.order_by("added_at")[0]
    front.delete_history(cora, first.pk, now=NOW)
    assert told(cora, KIM) == ["The other archive"]
    assert Topic.objects.count() == 1
    # An import that kept something for it meanwhile: it is not seen, and goes with the rewriting.
    about.keep(cora, first.pk, {addresses.key(KIM): [(1, 1, "On its way")]})
    assert told(cora, KIM) == ["The other archive"]
    front.rewrite(cora)
    assert Topic.objects.count() == 1


@pytest.mark.case("A29", "E8")
def test_it_is_its_owners_alone_and_leaves_with_them(cora: str, otto: str, tmp_path: Path) -> None:
    switched(cora)
    bring(cora, tmp_path, letter(CORA, KIM, "The harbour crane"))
    assert told(otto, KIM) == []
    assert front.remembers_topics(otto) is None
    care.remove_connector("cora", now=NOW)
    assert not Topic.objects.exists()
    assert not Remembering.objects.exists()


def test_an_address_that_turns_out_to_be_mine_is_nobodys_topic(cora: str, tmp_path: Path) -> None:
    switched(cora)
    bring(cora, tmp_path, letter(CORA, "home@me.example", "Note to myself"))
    front.add_own_address(cora, "home@me.example")
    assert not Topic.objects.exists()


def test_a_dry_run_keeps_nothing(cora: str, tmp_path: Path) -> None:
    switched(cora)
    front.import_history(cora, [mbox(tmp_path, letter(CORA, KIM, "The harbour crane"))], dry_run=True)
    assert not Topic.objects.exists()


def test_a_server_is_asked_for_subjects_only_where_they_are_kept(cora: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def folders(account: imap.Account, *_more: object) -> list[object]:
        asked.append(account.subjects)
        return []

    monkeypatch.setattr(imap, "folders", folders)
    for on in (False, True, False):
        switched(cora, on=on)
        front.import_history(cora, [front.mailbox("imaps://cora@mail.example", password="x")])
    assert {one for one in asked if one} == {True}
    assert (asked[0], asked[-1]) == (False, False)


def test_a_mailbox_on_a_server_is_read_from_its_beginning_once_topics_are_kept(cora: str) -> None:
    source = Source.objects.create(owner_id=cora, key="mailbox", marks=b"where it was")
    switched(cora)
    source.refresh_from_db()
    assert bytes(source.marks) == b""
    Source.objects.update(marks=b"where it is")
    switched(cora)
    source.refresh_from_db()
    assert bytes(source.marks) == b"where it is", "switched on twice is once"
