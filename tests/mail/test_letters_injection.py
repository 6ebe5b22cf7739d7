"""Whatever people write stays data: no header, no element, no template and no link comes of it."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.letters_cast import APPROVAL, CORA, KINDS, RITA, TOM, WORDS, facts, parsed, part, sent
from twoyes.introductions.records import LetterFacts
from twoyes.mail.letters.base import PAGE
from twoyes.mail.outgoing.compose import compose
from twoyes.mail.outgoing.mime import Mailbox, mailboxes, unstructured

PAYLOADS = (
    "\r\nBcc: eve@evil.example\r\n",
    "\n\n<html>",
    "\r",
    "\0",
    "\u2028",
    "\u202e",
    "\ud800",
    "=?utf-8?q?Hi=0ABcc:_eve=40evil.example?=",
    "=?utf-8?b?CkJjYzogZXZlQGV2aWwuZXhhbXBsZQ==?=",
    '"evil@x.example" <eve@evil.example>, ',
    "<script>alert(1)</script>",
    '"><img src=https://evil.example/p.png>',
    "<style>body{background:url(https://evil.example)}</style>",
    "<a href='https://evil.example'>press</a>",
    "{{ connector }}{% include 'notice.txt' %}",
    "{% load i18n %}{% debug %}{# x #}",
    "%s %(connector)s %(days)d %",
    "{0} {connector}",
    PAGE,
    "\n{page}\n",
    "{pa\u200bge}",
    "https://evil.example/login",
    "www.evil.example",
    "--=_bfbcc3b9b920ee4c6be112f4523c0257--",
    "\n.\n",
)
hostile = st.lists(st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=20)), min_size=1, max_size=5).map("".join)
# What a template of ours may hold; words add nothing but line breaks.
ELEMENTS = set("html head meta title style body div p dl dt dd ul li a bdi br".split())
ATTRIBUTES = {"lang", "charset", "name", "content", "class", "dir", "href"}


def filled_with(text: str, kind: str) -> LetterFacts:
    """A letter of this kind in which every word of people is `text`."""
    words = {**dict.fromkeys((*WORDS, "phone", "link"), text), "format": "call"}
    approval = APPROVAL | dict.fromkeys(("vouch", "why_target", "why_requester", "personal_line", "because"), text)
    parts = ("reason", "instead", "stay_in_touch", "rule", "words", "times")
    names = dict.fromkeys(("recipient_name", "connector_name", "requester_name", "target_name", "writer_name"), text)
    return facts(
        kind,
        words=words,
        approval=approval,
        consolation=dict.fromkeys(parts, text),
        answer_words={"outcome": "met", "outcome_words": text},
        whom=text,
        **names,
    )


class Elements(HTMLParser):
    """Collects what a mail program would see as elements, and where it could be led."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value for name, value in attrs if name == "href"]


def link_of(letter: LetterFacts) -> str:
    return next(iter(re.findall(r"http\S+", part(sent(letter).message, "plain"))), "")


@pytest.mark.case("D1", "D2")
@given(text=hostile, kind=st.sampled_from(KINDS))
def test_no_word_of_anybody_becomes_a_header(text: str, kind: str) -> None:
    plain, sly = parsed(sent(facts(kind)).message), parsed(sent(filled_with(text, kind)).message)

    assert sly.keys() == plain.keys()
    for name in ("To", "Cc", "Reply-To", "From"):
        assert (
            [one.addr_spec for one in sly[name].addresses if one.addr_spec]
            == [one.addr_spec for one in plain[name].addresses]
            if name in plain
            else name not in sly
        )
    assert sly["Message-ID"] == plain["Message-ID"]
    assert sly.get_boundary() == plain.get_boundary()
    assert len(list(sly.iter_parts())) == 2
    assert sly.epilogue in (None, "")


