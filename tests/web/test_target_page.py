"""The target's page: it shows, nothing chosen; only a choice and a pressed button act (A3, A25, A26, C33, C34)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse

from tests.support.cast import RITA, Cast
from tests.web.browsing import Browser, FoundForm, forms_of, twice, unlabelled
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.people import front as people
from twoyes.people.models import Wish

ANSWERS = ["yes", "their_details", "written_only", "later", "no", "never"]


def choose(browser: Browser, path: str, answer: str, **fields: str) -> HttpResponse:
    """Choose an answer on a page and press its button."""
    return browser.press(path, "answer", answer=answer, **fields)


def choices(page: HttpResponse) -> list[str]:
    """Return the answers that a page offers."""
    return next((form.choices["answer"] for form in forms_of(page) if form.act == "answer"), [])


@pytest.mark.case("A25")
def test_the_page_names_the_addressee_in_part_and_chooses_nothing_beforehand(tom: Browser, cast: Cast) -> None:
    page = tom.get(tom.open_as(cast.asked(), "target"))
    text = page.content.decode()
    form = next(form for form in forms_of(page) if form.act == "answer")
    assert choices(page) == ANSWERS
    assert "answer" not in form.values
    assert "confirm" not in form.values
    assert "for t…@ta…" in text
    assert "I am Tom Target, or I answer for them" in text
    assert RITA not in text
    assert unlabelled(page) == twice(page) == []


def test_the_token_becomes_a_cookie_of_that_page_so_that_two_asks_in_two_tabs_cannot_cross(
    tom: Browser, cast: Cast
) -> None:
    first = cast.asked()
    cast.tom = people.add_card(cast.cora.id, name="Tom the second", addresses=["tom2@target.example"])
    second = cast.asked(email="kim@asks.example", name="Kim Ode")
    one, two = tom.open_as(first, "target"), tom.open_as(second, "target")
    assert "Rita Holm" in tom.get(one).content.decode()
    assert "Kim Ode" in tom.get(two).content.decode()
    choose(tom, two, "no")
    assert (cast.state(first), cast.state(second)) == ("asking", "refused")


@pytest.mark.case("C33")
def test_opening_every_address_of_an_ask_changes_nothing_in_the_store(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    link, token = cast.page(introduction)
    stop = cast.key(introduction, "ask", of="stop")
    before = _digest()
    paths = [f"/t/{token}", f"/t/{link}/", f"/t/{stop}/stop", f"/t/{token}/stop"]
    paths += [f"/t/{link}/{act}" for act in ("answer", "undo", "not_me", "wishes", "how_it_went")]
    for path in paths:
        for method in ("get", "head", "options"):
            getattr(tom.client, method)(path)
    assert _digest() == before


def _digest() -> list[object]:
    tables = [name for name in connection.introspection.table_names() if name.startswith(("introductions_", "people_"))]
    with connection.cursor() as cursor:
        found: list[object] = []
        for table in sorted(tables):
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found += cursor.fetchall()
    return found


@pytest.mark.case("C34")
@pytest.mark.parametrize("fields", [{}, {"confirm": "yes"}, {"answer": ""}, {"answer": "perhaps"}])
def test_a_post_without_a_choice_is_422_and_nothing_happens(tom: Browser, cast: Cast, fields: dict[str, str]) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    response = tom.press(path, "answer", comment="a line", **fields)
    assert response.status_code == 422
    assert 'data-error="answer:choice"' in response.content.decode()
    assert "a line" in response.content.decode()
    assert cast.state(introduction) == "asking"


@pytest.mark.case("C34", "A25")
def test_a_yes_needs_the_ticked_box_as_well(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    response = choose(tom, path, "yes")
    assert response.status_code == 422
    assert 'data-error="confirm:required"' in response.content.decode()
    assert cast.state(introduction) == "asking"
    assert choose(tom, path, "yes", confirm="yes").status_code == 303
    assert cast.state(introduction) == "agreed"
    assert JournalEntry.objects.get(introduction=introduction, event="yes").role == "link_holder"


@pytest.mark.parametrize(
    ("answer", "fields", "state", "said"),
    [
        ("no", {}, "refused", "You said no"),
        ("never", {"scope": "anyone"}, "refused", "You said never"),
        ("their_details", {}, "passed", "You asked for their details"),
        ("written_only", {"confirm": "yes"}, "agreed", "You said yes"),
        ("yes", {"confirm": "yes", "address": "tom@private.example"}, "agreed", "You said yes"),
        ("later", {"until": "2026-05-01"}, "deferred", "You said not now"),
    ],
)
def test_each_answer_is_taken_and_shown_on_the_same_page(
    tom: Browser, cast: Cast, answer: str, fields: dict[str, str], state: str, said: str
) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    response = choose(tom, path, answer, **fields)
    assert (response.status_code, response.headers["Location"]) == (303, f"{path}?done=answer")
    assert cast.state(introduction) == state
    assert said in tom.follow(response.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("answer", "fields", "error"),
    [
        ("later", {}, "until:required"),
        ("later", {"until": "soon"}, "until:date"),
        ("later", {"until": "2026-03-01"}, "until:until"),
        ("later", {"until": "2036-03-01"}, "until:until"),
        ("never", {"scope": "the world"}, "scope:choice"),
        ("no", {"tell": "everybody"}, "tell:choice"),
        ("no", {"comment": "x" * 3000}, "comment:bad_text"),
        ("yes", {"confirm": "yes", "address": "a@b.example, c@d.example"}, "address:bad_address"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_with_everything_kept(
    tom: Browser, cast: Cast, answer: str, fields: dict[str, str], error: str
) -> None:
    introduction = cast.asked()
    response = choose(tom, tom.open_as(introduction, "target"), answer, **{"comment": "kept", **fields})
    assert response.status_code == 422
    assert f'data-error="{error}"' in response.content.decode()
    kept = next(form for form in forms_of(response) if form.act == "answer").values
    assert kept["answer"] == answer
    assert kept["comment"] == fields.get("comment", "kept")
    assert cast.state(introduction) == "asking"


@pytest.mark.case("A26")
def test_a_yes_in_a_tab_that_showed_another_state_is_409_and_shows_the_recorded_answer(
    tom: Browser, cast: Cast
) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    first, second = tom.form(path, "answer"), tom.form(path, "answer")
    assert tom.post(first.action, {**first.values, "answer": "no"}).status_code == 303
    response = tom.post(second.action, {**second.values, "answer": "yes", "confirm": "yes"})
    assert response.status_code == 409
    assert "You said no" in response.content.decode()
    assert cast.state(introduction) == "refused"


@pytest.mark.case("A26")
def test_a_no_counts_from_whatever_tab(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    old = tom.form(path, "answer")
    choose(tom, path, "yes", confirm="yes")
    assert tom.post(old.action, {**old.values, "answer": "no"}).status_code == 303
    assert cast.state(introduction) == "refused"


@pytest.mark.case("A26", "E12")
def test_a_double_click_is_one_answer(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    form = tom.form(path, "answer")
    both = [tom.post(form.action, {**form.values, "answer": "yes", "confirm": "yes"}) for _ in range(2)]
    assert [one.status_code for one in both] == [303, 303]
    assert JournalEntry.objects.filter(introduction=introduction, event="yes").count() == 1


def test_a_yes_can_be_taken_back_within_the_hold_by_a_small_form_of_its_own(tom: Browser, cast: Cast) -> None:
    introduction = cast.agreed()
    path = tom.open_as(introduction, "target")
    assert tom.press(path, "undo").status_code == 303
    assert cast.state(introduction) == "asking"
    cast.pass_time(timedelta(minutes=11))
    assert "introduction:target" not in [f"{facts.kind}:{facts.side}" for facts in cast.sent]


@pytest.mark.case("A8", "A9")
def test_what_was_withdrawn_says_so_and_nothing_about_who_or_why(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    form = tom.form(path, "answer")
    introductions.withdraw(introduction, actor=cast.asker(introduction), now=cast.now)
    page = tom.get(path)
    assert page.status_code == 200
    assert choices(page) == []
    for name in ("Rita", "Holm", "212 turbines"):
        assert name not in page.content.decode()
    late = tom.post(form.action, {**form.values, "answer": "yes", "confirm": "yes"})
    assert late.status_code == 409
    assert "This is no longer needed, thank you." in late.content.decode()
    assert cast.state(introduction) == "withdrawn"


@pytest.mark.case("A8")
def test_a_yes_after_the_promised_date_is_taken_as_a_late_one_and_opens_nothing(tom: Browser, cast: Cast) -> None:
    introduction = cast.silent()
    cast.pass_time(timedelta(days=20))
    path = tom.open_as(introduction, "target")
    assert "The time for this question is over." in tom.get(path).content.decode()
    response = choose(tom, path, "yes", confirm="yes")
    assert response.status_code == 303
    assert "Your yes is noted. It came after the date" in tom.get(response.headers["Location"]).content.decode()
    assert cast.state(introduction) == "refused"
    assert Introduction.objects.count() == 1


def test_this_is_not_me_closes_and_keeps_the_address_from_being_asked(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    assert tom.press(path, "not_me").status_code == 303
    assert cast.state(introduction) == "refused"
    assert {wish.kind for wish in Wish.objects.all()} == {"not_me"}


@pytest.mark.parametrize(
    ("fields", "status", "kind"),
    [
        ({"wish": "never", "scope": "anyone"}, 303, "never"),
        ({"wish": "standing_yes", "sure": "yes"}, 303, "standing_yes"),
        ({"wish": "standing_yes"}, 422, ""),
        ({"wish": "never", "scope": "mars"}, 422, ""),
        ({}, 422, ""),
    ],
)
def test_wishes_are_a_form_of_their_own(
    tom: Browser, cast: Cast, fields: dict[str, str], status: int, kind: str
) -> None:
    path = tom.open_as(cast.asked(), "target")
    assert tom.press(path, "wishes", **fields).status_code == status
    assert {wish.kind for wish in Wish.objects.all()} == ({kind} if kind else set())


def test_after_the_introduction_one_quiet_line_may_be_left(tom: Browser, cast: Cast) -> None:
    introduction = cast.introduced()
    path = tom.open_as(introduction, "target")
    assert choices(tom.get(path)) == []
    assert tom.press(path, "how_it_went", comment="").status_code == 422
    assert tom.press(path, "how_it_went", comment="A good talk.").status_code == 303
    page = introductions.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert page.answer_words["how_it_went"] == "A good talk."


def test_a_blind_ask_hides_the_name_everywhere_until_a_first_yes_and_that_yes_agrees_to_nothing(
    tom: Browser, cast: Cast
) -> None:
    introduction = cast.asked(approval={"blind": "yes"}, about_me="I am Rita Holm and rita is what they call me.")
    path = tom.open_as(introduction, "target")
    before = tom.get(path).content.decode()
    assert not re.search("rita|holm", before, re.IGNORECASE)
    unveiled = choose(tom, path, "yes")
    assert unveiled.status_code == 303
    assert cast.state(introduction) == "asking"
    after = tom.get(unveiled.headers["Location"]).content.decode()
    assert "Rita Holm" in after
    assert "Nothing is agreed yet" in after
    assert choose(tom, path, "yes").status_code == 422
    assert choose(tom, path, "yes", confirm="yes").status_code == 303
    assert cast.state(introduction) == "agreed"


@pytest.mark.parametrize("side", ["first", "second"])
def test_both_sides_of_an_offer_have_such_a_page(tom: Browser, cast: Cast, side: str) -> None:
    introduction = cast.offered() if side == "first" else cast.offered_second()
    path = tom.open_as(introduction, side)
    page = tom.get(path).content.decode()
    assert ("Tom Target" if side == "first" else "Rita Holm") in page
    assert choose(tom, path, "yes", confirm="yes").status_code == 303


def test_the_first_side_of_an_offer_can_take_its_yes_back_within_the_hold(tom: Browser, cast: Cast) -> None:
    introduction = cast.offered()
    path = tom.open_as(introduction, "first")
    choose(tom, path, "yes", confirm="yes")
    assert tom.press(path, "undo").status_code == 303
    cast.pass_time(timedelta(minutes=11))
    assert "ask:second" not in [f"{facts.kind}:{facts.side}" for facts in cast.sent]


@pytest.mark.case("D7", "D8")
def test_what_the_requester_wrote_is_text_with_no_link_in_it(tom: Browser, cast: Cast) -> None:
    written = "See https://evil.example/pay and <b>call</b> {% me %}"
    page = tom.get(tom.open_as(cast.asked(about_me=written, link="www.evil.example"), "target")).content.decode()
    assert "hxxps://evil[.]example/pay" in page
    assert "www[.]evil[.]example" in page
    assert "&lt;b&gt;call&lt;/b&gt; {% me %}" in page


@pytest.mark.case("E14")
def test_a_pasted_link_previews_no_name(tom: Browser, cast: Cast) -> None:
    page = tom.get(tom.open_as(cast.asked(), "target")).content.decode()
    assert re.findall(r"<title>(.*?)</title>", page) == ["A question for you"]
    assert "og:" not in page


@pytest.mark.case("C32")
class TestOnePressObjection:
    def test_it_closes_and_suppresses_without_cookie_or_token(self, tom: Browser, cast: Cast) -> None:
        introduction = cast.asked()
        stop = cast.key(introduction, "ask", of="stop")
        response = tom.post(f"/t/{stop}/stop", {"List-Unsubscribe": "One-Click"})
        assert (response.status_code, len(response.content)) == (200, 3)
        assert cast.state(introduction) == "refused"
        assert {(wish.kind, wish.scope) for wish in Wish.objects.all()} == {("never", "anyone")}

    def test_it_answers_alike_for_a_token_that_nobody_has(self, tom: Browser, cast: Cast) -> None:
        stop = cast.key(cast.asked(), "ask", of="stop")
        known, unknown = tom.post(f"/t/{stop}/stop", {}), tom.post(f"/t/{'a' * 26}/stop", {})
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content)

    def test_whoever_opens_its_address_by_hand_finds_a_button_and_then_a_page(self, tom: Browser, cast: Cast) -> None:
        introduction = cast.asked()
        stop = cast.key(introduction, "ask", of="stop")
        looked, unknown = tom.get(f"/t/{stop}/stop"), tom.get(f"/t/{'a' * 26}/stop")
        page, other = (one.content.decode() for one in (looked, unknown))
        assert (looked.status_code, page.replace(stop, "")) == (unknown.status_code, other.replace("a" * 26, ""))
        assert "Would you rather not be asked?" in page
        assert cast.state(introduction) == "asking"
        (form,) = forms_of(looked)
        # A program that presses whatever it finds ticks no box (C34).
        unsure, _nobody = (tom.post(f"/t/{one}/stop", form.values) for one in (stop, "a" * 26))
        assert (unsure.status_code, unsure.content) == (_nobody.status_code, _nobody.content)
        assert unsure.status_code == 422
        assert 'data-error="sure:required"' in unsure.content.decode()
        assert cast.state(introduction) == "asking"
        sure = {**form.values, "sure": "yes"}
        pressed, nobody = (tom.post(f"/t/{one}/stop", sure) for one in (stop, "a" * 26))
        assert "You are not asked again." in pressed.content.decode()
        assert (pressed.status_code, pressed.content) == (nobody.status_code, nobody.content)
        assert cast.state(introduction) == "refused"

    def test_it_cannot_mean_yes(self, tom: Browser, cast: Cast) -> None:
        introduction = cast.asked()
        stop = cast.key(introduction, "ask", of="stop")
        tom.post(f"/t/{stop}/stop", {"answer": "yes", "confirm": "yes", "act": "answer"})
        assert cast.state(introduction) == "refused"

    def test_the_key_of_the_page_does_not_open_it_nor_the_other_way_round(self, tom: Browser, cast: Cast) -> None:
        introduction = cast.asked()
        tom.post(f"/t/{cast.page(introduction)[1]}/stop", {})
        assert cast.state(introduction) == "asking"
        assert tom.get(f"/t/{cast.key(introduction, 'ask', of='stop')}").status_code == 404


@pytest.mark.case("C34")
def test_a_program_that_presses_every_button_it_finds_introduces_nobody(tom: Browser, cast: Cast) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")

    def press(form: FoundForm) -> None:
        tom.post(form.action, form.values)

    for form in forms_of(tom.get(path)):
        press(form)
    cast.pass_time(timedelta(days=1))
    assert cast.state(introduction) != "introduced"
    assert not any(facts.kind == "introduction" for facts in cast.sent)


def test_what_was_pressed_is_confirmed_on_the_page_that_follows(tom: Browser, cast: Cast) -> None:
    path = tom.open_as(cast.asked(), "target")
    choose(tom, path, "no")
    pressed = tom.press(path, "undo")
    assert pressed.headers["Location"] == f"{path}?done=undo"
    assert "Your answer is taken back." in tom.get(f"{path}?done=undo").content.decode()
    for other in (path, f"{path}?done=nonsense"):
        assert "Your answer is taken back." not in tom.get(other).content.decode()
    # A page that comes back with an error says that nothing was done, and nothing else.
    assert "Your answer is taken back." not in tom.post(f"{path}answer?done=undo", {"act": "answer"}).content.decode()


def test_what_nobody_chose_is_the_least_that_it_can_be(tom: Browser, cast: Cast) -> None:
    forms = forms_of(tom.get(tom.open_as(cast.asked(), "target")))
    answer = next(form for form in forms if form.act == "answer")
    assert (answer.values["tell"], answer.values["scope"]) == ("nothing", "this_person")
    assert "scope" not in next(form for form in forms if form.act == "wishes").values


@pytest.mark.case("E16")
def test_of_a_no_the_connector_learns_that_it_is_one_and_nothing_that_went_before(
    tom: Browser, cora: Browser, cast: Cast
) -> None:
    introduction = cast.asked()
    path = tom.open_as(introduction, "target")
    desk = f"/desk/introductions/{introduction}/"
    before = cora.get(desk).content.decode()
    for _look in range(3):
        tom.get(path)
    # Half written answers that were not sent off: a yes without its tick, and a line to somebody else.
    assert choose(tom, path, "yes", comment="Almost persuaded").status_code == 422
    assert choose(tom, path, "later", comment="Her boss once cheated me").status_code == 422
    hidden = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert hidden.sub("", cora.get(desk).content.decode()) == hidden.sub("", before)
    assert choose(tom, path, "no").status_code == 303
    assert tom.press(path, "wishes", scope="this_connector").status_code == 303
    after = cora.get(desk).content.decode()
    told = re.sub(r"<[^>]+>", " ", after).partition("The answer")[2].split()
    assert told[:2] == ["no,", "on"]
    assert not {"persuaded", "cheated"} & set(re.findall(r"\w+", after))
    noted = JournalEntry.objects.filter(introduction=introduction, role="link_holder")
    assert [(one.event, one.data.get("tell")) for one in noted.order_by("seq")] == [("no", "nothing")]
