"""Which lines of a text are new, and which are quoted or signed."""

from __future__ import annotations

import pytest

from twoyes.mail.incoming.understanding import quotation
from twoyes.mail.incoming.understanding.newtext import new_text, normal
from twoyes.mail.incoming.understanding.signature import is_closing, is_device

SEPARATED = "Hello.\n\nBest,\nTom"


@pytest.mark.parametrize(
    ("line", "quoted"),
    [(">a", True), ("> a", True), (">> a", True), (" > a", True), ("  > a", True), ("   > a", True), (" |> a", True),
     ("    > a", False), ("a > b", False), ("", False), ("|a", False)],
)  # fmt: skip
def test_a_line_behind_a_mark_is_quoted(line: str, quoted: bool) -> None:
    assert quotation.is_quoted(line) is quoted


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, 23 Nov 2026 at 09:30, Cora <cora@example.org> wrote:",
        "On Mon, 23 Nov 2026 at 09:30, Cora <cora@example.org>\nwrote:",
        "On Mon, 23 Nov 2026 at 09:30,\nCora\n<cora@example.org>\nwrote:",
        "Am 23.11.2026 um 09:30 schrieb Cora:",
        "Am Mo., 23. Nov. 2026 um 09:30 Uhr schrieb Cora\n<cora@example.org>:",
        "Le lun. 23 nov. 2026 à 09:30, Cora <cora@example.org> a écrit :",
        "El lun, 23 nov 2026 a las 9:30, Cora (<cora@example.org>) escribió:",
        "Il giorno lun 23 nov 2026 alle ore 09:30 Cora <cora@example.org> ha scritto:",
        "Em seg., 23 de nov. de 2026 às 09:30, Cora <cora@example.org> escreveu:",
        "Op ma 23 nov 2026 om 09:30 schreef Cora <cora@example.org>:",
        "W dniu 23.11.2026 o 09:30 Cora pisze:",
        "2026-11-23 9:30 GMT+01:00 Cora <cora@example.org>:",
    ],
)
@pytest.mark.parametrize("quoted", ["> May I?\n> Cora", "\n> May I?", "May I?\nCora"])
def test_the_line_that_introduces_a_quotation_goes_with_it(introduction: str, quoted: str) -> None:
    assert new_text(f"Yes.\n\n{introduction}\n{quoted}") == "Yes."
    assert new_text(f"Yes.\n{introduction}\n{quoted}") == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        "As I wrote:\n\nno calls in May.",
        "Then she wrote:\nyes.",
        "Call 030 123456: the office.",
        "On Monday Ann wrote a book.",
        "Three things:\n\n1. time\n2. place",
    ],
)
def test_a_sentence_that_looks_like_one_stays(text: str) -> None:
    assert new_text(text) == text


def test_programs_break_what_introduces_a_quotation_into_four_lines_at_most() -> None:
    begins = "On Mon, 23 Nov 2026 at 09:30,"
    assert new_text(f"Yes.\n\n{begins}\nCora\nConnector\nwrote:\n> May I?") == "Yes."
    assert new_text(f"Yes.\n\n{begins}\nCora\nM.\nConnector\nwrote:\n> May I?").startswith(f"Yes.\n\n{begins}")


def test_who_is_quoted_may_be_all_that_introduces_it() -> None:
    assert new_text("Yes.\nGladly\nCora <cora@example.org>:\n> May I?") == "Yes.\nGladly"


def test_a_line_longer_than_programs_write_introduces_nothing() -> None:
    text = f"{'a' * 401}:"
    assert new_text(f"Yes.\n{text}\n> May I?") == f"Yes.\n{text}"
    assert new_text(f"Yes.\n{'@' * 401}:\n> May I?") == f"Yes.\n{'@' * 401}:"


def test_below_a_quotation_deep_in_a_letter_its_writer_goes_on() -> None:
    introduction = "On Mon, 23 Nov 2026 at 09:30, Cora <cora@example.org> wrote:"
    above = "\n".join(f"Line {n}" for n in range(9))
    assert new_text(f"{above}\n{introduction}\n\n> May I?\n\nGladly.") == f"{above}\n\nGladly."


def test_answers_between_quoted_lines_stay_in_order() -> None:
    text = "> May I?\nYes.\n> When?\n\nMonday.\n\n> Where?\n>\n> Here?\nThere."
    assert new_text(text) == "Yes.\n\nMonday.\nThere."