@pytest.mark.case("D1", "D2")
@given(name=hostile, subject=hostile)
def test_a_header_of_ours_reads_back_as_one_line_of_text(name: str, subject: str) -> None:
    message = f"To: {mailboxes([Mailbox(name, TOM)])}\r\nSubject: {unstructured(subject)}\r\n\r\n".encode()

    head = parsed(message)

    assert message.isascii()
    assert head.keys() == ["To", "Subject"]
    assert [one.addr_spec for one in head["To"].addresses] == [TOM]
    assert getaddresses([head["To"]])[-1][1] == TOM
    assert not re.search(r"[\r\n\0]", str(head["Subject"]) + str(head["To"]))


@pytest.mark.parametrize(
    "name",
    ["Rita Holm", "Holm, Rita", 'Rita "Ri" Holm', "R. Holm (she)", "Рита Хольм", "江口 律子", "a" * 120, "O'Hara\\"],
)
def test_a_name_arrives_as_it_was_written(name: str) -> None:
    # By the older parser: the newer one sets a space between two encoded words, which RFC 2047 6.2 forbids.
    head = message_from_bytes(f"To: {mailboxes([Mailbox(name, RITA)])}\r\n\r\n".encode())
    shown, address = parseaddr(head["To"])
    assert (str(make_header(decode_header(shown))), address) == (name, RITA)


@pytest.mark.case("D7")
@given(text=hostile, kind=st.sampled_from(KINDS))
def test_the_html_holds_the_elements_of_its_own_template_and_one_link(text: str, kind: str) -> None:
    letter = filled_with(text, kind)
    seen = Elements(part(sent(letter).message, "html"))

    assert set(seen.tags) <= ELEMENTS
    assert seen.attributes <= ATTRIBUTES
    assert seen.tags.count("style") == seen.tags.count("title") == seen.tags.count("body") == 1
    ours = Elements(part(sent(facts(kind)).message, "html")).links
    assert seen.links == ours
    assert len(ours) <= 1


@pytest.mark.case("D7", "D8")
@pytest.mark.parametrize("kind", ["ask", "details", "new_request", "introduction", "received"])
def test_links_that_people_write_can_be_read_but_not_pressed(kind: str) -> None:
    letter = filled_with("see https://evil.example/x or www.evil.example", kind)
    for side in ("plain", "html"):
        body = part(sent(letter).message, side)
        assert "evil[.]example" in body
        assert "evil.example" not in body
        assert "hxxps://" in body


@pytest.mark.case("D9")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("payload", ["{{ connector_address }}", "{% debug %}", "%(days)s %s 100%", "{connector}"])
def test_what_looks_like_a_template_is_printed_and_not_run(kind: str, payload: str) -> None:
    letter = filled_with(f"<{payload}>", kind)
    composed = compose(letter)
    if kind not in {"verify", "login_code", "login_changed", "digest"}:
        assert f"<{payload}>" in composed.text
        assert f"&lt;{payload}&gt;" in composed.html
    assert CORA not in composed.text


@pytest.mark.case("D8")
@given(text=hostile, kind=st.sampled_from(KINDS))
def test_nobodys_words_become_a_place_where_our_link_goes(text: str, kind: str) -> None:
    ours, theirs = compose(facts(kind)), compose(filled_with(text, kind))
    assert theirs.text.count(PAGE) == ours.text.count(PAGE) <= 1
    assert theirs.html.count(PAGE) == ours.html.count(PAGE) == ours.text.count(PAGE)
    if ours.text.count(PAGE):
        assert PAGE in theirs.text.split("\n")


@pytest.mark.case("D22")
def test_the_letter_that_proves_an_address_carries_nothing_that_was_typed_into_the_form() -> None:
    letter = facts(
        "verify", recipient_name="BUY NOW", requester_name="BUY NOW", whom="BUY NOW", words={"ask": "BUY NOW"}
    )
    message = sent(letter).message
    assert b"BUY NOW" not in message
    assert "BUY NOW" not in part(message, "plain") + part(message, "html")
    assert parsed(message)["To"] == RITA
