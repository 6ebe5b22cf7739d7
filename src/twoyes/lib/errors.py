"""The one way in which the domain says no."""


def mark(sentence: str) -> str:
    """Mark a sentence for translation where no language is known, as in the pure protocol; whoever calls says it."""
    return sentence


class Refused(Exception):
    """A sentence for a human, a code for a program and, where there is one, the rule that was met.

    Every verb raises this instead of an error of its own; doors show the sentence and never a traceback.
    """

    def __init__(self, code: str, sentence: str, *, rule: str = "") -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = str(sentence)
        self.rule = rule

    def __str__(self) -> str:
        return self.sentence


class Unreachable(Refused):
    """The other side cannot be reached now: the same may work later, and what was done until here is kept."""
