"""Right and wrong set-ups, and what the doctor says of each: ids, statuses, the essence of a sentence or its mend."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.mail.health.house import DOMAIN, HOST, Setup, dkim, looked, standing
from tests.support import pseudo
from tests.support.relay_scripts import SCRIPTS
from twoyes.lib import hosts
from twoyes.mail.health import relay
from twoyes.mail.outgoing.memory import MemoryTransport

MX = f"MX 10 {HOST}."
ELEVEN = " ".join(f"a:h{n}.letters.example" for n in range(11))
AT_KEY = f"twoyes._domainkey.{DOMAIN}"


def spf(*records: str, mx: str = MX) -> dict[str, tuple[str, ...]]:
    """The domain's records with these for SPF."""
    return {DOMAIN: (*([mx] if mx else []), *(f'TXT "{one}"' for one in records))}


def dmarc(record: str) -> dict[str, tuple[str, ...]]:
    """The domain's DMARC record."""
    return {f"_dmarc.{DOMAIN}": (f'TXT "{record}"',)}


# Name, set-up, and what is not right about it: id, status, and a part of the sentence or of its mend.
SETUPS: dict[str, tuple[Setup, list[tuple[str, str, str]]]] = {
    "all right": (Setup(), []),
    "all right, and we sign": (Setup(signs=True), []),
    "all right, with a mailbox": (Setup(inbox="imap"), []),
    "no SPF": (Setup(spf()), [("spf", "fail", "no SPF record"), ("spf", "fail", "v=spf1 include:NAME")]),
    "no SPF, own mail server": (
        Setup(spf(), settings={"EMAIL_URL": "smtp://127.0.0.1:1"}),
        [("spf", "fail", f"v=spf1 a:{HOST} -all"), ("sending", "fail", "was not reached")],
    ),
    "two SPF": (Setup(spf("v=spf1 -all", "v=spf1 mx ~all")), [("spf", "fail", "more than one SPF record")]),
    "SPF asks too often": (
        Setup({**spf(f"v=spf1 {ELEVEN} -all"), **{f"h{n}.{DOMAIN}": ("A 192.0.2.9",) for n in range(11)}}),
        [("spf", "fail", "more than 10 times")],
    ),
    "SPF +all": (Setup(spf("v=spf1 mx +all")), [("spf", "fail", "lets everybody send")]),
    "SPF +all, included": (
        Setup({**spf("v=spf1 include:wide.example -all"), "wide.example": ('TXT "v=spf1 ip4:0.0.0.0/0"',)}),
        [("spf", "fail", "lets everybody send")],
    ),
    "SPF ?all": (Setup(spf("v=spf1 mx ?all")), [("spf", "warn", "End it with -all or ~all")]),
    "SPF with a mistake": (Setup(spf("v=spf1 ipv4:192.0.2.1 -all")), [("spf", "fail", "“ipv4:192.0.2.1”")]),
    "SPF for nobody": (Setup(spf("v=spf1 -all")), [("spf", "fail", "lets nobody send")]),
    "SPF without our own mail server": (
        Setup(
            {**spf("v=spf1 ip4:192.0.2.1 -all"), HOST: ("A 192.0.2.10", "A 127.0.0.1")},
            settings={"EMAIL_URL": "smtp://localhost:1"},
        ),
        [("spf", "warn", "ip4:192.0.2.10"), ("sending", "fail", "was not reached")],
    ),
    "SPF not known": (
        Setup({**spf("v=spf1 include:quiet.example -all"), "quiet.example": ("SERVFAIL",)}),
        [("spf", "warn", "could not be looked up")],
    ),
    "no DMARC": (Setup({f"_dmarc.{DOMAIN}": ()}), [("dmarc", "warn", "no DMARC record")]),
    "DMARC p=none": (Setup(dmarc("v=DMARC1; p=none")), [("dmarc", "warn", "p=none")]),
    "DMARC with a mistake": (Setup(dmarc("v=DMARC1; p=refuse")), [("dmarc", "fail", "cannot be used")]),
    "DMARC of the domain above": (
        Setup(
            {
                f"a.{DOMAIN}": (f"MX 1 {HOST}.", 'TXT "v=spf1 mx -all"'),
                f"twoyes._domainkey.a.{DOMAIN}": (dkim(),),
                **dmarc("v=DMARC1; p=reject; sp=none"),
            },
            settings={"TWOYES_MAIL_ADDRESS": f"cora+{{token}}@a.{DOMAIN}"},
        ),
        [("dmarc", "warn", f"_dmarc.{DOMAIN} asks for nothing")],
    ),
    "DMARC, and neither SPF nor DKIM": (
        Setup(spf(), settings={"TWOYES_DKIM_SELECTOR": ""}),
        [("spf", "fail", "no SPF"), ("dkim", "warn", "up to the relay"), ("dmarc", "fail", "have neither")],
    ),
    "no DKIM key": (Setup({AT_KEY: ()}), [("dkim", "fail", f"no DKIM key at {AT_KEY}")]),
    "no DKIM key, and we sign": (Setup({AT_KEY: ()}, signs=True), [("dkim", "fail", "v=DKIM1; k=rsa; p=MIIB")]),
    "another DKIM key": (Setup({AT_KEY: (dkim(1),)}, signs=True), [("dkim", "fail", "not the one that we sign with")]),
    "DKIM key withdrawn": (Setup({AT_KEY: ('TXT "v=DKIM1; p="',)}), [("dkim", "fail", "withdrawn")]),
    "DKIM key is none": (Setup({AT_KEY: ('TXT "v=DKIM1; p=AAAA"',)}), [("dkim", "fail", "no DKIM key")]),
    "DKIM tried out": (Setup({AT_KEY: (dkim(more="t=y; "),)}), [("dkim", "warn", "t=y")]),
    "no MX": (Setup(spf(f"v=spf1 a:{HOST} -all", mx="")), [("mx", "fail", "no MX record")]),
    "no MX, and nothing is read": (
        Setup(spf(f"v=spf1 a:{HOST} -all", mx=""), settings={"INBOX_URLS": ()}),
        [("mx", "warn", "no MX record")],
    ),
    "MX elsewhere": (
        Setup(spf("v=spf1 a mx -all", mx="MX 10 mx.provider.example.")),
        [("mx", "warn", "is not this machine")],
    ),
    "MX elsewhere, with a mailbox": (
        Setup(spf("v=spf1 mx -all", mx="MX 10 mx.provider.example."), inbox="imap"),
        [],
    ),
    "MX without an address": (
        Setup(spf("v=spf1 a:intro.letters.example -all", mx="MX 10 gone.example.")),
        [("mx", "fail", "has no address")],
    ),
    "the relay has no STARTTLS": (
        Setup(relay=SCRIPTS["no_starttls"]),
        [("sending", "fail", "could be overheard"), ("tls", "fail", "does not offer STARTTLS")],
    ),
    "the relay's certificate is for another name": (
        Setup(relay_name="other.provider.example"),
        [("tls", "fail", "is for another name"), ("sending", "fail", "is not believed")],
    ),
    "the relay's certificate has run out": (
        Setup(relay_days=-1),
        [("tls", "fail", "has run out"), ("sending", "fail", "is not believed")],
    ),
    "the relay does not know us": (
        Setup(relay=SCRIPTS["auth_535"]),
        [("sending", "fail", "535 5.7.8 Who are you"), ("sending", "fail", "app password")],
    ),
    "the relay shuts its door": (Setup(relay=SCRIPTS["shut_door"]), [("sending", "fail", "554 5.7.1")]),
    "our certificate has run out": (Setup(web_days=-1), [("tls", "fail", "has run out")]),
    "our certificate is for another name": (Setup(web_name="www.letters.example"), [("tls", "fail", "another name")]),
    "our certificate runs out soon": (Setup(web_days=5), [("tls", "warn", "runs out on")]),
    "no web process behind the proxy": (Setup(web_status=502), [("tls", "fail", "answers 502")]),
    "nobody listens": (Setup(inbox="nobody"), [("receiving", "fail", "twoyes worker")]),
    "the listener is open to others": (
        Setup(settings={"INBOX_URLS": ("smtp://0.0.0.0:25",)}),
        [("receiving", "fail", "lmtp://")],
    ),
    "the listener has any port": (Setup(settings={"INBOX_URLS": ("lmtp://127.0.0.1:0",)}), []),
    "another server has the listener's port": (Setup(inbox="smtp"), [("receiving", "fail", "502 to LHLO")]),
    "the mailbox does not let us in": (
        Setup(inbox="imap", password="wrong"),
        [("receiving", "fail", "does not let cora@letters.example in"), ("receiving", "fail", "app password")],
    ),
    "the mailbox has no IDLE": (Setup(inbox="imap", offers="IMAP4rev1"), [("receiving", "warn", "no IDLE")]),
    "the mailbox has no such folder": (Setup(inbox="imap", folder="Other"), [("receiving", "fail", "“INBOX”")]),
    "answers go past the mailbox": (
        Setup(inbox="imap", settings={"TWOYES_MAIL_ADDRESS": f"intro+{{token}}@{DOMAIN}"}),
        [("addresses", "warn", "put into the other")],
    ),
    "answers go to many addresses": (
        Setup(inbox="imap", settings={"TWOYES_MAIL_ADDRESS": f"intro@{DOMAIN}"}),
        [("addresses", "warn", "cora+{token}@letters.example")],
    ),
    "a domain that only this machine knows": (
        Setup(settings={"TWOYES_MAIL_ADDRESS": "intro@twoyes.localhost"}),
        [("dns", "warn", "nobody but this machine")],
    ),
    "no name server": (Setup({DOMAIN: ("SERVFAIL",)}), [("dns", "warn", "TWOYES_DNS")]),
}
USUAL = {"tls", "sending", "receiving", "spf", "dkim", "dmarc", "mx", "clock"}


