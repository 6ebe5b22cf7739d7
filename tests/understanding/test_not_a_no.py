"""A no closes an ask by itself, and a stop for good: neither is read where somebody says that they want to go on."""

import pytest

from twoyes.mail.incoming import understand

GOING_ON = (
    "Do not remove me, I am interested.", "Unsubscribe me from nothing, I love it", "Please don't stop!",
    "I can't say no to this.", "No, I'd love to!", "nein, das passt gut", "Ich sage nicht nein.",
    "Bitte streichen Sie mich nicht von der Liste", "Ne me retirez pas de la liste",
    "Por favor, no me borre de la lista",
    "Per favore non cancellarmi dalla lista", "Por favor não me remova da lista", "Haal me niet van de lijst",
    "Proszę nie usuwać mnie z listy",
)  # fmt: skip
OVER = {
    "Please remove me from your list.": "stop", "Stop writing to me": "stop", "Don't contact me again": "stop",
    "No thanks": "no", "Nein danke": "no", "Non merci": "no", "No, gracias": "no",
}  # fmt: skip


def meaning(text: str) -> str | None:
    head = "From: Tom <tom@own.example>\r\nTo: x@twoyes.example\r\nSubject: Re: May I introduce you?\r\n"
    return understand(f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()).meaning


@pytest.mark.parametrize("text", GOING_ON)
@pytest.mark.case("C20")
def test_what_goes_on_closes_nothing(text: str) -> None:
    assert meaning(text) == "unclear"


@pytest.mark.parametrize("text", OVER)
@pytest.mark.case("C20")
def test_what_is_over_is_over(text: str) -> None:
    assert meaning(text) == OVER[text]
