"""Where a signature begins: below which line, in how many lines, and what beside it is said and stays."""

from __future__ import annotations

import pytest

from twoyes.mail.incoming.understanding.signature import is_closing, is_device, without, without_marked

CONTACT = "+49 30 1234567"
NINE = "See a b www.blades.example d e f g h."


def _left(text: str, *, last: bool = True) -> str:
    return "\n".join(without(text.split("\n"), last=last))


@pytest.mark.parametrize("mark", ["--", "-- ", "—", "–", "- --", "---", "__", "___"])
def test_below_such_a_line_stands_a_signature(mark: str) -> None:
    assert _left(f"Yes.\n{mark}\nTom", last=False) == "Yes."
    assert _left(f"{mark}\nTom", last=False) == ""


@pytest.mark.parametrize("mark", [" --", "-", "----", "==", "-- Tom"])
def test_below_another_there_need_be_none(mark: str) -> None:
    assert _left(f"Yes.\n{mark}\nTom", last=False) == f"Yes.\n{mark}\nTom"


@pytest.mark.parametrize("mark", ["---", "__", "___"])
def test_a_line_that_may_part_a_text_has_at_most_seven_below_it(mark: str) -> None:
    assert _left(f"Yes.\n{mark}" + "\na" * 7, last=False) == "Yes."
    assert _left(f"Yes.\n{mark}" + "\na" * 8, last=False) == f"Yes.\n{mark}" + "\na" * 8
    assert _left("Yes.\n--" + "\na" * 8, last=False) == "Yes."


@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Yes.\nSent from my iPhone", "Yes."),
        ("Yes.\nSent from my iPhone\n\nTom", "Yes."),
        ("Yes.\nSent from my iPhone\na\n\nb\nc", "Yes."),
        ("Yes.\nSent from my iPhone\na\n\nb\nc\nd", "Yes.\na\n\nb\nc\nd"),
        ("Sent from my iPhone\na\nb\nc\nd", "a\nb\nc\nd"),
        ("Yes.", "Yes."),
    ],
)
def test_what_a_device_says_goes_with_the_little_that_is_below_it(text: str, left: str, last: bool) -> None:
    assert _left(text, last=last) == left


@pytest.mark.parametrize(
    ("line", "device"),
    [
        ("Sent from my iPhone", True),
        (" *_-\t\u00a0Sent from my iPhone\u00a0\t-_* ", True),
        ("Sent from my iPhone.", True),
        ("Von meinem iPhone gesendet", True),
        ("Sent from my iPhone. Please excuse typos.", True),
        ("Sent from my iPhone. Yes, introduce us.", False),
        ("I sent from my iPhone what you asked", False),
        # A long line is a person's where it is a sentence: a comma in it, or a mark at its end.
        ("Sent from my desk in the house at the hill", True),
        ("Sent from my desk, which is at home, soon", False),
        ("Sent from my desk, which is at home, now", True),
        ("Sent from my desk in the house at the hill.", False),
        ("Sent from my desk in the house at the hill!", False),
        ("Sent from my desk in the house at the hill?", False),
        ("Sent from my desk in the house at a hill.", False),
        ("Sent from my desk in the house at hill.", True),
        # No program goes on for so long.
        ("Sent from my " + "a" * 107, True),
        ("Sent from my " + "a" * 108, False),
        ("", False),
        ("***", False),
    ],
)
def test_a_program_writes_of_itself_and_nothing_else(line: str, device: bool) -> None:
    assert is_device(line) is device


@pytest.mark.parametrize(
    "rule", ["-----", "_____", "=====", "*****", "~~~~~", "#####", "—————", "–––––", " \t-----\t "]
)
def test_below_a_ruled_line_addresses_say_that_it_is_a_footer(rule: str) -> None:
    assert (
        _left(f"Yes.\n{rule}\nThe list of blades.\nOn https://lists.example/blades and nowhere else, mind.") == "Yes."
    )
    assert _left(f"Yes.\n{rule}\nAnd more.") == f"Yes.\n{rule}\nAnd more."
    assert _left(f"Yes.\n{rule}\nSee https://a.example for all of it.", last=False).startswith(f"Yes.\n{rule}")


@pytest.mark.parametrize("rule", ["----", "-_-_-_", "----- a", "+++++"])
def test_what_is_no_ruled_line_has_no_footer(rule: str) -> None:
    text = f"Yes.\n{rule}\nOn https://lists.example/blades there is more of all this."
    assert _left(text) == text


