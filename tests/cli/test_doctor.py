"""The doctor says what is well, what is not, and what would mend it; 1 when something fails."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.cli.terminal import Said, run
from tests.mail.health.house import DOMAIN, Setup, standing
from tests.support.cast import Cast
from twoyes.cli import checks
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Complaint, Letter
from twoyes.lib import env, keys, limits, store
from twoyes.lib.models import Installation
from twoyes.mail.front import deliver
from twoyes.mail.letters import LETTERS
from twoyes.mail.outgoing.memory import MemoryTransport


def doctor(cast: Cast) -> dict[str, tuple[str, str, str]]:
    with cast.time():
        said = run("doctor", "--json")
    found = said.json["checks"]
    assert all(set(one) == {"id", "status", "sentence", "mend"} for one in found)
    assert said.status == (1 if "fail" in {one["status"] for one in found} else 0)
    return {one["id"]: (one["status"], one["sentence"], one["mend"]) for one in found}


def test_all_is_well(cast: Cast) -> None:
    cast.asked()
    found = doctor(cast)
    assert {status for status, _, _ in found.values()} == {"ok"}
    with cast.time():
        said: Said = run("doctor")
    assert "FAIL" not in said.out


@pytest.mark.case("F21")
def test_debug_is_a_failure(cast: Cast, settings: Settings) -> None:
    settings.DEBUG = True
    assert doctor(cast)["debug"][0] == "fail"


def test_a_restored_store_is_a_failure_and_held_letters_are_a_warning(cast: Cast) -> None:
    cast.asking()
    known = store.generation_file().read_text()
    store.generation_file().unlink()
    status, _sentence, mend = doctor(cast)["generation"]
    assert (status, "twoyes release" in mend) == ("fail", True)
    introductions.hold_foreign(cast.now)
    store.generation_file().write_text(known)
    assert doctor(cast)["generation"][:2] == ("warn", "2 letters are held.")


def test_of_a_restored_store_that_holds_nothing_yet_the_mend_is_true(cast: Cast) -> None:
    store.generation_file().unlink()
    status, sentence, mend = doctor(cast)["generation"]
    assert (status, "is held" in sentence, "twoyes release" in mend) == ("fail", False, True)
    with cast.time():
        said = run("release").out
        assert "Nothing is held." in said
        assert "No letter leaves" in said
        assert "twoyes release --all" in said
        assert "Letters leave again." in run("release", "--all").out
    assert doctor(cast)["generation"][0] == "ok"


def test_what_is_overdue_without_a_worker_is_a_warning(cast: Cast) -> None:
    cast.asking()
    cast.now += timedelta(minutes=11)
    assert doctor(cast)["queue"][0] == "warn"


def test_letters_that_cannot_be_written_are_named(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.asking()
    with monkeypatch.context() as patch:
        patch.setitem(LETTERS, "on_its_way", lambda _facts: 1 / 0)
        deliver(MemoryTransport(), lambda: cast.now)
    assert Letter.objects.get(kind="on_its_way").pk in doctor(cast)["letters"][1]


def test_the_kill_switch_and_a_missing_connector_are_warnings(db: None) -> None:
    store.prepare()
    Installation.objects.update(sending_enabled=False)
    checks = {one["id"]: one["status"] for one in run("doctor", "--json").json["checks"]}
    assert (checks["sending"], checks["connectors"]) == ("warn", "warn")


def complain(cast: Cast, introduction: str, many: int) -> None:
    Complaint.objects.bulk_create(
        (Complaint(introduction_id=introduction, side=f"other{number}", at=cast.now) for number in range(many)),
        ignore_conflicts=True,
    )


@pytest.mark.case("C31", "F18")
def test_the_rate_of_complaints_is_told_and_that_asks_have_stopped(cast: Cast, settings: Settings) -> None:
    introduction = cast.asked()
    assert "complaints" not in doctor(cast)
    settings.INBOX_URLS = ("lmtp://127.0.0.1:8024",)
    settings.POST_ROOM = False
    rate = "Called spam: {} of the 1 letters of 30 days to people who were asked ({} %)."
    assert complaints(cast) == ("ok", rate.format(0, "0.00"), "")
    complain(cast, introduction, 1)
    assert complaints(cast) == ("warn", rate.format(1, "100.00"), "")
    complain(cast, introduction, 3)
    status, sentence, mend = complaints(cast)
    assert (status, sentence) == ("fail", f"{rate.format(3, '100.00')} No ask leaves.")
    assert mend.endswith("Then: twoyes release --asks")
    with cast.time():
        assert run("release", "--asks", "--all", "--json").refused == "one_at_a_time"
        assert run("release", "--asks", "--json").json == {"complaints": 3}
        assert run("release", "--asks", "--json").refused == "asks_leave"
    assert complaints(cast)[0] == "warn"


@pytest.mark.case("C31")
def test_where_too_many_were_called_spam_the_doctor_names_no_way_to_let_asks_go(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COMPLAINTS_TELLING", 1)
    complain(cast, cast.asked(), 3)
    assert "release" not in complaints(cast)[2]
    with cast.time():
        assert run("release", "--asks", "--json").refused == "complaints"


def complaints(cast: Cast) -> tuple[str, str, str]:
    """What the doctor says of complaints, whatever else of a house without mail fails."""
    with cast.time():
        (found,) = checks._complaints(cast.now)
    return found.status, found.sentence, found.mend


@pytest.mark.case("C10")
def test_a_relay_that_does_not_let_us_in_is_a_failure(cast: Cast) -> None:
    cast.asking()
    claimed = introductions.claim(cast.now)
    assert claimed is not None
    cast.now += timedelta(seconds=1)
    introductions.halt(claimed, 535, "5.7.8 Authentication failed", cast.now)
    status, sentence, mend = doctor(cast)["relay"]
    assert (status, "535" in sentence, "EMAIL_URL" in mend) == ("fail", True, True)


def test_mail_is_looked_at_and_what_fails_is_told_with_what_to_do(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standing(Setup({DOMAIN: ()}), tmp_path, monkeypatch):
        found = doctor(cast)
        with cast.time():
            said = run("doctor")
    assert {name for name, (status, _, _) in found.items() if status == "fail"} == {"generation", "mx", "spf"}
    assert found.keys() >= {"tls", "sending", "receiving", "dkim", "dmarc", "clock", "store", "keys"}
    assert f"FAIL  {found['spf'][1]}\n      {found['spf'][2]}\n" in said.out
    assert said.status == 1


def test_what_others_may_read_is_a_warning(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "default_file", lambda: tmp_path / "keys.json")
    monkeypatch.setattr(keys, "load", lambda: None)
    (tmp_path / "keys.json").write_text("{}")
    (tmp_path / "keys.json").chmod(0o644)
    env.data_dir().chmod(0o755)
    looked = [checks._keys(), *checks._place()]
    assert [(one.id, one.status) for one in looked[:2]] == [("keys", "warn"), ("data", "warn")]
    assert all(one.mend.startswith("chmod") for one in looked[:2])
