"""`twoyes import contacts`: files, folders and address books on servers; everything that was named, or nothing."""

import base64
from pathlib import Path

import pytest

from tests.cli.terminal import Said, run
from tests.network.caldav_server import calendar
from tests.network.histories import lay, mail
from tests.network.test_calendars import event
from tests.people.carddav_server import Book, serving
from tests.support.cast import Cast
from twoyes.network import front as network
from twoyes.network import log
from twoyes.people import front as people
from twoyes.people import jobs

FIXTURES = Path(__file__).resolve().parents[1] / "people" / "fixtures"
CARD = "BEGIN:VCARD\r\nFN:Ada New\r\nEMAIL:ada@new.example\r\nEND:VCARD\r\n"


def bring(*words: str) -> Said:
    return run("import", "contacts", *words, "--owner", "cora", "--json")


def test_several_files_of_several_kinds_come_in_at_once(cast: Cast) -> None:
    names = ("google_old.csv", "cards.vcf", "outlook_de.csv")
    known = bring(*(str(FIXTURES / name) for name in names)).json
    assert set(known) == {"added", "updated", "unchanged", "rejected"}
    assert known["added"] + known["updated"] == 22 + 9 + 21
    assert len(known["rejected"]) == 3 + 6 + 1
    assert all(set(one) == {"where", "why"} for one in known["rejected"])
    assert {one["where"].partition(",")[0] for one in known["rejected"]} == set(names)


def test_a_folder_is_gone_through_and_what_is_no_contact_file_is_told(cast: Cast, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "people.vcf").write_text(CARD, "utf-8")
    (folder / "Profile.csv").write_text("a,b\n1,2\n", "utf-8")
    (folder / ".hidden.vcf").write_text(CARD.replace("Ada", "Hidden"), "utf-8")
    (folder / "link.vcf").symlink_to(folder / "deep" / "people.vcf")
    known = bring(str(folder)).json
    assert (known["added"], known["unchanged"]) == (1, 0)
    assert [one["where"] for one in known["rejected"]] == ["export/Profile.csv"]
    (tmp_path / "empty").mkdir()
    assert bring(str(tmp_path / "empty")).refused == "empty_folder"


@pytest.mark.case("D14", "D17")
def test_where_one_named_file_is_of_a_wrong_kind_nothing_comes_in(cast: Cast, tmp_path: Path) -> None:
    good, wrong = tmp_path / "good.vcf", tmp_path / "wrong.zip"
    good.write_text(CARD, "utf-8")
    wrong.write_bytes(b"PK\x03\x04" + b"x" * 100)
    before = len(people.find(cast.cora.id, "", limit=1000))
    assert bring(str(good), str(wrong)).refused == "archive"
    wrong.write_text("not,contacts\n1,2\n", "utf-8")
    assert bring(str(good), str(wrong)).refused == "not_contacts"
    assert bring(str(good), str(tmp_path / "missing.vcf")).refused == "no_such_file"
    assert len(people.find(cast.cora.id, "", limit=1000)) == before


def test_a_dry_run_says_the_same_and_writes_nothing(cast: Cast) -> None:
    path = str(FIXTURES / "google_new.csv")
    before = len(people.find(cast.cora.id, "", limit=1000))
    rehearsed = bring(path, "--dry-run").json
    assert len(people.find(cast.cora.id, "", limit=1000)) == before
    assert bring(path).json == rehearsed
    again = bring(path).json
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, rehearsed["added"])


