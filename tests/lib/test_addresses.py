"""Only one bare address gets in, and one mailbox has one key (D3, D4)."""

import string
from email.headerregistry import Address

import idna
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from twoyes.lib import addresses
from twoyes.lib.errors import Refused

ATOM = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=12)
LOCAL = st.lists(ATOM, min_size=1, max_size=4).map(".".join)
LABEL = st.from_regex(r"[a-z]([a-z0-9]{0,8}[a-z0-9])?", fullmatch=True)
DOMAIN = st.lists(LABEL, min_size=2, max_size=4).map(".".join)


@pytest.mark.case("D3")
@pytest.mark.parametrize(
    "text",
    [
        '"evil@x.org" <v@y.org>',
        "Tom <tom@example.org>",
        "<tom@example.org>",
        "tom@example.org, rita@example.org",
        "tom@example.org rita@example.org",
        "tom@example.org\nBcc: rita@example.org",
        "tom@example.org\r\n",
        "tom@example.org\0",
        "tom(comment)@example.org",
        "tom@example.org (comment)",
        "group: tom@example.org;",
        '"tom"@example.org',
        '"tom@rita"@example.org',
        "tom@[192.0.2.1]",
        "tom@192.0.2.1",
        "tom@localhost",
        "tom@example.org.",
        "tom@example..org",
        "tom@-example.org",
        "tom@exa_mple.org",
        "tom@ｅxample.org",
        "tom@example。org",
        ".tom@example.org",
        "tom.@example.org",
        "to..m@example.org",
        "tom@@example.org",
        "tom@rita@example.org",
        "alice@example.org)bob",
        "to\u200bm@example.org",
        "to\u202em@example.org",
        "t m@example.org",
        "@example.org",
        "tom@",
        "tom",
        "",
        "\ud800@example.org",
        "tom@\ud800.org",
        "t" * 65 + "@example.org",
        "tom@" + ".".join(["a" * 60] * 5),
    ],
)
def test_anything_but_one_bare_address_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        addresses.parse(text)
    assert refusal.value.code == "bad_address"


@pytest.mark.case("D3")
@given(LOCAL, DOMAIN)
def test_what_is_taken_means_the_same_to_the_standard_library(local: str, domain: str) -> None:
    parsed = addresses.parse(f" {local}@{domain.upper()}\t")
    assert parsed == f"{local}@{domain}"
    reread = Address(addr_spec=parsed)
    assert (reread.username, reread.domain) == (local, domain)


@pytest.mark.case("D3")
@given(st.one_of(st.text(max_size=40), st.builds("{}@{}".format, st.text(max_size=20), DOMAIN)))
def test_what_is_taken_is_taken_again_and_holds_nothing_that_a_header_could_break_on(text: str) -> None:
    parsed = addresses.well_formed(text)
    if parsed is not None:
        assert addresses.parse(parsed) == parsed
        assert not set(parsed) & set('\r\n\0 \t<>,;:()[]"\\')
        assert parsed.count("@") == 1
        assert addresses.wire(parsed).rpartition("@")[2].isascii()


@pytest.mark.case("D3")
@given(st.lists(st.text("xna9-", min_size=1, max_size=64), min_size=2, max_size=5).map(".".join))
def test_a_plain_domain_is_taken_exactly_where_the_standard_takes_it_unchanged(domain: str) -> None:
    assume(not domain.rpartition(".")[2].isdigit())
    try:
        wire = f"t@{idna.encode(domain, strict=True).decode()}"
    except idna.IDNAError:
        assert addresses.well_formed(f"t@{domain}") is None
    else:
        assert addresses.wire(f"t@{domain}") == wire


@pytest.mark.case("D4")
def test_a_dotless_i_never_meets_the_person_whose_name_has_a_dot() -> None:
    assert "mıke@example.org".upper() == "MIKE@EXAMPLE.ORG"
    assert addresses.key("mıke@example.org") != addresses.key("mike@example.org")


@pytest.mark.case("D4")
@given(LOCAL, DOMAIN)
def test_the_case_of_a_plain_address_does_not_matter(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    assert addresses.key(address) == addresses.key(address.upper()) == addresses.key(address.lower())


@pytest.mark.case("D4")
@given(st.text(st.characters(categories=("L", "M", "N")), min_size=1, max_size=12), st.sampled_from("ıſKİßéа"))
def test_confusable_letters_make_another_person(stem: str, odd: str) -> None:
    first, second = (
        addresses.well_formed(f"{stem}{odd}@example.org"),
        addresses.well_formed(f"{stem}x@example.org"),
    )
    if first and second:
        assert addresses.canonical(first) != addresses.canonical(second)
        assert addresses.canonical(addresses.canonical(first)) == addresses.canonical(first)


@pytest.mark.case("D4")
def test_composed_and_decomposed_spellings_are_one_person() -> None:
    assert addresses.key("jose\u0301@ta\u0308st.org") == addresses.key("josé@täst.org")
    assert addresses.canonical("Rita@TÄST.org") == "rita@xn--tst-qla.org"


def test_mail_goes_to_the_local_part_as_it_was_written() -> None:
    assert addresses.wire("Tom.Tango@TÄST.org") == "Tom.Tango@xn--tst-qla.org"


def test_a_domain_has_a_key_of_its_own() -> None:
    assert addresses.domain_key("tom@Example.org") == addresses.domain_key("@example.org")
    assert addresses.domain_key("tom@example.org") != addresses.domain_key("tom@example.net")


def test_an_address_is_shown_in_part() -> None:
    assert addresses.partly("tom@tango.org") == "t…@ta…"


def test_two_spellings_of_one_mailbox_are_the_same_and_what_is_no_address_is_nobodys() -> None:
    assert addresses.same("Tom@Target.example", "tom@target.EXAMPLE")
    assert not addresses.same("tom@target.example", "otto@target.example")
    assert not addresses.same("", "")
    assert not addresses.same("tom", "tom")
