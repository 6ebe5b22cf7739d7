"""The time zones that somebody may choose from, and times to propose in one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# One for each common clock, from west to east; whoever finds none leaves it out.
CHOICES = (
    *("Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Phoenix"),
    *("America/Chicago", "America/Mexico_City", "America/New_York", "America/Toronto", "America/Bogota"),
    *("America/Halifax", "America/Santiago", "America/Sao_Paulo", "America/Buenos_Aires", "Atlantic/Azores"),
    *("Europe/London", "Europe/Dublin", "Europe/Lisbon", "Africa/Lagos", "Europe/Berlin", "Europe/Madrid"),
    *("Europe/Paris", "Europe/Oslo", "Europe/Warsaw", "Europe/Zurich", "Africa/Johannesburg", "Europe/Athens"),
    *("Europe/Helsinki", "Europe/Kyiv", "Africa/Nairobi", "Asia/Jerusalem", "Europe/Istanbul", "Asia/Dubai"),
    *("Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Shanghai"),
    *("Australia/Perth", "Asia/Tokyo", "Asia/Seoul", "Australia/Sydney", "Pacific/Auckland"),
)
# What suits most people who work: three days, three hours.
_HOURS = (time(10), time(15), time(11, 30))
_SATURDAY = 5


def proposed(now: datetime, zone: str) -> tuple[datetime, ...]:
    """Return three times on working days from the day after tomorrow on, on the clock of `zone`; none without one."""
    if not zone:
        return ()
    here, found = ZoneInfo(zone), list[datetime]()
    day = now.astimezone(here).date() + timedelta(days=2)
    while len(found) < len(_HOURS):
        if day.weekday() < _SATURDAY:
            found.append(datetime.combine(day, _HOURS[len(found)], tzinfo=here))
        day += timedelta(days=1)
    return tuple(found)
