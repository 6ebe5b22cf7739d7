"""/desk/paste/: a request from a mail or a chat, a reply to paste back, or a note on the desk (N6, K7)."""

from __future__ import annotations

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of
from tests.web.doors import digest
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction

MESSAGE = "Hi Cora, I would love to pick his brain over a coffee. Could you send me his email address?"
SAID = {"message": MESSAGE, "name": "Rolf Berg", "target": "Tom Target"}


def test_the_reply_thanks_names_what_is_missing_and_leads_to_the_page(cora: Browser) -> None:
    page = cora.press("/desk/paste/", "paste", **SAID).content.decode()
    reply = page.partition('id="reply"')[2].partition("</textarea>")[0]
    assert "Hello Rolf Berg" in reply
    assert "/@cora" in reply
    assert "Ask to be introduced" in reply
    assert "Cora Lund" in reply


def test_reading_stores_nothing(cora: Browser) -> None:
    form = cora.form("/desk/paste/", "paste")
    before = digest()
    cora.post(form.action, {**form.values, **SAID})
    assert digest() == before


def test_one_more_press_notes_it_on_the_desk_with_all_that_was_pasted(cora: Browser, cast: Cast) -> None:
    page = cora.press("/desk/paste/", "paste", email="rolf@asks.example", **SAID)
    note = next(form for form in forms_of(page) if form.act == "draft")
    done = cora.post(note.action, note.values)
    made = Introduction.objects.get()
    assert (done.status_code, done.headers["Location"]) == (303, f"/desk/introductions/{made.pk}/?done=draft")
    shown = introductions.desk_page(cast.cora.id, made.pk, cast.now)
    assert shown is not None
    assert (shown.words["ask"], shown.words["name"], shown.words["target"]) == (MESSAGE, "Rolf Berg", "Tom Target")
    assert cast.deliver() == ["verify:requester"]


def test_what_is_missing_is_asked_for_and_the_message_stays(cora: Browser) -> None:
    page = cora.press("/desk/paste/", "paste", message=MESSAGE)
    assert page.status_code == 422
    text = page.content.decode()
    assert 'data-error="name:required"' in text
    assert 'data-error="target:required"' in text
    assert MESSAGE in text
