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
    "login_changed": Promise.AT_LEAST_ONCE,
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
    "monthly": Promise.ONCE_AN_OCCASION,
}

# What each row of the table may owe, by its letter: the kind, and to whom. `asker` is the requester, or in an offer
# the first side after its yes; `asked` is the target, or in an offer the side whose turn it is; `writer` is whoever
# writes first. A letter that a branch or an earlier act makes needless is not owed; no other ever is.
OWED: dict[str, tuple[tuple[str, str], ...]] = {
    "A": (("verify", "asker"),),
    "B": (("verify", "asker"),),
    "C": (("ask", "asked"), ("on_its_way", "asker")),
    "E": (("ask", "asked"), ("on_its_way", "asker")),
    "F": (("received", "asker"), ("new_request", "connector"), ("returned", "asker")),
    "I": (("on_its_way", "asker"), ("digest", "connector")),
    "J": (("on_its_way", "asker"), ("ask", "asked")),
    "K": (("declined", "asker"),),
    "L": (("returned", "asker"),),
    "M": (("talk_first", "asker"),),
    "O": (("details", "asked"), ("passed_on", "asker")),
    "P": (("digest", "connector"),),
    "Q": (("lapsed", "asker"),),
    "R": (("new_request", "connector"),),
    "S": (("digest", "connector"),),
    "U": (("trouble", "connector"),),
    "V": (("trouble", "connector"),),
    "W": (("ask", "asked"), ("trouble", "connector"), ("digest", "connector")),
    "X": (("on_its_way", "asker"), ("ask", "asked"), ("digest", "connector")),
    "Y": (("digest", "connector"),),
    "Z": (("digest", "connector"),),
    "a": (("digest", "connector"),),
    "b": (("details", "asked"), ("digest", "connector")),
    "c": (("digest", "connector"),),
    "d": (("digest", "connector"),),
    "e": (("digest", "connector"),),
    "f": (("introduction", "each side"), ("digest", "connector")),
    "h": (("digest", "connector"),),
    "i": (("digest", "connector"),),
    "j": (("trouble", "connector"), ("digest", "connector")),
    "l": (("trouble", "connector"), ("introduction", "each side")),
    "m": (("reply_now", "writer"), ("digest", "connector")),
    "n": (("what_happened", "writer"),),
    "o": (("good_news", "connector"),),
    "p": (("what_happened", "writer"),),
    "q": (("what_happened", "writer"),),
    "r": (("digest", "connector"),),
    "s": (("digest", "connector"), ("amends", "writer")),
    "t": (("late_yes", "connector"), ("still_looking", "asker"), ("digest", "connector")),
    "u": (("what_happened", "asker"), ("good_news", "connector"), ("digest", "connector"), ("trouble", "connector")),
    "v": (("on_its_way", "asker"), ("ask", "asked"), ("details", "asked"), ("digest", "connector")),
    "w": (("late_yes", "connector"), ("still_looking", "asker")),
    "x": (("digest", "connector"),),
    "y": (("digest", "connector"), ("still_looking", "asker")),
    "α": (("not_this_time", "asker"), ("digest", "connector")),
    "δ": (("lapsed", "asker"),),
    "ε": (("lapsed", "asker"), ("not_this_time", "asker")),
    "ζ": (("still_looking", "asker"), ("digest", "connector")),
    "η": (("digest", "connector"),),
}
