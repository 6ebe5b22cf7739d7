"""From bytes to text: transfer encodings, charsets, encoded words. Nothing here raises, whatever is declared."""

from __future__ import annotations

import binascii
import re

from twoyes.mail.incoming.understanding.bounded import Part

TEXT_BYTES = 400_000
"""Of one part's text so much is read: no human writes more in one answer, and what follows is quotation."""

# Declared by mail, and what is really in it. Others of Python's codecs are not text, or not linear.
_SAME = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "utf8": "utf-8", "iso-8859-9": "cp1254", "cp-850": "cp850",
    "windows-874": "cp874",
}  # fmt: skip
_PLAIN = re.compile(
    r"(?:utf-?8|utf-?16(?:[lb]e)?|iso-?8859-?[0-9]{1,2}|windows-?(?:125[0-8]|874)|cp[0-9]{3,4}|koi8-[ru]|big5|euc-jp"
    r"|gb18030|iso-2022-(?:jp(?:-[123])?|kr)|macintosh|mac-roman)"
)
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"\?=[ \t]+=\?")


def charset(raw: bytes, declared: str) -> str:
    """Return bytes as text by their declared charset, or by what they look like where that is none."""
    name = declared.strip().lower().partition("*")[0].strip("'\"")
    name = _SAME.get(name, name)
    if name not in _SAME.values() and not _PLAIN.fullmatch(name):
        name = ""
    for one in (name, "utf-8"):
        try:
            if one:
                return raw.decode(one)
        except (UnicodeError, LookupError):
            continue
    return raw.decode(name if name.startswith(("utf", "iso2022", "iso-2022")) else "cp1252", "replace")


def text(part: Part) -> str:
    """Return the text of a part as its writer saw it, line ends as LF."""
    found = charset(transferred(part), part.parameters.get("charset", ""))
    return found.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def transferred(part: Part) -> bytes:
    """Return the bytes of a part, with its transfer encoding undone as far as it can be; TEXT_BYTES at most."""
    encoding = part.first("content-transfer-encoding").split(b";")[0].strip().lower()
    if encoding == b"base64":
        return _base64(part.body[: TEXT_BYTES * 3 // 2])[:TEXT_BYTES]
    body = part.body[:TEXT_BYTES]
    return binascii.a2b_qp(body) if encoding == b"quoted-printable" else body


def header(value: bytes) -> str:
    """Return an unstructured header with its encoded words decoded (RFC 2047)."""
    plain = charset(value, "utf-8").replace("\t", " ")
    if "=?" not in plain:
        return plain
    return _WORD.sub(_decoded, _BETWEEN.sub("?==?", plain))


def _decoded(word: re.Match[str]) -> str:
    declared, how, inside = word[1], word[2].lower(), word[3]
    raw = inside.encode("latin-1", "replace")
    return charset(_base64(raw) if how == "b" else binascii.a2b_qp(raw, header=True), declared)


def _base64(raw: bytes) -> bytes:
    clean = raw.translate(None, b" \t\n\r")
    for short in range(4):
        try:
            return binascii.a2b_base64(clean[: len(clean) - short] + b"==")
        except binascii.Error:
            continue
    return b""
