"""The post room: every letter as its reader sees it, answers kept, and a clock to move; for this machine alone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from tests.support.cast import CORA, RITA, TOM, Cast
from tests.web.browsing import Browser, forms_of, twice, unlabelled
from twoyes.introductions.models import Introduction
from twoyes.lib import clock, env
from twoyes.mail import front as mail
from twoyes.mail.models import Inbound


@pytest.fixture
def room(cast: Cast) -> Browser:
    """A browser on this machine, with one letter in the post room."""
    introduction = cast.unverified()
    with clock.frozen(cast.now):
        mail.tick()
    assert Introduction.objects.get().pk == introduction
    return Browser(cast)


@pytest.fixture
def busy(cast: Cast) -> Browser:
    """A browser on this machine; Tom was asked, and Cora wants a login code."""
    cast.asking(approval=None)
    with clock.frozen(cast.now):
        mail.tick()
    return Browser(cast)


def name_of(kind: str) -> str:
    """The page of the newest letter of a kind."""
    return next(path.stem for path in reversed(mail.posted_letters(env.data_dir())) if path.stem.endswith(kind))


def test_letters_stand_by_person_with_the_newest_first(busy: Browser) -> None:
    with clock.frozen(busy.cast.now + timedelta(days=1)):
        mail.tick()
    page = busy.get("/postroom/")
    text = page.content.decode()
    assert twice(page) == []
    assert unlabelled(page) == []
    parts = {
        part.partition("</h3>")[0].rpartition(">")[2]: part for part in text.split('<details class="sheet flat')[1:]
    }
    assert set(parts) == {"Rita Holm", "Tom Target"}
    assert f"is asked · 1 letter · {TOM}" in parts["Tom Target"]
    assert f"asks · 1 letter · {RITA}" in parts["Rita Holm"]
    assert f'<a href="/postroom/{name_of("-ask")}/">' in parts["Tom Target"]


def test_of_many_letters_to_one_person_the_newest_two_are_open_and_the_rest_is_folded(cast: Cast) -> None:
    for number in range(3):
        cast.unverified(target=f"Somebody {number}")
        cast.now += timedelta(days=1, hours=1)
        with clock.frozen(cast.now):
            mail.tick()
    text = Browser(cast).get("/postroom/").content.decode()
    newest, _fold, older = text.partition("1 older letter</summary>")
    assert "3 letters" in newest
    names = [path.stem for path in mail.posted_letters(env.data_dir())]
    assert newest.index(names[2]) < newest.index(names[1])
    assert names[0] not in newest
    assert names[0] in older


def test_a_letter_is_shown_as_its_reader_sees_it_in_a_frame_where_nothing_runs(busy: Browser) -> None:
    name = name_of("-ask")
    text = busy.get(f"/postroom/{name}/").content.decode()
    frame = f'<iframe class="frame" src="/postroom/{name}/html"'
    assert f'{frame} sandbox="allow-popups allow-popups-to-escape-sandbox" height="' in text
    inside = busy.get(f"/postroom/{name}/html")
    policy = inside.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert inside.headers["X-Frame-Options"] == "SAMEORIGIN"
    token = busy.cast.key(Introduction.objects.get().pk, "ask")
    assert f'<a href="/t/{token}">Read</a>' in inside.content.decode()
    assert '<base target="_blank">' in inside.content.decode()
    assert "frame-ancestors 'none'" in busy.get(f"/postroom/{name}/").headers["Content-Security-Policy"]


def test_the_letters_of_one_introduction_stand_together(busy: Browser) -> None:
    introduction = Introduction.objects.get().pk
    link = f'<a href="/postroom/about/{introduction}/">'
    assert link in busy.get(f"/postroom/{name_of('-ask')}/").content.decode()
    text = busy.get(f"/postroom/about/{introduction}/").content.decode()
    assert "to Tom Target · the ask" in text
    assert "to Rita Holm · on its way" in text
    assert busy.get(f"/postroom/about/{'0' * 12}/").status_code == 404


def test_its_text_is_one_press_away_with_its_link_to_press(room: Browser) -> None:
    text = room.get("/postroom/000001-verify/?part=text").content.decode()
    token = room.cast.key(Introduction.objects.get().pk, "verify")
    assert f'<a href="/v/{token}" target="_blank" rel="noopener">{settings.TWOYES_URL}/v/{token}</a>' in text
    assert "<iframe" not in text


def test_its_bytes_can_be_taken_along_as_they_were_sent(room: Browser) -> None:
    name = "000001-verify.eml"
    raw = room.get(f"/postroom/{name}")
    assert raw.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert raw.content.startswith(b"X-Twoyes-Letter: ")


def test_the_button_of_a_mail_program_stops_the_question(busy: Browser) -> None:
    page = busy.get(f"/postroom/{name_of('-ask')}/")
    form = next(form for form in forms_of(page) if form.action.endswith("/stop"))
    assert busy.post(form.action, form.values).status_code == 200
    assert Introduction.objects.get().state == "refused"


@pytest.mark.case("E12")
def test_an_answer_is_kept_as_mail_from_that_person_and_shown_and_changes_nothing(busy: Browser) -> None:
    at = f"/postroom/{name_of('-ask')}/"
    form = busy.form(at, "answer_as")
    before = Introduction.objects.values().get()
    for _twice in range(2):
        done = busy.post(form.action, {**form.values, "words": "Yes <b>gladly</b>.\nTom"})
        assert done.headers["Location"] == f"{at}#answers"
    assert Introduction.objects.values().get() == before
    assert Inbound.objects.get().state == "waiting"
    text = busy.get(at).content.decode()
    assert "Answer as Tom Target" in text
    assert f"to Cora Lund &lt;{CORA}&gt;" in text
    assert text.count("Yes &lt;b&gt;gladly&lt;/b&gt;.\nTom") == 1
    assert "answered by mail" in busy.get("/postroom/").content.decode()
    assert busy.form(at, "answer_as").values["once"] != form.values["once"]


def test_an_answer_that_cannot_be_kept_is_shown_again_with_the_reason(busy: Browser) -> None:
    at = f"/postroom/{name_of('-ask')}/"
    refused = busy.press(at, "answer_as", words=" ")
    assert refused.status_code == 422
    assert 'data-error="words:no_words"' in refused.content.decode()
    refused = busy.press(at, "answer_as", words="Yes\u202e")
    assert refused.status_code == 422
    assert "Yes" in next(form for form in forms_of(refused) if form.act == "answer_as").values["words"]
    assert not Inbound.objects.exists()


def test_its_clock_says_what_comes_next_and_goes_there(room: Browser) -> None:
    page = room.get("/postroom/")
    forms = [form for form in forms_of(page) if form.act == "tick"]
    assert [form.values["to"] for form in forms] == ["next", "day", "week"]
    words = "Rita Holm&#x27;s request is thrown away, since the address was not proved</b>: 4 March 2026, 09:00"
    assert words in page.content.decode()
    assert room.client.post("/postroom/tick", {"act": "tick", "to": "week"}).status_code == 303
    assert Introduction.objects.get().state == "discarded"


def test_where_nothing_comes_by_itself_there_is_no_next(rita: Browser) -> None:
    page = rita.get("/postroom/")
    assert "Nothing will happen by itself." in page.content.decode()
    assert [form.values["to"] for form in forms_of(page) if form.act == "tick"] == ["day", "week"]


def test_the_next_thing_is_said_of_whom_it_concerns(busy: Browser) -> None:
    text = busy.get("/postroom/").content.decode()
    assert "Tom Target&#x27;s ask ends, and silence is a no</b>: 12 March 2026" in text
    before = clock.now()
    assert busy.client.post("/postroom/tick", {"act": "tick", "to": "next"}).status_code == 303
    assert clock.now() >= before


def test_a_desk_is_one_press_away(room: Browser) -> None:
    form = next(form for form in forms_of(room.get("/postroom/")) if form.values.get("handle") == "cora")
    link = room.post(form.action, form.values).headers["Location"]
    login = next(form for form in forms_of(room.get(link)) if form.act == "login")
    room.post(login.action, login.values)
    assert room.get("/desk/").status_code == 200
    assert room.post("/postroom/sit", {"handle": "nobody"}).status_code == 409


@pytest.mark.parametrize("name", ["000009-verify.eml", "000001-ask.eml", "..%2F..%2Fsecret", "x.eml"])
def test_what_is_no_letter_is_not_there(room: Browser, name: str) -> None:
    assert room.get(f"/postroom/{name}").status_code == 404
    assert room.get(f"/postroom/{name.removesuffix('.eml')}/").status_code == 404


def test_a_file_that_is_no_letter_of_ours_spoils_nothing(room: Browser) -> None:
    (env.data_dir() / "postroom" / "000077-strange.eml").write_bytes(b"Subject: Hello\r\n\r\nHello\r\n")
    assert room.get("/postroom/").status_code == 200
    assert room.get("/postroom/000077-strange/").status_code == 404


PATHS = (
    "/postroom/", "/postroom/000001-verify.eml", "/postroom/tick", "/postroom/sit", "/postroom/story/",
    "/postroom/000001-verify/", "/postroom/000001-verify/html", "/postroom/000001-verify/answer",
)  # fmt: skip


def test_for_another_machine_there_is_no_post_room(room: Browser) -> None:
    room.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    missing = room.get("/nothing")
    for path in PATHS:
        assert room.get(path).content == missing.content
        assert room.post(path, {"to": "week", "words": "Hello", "handle": "cora"}).status_code in {404, 405}
    assert not Inbound.objects.exists()


def test_with_real_mail_there_is_no_post_room(room: Browser) -> None:
    with override_settings(POST_ROOM=False):
        for path in PATHS:
            assert room.get(path).status_code == 404
            assert room.post(path, {"to": "day", "words": "Hello", "handle": "cora"}).status_code in {404, 405}
        assert "post room" not in room.get("/").content.decode()
    assert not Inbound.objects.exists()


def test_an_empty_room_says_how_a_letter_comes_about(rita: Browser) -> None:
    assert "No letters yet." in rita.get("/postroom/").content.decode()