def test_a_disclaimer_goes_with_all_that_follows_and_never_alone() -> None:
    assert _left("Yes.\n\nThis message is confidential.\nAnd long.") == "Yes.\n"
    assert _left("Yes.\n\nDies ist VERTRAULICH.") == "Yes.\n\nDies ist VERTRAULICH."
    assert _left("Confidential: yes.\nAnd no more.") == "Confidential: yes.\nAnd no more."
    assert _left("Yes.\nThis message is confidential.", last=False) == "Yes.\nThis message is confidential."


def test_a_footer_is_looked_for_in_the_last_forty_lines() -> None:
    assert _left("Yes.\nConfidential." + "\na" * 39) == "Yes."
    assert _left("Yes.\nConfidential." + "\na" * 40) == "Yes.\nConfidential." + "\na" * 40


@pytest.mark.parametrize(
    "line",
    [
        "+49 30 1234567", "0301234", "0" * 22, "(030) 123456-78", "0301234567", "030/123.456",
        "Fon 030\u00a0123456", "www.blades.example",
        "http://blades.example", "HTTPS://blades.example", "tom@blades.example", "LinkedIn: tom", "Skype tom",
        *[f"{one}: (030) 1" for one in ("t", "m", "f", "p", "tel", "Mob", "fon", "Fax", "phone", "mobile", "mobil")],
        *[f"{one} +49 1" for one in ("Telefon", "cell", "direct", "Tél", "telefono", "kom", "Handy")], "T. 0",
    ],
)  # fmt: skip
def test_contact_data_make_a_block_a_signature(line: str) -> None:
    assert _left(f"Yes, of course.\n\nTom Target\nHead of Blades\n{line}") == "Yes, of course.\n"


