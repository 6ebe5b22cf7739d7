"""The text of a message as its reader sees it, whatever parts it is in and however its lines were sent."""

from __future__ import annotations

import pytest

from twoyes.mail.incoming.understanding import newtext
from twoyes.mail.incoming.understanding.bounded import take_apart
from twoyes.mail.incoming.understanding.flowed import joined
from twoyes.mail.incoming.understanding.newtext import is_guessed, new_text

PLAIN, HTML = "Content-Type: text/plain", "Content-Type: text/html"


def _body(*parts: str) -> str:
    told = "".join(f"--x\n{part}\n" for part in parts)
    return newtext.body(take_apart(f"Content-Type: multipart/mixed; boundary=x\n\n{told}--x--".encode())[0])


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([f"{PLAIN}\n\na"], "a"),
        ([f"{PLAIN}\n\na", f"{HTML}\n\n<b>b</b>"], "a"),
        ([f"{HTML}\n\n<b>b</b>", f"{PLAIN}\n\na"], "a"),
        ([f"{PLAIN}\n\na", f"{PLAIN}\n\nb"], "a\nb"),
        # Where the plain text says nothing, the first page that does.
        ([f"{PLAIN}\n\n \n", f"{HTML}\n\n<b>b</b>"], "b"),
        ([f"{HTML}\n\n<b> </b>", f"{HTML}\n\n<b>b</b>", f"{HTML}\n\nc"], "b"),
        ([f"{HTML}\n\n<b>b</b>"], "b"),
        ([f"{HTML}\n\n<br><br>", f"{HTML}\n\n<b>b</b>"], "b"),
        ([f"{HTML}\n\n<b> </b>"], ""),
        # What is attached is not read, nor what is neither of the two, nor what is in a message that is carried inside.
        ([f"{PLAIN}\nContent-Disposition: attachment\n\na", f"{PLAIN}\n\nb"], "b"),
        ([f"{HTML}\nContent-Disposition: attachment\n\na", f"{HTML}\n\nb"], "b"),
        ([f"{PLAIN}\nContent-Disposition: inline\n\na"], "a"),
        (["Content-Type: text/enriched\n\na"], ""),
        (["Content-Type: message/rfc822\n\nSubject: x\n\na"], ""),
        # format=flowed is undone where it is declared, and its spaces where that is declared.
        ([f"{PLAIN}; format=flowed\n\na \nb"], "a b"),
        ([f"{PLAIN}; format=Flowed; delsp=Yes\n\na \nb"], "ab"),
        ([f"{PLAIN}; format=flowed; delsp=no\n\na \nb"], "a b"),
        ([f"{PLAIN}; delsp=yes\n\na \nb"], "a \nb"),
        ([f"{PLAIN}; format=fixed\n\na \nb"], "a \nb"),
    ],
)
def test_the_text_is_what_is_plain_or_else_a_page(parts: list[str], text: str) -> None:
    assert _body(*parts) == text


@pytest.mark.parametrize("kind", [PLAIN, HTML])
def test_so_much_of_a_text_is_looked_at(kind: str) -> None:
    assert _body(f"{kind}\n\n{'a' * newtext.LONGEST}") == "a" * newtext.LONGEST
    assert _body(f"{kind}\n\n{'a' * newtext.LONGEST}b") == "a" * newtext.LONGEST


@pytest.mark.parametrize(
    ("text", "kept", "deleted"),
    [
        ("a\nb", "a\nb", "a\nb"),
        ("a \nb", "a b", "ab"),
        ("a  \nb", "a  b", "a b"),
        ("a \nb \nc\nd", "a b c\nd", "abc\nd"),
        # A space that only keeps a line from being taken for something else.
        (" From a", "From a", "From a"),
        ("  a", " a", " a"),
        ("a \n > b", "a > b", "a> b"),
        # A quotation flows within its depth.
        ("> a \n> b", "> a b", "> ab"),
        (">a \n>b", "> a b", "> ab"),
        (">> a \n> b", ">> a \n> b", ">> a\n> b"),
        ("> a \nb", "> a \nb", "> a\nb"),
        ("a \n> b", "a \n> b", "a\n> b"),
        # The line above a signature flows neither into the next nor out of the last.
        ("a\n-- \nTom", "a\n-- \nTom", "a\n-- \nTom"),
        ("a \n-- \nTom", "a \n-- \nTom", "a\n-- \nTom"),
        ("> a \n> -- \n> Tom", "> a \n> -- \n> Tom", "> a\n> -- \n> Tom"),
        ("a ", "a ", "a"),
        (" \nb", "\nb", "\nb"),
        ("  \nb", " b", "b"),
        ("", "", ""),
        (">", "> ", "> "),
    ],
)
def test_soft_breaks_are_undone(text: str, kept: str, deleted: str) -> None:
    assert joined(text, delete_space=False) == kept
    assert joined(text, delete_space=True) == deleted


@pytest.mark.parametrize(
    ("text", "new"),
    [
        # Only below the last run that says something a signature stands by itself.
        ("Tom Target\n030 1234567\n\n> May I?\n\nYes.", "Tom Target\n030 1234567\n\nYes."),
        ("Ah.\n\nTom Target\n030 1234567\n\n> May I?\n\nYes.", "Ah.\n\nTom Target\n030 1234567\n\nYes."),
        ("Yes.\n\nTom Target\n030 1234567\n\n> May I?", "Yes."),
        ("Yes.\n\nTom Target\n030 1234567\n\n> May I?\n\t", "Yes."),
        ("Yes.\n\nTom Target\n030 1234567\n\n> May I?\n\n \n", "Yes."),
        # A line that says where the signature begins says so everywhere.
        ("Yes.\n-- \nTom\n> May I?\nAnd gladly.", "Yes.\nAnd gladly."),
        ("Sent from my iPhone\n> May I?\nYes.", "Yes."),
        ("> May I?", ""),
        ("", ""),
    ],
)
def test_a_signature_is_left_out_where_one_can_stand(text: str, new: str) -> None:
    assert new_text(text) == new


@pytest.mark.parametrize(
    ("text", "guessed"),
    [
        ("Yes.", False),
        ("Yes.\n\nBest regards,\nTom", False),
        ("Yes.\n-- \nTom\ntom@target.example", False),
        ("Yes.\n\nSent from my iPhone\n\nOn Mon, 2 Mar 2026, Cora wrote:\n> Dear Tom", False),
        ("Yes.\n\nTom\ntom@target.example", True),
        ("Yes.\n\nBut write to tom@home.example", True),
        ("Yes.\n--\nOnly if she pays", True),
    ],
)
def test_what_looks_like_a_signature_and_is_not_marked_as_one_may_be_a_sentence(text: str, guessed: bool) -> None:
    assert is_guessed(text) is guessed
