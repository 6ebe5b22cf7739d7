"""A text of absence or of receipt: one sentence that only programs send, or two that they like."""

from __future__ import annotations

import pytest

from twoyes.mail.incoming.understanding.automatic import by_subject, by_text

SURELY, LIKELY, OTHER = "This inbox is closed.", "Back on Monday.", "On leave."


@pytest.mark.parametrize(
    ("said", "alone", "quoting"),
    [
        ("Yes, gladly.", False, False),
        ("", False, False),
        (LIKELY, False, False),
        (f"{LIKELY} {LIKELY}", False, False),
        (SURELY, True, False),
        (f"{LIKELY} {OTHER}", True, False),
        (f"{SURELY} {LIKELY}", True, True),
        (f"{LIKELY} {OTHER} If urgent, write.", True, True),
        (f"{SURELY} The ticket number is 7.", True, True),
        # Across the ends of lines, in any letters, and each phrase once in whatever languages it stands.
        ("This\nINBOX\n\nis closed.", True, False),
        ("Mein Postfach. I am back on 7 May, on leave.", True, False),
        # Parts of words are none.
        ("Thisinbox is closed.", False, False),
        # The beginning says it.
        ("a " * 1_980 + SURELY, True, False),
        ("a " * 1_995 + SURELY, False, False),
    ],
)
@pytest.mark.case("C17", "C18")
def test_where_a_message_quotes_it_takes_one_sign_more(said: str, alone: bool, quoting: bool) -> None:
    assert by_text(said, quotes=False) is alone
    assert by_text(said, quotes=True) is quoting


@pytest.mark.parametrize(
    "said",
    [
        "I am out of the office.",
        "Dies ist eine automatische Antwort.",
        "Ceci est une réponse automatique.",
        "Esta es una respuesta automática.",
        "Questa è una risposta automatica.",
        "Esta é uma resposta automática.",
        "Dit is een automatisch antwoord.",
        "To jest automatyczna odpowiedź.",
    ],
)
def test_each_language_is_looked_for(said: str) -> None:
    assert by_text(said, quotes=False)


@pytest.mark.parametrize(
    ("subject", "program"),
    [
        ("AUTOMATIC REPLY: May I?", True),
        ("[Out of office]", True),
        ("Automatische Antwort: x", True),
        ("Réponse automatique : x", True),
        ("Respuesta automática: x", True),
        ("Risposta automatica: x", True),
        ("Resposta automática: x", True),
        ("Automatisch antwoord: x", True),
        ("Odpowiedź automatyczna: x", True),
        ("Автоответ: x", True),
        ("AW: Automatische Antwort: x", False),
        ("Your automatic reply", False),
        ("Automatic replying", False),
    ],
)
@pytest.mark.case("C17")
def test_a_subject_begins_so_in_any_language(subject: str, program: bool) -> None:
    assert by_subject(subject) is program