@pytest.mark.parametrize(
    "line",
    [
        "Room 1234",
        "30 12",
        "030123",
        "0" * 23,
        "x0301234567",
        "0301234567x",
        "tom@blades",
        "Tom 030",
        "tot: (030",
        "t-030",
        "T: none",
    ],
)
def test_what_is_no_contact_data_makes_none(line: str) -> None:
    assert _left(f"Yes, of course.\n\nTom Target\n{line}") == f"Yes, of course.\n\nTom Target\n{line}"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        # A closing and the bare name below it are said; what is below them is not.
        (f"Yes.\n\nBest regards,\nTom Target\n{CONTACT}", "Yes.\n\nBest regards,"),
        (f"Yes.\n\nBest regards,\nTom\n\nTom Target\n{CONTACT}", "Yes.\n\nBest regards,\nTom\n"),
        (f"Yes.\n\nBest regards,\n\nTom Target\n{CONTACT}", "Yes.\n\nBest regards,\n"),
        (f"Yes.\n\nBest regards,\n{CONTACT}", "Yes.\n\nBest regards,"),
        # A name above a paragraph that has none itself belongs to it.
        (f"Yes.\n\nTom Target\n\n{CONTACT}", "Yes.\n"),
        (f"Yes.\n\nTom Target\nHead of Blades\n\n{CONTACT}", "Yes.\n"),
        (f"Yes.\n\nTom Target\nHead of Blades\nBerlin\n\n{CONTACT}", "Yes.\n\nTom Target\nHead of Blades\nBerlin\n"),
        (f"Yes.\n\nTom\n\nTom Target\n{CONTACT}", "Yes.\n\nTom\n"),
        (f"Yes.\n\nTom\n\n{CONTACT}\nTom Target", "Yes.\n\nTom\n"),
        (f"Yes.\n\nTom\n\n{CONTACT}\nAnn Target", "Yes.\n"),
        (f"Yes, I would.\n\nBest regards,\nTom\n\n{CONTACT}", "Yes, I would.\n\nBest regards,\nTom\n"),
        (f"Yes, I would.\n\nGladly\n\nTom Target\n{CONTACT}", "Yes, I would.\n\nGladly\n"),
        # Blank lines, before and after.
        (f"Yes.\n\nTom Target\n{CONTACT}\n\n \n", "Yes.\n"),
        (f"Yes.\n\n\n\nTom Target\n{CONTACT}", "Yes.\n\n\n"),
        # Prose ends the block, short as it is or long.
        (f"Yes, I would.\nTom Target\n{CONTACT}", "Yes, I would."),
        (f"Yes I would\n\nTom Target\n{CONTACT}", "Yes I would\n"),
        (f"Yes.\n\nHello\nYes, I would.\nTom\n{CONTACT}", "Yes.\n\nHello\nYes, I would."),
        *[(f"Yes I would{mark}\n{CONTACT}", f"Yes I would{mark}") for mark in ".!?:;"],
        (f"{'a' * 76}\nTom\n{CONTACT}", "a" * 76),
        (f"Yes, I would.\n{'a' * 75}\nTom\n{CONTACT}", "Yes, I would."),
        (f"Yes, I would.\nTom Target:\n{CONTACT}", "Yes, I would."),
        (f"Shall I write to Tom?\n{CONTACT}", "Shall I write to Tom?"),
        # Neither what is parted by bars nor what ends in an abbreviation is prose, nor a short line with an address.
        (f"Yes, I would.\nTom | {'a' * 70}.\n{CONTACT}", "Yes, I would."),
        (f"Yes, I would.\nTom · Head of all blades.\n{CONTACT}", "Yes, I would."),
        (f"Yes, I would.\nTom • Head of all blades.\n{CONTACT}", "Yes, I would."),
        (f"Yes, I would.\nBodegas del Ebro, S. A.\n{CONTACT}", "Yes, I would."),
        (f"Yes, I would.\nJohn M. Doe, Ph.D.\n{CONTACT}", "Yes, I would."),
        (f"Yes, I would.\nJohn M. Doe, esq.\n{CONTACT}", "Yes, I would.\nJohn M. Doe, esq."),
        ("Yes, I would.\nSee a b www.blades.example d e f g.", "Yes, I would."),
        (f"Yes, I would.\n{NINE}", f"Yes, I would.\n{NINE}"),
        # All that somebody said is no signature.
        (CONTACT, CONTACT),
        (f"\n{CONTACT}\n", f"\n{CONTACT}\n"),
        (f"Gladly\n\n{CONTACT}", "Gladly\n"),
        ("Yes.\n\nTom Target", "Yes.\n\nTom Target"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_block_of_contact_data_goes_and_what_is_said_stays(text: str, left: str) -> None:
    assert _left(text) == left
    assert _left(text, last=False) == text


def test_a_block_has_so_many_lines() -> None:
    assert _left("Yes.\n\n" + f"{CONTACT}\n" + "a\n" * 12 + "a") == "Yes.\n"
    assert _left(f"Yes.\n{CONTACT}\n" + "a\n" * 13 + "a") == f"Yes.\n{CONTACT}\n" + "a\n" * 13 + "a"


def test_above_a_footer_there_may_be_a_block_and_above_it_a_device() -> None:
    assert _left(f"Yes.\n\nTom Target\n{CONTACT}\n-----\nwww.lists.example") == "Yes.\n"
    assert _left(f"Yes.\n\nTom Target\n{CONTACT}\nConfidential.\nAnd long.") == "Yes.\n"
    devices = "Sent from my iPhone\nGet Outlook for iOS"
    assert _left(f"Yes.\n{devices}\n\nTom Target\nBerlin\n{CONTACT}") == "Yes."


@pytest.mark.parametrize(
    ("line", "closes"),
    [
        ("Best regards,", True),
        ("  BEST  REGARDS!  ", True),
        ("Mit freundlichen Grüßen", True),
        ("Cordialement,", True),
        ("Un saludo", True),
        ("Cordiali saluti", True),
        ("Atenciosamente", True),
        ("Met vriendelijke groet", True),
        ("Pozdrawiam", True),
        ("Med vänlig hälsning", True),
        ("Best regards Tom", False),
        ("My best regards", False),
        ("", False),
        ("Best" + "," * 56, True),
        ("Best" + "," * 57, False),
    ],
)
def test_a_closing_stands_alone_in_its_line(line: str, closes: bool) -> None:
    assert is_closing(line) is closes


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Yes.\n-- \nTom\n" + CONTACT, "Yes."),
        ("Yes.\n\nSent from my iPhone\n\n", "Yes."),
        ("Yes.\n\n\n", "Yes."),
        # People write these, too.
        ("Yes.\n--\nTom", "Yes.\n--\nTom"),
        ("Yes.\nSent from my iPhone\nTom", "Yes.\nSent from my iPhone\nTom"),
        (f"Yes.\n\nTom\n{CONTACT}", f"Yes.\n\nTom\n{CONTACT}"),
        ("Yes.\n\nThis message is confidential.", "Yes.\n\nThis message is confidential."),
    ],
)
def test_what_a_mail_program_marks_is_its_own(text: str, left: str) -> None:
    assert "\n".join(without_marked(text.split("\n"))) == left
