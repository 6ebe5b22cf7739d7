"""An address book on a CardDAV server is read, never written, and its login goes to no other host."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.people.carddav_server import Book, serving
from twoyes.lib.dav import client
from twoyes.lib.errors import Refused
from twoyes.people import front
from twoyes.people.sources import base, carddav

CARDS = [
    "BEGIN:VCARD&#13;\nVERSION:3.0&#13;\nUID:ada&#13;\nFN:Ada &amp; Söhne&#13;\nEMAIL:ada@dav.example&#13;\nEND:VCARD",
    "BEGIN:VCARD\nVERSION:4.0\nUID:tom\nFN:Tom Target\nEMAIL:tom@dav.example\nEND:VCARD\n",
    "BEGIN:VCARD\nVERSION:3.0\nEMAIL:nameless@dav.example\nEND:VCARD\n",
]


@pytest.fixture
def book() -> Iterator[Book]:
    with serving(Book(cards=list(CARDS))) as served:
        yield served


def fetch(book: Book, path: str = "/books/cora/friends/", password: str = "app-password") -> bytes:
    return carddav.fetch(f"{book.url}{path}", user="cora", password=password)


@pytest.mark.parametrize("path", ["/", "/principals/cora/", "/books/cora/", "/books/cora/friends/"])
def test_the_cards_are_found_from_any_address_of_the_book(book: Book, cora: front.ConnectorView, path: str) -> None:
    report = front.import_contacts(cora.id, fetch(book, path), name="dav")
    assert (report.added, len(report.rejected)) == (2, 1)
    assert {card.name for card in front.find(cora.id, "")} == {"Ada & Söhne", "Tom Target"}
    again = front.import_contacts(cora.id, fetch(book, path), name="dav")
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)


def test_nothing_is_ever_written_to_the_server(book: Book) -> None:
    fetch(book, "/")
    assert {method for method, _path, _login in book.asked} == {"PROPFIND", "REPORT"}


def test_the_file_exported_from_the_same_book_brings_nobody_twice(book: Book, cora: front.ConnectorView) -> None:
    front.import_contacts(cora.id, fetch(book), name="dav")
    report = front.import_contacts(cora.id, CARDS[1].encode(), name="export.vcf")
    assert (report.added, report.unchanged) == (0, 1)


def test_a_redirect_on_the_same_server_is_followed(book: Book) -> None:
    book.answers["/.well-known/carddav"] = (301, {"Location": "/books/cora/friends/"}, b"")
    assert b"Tom Target" in fetch(book, "/.well-known/carddav")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_refused_and_the_login_stays_here(book: Book, status: int) -> None:
    with serving(Book()) as other:
        book.answers["/away/"] = (status, {"Location": f"{other.url}/books/cora/friends/"}, b"")
        with pytest.raises(Refused) as refused:
            fetch(book, "/away/")
        assert refused.value.code == "redirected_elsewhere"
        assert other.asked == []


def test_a_home_on_another_host_is_refused_and_the_login_stays_here(book: Book) -> None:
    with serving(Book()) as other:
        href = f"<d:href>{other.url}/books/cora/</d:href>"
        props = f"<d:response><d:href>/h/</d:href><d:propstat><d:prop><c:addressbook-home-set>{href}"
        props += "</c:addressbook-home-set></d:prop></d:propstat></d:response>"
        head = '<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">'
        book.answers["/h/"] = (207, {}, f"{head}{props}</d:multistatus>".encode())
        with pytest.raises(Refused) as refused:
            fetch(book, "/h/")
        assert refused.value.code == "redirected_elsewhere"
        assert other.asked == []


def test_a_server_that_sends_in_circles_is_left(book: Book) -> None:
    book.answers["/round/"] = (302, {"Location": "/round/"}, b"")
    with pytest.raises(Refused) as refused:
        fetch(book, "/round/")
    assert refused.value.code == "no_address_book"
    assert len(book.asked) == client.MOST_REDIRECTS + 1


def test_a_wrong_login_and_a_wrong_address_are_told_apart(book: Book) -> None:
    with pytest.raises(Refused) as refused:
        fetch(book, password="wrong")
    assert refused.value.code == "login_refused"
    with pytest.raises(Refused) as refused:
        fetch(book, "/nothing/")
    assert refused.value.code == "no_address_book"


@pytest.mark.case("D15")
def test_an_answer_is_cut_before_it_is_parsed(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carddav, "WANTED", replace(carddav.WANTED, most=1000))
    book.cards = ["x" * 2000]
    with pytest.raises(Refused) as refused:
        fetch(book)
    assert refused.value.code == "too_big"
    assert base.MOST_BYTES > 1000


@pytest.mark.parametrize(
    "answer",
    [
        b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>',
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"<html><body>Sign in",
        b"",
    ],
)
def test_an_answer_that_is_no_address_book_is_refused(book: Book, answer: bytes) -> None:
    book.answers["/odd/"] = (207, {}, answer)
    with pytest.raises(Refused) as refused:
        fetch(book, "/odd/")
    assert refused.value.code == "bad_answer"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://dav.example.org/books/", "not_encrypted"),
        ("ftp://dav.example.org/", "bad_url"),
        ("file:///etc/passwd", "bad_url"),
        ("https://cora:secret@dav.example.org/", "bad_url"),
        ("https://dav.example.org:port/", "bad_url"),
        ("https://dav.example.org/a\r\nHost: other", "bad_url"),
        ("https:///books", "bad_url"),
        ("http://127.0.0.1:1/", "unreachable"),
    ],
)
def test_an_address_that_cannot_be_asked_is_refused_without_asking(url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        carddav.fetch(url, user="cora", password="secret")
    assert refused.value.code == code
    assert "secret" not in refused.value.sentence