def test_an_address_book_on_a_server_comes_in_by_its_address(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOYES_CARDDAV_PASSWORD", "app-password")
    with serving(Book(cards=[CARD])) as book:
        known = bring(f"{book.url}/books/cora/", "--user", "cora").json
        assert known == {"added": 1, "updated": 0, "unchanged": 0, "rejected": []}
        monkeypatch.setenv("TWOYES_CARDDAV_PASSWORD", "wrong")
        assert bring(f"{book.url}/books/cora/", "--user", "cora").refused == "login_refused"


def test_after_contacts_came_in_cards_of_one_person_are_joined_and_it_is_told(cast: Cast, tmp_path: Path) -> None:
    """Ada stands in the book already, at another host of her house."""
    people.add_card(cast.cora.id, name="Ada New", addresses=["ada@sea.new.example"])
    people.add_card(cast.cora.id, name="Tom Target", addresses=["tom@home.example"])
    (tmp_path / "ada.vcf").write_text(CARD, "utf-8")
    told = run("import", "contacts", str(tmp_path / "ada.vcf"), "--owner", "cora")
    assert "cards joined to another of the same person: 1; each can be taken apart." in told.out
    assert "pairs of cards that may be the same person: 1." in told.out
    (joined,) = people.joined_by_themselves(cast.cora.id)
    assert joined.name == "Ada New"
    again = run("import", "contacts", str(tmp_path / "ada.vcf"), "--owner", "cora").out
    assert "unchanged: 1." in again
    assert "same person" not in again, "nothing changed, so nothing is looked through"
    listed = run("same", "--as", "cora").out
    assert f"twoyes split {joined.card} --again {joined.past}" in listed
    assert run("split", joined.card, "--again", joined.past, "--as", "cora").status == 0
    assert run("same", "--as", "cora", "--json").json["already"] == []
    assert len(people.find(cast.cora.id, "Ada New")) == 2


def test_an_uploaded_file_is_carried_by_a_command_of_its_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.nice", lambda _by: 0)
    people.add_card(cast.cora.id, name="Ada New", addresses=["ada@sea.new.example"])
    job = people.start_import(cast.cora.id, [CARD.encode()], name="cards.vcf")
    assert run("carry-import", job).status == 0
    assert [one.name for one in people.joined_by_themselves(cast.cora.id)] == ["Ada New"]
    found = people.import_progress(cast.cora.id, job)
    assert found is not None
    assert (found.state, found.added) == ("done", 1)
    assert run("carry-import", job).status == 0
    assert run("carry-import", "000000000000").status == 0
    assert jobs.import_is_open(job) is False


def test_a_mailbox_is_read_for_who_and_when_and_every_message_is_accounted_for(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWOYES_DATA", str(tmp_path / "data"))
    path = lay(tmp_path / "Sent.mbox", 60)
    words = ("import", "history", str(path), str(FIXTURES), "--owner", "cora", "--me", "cora@work.example", "--json")
    rehearsed = run(*words, "--dry-run").json
    assert run(*words).json == rehearsed
    assert rehearsed["taken"] + sum(rehearsed["left_out"].values()) == 60
    assert {one["where"].partition("/")[0] for one in rehearsed["problems"]} == {"fixtures"}
    again = run(*words).json
    assert (again["taken"], again["left_out"]["duplicate"] > 20) == (0, True)
    told = run("import", "history", str(path), "--owner", "cora")
    assert "left out, duplicate" in told.out
    assert run("import", "history", str(tmp_path / "missing"), "--owner", "cora", "--json").refused == "no_such_file"


def test_a_file_at_the_wrong_command_is_told_the_right_one(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWOYES_DATA", str(tmp_path / "data"))
    (tmp_path / "mail").mkdir()
    path = lay(tmp_path / "mail" / "Sent.mbox", 5)
    refused = run("import", "contacts", str(path), "--owner", "cora")
    assert refused.status != 0
    assert "“twoyes import history”" in refused.err
    (one,) = bring(str(tmp_path / "mail")).json["rejected"]
    assert (one["where"], "twoyes import history" in one["why"]) == ("mail/Sent.mbox", True)
    told = run("import", "history", str(FIXTURES / "Connections.csv"), str(path), "--owner", "cora")
    assert "“twoyes import contacts”" in told.err
    assert told.out.startswith("taken: ")
    assert not told.out.startswith("taken: 0"), "what was mail is in"


def test_calendars_on_a_server_come_in_by_their_address(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWOYES_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TWOYES_CALDAV_PASSWORD", "app-password")
    words = ("import", "history", "--owner", "cora", "--user", "cora", "--json")
    with calendar({"a": event("a"), "b": event("b", more="STATUS:CANCELLED")}) as served:
        known = run(*words, served.url).json
        assert known == {
            "taken": 1,
            "left_out": {"cancelled": 1},
            "problems": [],
        }
        login = base64.b64encode(b"cora:app-password").decode()
        assert {asked for _method, _path, asked in served.book.asked} == {f"Basic {login}"}
    assert run(*words, "http://dav.connects.example/").refused == "not_encrypted"
    assert run(*words, "https://me:secret@dav.connects.example/").refused == "bad_url"


def test_an_uploaded_history_is_carried_and_rewritten_by_commands_of_their_own(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWOYES_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("os.nice", lambda _by: 0)
    monkeypatch.setattr("resource.setrlimit", lambda *_limits: None)
    job = network.start_history(
        cast.cora.id, [mail("cora@connects.example", "Ada <ada@new.example>").encode()], name="a"
    )
    assert run("carry-history", job).status == 0
    found = network.history_progress(cast.cora.id, job)
    assert found is not None
    assert (found.state, found.taken) == ("done", 1)
    assert run("carry-history", job).status == run("carry-history", "000000000000").status == 0
    network.delete_history(cast.cora.id, network.history_sources(cast.cora.id)[0].id, now=cast.now)
    assert run("rewrite-history", cast.cora.id).status == 0
    assert log.due() == []


@pytest.mark.parametrize("what", ["contacts", "history"])
def test_the_refusal_of_an_import_names_what_can_be_typed(cast: Cast, tmp_path: Path, what: str) -> None:
    path = tmp_path / "people.vcf"
    path.write_text(CARD, "utf-8")
    several = run("import", what, str(path), "--json")
    assert several.refused == "which_connector"
    assert "--owner HANDLE" in several.json["error"]["sentence"]
    assert run("import", what, str(path), "--owner", "cora", "--user", "cora", "--json").refused == "no_server"


def test_a_history_of_which_nothing_can_be_read_is_not_done(cast: Cast, tmp_path: Path) -> None:
    junk, sent = tmp_path / "junk.mbox", lay(tmp_path / "sent.mbox", 3)
    junk.write_bytes(bytes(range(256)))
    words = ("import", "history", str(junk), "--owner", "cora", "--json")
    nothing = run(*words)
    assert (nothing.status, nothing.json["taken"], len(nothing.json["problems"])) == (1, 0, 1)
    some = run(*words, str(sent))
    assert (some.status, len(some.json["problems"])) == (0, 1)
    assert some.json["taken"] > 0


@pytest.mark.parametrize(
    ("what", "verb"), [("contacts", "people.import_contacts"), ("history", "network.import_history")]
)
def test_an_import_that_is_stopped_at_the_terminal_says_what_becomes_of_it(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, verb: str
) -> None:
    path = tmp_path / "people.vcf"
    path.write_text(CARD, "utf-8")

    def stopped(*_args: object, **_named: object) -> None:
        raise KeyboardInterrupt

    room, name = verb.split(".")
    monkeypatch.setattr({"people": people, "network": network}[room], name, stopped)
    words = ("import", what, str(path), "--owner", "cora")
    done = run(*words)
    assert (done.status, done.err.strip()) == (
        130,
        "Stopped. What came in so far stays, and the same command brings in the rest.",
    )
    assert run(*words, "--dry-run").err.strip() == "Stopped. Nothing was written."
