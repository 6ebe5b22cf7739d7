"""What somebody answered by mail, to the connector alone and at once (E3); what followed stands below it (C19)."""

from django.utils.translation import gettext_lazy as _

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render

DONE = {
    "yes": _("It counts as their yes, as on their page: it can be taken back there until the introduction leaves."),
    "stop": _("It is taken as a no for good: they are not asked again, and nobody else hears why."),
    "no": _("It is taken as a no. Until the promised date nobody else hears of it."),
    "went": _("It stands with the introduction, as their word on how it went."),
}
READS = {
    "stop": _("They seem to want no such letters any more. Nothing happens by a mail: note their answer on your desk."),
    "no": _("It reads like a no. It counts as one once you note it on your desk."),
    "yes": _("It reads like a yes. Nothing happens by a mail: if it is one, note their answer on your desk."),
    "later": _("It reads like a not now. Nothing happens by a mail: if it is one, note their answer on your desk."),
    "their_details": _("They seem to want the details. Nothing happens by a mail: note their answer on your desk."),
}
NOTHING = _("Nothing follows from it by itself.")
QUIET = _("It was the first line in their thread. You hear no more of it from here: the rest is theirs.")


def reply_copy(facts: LetterFacts) -> Composed:
    """Return what came, quoted; link to the desk."""
    said = facts.said
    asker = said.get("side") in {"requester", "first"}
    two = (facts.requester_name, facts.target_name) if asker else (facts.target_name, facts.requester_name)
    who, whom = map(words.theirs, two)
    lines = words.lines(said.get("words", "")).split("\n")
    asked = said.get("about") in {"ask", "details"} and said.get("did") != "went"
    meaning = said.get("meaning", "")
    # After the introduction, for one, there is no answer left to note.
    reads = READS.get(meaning) if asked and ("no" if meaning == "stop" else meaning) in facts.notable else None
    follows = DONE.get(said.get("did", "")) or reads or NOTHING
    return render(
        "reply_copy",
        facts,
        who=who or words.theirs(said.get("sender", "")),
        whom=whom,
        asked=asked,
        human=said.get("kind", "reply") == "reply",
        other=bool(said.get("other")),
        lines=lines if any(lines) else [],
        title=words.theirs(said.get("subject", "")),
        first=said.get("did") == "first",
        follows=QUIET if said.get("did") == "first" else follows,
    )
