"""Meetings come in from a calendar on a real server, by the form beside the one for mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.browsing import PHONE
from tests.journeys.people import Stage
from tests.support import radicale

pytestmark = pytest.mark.browser

EVENT = """BEGIN:VEVENT
UID:{uid}
DTSTAMP:20190101T000000Z
DTSTART:20190107T090000Z
RRULE:FREQ=WEEKLY;COUNT=4
ORGANIZER:mailto:{me}
ATTENDEE;PARTSTAT={answer};CN=Tom Target:mailto:tom@target.example
END:VEVENT
"""


@pytest.mark.slow(8)
def test_from_the_address_of_a_calendar_to_meetings_that_are_accounted_for(stage: Stage, tmp_path: Path) -> None:
    nora = stage.nora()
    assert nora.size == PHONE
    with radicale.running(tmp_path / "radicale") as server:
        server.make("work")
        server.put("work", "met", EVENT.format(uid="met", me=nora.address, answer="ACCEPTED"))
        server.put("work", "not-met", EVENT.format(uid="not-met", me=nora.address, answer="DECLINED"))
        nora.open(f"{nora.house.url}/desk/history/")
        login = {"user": radicale.USER, "password": radicale.PASSWORD}
        assert nora.post("calendar", {"calendar": "http://dav.example.org/", **login}) == 422
        assert nora.reads("The login would travel in the open. Use the https:// address.")
        nora.look("calendar-refused")
        nora.post("calendar", {"calendar": server.url, **login})
        nora.page.get_by_text("All 2 messages are accounted for.").wait_for()
        nora.look("calendar-done")
        assert nora.reads("Events at which nobody else was seen")
