"""A later chapter of an offer: whoever invited it is asked, and reads of the other (A1, D8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of
from tests.web.test_approving import VOUCH, at, shown, step
from twoyes.introductions import front
from twoyes.introductions.models import Introduction, Letter
from twoyes.mail import front as mail

WHY = "The log has grown by a winter since."


def invited(cast: Cast, side: str) -> str:
    """One of the two said *not now*; the day came, and everybody else confirmed."""
    old = cast.offered() if side == "first" else cast.offered_second()
    cast.answer(old, "later", side=side, until=f"{cast.now + timedelta(days=40):%Y-%m-%d}", still_looking="on")
    cast.pass_time(timedelta(days=45))
    made = front.confirm(old, actor=cast.desk, now=cast.now)
    if side == "second":
        # Rita said yes then; whether she still would is hers to say.
        rita = front.Actor(front.Role.REQUESTER, Introduction.objects.get(pk=old).asker_keys[0], "page")
        made = front.confirm(old, actor=rita, now=cast.now)
    return made.id


@pytest.mark.case("A1", "D8")
@pytest.mark.parametrize(
    ("side", "reader", "other"), [("first", "Rita Holm", "Tom Target"), ("second", "Tom Target", "Rita Holm")]
)
def test_whoever_invited_it_is_asked_of_the_other(
    cora: Browser, cast: Cast, side: str, reader: str, other: str
) -> None:
    introduction = invited(cast, side)
    form = next(form for form in forms_of(cora.get(at(introduction))) if form.act == "approve")
    asked = cast.rita if side == "first" else cast.tom
    assert form.choices["target"] == [asked.id], "nobody else can be asked"
    page = cora.press(at(introduction), "approve", vouch=VOUCH, why_target=WHY)
    assert f"To {reader}" in page.content.decode()
    text = shown(page)
    assert f"Dear {reader}," in text
    assert f"Who: {other}" in text
    assert f"Why you: “{WHY}”" in text
    send = step(page, "send")
    assert cora.post(send.action, send.values).status_code == 303
    cast.deliver()
    sent = next(facts for facts in reversed(cast.sent) if facts.kind == "ask")
    assert (sent.side, sent.recipient_name) == (side, reader)
    assert sent.frozen is not None
    assert sent.frozen.text.replace("{page}", "(here stands the link to their page)").strip() == text.strip()
    letter = Letter.objects.get(introduction=introduction, kind="ask", side=side)
    assert mail.preview(front.facts(letter.pk)).text == sent.frozen.text, "as it would be written of the row"
