"""Names as people write them: with titles, credentials, nicknames, and in either order.

`words` is the one key by which two spellings of a name are held to be the same.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from twoyes.lib.text import fold

# Before a name, in any case.
_TITLES = "dr doctor prof professor mr mrs ms miss mx sir dame rev hon ing dipl mag herr frau mme mlle sr sra"
TITLES = frozenset(_TITLES.split())
# After a name, in any case: nobody is called this.
_CREDENTIALS = (
    "phd dphil edd mba msc bsc beng meng mphil mph mpa cpa cfa cfp pmp jd llm llb dds dvm facs facp rn bcs "
    "psyd shrm phr sphr cissp cisa jr sr ii iii iv esq"
)
CREDENTIALS = frozenset(_CREDENTIALS.split())
# The column's length: a few letters fold into many.
SEARCH_LENGTH = 1000
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’`´.")
# What stands between a name and the letters after it.
_BREAK = re.compile(r"[,;|•·]")
_NICKNAME = re.compile(r"\([^()]*\)|\"[^\"]*\"|“[^”]*”|\[[^\[\]]*\]")


def words(name: str) -> tuple[str, ...]:
    """The folded words of a name, sorted, without titles, credentials and nicknames.

    "Dr. Anna Müller, PhD", "muller, anna" and "Anna (Annie) Muller" give the same; if nothing would be left,
    all words are kept.
    """
    plain = _NICKNAME.sub(" ", name)
    head, *rest = (part.strip() for part in _BREAK.split(plain))
    mixed = any(c.islower() for c in name)
    kept = [head, *(part for part in rest if not _is_credential(part, mixed=mixed))]
    tokens = [token for part in kept for token in _without_suffixes(part.split(), mixed=mixed)]
    while len(tokens) > 1 and _letters(tokens[0]) in TITLES:
        tokens = tokens[1:]
    return tuple(sorted(_split(" ".join(tokens)))) or all_words(name)


def all_words(text: str) -> tuple[str, ...]:
    """All folded words of a text, sorted, credentials and nicknames included."""
    return tuple(sorted(_split(text)))


def key(name: str) -> str:
    """A short hash of `words`, by which cards of one name are found among many; "" for no name."""
    return key_of(words(name))


def key_of(found: tuple[str, ...]) -> str:
    """The same hash, of words that are known already."""
    # Names stand clear in the row, so the hash needs no secret.
    return blake2b("\n".join(found).encode("utf-8", "replace"), digest_size=8).hexdigest() if found else ""


def search_text(name: str, organisation: str) -> str:
    """What `find` looks through: a space before every folded word, so that a prefix can be asked for."""
    return (" " + " ".join(_split(f"{name} {organisation}")))[:SEARCH_LENGTH]


def query_words(query: str) -> tuple[str, ...]:
    """The words of a query, titles and credentials left out, whatever their case."""
    kept = [word for word in words(query) if word not in CREDENTIALS]
    return tuple(kept) or all_words(query)


def _split(text: str) -> list[str]:
    return _WORD.findall(fold(text.translate(_APOSTROPHES)))


def _letters(token: str) -> str:
    return "".join(_split(token))


def _without_suffixes(tokens: list[str], *, mixed: bool) -> list[str]:
    """The tokens of one part of a name without the degrees that trail it."""
    while len(tokens) > 1 and (_is_credential(tokens[-1], mixed=mixed) and not _is_initial(tokens[-1])):
        tokens = tokens[:-1]
    return tokens


def _is_initial(token: str) -> bool:
    return len(_letters(token)) <= 1 and bool(_letters(token))


def _is_credential(part: str, *, mixed: bool) -> bool:
    """Whether a part after a comma, or a trailing token, is letters after a name: PhD, B.Sc., SHRM-CP, MA.

    Capitals alone count only where the rest of the name is not in capitals too ("MÜLLER, ANNA").
    """
    tokens = part.replace("-", " ").replace("/", " ").split()
    return all(_token_is_credential(token, mixed=mixed) for token in tokens)


def _token_is_credential(token: str, *, mixed: bool) -> bool:
    folded = _letters(token)
    if not folded or folded in CREDENTIALS:
        return True
    dotted = token.rstrip(".").count(".") >= 1
    capitals = sum(c.isupper() for c in token)
    return mixed and capitals >= 2 and (dotted or token.upper() == token)