@pytest.mark.parametrize("name", SETUPS)
def test_what_the_doctor_says_of(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup, wrong = SETUPS[name]
    with standing(setup, tmp_path, monkeypatch):
        found = looked()
    said = {(one.id, one.status) for one in found.values() if one.status != "ok"}
    assert said == {(which, status) for which, status, _essence in wrong}
    for which, _status, essence in wrong:
        assert essence in f"{found[which].sentence} {found[which].mend}"
    assert "dns" in found or found.keys() >= USUAL
    assert all(one.sentence.endswith(".") for one in found.values())


def test_no_letter_is_begun_and_no_password_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with standing(Setup(inbox="imap"), tmp_path, monkeypatch):
        found = looked()
    assert not (tmp_path / "relay.log").exists()
    assert not any("secret" in f"{one}" or "an-app-password" in f"{one}" for one in found.values())


@pytest.mark.parametrize(
    ("ahead", "status", "essence"),
    [(0, "ok", "agrees with that of"), (120, "warn", "behind that of"), (-900, "fail", "seconds ahead of")],
)
def test_the_clock_is_compared_with_that_of_another_machine(
    ahead: int, status: str, essence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "is_ours", lambda _address: False)
    with standing(Setup({HOST: ("A 127.0.0.1",)}, ahead=timedelta(seconds=ahead)), tmp_path, monkeypatch):
        found = looked()
    assert (found["clock"].status, essence in found["clock"].sentence) == (status, True)


def test_of_a_providers_api_it_is_said_that_nobody_asked_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "transport_for", lambda *_args, **_kwargs: MemoryTransport())
    api = {"RELAY_KIND": "anymail+postmark", "EMAIL_URL": "anymail+postmark://?server_token=secret"}
    with standing(Setup(settings=api), tmp_path, monkeypatch):
        found = looked()
    assert {one.status for one in found.values()} == {"ok"}
    assert "the API of postmark" in found["sending"].sentence
    assert "From which addresses postmark sends" in found["spf"].sentence


def test_in_the_post_room_nothing_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked() == {}


@pytest.mark.parametrize("name", SETUPS)
def test_every_sentence_and_mend_can_be_said_in_another_language(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with standing(SETUPS[name][0], tmp_path, monkeypatch), pseudo.spoken(monkeypatch):
        found = looked()
    said = "\n".join(f"{one.sentence}\n{one.mend}" for one in found.values())
    assert pseudo.left_over(said, ()) == []
