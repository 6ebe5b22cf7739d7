"""The settings of logins: a provider wholly named or not at all, and passkeys where browsers make them."""

from pathlib import Path

import pytest

from twoyes.lib import config
from twoyes.lib.errors import Refused

NAMED = {
    "TWOYES_OIDC_URL": "https://login.example.org/realms/staff",
    "TWOYES_OIDC_CLIENT_ID": "twoyes",
    "TWOYES_OIDC_SECRET": "between two houses",
}


def name(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    for key, value in {**NAMED, **more}.items():
        monkeypatch.setenv(key, value)


def test_without_any_of_them_there_is_no_provider() -> None:
    assert config.oidc() is None


def test_a_provider_is_called_by_its_host_or_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    name(monkeypatch)
    found = config.oidc()
    assert found is not None
    assert (found.url, found.client_id, found.name) == (NAMED["TWOYES_OIDC_URL"], "twoyes", "login.example.org")
    assert found.secret not in repr(found)
    name(monkeypatch, TWOYES_OIDC_NAME="Blade Works")
    assert (config.oidc() or found).name == "Blade Works"


def test_its_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    name(monkeypatch)
    monkeypatch.delenv("TWOYES_OIDC_SECRET")
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("TWOYES_OIDC_SECRET_FILE", str(tmp_path / "secret"))
    found = config.oidc()
    assert found is not None
    assert found.secret == "from a file"


@pytest.mark.parametrize("missing", NAMED)
def test_half_of_them_is_refused(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    name(monkeypatch)
    monkeypatch.delenv(missing)
    with pytest.raises(Refused, match="belong together"):
        config.oidc()


@pytest.mark.parametrize(
    "url", ["http://login.example.org", "login.example.org", "https://login.example.org/?a=b", "ftp://x", "https://"]
)
def test_what_could_be_overheard_or_is_no_issuer_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    name(monkeypatch, TWOYES_OIDC_URL=url)
    with pytest.raises(Refused, match="TWOYES_OIDC_URL is"):
        config.oidc()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://intro.example.org", "intro.example.org"),
        ("https://intro.example.org:8443", "intro.example.org"),
        ("http://localhost:8000", "localhost"),
        ("http://127.0.0.1:8000", ""),
        ("https://[2001:db8::1]", ""),
        ("http://intro.example.org", ""),
    ],
)
def test_passkeys_need_a_name_and_tls_or_this_machine(url: str, host: str) -> None:
    assert config.passkey_host(url) == host
