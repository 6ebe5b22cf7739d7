"""From bytes to text, whatever is declared; nothing raises."""

from __future__ import annotations

import base64

import pytest

from twoyes.mail.incoming.understanding import decoding
from twoyes.mail.incoming.understanding.bounded import take_apart


@pytest.mark.parametrize(
    ("text", "declared", "really"),
    [
        ("grüß", "utf-8", "utf-8"),
        ("grüß", "UTF8", "utf-8"),
        ("grüß", "utf8", "utf-8"),
        ("grüß", '"utf-8"', "utf-8"),
        ("grüß", "'utf-8'", "utf-8"),
        ("grüß", " utf-8 ", "utf-8"),
        ("grüß", "utf-8*de", "utf-8"),
        ("żółć", '"iso-8859-2"', "iso-8859-2"),
        ("żółć", "'iso-8859-2'", "iso-8859-2"),
        ("żółć", " ISO-8859-2 ", "iso-8859-2"),
        ("żółć", "iso-8859-2*pl", "iso-8859-2"),
        ("grüß", "utf-16le", "utf-16le"),
        ("grüß", "utf-16be", "utf-16be"),
        ("grüß", "utf-16", "utf-16"),
        # What declares Latin-1 has the quotes and the euro of Windows in it.
        ("„grüß“ €", "iso-8859-1", "cp1252"),
        ("„grüß“ €", "latin1", "cp1252"),
        ("„grüß“ €", "latin-1", "cp1252"),
        ("„grüß“ €", "ISO-8859-1", "cp1252"),
        ("„grüß“ €", "windows-1252", "cp1252"),
        ("grüß", "cp1252", "cp1252"),
        ("grüß", "cp-850", "cp850"),
        ("grüß", "macintosh", "mac-roman"),
        ("grüß", "mac-roman", "mac-roman"),
        ("żółć", "iso-8859-2", "iso-8859-2"),
        ("żółć", "iso8859-2", "iso-8859-2"),
        ("żółć", "windows-1250", "cp1250"),
        ("ağış", "iso-8859-9", "cp1254"),
        ("тест", "koi8-r", "koi8-r"),
        ("тест", "windows-1251", "cp1251"),
        ("ไทย", "windows-874", "cp874"),
        ("你好", "gb2312", "gb18030"),
        ("你好", "gbk", "gb18030"),
        ("你好", "gb18030", "gb18030"),
        ("你好", "big5", "big5"),
        ("안녕", "ks_c_5601-1987", "cp949"),
        ("안녕", "euc-kr", "cp949"),
        ("こんにちは", "shift_jis", "cp932"),
        ("こんにちは", "shift-jis", "cp932"),
        ("こんにちは", "x-sjis", "cp932"),
        ("こんにちは", "euc-jp", "euc-jp"),
        ("こんにちは", "iso-2022-jp", "iso-2022-jp"),
        # Declared as nothing, or as what is no charset: what it looks like.
        ("grüß", "", "utf-8"),
        ("grüß", "", "cp1252"),
        ("grüß", "rot13", "utf-8"),
        ("grüß", "unicode_escape", "utf-8"),
        ("grüß", "x-unknown", "cp1252"),
        ("grüß", "us-ascii", "cp1252"),
        # Declared as what it is not.
        ("grüß", "big5", "utf-8"),
    ],
)
def test_text_is_read_by_its_charset_or_by_what_it_looks_like(text: str, declared: str, really: str) -> None:
    assert decoding.charset(text.encode(really), declared) == text


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        (b"a\xff\xfeb", "utf-8", "a\ufffd\ufffdb"),
        (b"a\x81b", "", "a\ufffdb"),
        (b"a\x81b", "us-ascii", "a\ufffdb"),
        (b"gr\xfc\xdf\x81", "big5", "grüß\ufffd"),
    ],
)
def test_broken_bytes_become_marks_and_never_an_error(raw: bytes, declared: str, text: str) -> None:
    assert decoding.charset(raw, declared) == text


def _mail(encoding: str, body: bytes, kind: str = "text/plain; charset=utf-8") -> bytes:
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("7bit", b"hello", "hello"),
        ("8bit", "grüß".encode(), "grüß"),
        ("quoted-printable", b"gr=C3=BC=\n=C3=9F", "grüß"),
        ("7bit", b"a=3Db", "a=3Db"),
        ("8bit", b"a=3Db", "a=3Db"),
        ("Quoted-Printable", b"gr=C3=BC", "grü"),
        ("base64", base64.b64encode("grüß".encode()), "grüß"),
        ("BASE64 ; x", base64.b64encode("grüß".encode()), "grüß"),
        (" base64", base64.b64encode("grüß".encode()), "grüß"),
        ("base64", b"aGVs\n bG8=\n", "hello"),
        ("base64", b"aGVsbG8", "hello"),
        ("base64", b"aGVsbG8gd", "hello "),
        ("base64", b"a", ""),
        ("binary", b"a\0b", "ab"),
        ("7bit", b"a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_a_part_is_read_as_it_was_transferred(encoding: str, body: bytes, text: str) -> None:
    assert decoding.text(take_apart(_mail(encoding, body))[0]) == text


@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
def test_of_one_part_so_much_is_read(encoding: str) -> None:
    body = b"a" * (decoding.TEXT_BYTES + 9)
    sent = base64.b64encode(body) if encoding == "base64" else body
    assert len(decoding.transferred(take_apart(_mail(encoding, sent))[0])) == decoding.TEXT_BYTES


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("hello", "hello"),
        ("a\tb", "a b"),
        ("grüß", "grüß"),
        ("=?utf-8?q?gr=C3=BC=C3=9F_dich?= Tom", "grüß dich Tom"),
        ("=?UTF-8?B?Z3LDvMOf?=", "grüß"),
        ("=?iso-8859-1?Q?gr=FC?=", "grü"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\t=?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?utf-8*de?q?gr=C3=BC?=", "grü"),
    ],
)
def test_a_header_is_read_with_its_encoded_words(value: str, text: str) -> None:
    assert decoding.header(value.encode()) == text
