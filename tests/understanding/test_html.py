"""HTML as the lines that its reader sees."""

from __future__ import annotations

import pytest

from twoyes.mail.incoming.understanding import html
from twoyes.mail.incoming.understanding.html import BEGINS_THE_ANSWERED, RULE, as_text

BREAK = BEGINS_THE_ANSWERED
# Written out, not taken from the code: what falls out of its lists is to be noticed.
SIGNATURES = (
    "gmail_signature moz-signature ms-outlook-mobile-signature signatureblock mobile_signature x_signature "
    "protonmail_signature_block apple-mobile-signature divsignature zmail_signature yahoo_signature "
    "ydpsignature applemailsignature"
).split()
ANSWERED = (
    "divrplyfwdmsg outlookmessageheader olk_src_body_section appendonsend stopspelling zwchr yahoo_quoted "
    "reply-intro mail-editor-reference-message-container x_divrplyfwdmsg bloop_markdown_quote replyforwardmsg "
    "aolmsgpart tutanota_quote history_container"
).split()


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("hello", "hello"),
        ("a &amp; b &#252;", "a & b ü"),
        ("a\n  b\tc", "a b c"),
        ("a <b>b</b>c", "a bc"),
        ("a<b> b </b>c", "a b c"),
        ("a <b> b</b>", "a b"),
        ("<b>a</b> <i>b</i>", "a b"),
        ("a<br>b", "a\nb"),
        ("a<br/>b<BR>c", "a\nb\nc"),
        ("a<br><br>b", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<div>b</div>c", "a\nb\nc"),
        ("<p>a</p><p>b</p>", "a\n\nb\n"),
        ("<div>a</div><p>b</p>c", "a\n\nb\n\nc"),
        ('<p class="MsoNormal">a</p><p class="MsoNormal">b</p>', "a\nb"),
        ('<p style="margin: 0">a</p><p style="margin:0">b</p>', "a\nb"),
        ("<div>a</div><div>&nbsp;</div><div>b</div>", "a\n\nb"),
        ("<div>a</div><div></div><div>b</div>", "a\nb"),
        *[(f"<{one}>a</{one}><{one}>b</{one}>", "a\nb") for one in ("tr", "li", "h1", "h2", "h3", "h4", "h5", "h6")],
        *[
            (f"<{one}>a</{one}><{one}>b</{one}>", "a\nb")
            for one in ("section", "article", "header", "footer", "dl", "dt", "dd", "center", "table", "ul", "ol")
        ],
        ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\nd"),
        ("<pre>a</pre>b\n c", "a\nb c"),
        # Quotations, also within each other; one that only indents is none.
        ("<blockquote>a</blockquote>b", "> a\nb"),
        ("<blockquote>a<blockquote>b</blockquote>c</blockquote>d", "> a\n> > b\n> c\nd"),
        ('<blockquote style="margin: 0 0 0 40px; border: none">a</blockquote>', "a"),
        ('<blockquote style="margin: 0 0 0 40px">a</blockquote>', "> a"),
        ('<blockquote style="border: none">a</blockquote>', "> a"),
        ("<blockquote>a<p>b</p></blockquote>", "> a\n> \n> b\n> "),
        # What is not seen.
        *[
            (f"a<{one}>b</{one}>c", "ac")
            for one in ("style", "script", "head", "title", "template", "textarea", "select")
        ],
        ("a<style>b<br>c</style>d", "ad"),
        ("a<!-- b <p> -->c", "ac"),
        ("a<!-- b", "a"),
        ("<!DOCTYPE html>a", "a"),
        ("<?xml ?>a", "a"),
        ("<img alt=x>a<input value=y>", "a"),
        # What is no tag.
        ("a < b", "a < b"),
        ("1 <2", "1 <2"),
        ("a <", "a <"),
        ("a<b", "a"),
        ("</p>a", "a"),
        ("<div>a</b></div>b", "a\nb"),
        ("<div>a<span>b</div>c", "ab\nc"),
        ("<div/>a", "a"),
        ("<blockquote/>a", "a"),
        # Rules: one of ours for theirs.
        ("a<hr>b", f"a\n{RULE}\nb"),
        ('a<div style="border-top: solid #ccc 1pt">b</div>', f"a\n{RULE}\nb"),
        ('a<div style="border-top:1.0pt solid #ccc">b</div>', f"a\n{RULE}\nb"),
        ('a<div style="border-top:1pt solid #ccc">b</div>', f"a\n{RULE}\nb"),
        ('a<div style="border-top-style: solid">b</div>', f"a\n{RULE}\nb"),
        ('a<div style="border: solid">b</div>', "a\nb"),
        ("a<title><hr></title>", "a"),
        ('a<style><div style="border-top-style: solid">b</div></style>', "a"),
    ],
)
def test_a_page_is_read_as_its_reader_sees_it(page: str, text: str) -> None:
    assert as_text(page) == text


@pytest.mark.parametrize("name", SIGNATURES)
@pytest.mark.parametrize("written", ['class="{}"', "id='{}'", "class={}", 'name="x {} y"', 'class="{}" id=a'])
def test_a_signature_that_is_marked_as_one_is_left_out(name: str, written: str) -> None:
    assert as_text(f"a<div {written.format(name)}>b<i>c</i></div>d") == "a\nd"
    assert as_text(f"a<DIV {written.format(name).upper()}>b</DIV>d") == "a\nd"


@pytest.mark.parametrize(
    "page",
    [
        '<span class="gmail_signature">b</span>',
        '<a id="gmail_signature">b</a>',
        '<div data-signatureblock="1">b</div>',
        '<div type="signatureblock">b</div>',
    ],
)
def test_it_may_be_marked_in_other_ways(page: str) -> None:
    assert as_text(f"<div>a</div>{page}") == "a"


def test_what_is_no_mark_of_a_signature_is_none() -> None:
    assert as_text('<div title="gmail_signature">a</div><i class="gmail_signature">b</i>') == "a\nb"


@pytest.mark.parametrize("name", ANSWERED)
def test_the_message_that_is_answered_begins_where_a_program_marks_it(name: str) -> None:
    assert as_text(f'a<div id="{name}">b</div>') == f"a\n{BREAK}\nb"
    assert as_text(f'a<hr id="{name}">b') == f"a\n{BREAK}\nb"
    assert as_text(f'a<style><div id="{name}">b</div></style>') == "a"


def test_it_is_read_so_deep_and_so_far() -> None:
    deep = "<blockquote>" * (html._DEEPEST + 50) + "a"
    assert as_text(deep) == "> " * html._DEEPEST + "a"
    assert as_text("a" * (html.HTML_CHARS + 9)) == "a" * html.HTML_CHARS
    late = f'<div x="{"y" * html._TAG_CHARS}" class="gmail_signature">b</div>'
    assert as_text(late) == "b"


def test_marks_that_are_parted_are_two() -> None:
    assert as_text('<div class="yahoo_ quoted">a</div>b') == "a\nb"
    assert as_text('<div class="yahoo_quoted">a</div>b').startswith(BREAK)
