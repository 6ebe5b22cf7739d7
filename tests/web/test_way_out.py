"""/desk/way/: a way out is tried, kept where it works, and changed by nobody but its owner with a fresh proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django import Settings

from tests.support.cast import APPROVAL, CORA, Cast
from tests.support.certificates import certified
from tests.support.relay import Relay
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from tests.web.proving import by_letter, grow_old, proved
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import record
from twoyes.people import front as people
from twoyes.people.models import Connector

PAGE, PASSWORD = "/desk/way/", "correct-horse-battery"


@pytest.fixture
def real_mail(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Relay]:
    """A house that sends real mail, and the server of Cora's mailbox."""
    settings.POST_ROOM = False
    trusted = certified(tmp_path / "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.ca))
    cache.clear()
    with Relay(tmp_path / "log", "auth_ok", tls=trusted.context) as relay:
        yield relay


@pytest.fixture
def cora(cast: Cast) -> Browser:
    return proved(cast)


@pytest.fixture
def written(real_mail: Relay) -> dict[str, str]:
    """What Cora writes into the form."""
    return {"way": "mailbox", "server": f"127.0.0.1:{real_mail.port}", "user": CORA, "password": PASSWORD}


def test_a_way_that_works_is_kept_and_its_owner_gets_a_test_letter(
    cora: Browser, cast: Cast, real_mail: Relay, written: dict[str, str]
) -> None:
    pressed = cora.press(PAGE, "choose_way", **written)
    assert (pressed.status_code, pressed.headers["Location"]) == (303, f"{PAGE}?done=mailbox")
    assert [(one.sender, one.recipients) for one in real_mail.taken] == [(CORA, [CORA])]
    letter = message_from_bytes(real_mail.sessions[0].body, policy=policy.default)
    assert letter["Subject"] == "A test from Twoyes"
    assert people.own_way(cast.cora.id) is not None
    shown = cora.follow(pressed.headers["Location"])
    text = shown.content.decode()
    assert "A test letter is on its way to you." in text
    assert f"leave from {CORA}, through 127.0.0.1" in text
    assert PASSWORD not in text
    assert unlabelled(shown) == twice(shown) == []


def test_the_password_that_is_kept_need_not_be_written_again(
    cora: Browser, cast: Cast, real_mail: Relay, written: dict[str, str]
) -> None:
    cora.press(PAGE, "choose_way", **written)
    form = cora.form(PAGE, "choose_way")
    assert form.values["server"] == written["server"]
    assert form.values["password"] == ""
    assert cora.press(PAGE, "choose_way").headers["Location"] == f"{PAGE}?done=mailbox"
    assert len(real_mail.taken) == 2


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"server": "127.0.0.1:1"}, "server:way_failed"),
        ({"server": "not a server"}, "server:bad_server"),
        ({"user": ""}, "user:bad_user"),
        ({"password": ""}, "password:no_password"),
        ({"way": ""}, "way:bad_way"),
        ({"way": "pigeon"}, "way:bad_way"),
    ],
)
def test_a_way_that_does_not_work_is_not_kept_and_says_why(
    cora: Browser, cast: Cast, written: dict[str, str], fields: dict[str, str], error: str
) -> None:
    answer = cora.press(PAGE, "choose_way", **{**written, **fields})
    text = answer.content.decode()
    assert (answer.status_code, f'data-error="{error}"' in text) == (422, True)
    assert PASSWORD not in text
    assert people.own_way(cast.cora.id) is None


