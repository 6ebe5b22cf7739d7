"""/desk/noes/: several kind noes, each shown before it leaves, each a letter of its own (N2, N4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse

from tests.support.cast import Cast
from tests.web.browsing import Browser, FoundForm, forms_of
from twoyes.introductions import front as introductions
from twoyes.introductions import listing

WORDS = {"reason": "I know him too little for this.", "instead": "The journal answers letters.", "stay_in_touch": "Do."}


@pytest.fixture
def three(cast: Cast) -> list[str]:
    """Three requests wait for Cora."""
    return [
        cast.waiting(),
        cast.waiting(email="rolf@asks.example", name="Rolf Berg", target="Tina"),
        cast.waiting(email="ruth@asks.example", name="Ruth Carr", target="Somebody in health"),
    ]


def read(cora: Browser, which: list[str], **words: str) -> HttpResponse:
    form = cora.form("/desk/noes/", "noes")
    fields: dict[str, object] = {**form.values, **WORDS, **words, "which": which}
    return cora.post("/desk/noes/", fields)


def button(page: HttpResponse, step: str) -> FoundForm:
    return next(form for form in forms_of(page) if form.values.get("step") == step)


def test_every_name_and_every_letter_is_shown_before_any_leaves(cora: Browser, cast: Cast, three: list[str]) -> None:
    page = read(cora, three[:2]).content.decode()
    assert page.count(WORDS["reason"]) >= 2
    assert "Rita Holm" in page
    assert "Rolf Berg" in page
    assert "Ruth Carr" not in page
    assert [cast.state(one) for one in three] == ["waiting"] * 3


def test_one_press_declines_those_that_were_chosen_and_no_other(cora: Browser, cast: Cast, three: list[str]) -> None:
    cast.deliver()
    send = button(read(cora, three[:2]), "send")
    done = cora.post(send.action, send.values)
    assert (done.status_code, done.headers["Location"]) == (303, "/desk/?done=noes")
    assert [cast.state(one) for one in three] == ["declined", "declined", "waiting"]
    assert cast.deliver() == ["declined:requester"] * 2
    assert {facts.recipient for facts in cast.sent[-2:]} == {"rita@asks.example", "rolf@asks.example"}
    assert all(facts.consolation["instead"] == WORDS["instead"] for facts in cast.sent[-2:])


def test_one_that_moved_on_is_named_and_the_others_are_declined(cora: Browser, cast: Cast, three: list[str]) -> None:
    send = button(read(cora, three), "send")
    introductions.withdraw(
        three[1], actor=introductions.Actor(introductions.Role.REQUESTER, _key(three[1]), "test"), now=cast.now
    )
    done = cora.post(send.action, send.values)
    assert cast.state(three[0]) == cast.state(three[2]) == "declined"
    assert cast.state(three[1]) == "withdrawn"
    assert done.status_code in {303, 409}


def _key(introduction: str) -> str:
    from twoyes.introductions.models import Introduction

    return Introduction.objects.get(pk=introduction).requester_key


@pytest.mark.parametrize(
    ("which", "words", "error"),
    [
        ([], {}, "which:required"),
        (["all"], {"reason": " "}, "reason:required"),
        (["all"], {"reason": "a\0b"}, "reason:bad_text"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_leaves(
    cora: Browser, cast: Cast, three: list[str], which: list[str], words: dict[str, str], error: str
) -> None:
    page = read(cora, three if which else [], **words)
    if page.status_code == 200:
        send = button(page, "send")
        page = cora.post(send.action, {**send.values, **words})
    assert page.status_code == 422
    assert f'data-error="{error}"' in page.content.decode()
    assert [cast.state(one) for one in three] == ["waiting"] * 3


def test_changing_something_loses_nothing(cora: Browser, three: list[str]) -> None:
    edit = button(read(cora, three[:2]), "edit")
    page = cora.post(edit.action, edit.values)
    form = next(one for one in forms_of(page) if one.act == "noes")
    assert form.values["reason"] == WORDS["reason"]
    assert page.content.decode().count(" checked") == 2


def test_somebody_elses_requests_cannot_be_declined(otto: Browser, cast: Cast, three: list[str]) -> None:
    page = otto.get("/desk/noes/").content.decode()
    assert "Rita Holm" not in page
    done = otto.post("/desk/noes/", {"act": "noes", "which": three, "step": "send", **WORDS})
    assert done.status_code == 422
    assert [cast.state(one) for one in three] == ["waiting"] * 3


def test_what_waits_for_something_else_takes_nobodys_place(
    cora: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "A_PAGE", 1)
    cast.draft(target="Somebody else", email="kim@asks.example", name="Kim Ode")
    cast.now += timedelta(minutes=1)
    introduction = cast.waiting()
    assert f'value="{introduction}"' in cora.get("/desk/noes/").content.decode()


def own(cora: Browser, three: list[str], **whys: str) -> dict[str, object]:
    """What the page posts where a reason is chosen for each."""
    form = cora.form("/desk/noes/", "noes")
    return {**form.values, **{f"why_{three[int(n[1:])]}": why for n, why in whys.items()}, "which": three}


def test_each_gets_a_reason_and_a_text_of_their_own_without_a_word_typed(
    cora: Browser, cast: Cast, three: list[str]
) -> None:
    cast.deliver()
    page = cora.post("/desk/noes/", own(cora, three, r0="not_known", r1="too_soon", r2="not_a_fit"))
    text = page.content.decode().partition("<form")[0]
    starts = ("The reason is simple", "It is too soon for this introduction", "I have looked at it from both sides")
    assert [text.count(start) for start in starts] == [1, 1, 1]
    send = next(form for form in forms_of(page) if form.values.get("step") == "send")
    assert cora.post(send.action, {**send.values, "which": three}).headers["Location"] == "/desk/?done=noes"
    assert cast.deliver() == ["declined:requester"] * 3
    by_name = {facts.recipient_name: facts.consolation for facts in cast.sent[-3:]}
    assert {name: told["why"] for name, told in by_name.items()} == {
        "Rita Holm": "not_known", "Rolf Berg": "too_soon", "Ruth Carr": "not_a_fit",
    }  # fmt: skip
    assert by_name["Rolf Berg"]["come_back"] == "2026-05-31"


def test_somebody_without_a_reason_of_their_own_gets_the_words_for_everybody(
    cora: Browser, cast: Cast, three: list[str]
) -> None:
    said = {**own(cora, three, r0="not_known"), **WORDS, "which": three[:2]}
    page = cora.post("/desk/noes/", said).content.decode()
    assert page.count(WORDS["reason"]) > 0
    assert "The reason is simple" in page
    assert cora.post("/desk/noes/", {**said, "reason": ""}).status_code == 422


def test_words_changed_for_one_stay_theirs_and_ready_words_follow_another_reason(
    cora: Browser, cast: Cast, three: list[str]
) -> None:
    page = cora.post("/desk/noes/", own(cora, three, r0="not_known", r1="too_soon", r2="not_a_fit"))
    edit = next(form for form in forms_of(page) if form.values.get("step") == "edit")
    form = next(one for one in forms_of(cora.post(edit.action, edit.values)) if one.act == "noes")
    assert form.values[f"reason_{three[1]}"].strip().startswith("It is too soon")
    changed = {f"reason_{three[0]}": "Only for Rita.", f"why_{three[0]}": "my_rule", f"why_{three[1]}": "no_benefit"}
    text = cora.post("/desk/noes/", {**form.values, **changed, "which": three}).content.decode()
    assert "Only for Rita." in text
    assert "It is too soon" not in text
    assert "I ask somebody only when I can say" in text


def voiced(three: list[str], n: int, *, tone: str = "direct", words_in: str = "") -> dict[str, str]:
    """What the page posts where one of them is to hear it in another tone or language."""
    return {f"tone_{three[n]}": tone, f"words_in_{three[n]}": words_in}


def test_each_hears_it_in_a_tone_and_a_language_of_their_own_and_reads_as_it_will_be_sent(
    cora: Browser, cast: Cast, three: list[str]
) -> None:
    german = cast.waiting(email="udo@asks.example", name="Udo Kern", target="Jemand", language="de")
    cast.deliver()
    chosen = own(cora, three, r0="too_soon", r1="too_soon", r2="too_soon")
    chosen |= {f"why_{german}": "too_soon", "which": [*three, german]}
    chosen |= voiced(three, 1, tone="indirect") | voiced(three, 2, words_in="fr")
    page = cora.post("/desk/noes/", chosen)
    shown = page.content.decode().partition("<form")[0]
    starts = (
        "It is too soon for this introduction",
        "Every meeting has its season",
        "Il est trop tôt pour cette mise en relation",
        "Für diese Vorstellung ist es zu früh",
    )
    assert [shown.count(start) for start in starts] == [1, 1, 1, 1]
    send = button(page, "send")
    assert cora.post(send.action, {**send.values, "which": [*three, german]}).status_code == 303
    cast.deliver()
    said = {facts.recipient_name: facts.consolation["reason"] for facts in cast.sent[-4:]}
    told = [said[name] for name in ("Rita Holm", "Rolf Berg", "Ruth Carr", "Udo Kern")]
    assert [reason.startswith(start) for reason, start in zip(told, starts, strict=True)] == [True] * 4


def test_another_tone_is_followed_by_ready_words_and_by_none_that_were_typed(
    cora: Browser, cast: Cast, three: list[str]
) -> None:
    edit = button(cora.post("/desk/noes/", own(cora, three, r0="too_soon", r1="too_soon", r2="not_a_fit")), "edit")
    form = next(one for one in forms_of(cora.post(edit.action, edit.values)) if one.act == "noes")
    changed = {f"reason_{three[0]}": "Only for Rita."}
    for n in (0, 1):
        changed |= voiced(three, n, tone="indirect", words_in="es")
    page = cora.post("/desk/noes/", {**form.values, **changed, "which": three})
    shown = page.content.decode().partition("<form")[0]
    assert shown.count("Only for Rita.") == 1
    assert shown.count("Cada encuentro tiene su momento") == 1
    assert "It is too soon" not in shown
    again = cora.post("/desk/noes/", {**button(page, "edit").values, "which": three}).content.decode()
    assert again.count('<details class="field" open>') == 2, "what was chosen stands open"


@pytest.mark.parametrize("field", ["tone", "words_in"])
def test_a_forged_tone_or_language_is_named_and_nothing_leaves(
    cora: Browser, cast: Cast, three: list[str], field: str
) -> None:
    said = {**own(cora, three, r0="too_soon"), f"{field}_{three[0]}": "nonsense", "which": three[:1]}
    page = cora.post("/desk/noes/", said)
    assert page.status_code == 422
    assert f'data-error="{field}:choice"' in page.content.decode()
    assert [cast.state(one) for one in three] == ["waiting"] * 3


def test_a_forged_reason_is_named_and_nothing_leaves(cora: Browser, cast: Cast, three: list[str]) -> None:
    page = cora.post("/desk/noes/", {**own(cora, three, r0="nonsense"), "which": three[:1]})
    assert page.status_code == 422
    assert 'data-error="why:choice"' in page.content.decode()
    assert [cast.state(one) for one in three] == ["waiting"] * 3
