"""What is read otherwise than it should be, and why. This list may only grow shorter."""

_BESIDE = "a yes beside a sentence about something else: a stranger could doubt what it answers, so it is left unclear"

_STORY = "a yes below a story or news whose words could take it back: neither is told from a condition"
_RARE = "a turn of phrase that no list has: left unclear, which opens nothing"
_KIND = "a program's words or bytes that no sign or list knows yet; it opens nothing"

MISSES = {
    "first/fr-38-oui-entre-les-lignes": _BESIDE,
    "first/en-43-yes-i-got-it-no": "a yes to something else and a no to the ask contradict each other by their words",
    "second/de-06-ohne-umlaute": "a line that introduces a quotation in brackets, above the answer, is kept as text",
    "second/en-33-left-company": _KIND,
    "second/en-44-unknown-empty-everything": _KIND,
    "second/en-45-unknown-random-bytes": _KIND,
    "second/es-33-complaint-esto-es-spam": _KIND,
    "second/fr-26-pas-de-refus": _RARE,
    "second/fr-34-challenge-mailinblack": _KIND,
    "second/fr-40-belge-fevrier": _RARE,
    "second/it-12-dopo-vendemmia": "a title and an extension without a full number are not seen to be a signature",
    "second/pt-07-ditado-sim": _RARE,
    "second/pt-36-longa-sim": _STORY,
}

CORPUS_MISSES = {
    "bounces-sisimai/maildir/bsd/lhost-fml-02.eml": "a mailing list refuses in its owner's name",
    "replies-talon/signature/emails/stripped/jeff_body": "the name above “via mobile” stays: it may close the letter",
}
