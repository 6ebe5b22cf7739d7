"""Configuration fails loudly: what is wrong, and what mends it."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from twoyes.lib import config, env, faults, hosts, keys
from twoyes.lib.errors import Refused


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda error: error.code == code)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_value_is_read_from_its_name_or_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert env.read("TWOYES_X", "default") == "default"
    monkeypatch.setenv("TWOYES_X", " plain ")
    assert env.read("TWOYES_X") == "plain"
    monkeypatch.setenv("TWOYES_X", "")
    (tmp_path / "x").write_text("from the file\n")
    monkeypatch.setenv("TWOYES_X_FILE", str(tmp_path / "x"))
    assert env.read("TWOYES_X") == "from the file"
    monkeypatch.setenv("TWOYES_X", "both")
    with refused("two_values"):
        env.read("TWOYES_X")


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWOYES_X_FILE", str(tmp_path / "nowhere"))
    with refused("unreadable_file") as refusal:
        env.read("TWOYES_X")
    assert "nowhere" in refusal.value.sentence


def test_the_data_directory_is_made_for_its_owner_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TWOYES_DATA", str(tmp_path / "a" / "b"))
    assert mode(env.data_dir()) == 0o700
    (tmp_path / "file").touch()
    monkeypatch.setenv("TWOYES_DATA", str(tmp_path / "file"))
    with refused("no_data_dir"):
        env.data_dir()


def test_keys_are_made_once_outside_the_data_and_for_their_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert not keys.exist()
    made = keys.load()
    path = tmp_path / "config" / "twoyes" / "keys.json"
    assert mode(path) == 0o600
    assert keys.load() == made
    assert keys.exist()
    assert set(json.loads(path.read_text())) == {"seal", "index"}
    assert str(made.index) not in repr(made)
    assert list(path.parent.iterdir()) == [path]


def test_keys_are_never_made_beside_the_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "var" / "config"))
    with refused("keys_beside_data"):
        keys.load()
    assert not keys.exist()


@pytest.mark.parametrize(
    "text",
    [
        "rubbish",
        "[]",
        "{}",
        '{"seal":[],"index":{"key":"' + "A" * 43 + '="}}',
        '{"seal":[{"id":"k1","key":"short"}],"index":{"key":"short"}}',
        '{"seal":[{"id":"K:1","key":"' + "A" * 43 + '="}],"index":{"key":"' + "A" * 43 + '="}}',
        '{"seal":[{"id":"k","key":"' + "A" * 43 + '="},{"id":"k","key":"' + "B" * 43 + '="}],"index":{"key":"'
        + "A" * 43 + '="}}',
        '{"seal":[{"id":"k1","key":7}],"index":{"key":"' + "A" * 43 + '="}}',
    ],
)  # fmt: skip
def test_malformed_keys_are_refused_without_showing_them(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("TWOYES_KEYS", text)
    with refused("bad_keys") as refusal:
        keys.load()
    assert "AAAA" not in refusal.value.sentence
    assert "backup" in refusal.value.sentence


def test_the_secret_is_made_once_in_the_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWOYES_SECRET")
    made = keys.secret()
    assert keys.secret() == made
    assert len(made) >= 50
    assert mode(env.data_dir() / "secret") == 0o600


def test_a_short_secret_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOYES_SECRET", "secret")
    with refused("bad_secret"):
        keys.secret()


@pytest.mark.parametrize(
    ("name", "value", "ask"),
    [
        ("TWOYES_URL", "intro.example.org", config.base_url),
        ("TWOYES_URL", "https://", config.base_url),
        ("TWOYES_URL", "https://example.org:port", config.base_url),
        ("TWOYES_URL", "https://example.org/path", config.base_url),
        ("TWOYES_URL", "https://user@example.org", config.base_url),
        ("TWOYES_URL", "ftp://example.org", config.base_url),
        ("TWOYES_DOMAIN", "not a domain", lambda: config.domain("http://127.0.0.1")),
        ("TWOYES_MAIL_ADDRESS", "intro", lambda: config.mail_address("example.org")),
        ("TWOYES_MAIL_ADDRESS", "intro+{tokn}@example.org", lambda: config.mail_address("example.org")),
        ("TWOYES_MAIL_ADDRESS", "{token}{token}@example.org", lambda: config.mail_address("example.org")),
        ("TWOYES_MAIL_ADDRESS", "intro@{token}.example.org", lambda: config.mail_address("example.org")),
        ("EMAIL_URL", "mail.example.org", config.email_url),
        ("EMAIL_URL", "http://user:hunter2@example.org", config.email_url),
        ("INBOX_URL", "lmtp://127.0.0.1:8024,pop3://user:hunter2@example.org", config.inbox_urls),
        ("TWOYES_AUTHSERV", "mx.example.org; dmarc=pass", config.authserv),
        ("TWOYES_YES_BY_MAIL", "on", lambda: config.yes_by_mail("mx.example.org", ["lmtp://127.0.0.1:8024"])),
        ("TWOYES_YES_BY_MAIL", "yes", lambda: config.yes_by_mail("", ["lmtp://127.0.0.1:8024"])),
        ("TWOYES_YES_BY_MAIL", "yes", lambda: config.yes_by_mail("mx.example.org", [])),
        ("TWOYES_DNS", "dns.example.org", config.name_server),
        ("TWOYES_DNS", "9.9.9.9:port", config.name_server),
        ("TWOYES_DKIM_SELECTOR", "not a name", config.dkim_selector),
    ],
)
def test_a_wrong_setting_says_what_is_wrong_and_what_mends_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, ask: Callable[[], object]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused) as refusal:
        ask()
    assert name in refusal.value.sentence
    assert "hunter2" not in refusal.value.sentence


def test_the_defaults_keep_everything_on_this_machine() -> None:
    url = config.base_url()
    assert url == "http://127.0.0.1:8000"
    assert config.domain(url) == "twoyes.localhost"
    assert config.mail_address("twoyes.localhost") == "intro@twoyes.localhost"
    assert config.relay_kind(config.email_url()) == "postroom"
    assert config.inbox_urls() == ()
    assert not config.yes_by_mail("mx.example.org", ["lmtp://127.0.0.1:8024"])
    assert (config.name_server(), config.dkim_selector()) == (None, "")


def test_a_real_place_is_named_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOYES_URL", "https://Intro.Example.org/")
    assert config.authserv() == ""
    monkeypatch.setenv("TWOYES_AUTHSERV", " MX.example.org ")
    assert config.authserv() == "mx.example.org"
    monkeypatch.setenv("INBOX_URL", "lmtp://127.0.0.1:8024, imaps://u:p@h/INBOX")
    for word, counts in ((" Yes ", True), ("no", False), ("", False)):
        monkeypatch.setenv("TWOYES_YES_BY_MAIL", word)
        assert config.yes_by_mail(config.authserv(), config.inbox_urls()) is counts
    monkeypatch.setenv("TWOYES_MAIL_ADDRESS", "intro+{token}@example.org")
    url = config.base_url()
    assert url == "https://intro.example.org"
    assert config.domain(url) == "intro.example.org"
    assert config.allowed_hosts(url)[0] == "intro.example.org"
    assert config.allowed_hosts("http://[2001:db8::1]:80")[0] == "[2001:db8::1]"
    assert config.mail_address("example.org") == "intro+{token}@example.org"
    assert len(config.inbox_urls()) == 2


@pytest.mark.parametrize(
    ("text", "server"),
    [("9.9.9.9", ("9.9.9.9", 53)), ("127.0.0.1:5353", ("127.0.0.1", 5353)), ("[2620:fe::fe]", ("2620:fe::fe", 53))],
)
def test_a_name_server_is_an_address_with_or_without_a_port(
    monkeypatch: pytest.MonkeyPatch, text: str, server: tuple[str, int]
) -> None:
    monkeypatch.setenv("TWOYES_DNS", text)
    monkeypatch.setenv("TWOYES_DKIM_SELECTOR", "Mail.2026")
    assert (config.name_server(), config.dkim_selector()) == (server, "mail.2026")


def test_only_our_own_addresses_are_ours() -> None:
    assert [one for one in ("127.0.0.1", "127.0.0.7", "192.0.2.1", "2001:db8::1") if hosts.is_ours(one)] == [
        "127.0.0.1",
        "127.0.0.7",
    ]


def test_a_fault_point_does_what_was_asked_for_there_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOYES_FAULT", "after_ponr:raise")
    faults._asked_for.cache_clear()
    faults.point("after_354")
    with pytest.raises(faults.FaultInjected):
        faults.point("after_ponr")
    monkeypatch.delenv("TWOYES_FAULT")
    faults._asked_for.cache_clear()


def test_a_fault_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOYES_FAULT", "after_lunch:sleep")
    faults._asked_for.cache_clear()
    with refused("bad_fault"):
        faults.point("after_dot")
    monkeypatch.delenv("TWOYES_FAULT")
    faults._asked_for.cache_clear()
    with pytest.raises(ValueError, match="no fault point"):
        faults.point("after_lunch")


def test_the_simulator_is_told_of_each_point_and_may_crash_there() -> None:
    reached: list[str] = []

    def watch(name: str) -> None:
        reached.append(name)
        if name == "after_dot":
            raise faults.Crash

    with faults.intercept(watch):
        for name in faults.POINTS[:3]:
            faults.point(name)
        with pytest.raises(faults.Crash):
            faults.point("after_dot")
    assert reached == ["after_claim", "after_354", "after_ponr", "after_dot"]
    assert not issubclass(faults.Crash, Exception)
    faults.point("after_dot")


@pytest.mark.case("E22")
@pytest.mark.parametrize(
    "written", ["foo://u:Sesam@x/y", "x.sqlite3", "mysql://u:Sesam@x/y", "postgres://u:Se/sam@x/y"]
)
def test_a_store_that_the_house_does_not_know_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", written)
    with refused("bad_database_url") as refusal:
        config.database()
    assert "Se" not in refusal.value.sentence


def test_a_store_is_sqlite_beside_the_data_or_what_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("TWOYES_DATA", str(tmp_path))
    assert config.database()["NAME"] == str(tmp_path / "twoyes.sqlite3")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:Se%2Fsam@host/name")
    found = config.database()
    assert (found["ENGINE"], found["PASSWORD"]) == ("django.db.backends.postgresql", "Se/sam")