@pytest.mark.parametrize(
    "block",
    [
        "From: Cora\nSent: Monday\nTo: Tom\nSubject: May I?",
        "Von: Cora\nGesendet: Montag\nAn: Tom\nBetreff: Darf ich?",
        "*From:* Cora\n*Date:* Monday\n*To:* Tom",
        "From: Cora\n\nSent: Monday\n\nTo: Tom",
        "De : Cora\nEnvoyé : lundi\nÀ : Tom\nObjet : x",
        "-----Original Message-----\nMay I?",
        "----- Ursprüngliche Nachricht -----\nDarf ich?",
        "________________________________\nFrom: Cora\nTo: Tom",
        "________________________________\n\nFrom: Cora\nTo: Tom",
        "From: Cora\nwho goes on\nSent: Monday\nTo: Tom",
    ],
)
def test_all_behind_the_heads_of_another_message_is_answered(block: str) -> None:
    assert new_text(f"Yes.\n\n{block}\n\nMay I?\nMore.") == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        "From: here to there is a mile.\nGood.",
        "To: do\nSubject: to change",
        "Date: Monday\nPlace: here",
        "From: me\n\n\nDate: Monday\nTo: you",
        "From: here\nto there\nand on\nand on\nDate: Monday\nTo: you",
        "Original Message from Rita",
    ],
)
def test_lines_that_only_look_like_heads_stay(text: str) -> None:
    assert new_text(text) == text.replace("\n\n\n", "\n\n")


def test_a_rule_that_parts_the_new_from_the_old_goes() -> None:
    assert new_text("Yes.\n\n-----\n> May I?") == "Yes."
    assert new_text("Yes.\n--\n> May I?") == "Yes."
    assert new_text("Yes.\n- -\nNo.") == "Yes.\n- -\nNo."


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Yes.\n-- \nTom\n030 123456", "Yes."),
        ("Yes.\n--\nTom", "Yes."),
        ("Yes.\n—\nTom", "Yes."),
        ("Yes.\n- --\nTom", "Yes."),
        ("Yes.\n___\nTom", "Yes."),
        ("Yes.\n---\nTom", "Yes."),
        ("Yes.\n---\n1\n2\n3\n4\n5\n6\n7", "Yes."),
        ("Yes.\n---\na b c d.\n2\n3\n4\n5\n6\n7\n8", "Yes.\n---\na b c d.\n2\n3\n4\n5\n6\n7\n8"),
        ("Yes.\n\nSent from my iPhone", "Yes."),
        ("Yes.\n\nVon meinem iPhone gesendet", "Yes."),
        ("Sent from my iPhone\n\nYes.\nAnd.\nMore.\nStill.", "Yes.\nAnd.\nMore.\nStill."),
        (
            "Yes.\nSent from my desk at home, which is so much easier.",
            "Yes.\nSent from my desk at home, which is so much easier.",
        ),
        ("Yes.\n\nBest regards,\nTom Target\nHead of Blades\n+49 30 1234567", "Yes.\n\nBest regards,"),
        ("Yes.\n\nBest regards,\nTom", "Yes.\n\nBest regards,\nTom"),
        ("Yes.\n\nTom Target\nHead of Blades\nwww.blades.example", "Yes."),
        ("Yes.\n\nTom | Blades | tom@example.net", "Yes."),
        (
            "Yes, call me at 030 1234567 on Monday morning, please do.",
            "Yes, call me at 030 1234567 on Monday morning, please do.",
        ),
        ("Call me on 030 1234567", "Call me on 030 1234567"),
        ("tom@example.net", "tom@example.net"),
        ("Yes.\n\n_____\nUnsubscribe: https://lists.example/u", "Yes."),
        ("Yes.\n\n_____\nNothing more.", "Yes.\n\n_____\nNothing more."),
    ],
)
def test_what_stands_below_a_letter_and_says_nothing_is_left_out(text: str, kept: str) -> None:
    assert new_text(text) == kept


@pytest.mark.parametrize(
    ("line", "closes"),
    [
        ("Best regards,", True),
        ("Mit freundlichen Grüßen", True),
        ("Cordialement", True),
        ("", False),
        ("Best regards to your mother and to all", False),
    ],
)
def test_a_line_closes_a_letter_by_itself(line: str, closes: bool) -> None:
    assert is_closing(line) is closes


@pytest.mark.parametrize(
    ("line", "device"),
    [("Sent from my iPhone", True), ("*Sent from my iPhone*", True), ("", False), ("Hello", False),
     ("Sent from my iPhone" + "x" * 120, False)],
)  # fmt: skip
def test_a_device_writes_of_itself(line: str, device: bool) -> None:
    assert is_device(line) is device


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a  \nb", "a\nb"), ("\n\na\n\n\n\nb\n\n", "a\n\nb"), ("", ""), ("\u200ba", "\u200ba")],
)
def test_normal_text_has_one_blank_line_in_a_row(text: str, kept: str) -> None:
    assert normal(text) == kept


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u200e"])
def test_marks_that_nobody_sees_hide_no_quotation(mark: str) -> None:
    assert new_text(f"Yes.\n{mark}> May I?") == "Yes."
    assert new_text(f"Y{mark}es.") == "Yes."
