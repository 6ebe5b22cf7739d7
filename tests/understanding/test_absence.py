"""When somebody who is away says to be back."""

from __future__ import annotations

from datetime import date

import pytest

from twoyes.mail.incoming.understanding.absence import back_on

SENT = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # Numbers: day and month, but where only the other way round is a date.
        ("I am back on 2026-12-07.", date(2026, 12, 7)),
        ("I am back on 2026-2-30.", None),
        ("back 12026-12-07", None),
        ("Wieder da am 7.12.2026.", date(2026, 12, 7)),
        ("Wieder da am 7. 12. 2026.", date(2026, 12, 7)),
        ("Wieder da am 07.12.26.", date(2026, 12, 7)),
        ("Wieder da am 07.12.", date(2026, 12, 7)),
        ("back on 12/15/2026", date(2026, 12, 15)),
        ("back on 5/12/2026", date(2026, 12, 5)),
        ("back on 5-12-2026", date(2026, 12, 5)),
        ("Wieder da am 15.13.2026.", None),
        ("Version 1.7.12 is back", None),
        ("back at 7.12:30", None),
        ("Wieder da am 7.12-2026", date(2026, 12, 7)),
        # A year that is not said is the next in which the day is still to come; today is still to come.
        ("Wieder da am 23.11.", date(2026, 11, 23)),
        ("Wieder da am 22.11.", date(2027, 11, 22)),
        ("Back on 5 January", date(2027, 1, 5)),
        ("back 29 February", None),
        # Words, in eight languages.
        ("Back on December 7th", date(2026, 12, 7)),
        ("Back on the 1st of December", date(2026, 12, 1)),
        ("Back on 2nd December 2026", date(2026, 12, 2)),
        ("Back on the 3rd of Dec", date(2026, 12, 3)),
        ("Wieder da am 7. Dezember 2026", date(2026, 12, 7)),
        ("De retour le 1er décembre", date(2026, 12, 1)),
        ("Terug op de 7e december", date(2026, 12, 7)),
        ("De vuelta el 1º de diciembre", date(2026, 12, 1)),
        ("Back in 2026, December 7", date(2026, 12, 7)),
        ("Back in room 123, December 7", date(2026, 12, 7)),
        ("De vuelta el 7 de diciembre de 2026", date(2026, 12, 7)),
        ("De vuelta el 7 de diciembre de 2027", date(2027, 12, 7)),
        ("Rientro il 7 dicembre", date(2026, 12, 7)),
        ("De volta a 7 de dezembro", date(2026, 12, 7)),
        ("Terug op 7 december", date(2026, 12, 7)),
        ("Wracam 7 grudnia", date(2026, 12, 7)),
        ("December is quiet here", None),
        ("Back on December 123", None),
        # What is over, what is too far off, and today.
        ("I was back on 2026-11-22.", None),
        ("I am back on 2026-11-23.", date(2026, 11, 23)),
        ("I am back on 2027-12-28.", date(2027, 12, 28)),
        ("I am back on 2027-12-29.", None),
        # Near a word of returning goes before any other; else the last one counts.
        (
            "Away from 2026-12-01, back on 2026-12-05. The party of the department of geology is on 2026-12-24.",
            date(2026, 12, 5),
        ),
        ("2026-12-01 2026-12-24 2026-12-05", date(2026, 12, 24)),
        ("back on 2026-12-05 or back on 2026-12-09", date(2026, 12, 9)),
        ("The party is on 2026-12-24. back " + "." * 56 + "2026-12-05", date(2026, 12, 24)),
        ("The party is on 2026-12-24. back " + "." * 50 + "2026-12-05", date(2026, 12, 5)),
        ("2026-12-05 back. The party is on " + "." * 60 + "2026-12-24", date(2026, 12, 24)),
        ("." * 2_980 + "back 2026-12-05", date(2026, 12, 5)),
        ("." * 2_990 + "back 2026-12-05", None),
        ("Nothing of the kind.", None),
    ],
)
def test_the_day_of_return_is_read_as_people_write_it(text: str, day: date | None) -> None:
    assert back_on(text, sent=SENT) == day


def test_without_a_date_of_its_own_a_letter_has_no_future() -> None:
    assert back_on("I am back on 2026-12-07.", sent=None) is None


# Written out, not taken from the word files: a month that falls out of them is to be noticed.
MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}


@pytest.mark.parametrize("language", MONTHS)
def test_every_month_is_known_in_each_language(language: str) -> None:
    sent = date(2026, 1, 1)
    months = MONTHS[language].split()
    assert [back_on(f"7 {name}", sent=sent) for name in months] == [date(2026, n, 7) for n in range(1, 13)]
