"""Every sentence is said in every language that is offered, with the same gaps to be filled in."""

from __future__ import annotations

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext, override

from tests.tools import messages
from twoyes.lib import spoken


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    wrong = [
        f"{fault}: {entry.msgid!r} ({entry.occurrences[0][0]})"
        for entry in messages.brought_up_to_date(language)
        for fault in messages.faults(entry)
    ]
    assert not wrong, f"`make messages`, then translate in {language}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_what_programs_read_is_what_was_translated(language: str) -> None:
    kept = (messages.LOCALE / language / "LC_MESSAGES" / "django.mo").read_bytes()
    read = {(one.msgctxt, one.msgid): (one.msgstr, one.msgstr_plural) for one in polib.mofile(kept)}
    written = {
        (one.msgctxt, one.msgid): (one.msgstr, one.msgstr_plural)
        for one in messages.catalogue(language)
        if one.msgstr or any(one.msgstr_plural.values())
    }
    assert read == written, "`make messages` writes it anew"


def test_every_language_with_a_catalogue_is_offered_and_no_other() -> None:
    assert [code for code, _name in settings.LANGUAGES] == ["en", "de", "fr", "es"]
    assert {code for code, _name in settings.LANGUAGES} == {"en", *messages.LANGUAGES}


def test_a_sentence_that_is_marked_in_code_or_template_is_found() -> None:
    said = {one.sentence for one in messages.said()}
    assert "One line is enough." in said, "within an f-string"
    assert "Say a kind no to several at once" in said, "in a template"


def test_a_gap_that_a_translation_lost_is_found() -> None:
    lost = polib.POEntry(msgid="%(name)s asks.", msgstr="Jemand fragt.")
    kept = polib.POEntry(msgid="%(name)s asks.", msgstr="%(name)s fragt.")
    missing = polib.POEntry(msgid="One.", msgid_plural="%(n)d.", msgstr_plural={0: "Eine.", 1: ""})
    counted = polib.POEntry(msgid="One.", msgid_plural="%(n)d.", msgstr_plural={0: "Eine.", 1: "%(n)d."})
    assert [bool(messages.faults(one)) for one in (lost, kept, missing, counted)] == [True, False, True, False]


def test_quotation_marks_are_those_of_the_language() -> None:
    marked = {}
    for language in ("en", *messages.LANGUAGES):
        with override(language):
            marked[language] = spoken.quoted("x")
    assert marked == {
        "en": "“x”",
        "de": "„x“",
        "es": "«x»",
        "fr": "«\N{NARROW NO-BREAK SPACE}x\N{NARROW NO-BREAK SPACE}»",
    }
    assert gettext("Log in") == "Log in"
