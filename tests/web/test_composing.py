"""A kind no is put together on the desk (N2): a reason fills three parts, typed words win, and it is read before."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse

from tests.support.cast import REQUEST, Cast
from tests.web.browsing import Browser, FoundForm, forms_of, twice, unlabelled
from twoyes.care import front as care
from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import Actor, Role
from twoyes.lib import sealing
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web.no_words import CONSOLATIONS, LANGUAGES, TONES, WHY

PARTS = ("reason", "instead", "stay_in_touch")
# A request in which what is in it for the target is the requester's own gain.
POOR = {"benefit": "I would learn a lot and it would help my career."}


def at(introduction: str, tail: str = "") -> str:
    return f"/desk/introductions/{introduction}/{tail}"


def form_of(response: HttpResponse) -> FoundForm:
    return next(form for form in forms_of(response) if form.act == "decline")


def choose(cora: Browser, introduction: str, query: str, before: FoundForm | None = None, **typed: str) -> HttpResponse:
    """Press one of the buttons of the composer, with all that stands in it."""
    form = before or cora.form(at(introduction), "decline")
    return cora.post(at(introduction, f"decline/words?{query}"), {**form.values, **typed})


def texts(form: FoundForm) -> tuple[str, ...]:
    return tuple(form.values[part].strip() for part in PARTS)


def kept(introduction: str) -> dict[str, str]:
    told: dict[str, str] = sealing.get_json(Introduction.objects.get(pk=introduction), "consolation") or {}
    return told


def shown_letter(response: HttpResponse) -> str:
    page = response.content.decode()
    found = re.search(r'<pre class="text" dir="auto">(.*?)</pre>', page[max(page.find("no-letter"), 0) :], re.DOTALL)
    return html.unescape(found[1]) if found else ""


def picks(response: HttpResponse, name: str) -> dict[str, bool]:
    """The buttons of one kind in their order, and which is pressed."""
    found = re.findall(rf'id="no-{name}-([a-z_]+)"[^>]*aria-pressed="(true|false)"', response.content.decode())
    return {value: pressed == "true" for value, pressed in found}


def test_a_reason_fills_three_parts_and_nothing_is_sent(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    assert texts(cora.form(at(introduction), "decline")) == ("", "", "")
    page = choose(cora, introduction, "why=not_a_fit")
    ready = policy.ready_no(policy.NoChoice("not_a_fit", consolation="another"), REQUEST)
    assert page.status_code == 200
    assert texts(form_of(page)) == (ready.reason, ready.instead, ready.stay_in_touch)
    assert '<details id="decline" open>' in page.content.decode()
    assert cast.state(introduction) == "waiting"
    assert cast.deliver() == []


@pytest.mark.parametrize("why", WHY)
def test_from_the_desk_a_no_is_sent_with_four_presses_and_no_word_typed(cora: Browser, cast: Cast, why: str) -> None:
    introduction = cast.waiting()
    cast.deliver()
    desk = cora.get("/desk/").content.decode()
    assert f'href="{at(introduction)}"' in desk
    page = cora.get(at(introduction))  # 1: the request
    assert '<details id="decline"><summary>' in page.content.decode()  # 2: unfolded
    chosen = choose(cora, introduction, f"why={why}", form_of(page))  # 3: the reason
    read = shown_letter(chosen)
    send = form_of(chosen)
    done = cora.post(send.action, send.values)  # 4: sent
    assert done.headers["Location"].endswith("?done=decline")
    assert cast.deliver() == ["declined:requester"]
    sent = cast.sent[-1].consolation
    assert sent["why"] == why
    assert all(sent[part] and sent[part] in read for part in PARTS)


def test_what_was_typed_wins_over_every_choice_that_follows(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    form = form_of(choose(cora, introduction, "why=not_known"))
    page = choose(cora, introduction, "why=no_benefit", form, instead="Ask in the reading group.")
    reason, instead, close = texts(form_of(page))
    ready = policy.ready_no(policy.NoChoice("no_benefit"), REQUEST)
    assert (reason, instead, close) == (ready.reason, "Ask in the reading group.", ready.stay_in_touch)
    again = form_of(choose(cora, introduction, "tone=indirect", form_of(page)))
    assert texts(again)[1] == "Ask in the reading group."
    assert texts(again)[0] == policy.ready_no(policy.NoChoice("no_benefit", "indirect"), REQUEST).reason


def test_words_that_a_browser_only_sends_back_are_not_taken_for_typed_ones(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    form = form_of(choose(cora, introduction, "why=target_not_known"))
    sent_back = {part: form.values[part].replace("\n", "\r\n") + "\r\n" for part in PARTS}
    page = choose(cora, introduction, "why=too_soon", form, **sent_back)
    assert texts(form_of(page))[0].startswith("It is too soon")


def test_the_language_of_the_request_comes_first_and_another_is_one_press_away(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting(language="de")
    page = choose(cora, introduction, "why=not_a_fit")
    assert next(iter(picks(page, "words_in").items())) == ("de", True)
    assert texts(form_of(page))[0].startswith("Ich habe es von beiden Seiten")
    page = choose(cora, introduction, "words_in=es", form_of(page))
    assert texts(form_of(page))[0].startswith("Lo he mirado desde los dos lados")
    assert [one for one, pressed in picks(page, "words_in").items() if pressed] == ["es"]


def test_reasons_that_follow_from_what_was_found_stand_first(cora: Browser, cast: Cast) -> None:
    plain, poor = cast.waiting(), cast.waiting(email="rolf@asks.example", name="Rolf Berg", **POOR)
    assert tuple(picks(cora.get(at(plain)), "why")) == policy.NO_REASONS
    assert next(iter(picks(cora.get(at(poor)), "why"))) == "no_benefit"


def test_each_choice_is_shown_and_the_page_is_whole(cora: Browser, cast: Cast) -> None:
    people.set_resources(cast.cora.id, "The handbook\nThe winter course")
    introduction = cast.waiting()
    page = choose(cora, introduction, "why=my_rule")
    for name, every in (("tone", TONES), ("words_in", LANGUAGES), ("consolation", CONSOLATIONS)):
        assert set(picks(page, name)) == {one or "nothing" for one in every}
    for consolation in CONSOLATIONS:
        page = choose(cora, introduction, f"consolation={consolation}", form_of(page))
        assert picks(page, "consolation")[consolation or "nothing"]
        assert twice(page) == []
        assert not set(unlabelled(page)) - {""}


def test_a_day_to_come_back_is_there_without_a_word_and_the_words_follow_another_day(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    form = form_of(choose(cora, introduction, "why=too_soon"))
    assert form.values["come_back"] == "2026-05-31"
    assert "31 May 2026" in form.values["instead"]
    done = cora.post(form.action, {**form.values, "come_back": "2026-06-09"})
    assert done.status_code == 303
    assert kept(introduction)["come_back"] == "2026-06-09"
    assert "9 June 2026" in kept(introduction)["instead"]


def test_a_day_and_a_draft_are_not_lost_while_something_else_is_tried(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    form = form_of(choose(cora, introduction, "why=not_said"))
    form = form_of(choose(cora, introduction, "consolation=write_yourself", form))
    assert REQUEST["about_me"] in form.values["draft"]
    form = form_of(choose(cora, introduction, "consolation=", form, draft="A draft of my own."))
    assert form.values["draft"] == "A draft of my own."
    back = form_of(choose(cora, introduction, "consolation=write_yourself", form))
    assert back.values["draft"] == "A draft of my own."
    assert cora.post(form.action, form.values).status_code == 303
    assert {"draft", "consolation"}.isdisjoint(kept(introduction))


def test_what_cannot_be_offered_here_looks_as_if_it_had_not_been_chosen(cora: Browser, cast: Cast) -> None:
    cast.asked(approval=None)
    introduction = cast.waiting(target="Mr Tom Target")
    before = choose(cora, introduction, "why=target_not_known")
    page = choose(cora, introduction, "consolation=write_yourself", form_of(before))
    assert 'data-error="consolation:not_offered"' in page.content.decode()
    assert picks(page, "consolation") == picks(before, "consolation")
    assert texts(form_of(page)) == texts(form_of(before))
    forced = cora.post(at(introduction, "decline"), {**form_of(page).values, "consolation": "write_yourself"})
    assert forced.status_code == 422
    assert 'data-error="consolation:not_offered"' in forced.content.decode()
    assert cast.state(introduction) == "waiting"


def test_it_is_read_as_they_would_and_sent_from_there(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    cast.deliver()
    form = form_of(choose(cora, introduction, "why=not_known"))
    page = cora.post(at(introduction, "decline/read"), {**form.values, "stay_in_touch": "Until the fair."})
    assert "Until the fair." in shown_letter(page)
    assert "Dear Rita Holm," in shown_letter(page)
    send, edit = (one for one in forms_of(page) if one.act == "decline")
    assert form_of(cora.post(edit.action, edit.values)).values["stay_in_touch"].strip() == "Until the fair."
    assert cora.post(send.action, send.values).status_code == 303
    cast.deliver()
    assert cast.sent[-1].consolation["stay_in_touch"] == "Until the fair."


def test_a_script_gets_the_letter_alone_and_a_word_where_something_is_missing(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    form = form_of(choose(cora, introduction, "why=not_known"))
    alone = cora.post(at(introduction, "decline/read"), form.values, **{"HX-Request": "true"}).content.decode()
    assert "<html" not in alone
    assert "I do not know you well enough yet" in alone
    empty = cora.post(at(introduction, "decline/read"), {"act": "decline"}, **{"HX-Request": "true"})
    assert empty.status_code == 200
    assert "once nothing is missing" in empty.content.decode()


def test_without_a_script_what_is_missing_stands_beside_its_field(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    page = cora.post(at(introduction, "decline/read"), {"act": "decline", "instead": "kept"})
    assert page.status_code == 422
    assert 'data-error="reason:required"' in page.content.decode()
    assert form_of(page).values["instead"].strip() == "kept"


@pytest.mark.parametrize("tail", ["decline/words", "decline/read"])
def test_looking_at_these_addresses_leads_back_and_others_find_nothing(
    cora: Browser, otto: Browser, cast: Cast, tail: str
) -> None:
    introduction, over = cast.waiting(), cast.declined(email="rolf@asks.example", name="Rolf Berg")
    for browser in (cora.get(at(introduction, tail)), cora.post(at(over, tail), {})):
        assert browser.status_code == 303
    assert otto.post(at(introduction, tail), {"why": "not_said"}).status_code == 404


@pytest.mark.parametrize("query", ["why=nonsense", "tone=rude", "words_in=tlh", "consolation=money", "seq=9"])
def test_a_choice_that_does_not_exist_changes_nothing(cora: Browser, cast: Cast, query: str) -> None:
    introduction = cast.waiting()
    form = form_of(choose(cora, introduction, "why=not_a_fit"))
    again = form_of(choose(cora, introduction, query, form))
    assert texts(again) == texts(form)


def test_forged_state_is_no_reason_to_fall_over(cora: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    forged = {"why": "x", "tone": "y", "words_in": "z", "consolation": "come_back", "come_back": "soon", "filled": "a"}
    assert cora.post(at(introduction, "decline/words?why=not_said"), forged).status_code == 200
    assert cora.post(at(introduction, "decline"), {**forged, "reason": "No."}).status_code == 422


# --- afterwards: the requester's page, the log, the list ------------------------------------------------------------


def test_their_page_shows_the_day_and_then_the_way_back(cora: Browser, rita: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    form = form_of(choose(cora, introduction, "why=too_soon"))
    cora.post(form.action, form.values)
    page = rita.open_as(introduction, "requester")
    assert "You can come back on 31 May 2026." in rita.get(page).content.decode()
    cast.pass_time(timedelta(days=91))
    after = rita.get(page).content.decode()
    assert "You can come back on" not in after
    assert "Yes, I would still like to meet" in after
    assert rita.press(page, "confirm").status_code == 303
    assert "It is with Cora Lund again." in rita.get(page).content.decode()
    assert "1 waits for you" in cora.get("/desk/").content.decode()


def test_their_page_holds_the_draft_to_copy_and_no_address(cora: Browser, rita: Browser, cast: Cast) -> None:
    introduction = cast.waiting()
    form = form_of(choose(cora, introduction, "why=not_said"))
    form = form_of(choose(cora, introduction, "consolation=write_yourself", form))
    cora.post(form.action, form.values)
    page = rita.get(rita.open_as(introduction, "requester")).content.decode()
    assert "A draft that you can send yourself" in page
    assert "tom@target.example" not in page
    assert "I will not write again" in page


def test_the_log_says_when_to_whom_why_and_what_was_offered(cora: Browser, otto: Browser, cast: Cast) -> None:
    assert "You have not said no to anybody yet." in cora.get("/desk/noes/log").content.decode()
    first = cast.waiting()
    form = form_of(choose(cora, first, "why=too_soon"))
    cora.post(form.action, form.values)
    cora.press(at(cast.waiting(email="rolf@asks.example", name="Rolf Berg")), "decline", reason="No.")
    page = html.unescape(cora.get("/desk/noes/log").content.decode())
    assert re.search(r"Rolf Berg → .*?2 March 2026 · in your own words<", page, re.DOTALL)
    assert re.search(r"Rita Holm → .*?2 March 2026 · Too soon · to come back on 31 May 2026<", page, re.DOTALL)
    assert "came back" not in page
    assert "Rita Holm" not in otto.get("/desk/noes/log").content.decode()


def test_the_log_says_who_came_back_and_forgets_whoever_is_erased(cora: Browser, cast: Cast) -> None:
    cast.declined()
    cast.now += timedelta(days=3)
    again = cast.waiting(target="Somebody else")
    page = cora.get("/desk/noes/log").content.decode()
    assert f'<a href="{at(again)}">came back</a>' in page
    care.erase("rita@asks.example", actor=Actor(Role.PROGRAM, door="test"), now=cast.now)
    page = cora.get("/desk/noes/log").content.decode()
    assert "Rita Holm" not in page
    assert "You have not said no to anybody yet." in page


def test_the_own_list_is_kept_on_the_page_and_offered_line_by_line(cora: Browser, cast: Cast) -> None:
    done = cora.press("/desk/page/", "resources", resources="The handbook\n\nThe winter course")
    assert done.headers["Location"] == "/desk/page/?done=resources"
    assert cora.form("/desk/page/", "resources").values["resources"].split("\n") == [
        "The handbook",
        "The winter course",
    ]
    introduction = cast.waiting()
    form = form_of(choose(cora, introduction, "why=not_said"))
    form = form_of(choose(cora, introduction, "consolation=resource", form))
    assert form.choices["resource"] == ["The handbook", "The winter course"]
    assert form.values["instead"].strip().endswith("The handbook")
    cora.post(form.action, {**form.values, "resource": "The winter course"})
    assert kept(introduction)["instead"].endswith("The winter course")
    assert "handbook" not in cora.get("/@cora").content.decode()


def test_a_list_that_is_too_long_stands_beside_its_field_with_nothing_lost(cora: Browser) -> None:
    page = cora.press("/desk/page/", "resources", resources="line\n" * 13)
    assert page.status_code == 422
    assert 'data-error="resources:bad_resources"' in page.content.decode()
    assert "line\nline" in page.content.decode()
