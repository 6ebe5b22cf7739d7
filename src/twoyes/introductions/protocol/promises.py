"""What each kind of letter promises: SMTP has no exactly-once, so each chooses which error it prefers."""

from __future__ import annotations

from enum import StrEnum


class Promise(StrEnum):
    """Which of the two errors a kind of letter prefers, and who decides in doubt."""

    # Never a second copy, and in doubt none: the point of no return decides.
    AT_MOST_ONCE = "at most once"
    # The same machinery; in doubt a person sends it again.
    BY_HUMAN = "at least once, by a human if in doubt"
    # Tried again under one Message-ID until it is out.
    AT_LEAST_ONCE = "at least once"
    # Once for each occasion, and not at all when it would come a week late.
    ONCE_AN_OCCASION = "at most once an occasion"


PROMISES: dict[str, Promise] = {
    "ask": Promise.AT_MOST_ONCE,
    "details": Promise.AT_MOST_ONCE,
    "introduction": Promise.BY_HUMAN,
    "verify": Promise.AT_LEAST_ONCE,
    "login_code": Promise.AT_LEAST_ONCE,
    "received": Promise.AT_LEAST_ONCE,
    "new_request": Promise.AT_LEAST_ONCE,
    "returned": Promise.AT_LEAST_ONCE,
    "talk_first": Promise.AT_LEAST_ONCE,
    "declined": Promise.AT_LEAST_ONCE,
    "lapsed": Promise.AT_LEAST_ONCE,
    "on_its_way": Promise.AT_LEAST_ONCE,
    "not_this_time": Promise.AT_LEAST_ONCE,
    "passed_on": Promise.AT_LEAST_ONCE,
    "late_yes": Promise.AT_LEAST_ONCE,
    "good_news": Promise.AT_LEAST_ONCE,
    "trouble": Promise.AT_LEAST_ONCE,
    "amends": Promise.AT_LEAST_ONCE,
    "thanks": Promise.AT_LEAST_ONCE,
    "reply_copy": Promise.AT_LEAST_ONCE,
    "your_data": Promise.AT_LEAST_ONCE,
    "guard_answer": Promise.AT_LEAST_ONCE,
    "reply_now": Promise.ONCE_AN_OCCASION,
    "what_happened": Promise.ONCE_AN_OCCASION,
    "still_looking": Promise.ONCE_AN_OCCASION,
    "digest": Promise.ONCE_AN_OCCASION,
}
