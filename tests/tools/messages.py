"""`python -m tests.tools.messages`: gather every sentence that can be said in another language into the catalogues.

What was translated stays, what is new stands empty, what nobody says any more goes. Reads Python by its syntax tree and
templates by Django's own lexer, so that no other tool is needed. With `--check` nothing is written.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.utils.translation.template import templatize

from tests.support.parts import ROOT

HOUSE = ROOT / "src" / "twoyes"
LOCALE = HOUSE / "locale"
LANGUAGES = ("de", "es", "fr")
# By the name of the call: at which place its context, its sentence and its plural stand.
_CALLS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "mark", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_IN_TEMPLATE = re.compile(r"""\b(n?p?gettext|_)\(((?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*"|,|\s)+)""")
# What must be the same in every language: what a program fills in.
_FILLED = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class Said(NamedTuple):
    """A sentence as it stands in the source; `context` and `plural` are "" where there is none."""

    context: str
    sentence: str
    plural: str


@cache
def said() -> Mapping[Said, Sequence[str]]:
    """Return every sentence that is marked, with the files that say it, as they were when it was first asked for."""
    found: dict[Said, list[str]] = {}
    for path in sorted(HOUSE.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and "locale" not in path.parts:
            text = path.read_text("utf-8")
            for one in dict.fromkeys(_of_python(text) if path.suffix == ".py" else _of_template(text)):
                found.setdefault(one, []).append(path.relative_to(HOUSE).as_posix())
    return found


def catalogue(language: str) -> polib.POFile:
    """Return what is translated into a language."""
    return polib.pofile(str(_path(language)), wrapwidth=118)


def brought_up_to_date(language: str) -> polib.POFile:
    """Return the catalogue of a language as it is to be: what is said now, with the translations that there are."""
    known = {_key(entry): entry for entry in catalogue(language)} if _path(language).exists() else {}
    made = polib.POFile(wrapwidth=118)
    made.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "Plural-Forms": f"nplurals=2; plural={'(n > 1)' if language == 'fr' else '(n != 1)'};",
    }
    for one, places in sorted(said().items(), key=lambda item: (item[1][0], item[0])):
        entry = polib.POEntry(
            msgctxt=one.context or None,
            msgid=one.sentence,
            msgid_plural=one.plural,
            occurrences=[(place, "") for place in places],
        )
        old = known.get(_key(entry))
        if one.plural:
            entry.msgstr_plural = dict(old.msgstr_plural) if old else {0: "", 1: ""}
        else:
            entry.msgstr = old.msgstr if old else ""
        made.append(entry)
    return made


def faults(entry: polib.POEntry) -> list[str]:
    """Return what is wrong with a translation: missing, or other gaps to be filled in than the sentence has."""
    if not entry.msgid_plural:
        pairs = [(entry.msgid, entry.msgstr)]
    else:
        one, many = entry.msgstr_plural.get(0, ""), entry.msgstr_plural.get(1, "")
        # "One message" may leave the number out, as English does, and nothing else.
        counted = [gap for gap in _filled(entry.msgid_plural) if gap.endswith("d") and gap not in _filled(one)]
        said = entry.msgid if _filled(one) == _filled(entry.msgid) else _without(entry.msgid_plural, counted[:1])
        pairs = [(said, one), (entry.msgid_plural, many)]
    missing = ["not translated"] if not all(text.strip() for _sentence, text in pairs) else []
    return missing or [f"{_filled(s)} became {_filled(t)}" for s, t in pairs if _filled(s) != _filled(t)]


def _without(sentence: str, gaps: Sequence[str]) -> str:
    for gap in gaps:
        sentence = sentence.replace(gap, "")
    return sentence


def compiled(language: str) -> bytes:
    """Return the catalogue as programs read it."""
    return bytes(catalogue(language).to_binary())


def main(*, check: bool) -> int:
    """Write the catalogues, or only say what is wrong; return 1 where a translation is missing or wrong."""
    wrong = 0
    for language in LANGUAGES:
        made = brought_up_to_date(language)
        for entry in made:
            for fault in faults(entry):
                wrong += 1
                print(f"{language}: {fault}: {entry.msgid[:90]!r} ({entry.occurrences[0][0]})")
        if not check:
            _path(language).parent.mkdir(parents=True, exist_ok=True)
            made.save(str(_path(language)))
            _path(language).with_suffix(".mo").write_bytes(compiled(language))
    return int(wrong > 0)


def _path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def _filled(text: str) -> list[str]:
    return sorted(_FILLED.findall(text))


def _of_python(text: str) -> Iterator[Said]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            told = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            yield from _marked(str(name), told)


def _of_template(text: str) -> Iterator[Said]:
    for name, told in _IN_TEMPLATE.findall(templatize(text)):
        yield from _marked(name, list(ast.literal_eval(f"({told.strip().rstrip(',')},)")))


def _marked(name: str, told: Sequence[object]) -> Iterator[Said]:
    if name not in _CALLS:
        return
    context, sentence, plural = ("" if at is None else told[at] if at < len(told) else None for at in _CALLS[name])
    if isinstance(sentence, str) and sentence and isinstance(context, str) and isinstance(plural, str):
        yield Said(context, sentence, plural)


if __name__ == "__main__":
    if not settings.configured:
        settings.configure()
    sys.exit(main(check="--check" in sys.argv[1:]))