@pytest.mark.case("C9")
def test_a_server_that_nobody_vouches_for_hears_no_password(
    cora: Browser, cast: Cast, real_mail: Relay, written: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    answer = cora.press(PAGE, "choose_way", **written)
    assert "TLS with the relay failed" in answer.content.decode()
    assert not any(line.startswith(b"AUTH") for line in real_mail.sessions[0].commands)
    assert people.own_way(cast.cora.id) is None


@pytest.mark.case("D20")
@pytest.mark.parametrize("way", ["mailbox", "draft"])
def test_what_stands_in_the_network_of_the_house_is_neither_tried_nor_told(
    cora: Browser, cast: Cast, real_mail: Relay, written: dict[str, str], settings: Settings, way: str
) -> None:
    settings.TWOYES_LOCAL_SERVERS = ()
    told = set()
    for server in (written["server"], "localhost:1"):
        answer = cora.press(PAGE, "choose_way", **{**written, "way": way, "server": server})
        text = answer.content.decode()
        assert (answer.status_code, 'data-error="server:way_failed"' in text) == (422, True)
        told.add(next(line for line in text.splitlines() if "open net" in line).replace(server.partition(":")[0], "…"))
    assert len(told) == 1
    assert real_mail.sessions == []
    assert people.own_way(cast.cora.id) is None


def test_tries_are_few_so_that_nobody_guesses_passwords_from_here(cora: Browser, written: dict[str, str]) -> None:
    tries = [cora.press(PAGE, "choose_way", **{**written, "server": "x y"}).status_code for _ in range(30)]
    assert tries[0] == 422
    assert tries[-1] == 429


def test_letters_leave_from_twoyes_again_and_the_password_is_forgotten(
    cora: Browser, cast: Cast, written: dict[str, str]
) -> None:
    cora.press(PAGE, "choose_way", **written)
    assert cora.press(PAGE, "leave_way").headers["Location"] == f"{PAGE}?done=leave"
    assert people.own_way(cast.cora.id) is None
    assert bytes(Connector.objects.get(pk=cast.cora.id).way_in) == b""


def test_without_a_fresh_proof_nothing_is_offered_and_nothing_changes(
    cora: Browser, cast: Cast, real_mail: Relay, written: dict[str, str]
) -> None:
    grow_old(cora)
    assert "choose_way" not in cora.get(PAGE).content.decode()
    assert cora.post(f"{PAGE}choose", written).headers["Location"] == "/accounts/confirm/"
    assert cora.post(f"{PAGE}leave", {}).headers["Location"] == "/accounts/confirm/"
    assert people.own_way(cast.cora.id) is None
    assert real_mail.sessions == []


@pytest.mark.case("E26")
def test_a_delegate_sees_the_way_and_cannot_change_it(
    cora: Browser, cast: Cast, real_mail: Relay, written: dict[str, str]
) -> None:
    cora.press(PAGE, "choose_way", **written)
    people.add_delegate("cora", "dora@connects.example", name="Dora")
    dora = by_letter_let_in(cast)
    assert "Only Cora Lund can change it." in dora.get(PAGE).content.decode()
    assert dora.post(f"{PAGE}choose", written).status_code == 404
    assert dora.post(f"{PAGE}leave", {}).status_code == 404
    assert people.own_way(cast.cora.id) is not None


def by_letter_let_in(cast: Cast) -> Browser:
    """Let Dora in by a code in a letter, which is a proof."""
    dora = Browser(cast)
    assert by_letter(dora, "dora@connects.example") == "/desk/"
    return dora


def test_in_the_post_room_there_is_nothing_to_choose(cora: Browser, cast: Cast) -> None:
    text = cora.get(PAGE).content.decode()
    assert "post room" in text
    assert "choose_way" not in text
    assert cora.post(f"{PAGE}choose", {"way": "mailbox"}).status_code == 404


def test_what_keeps_the_letters_back_stands_above_everything(
    cora: Browser, cast: Cast, written: dict[str, str]
) -> None:
    introduction = cast.asking()
    cora.press(PAGE, "choose_way", **written)
    claimed = introductions.claim(cast.now, kinds=("ask",))
    assert claimed is not None
    introductions.halt(replace(claimed, way="mailbox"), 535, "5.7.8 Who are you", cast.now)
    assert "Your mailbox does not let us in: 535 5.7.8 Who are you. Your letters wait." in (
        cora.get(PAGE).content.decode()
    )
    assert cast.state(introduction) == "asking"


def test_the_desk_says_that_a_mailbox_takes_no_letters_and_leads_to_the_mend(
    cora: Browser, cast: Cast, written: dict[str, str]
) -> None:
    cast.asking()
    cora.press(PAGE, "choose_way", **written)
    assert "Your mailbox does not take your letters." not in cora.get("/desk/").content.decode()
    claimed = introductions.claim(cast.now, kinds=("ask",))
    assert claimed is not None
    introductions.halt(replace(claimed, way="mailbox"), 535, "5.7.8 Who are you", cast.now)
    assert "Your mailbox does not take your letters." in cora.get("/desk/").content.decode()


def test_who_approves_what_becomes_a_draft_is_told_so_before_and_after(
    cora: Browser, cast: Cast, real_mail: Relay
) -> None:
    introduction = cast.waiting()
    people.choose_way(cast.cora.id, "draft", server="imap.example.org", user=CORA, password=PASSWORD)
    path = f"/desk/introductions/{introduction}/approve"
    words = {**APPROVAL, "target": cast.tom.id, "step": "preview"}
    read = cora.post(path, words)
    assert "Lay it into my Drafts" in read.content.decode()
    form = next(one for one in forms_of(read) if one.values.get("step") == "send")
    sent = cora.post(form.action, form.values)
    assert sent.headers["Location"].endswith("?done=approve_draft")
    assert "laid into your Drafts, once, for you to send" in cora.get(sent.headers["Location"]).content.decode()
    snapshot = Introduction.objects.get(pk=introduction).snapshot
    assert record.from_json(snapshot).as_draft


def test_whoever_says_yes_to_what_becomes_a_draft_reads_that_it_is_sent_within_a_week(
    tom: Browser, cast: Cast, real_mail: Relay
) -> None:
    people.choose_way(cast.cora.id, "draft", server="imap.example.org", user=CORA, password=PASSWORD)
    introduction = cast.agreed()
    page = tom.get(tom.open_as(introduction, "target")).content.decode()
    assert "You said yes. Cora Lund sends the introduction within a week; until then you can change it." in page
    assert "ten minutes after" not in page
