"""What a letter may not tell: nobody's address, no name before both yeses, no cause of a no."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mail.letters_cast import (
    AFTER_BOTH_SAID_YES,
    APPROVAL,
    AT,
    CORA,
    KINDS,
    RITA,
    TO_CONNECTOR,
    TO_REQUESTER,
    TOM,
    WORDS,
    facts,
    part,
    sent,
)
from twoyes.introductions.records import LetterFacts

CANARY = "canary.7f3@secret.example"
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def everything(letter: LetterFacts) -> str:
    """All that leaves: the envelope, the bytes, and both parts decoded."""
    leaving = sent(letter)
    parts = [part(leaving.message, kind) for kind in ("plain", "html")]
    return "\n".join([leaving.sender, leaving.recipient, leaving.message.decode(), *parts])


@pytest.mark.case("E1", "E2")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"introduction", "details"}])
def test_no_letter_before_the_introduction_shows_an_address_of_the_other_side(kind: str) -> None:
    # Even if the facts held one by mistake.
    letter = facts(kind, requester_address=CANARY, target_address=CANARY)
    assert "canary" not in everything(letter)
    assert TOM not in everything(letter) or letter.recipient == TOM
    assert RITA not in everything(letter) or letter.recipient == RITA


@pytest.mark.case("E1")
@pytest.mark.parametrize("kind", [kind for kind in TO_REQUESTER if kind not in AFTER_BOTH_SAID_YES])
def test_until_then_a_requester_reads_of_the_target_in_their_own_words_alone(kind: str) -> None:
    # Even if the facts held the name by mistake.
    letter = facts(
        kind, target_name="Canary", target_address=CANARY, answer_words={"comment": "Canary", "how": "Canary"}
    )
    assert "canary" not in everything(letter).lower()
    if kind != "verify":
        assert "“whoever wrote the erosion paper”" in everything(letter)


@pytest.mark.case("E4")
@pytest.mark.parametrize(("mode", "seen"), [("thread", {RITA, TOM, CORA}), ("hand_off", {RITA, TOM})])
def test_an_introduction_shows_exactly_the_addresses_that_each_agreed_to_give(mode: str, seen: set[str]) -> None:
    for side in ("requester", "target"):
        letter = facts("introduction", side=side, approval=APPROVAL | {"mode": mode}, words=WORDS | {"phone": "+47"})
        ours = {address for address in ADDRESS.findall(everything(letter)) if "twoyes.localhost" in address}
        found = set(ADDRESS.findall(everything(letter))) - ours - {"m1234567890abcdef@twoyes.example"}
        assert found == seen
        assert "+47" not in everything(letter)


@pytest.mark.case("E1")
def test_details_hold_the_requesters_proved_address_and_nothing_of_anybody_elses() -> None:
    found = set(ADDRESS.findall(part(sent(facts("details")).message, "plain")))
    assert found == {RITA}


def test_only_the_one_who_does_not_write_first_gets_the_quiet_line() -> None:
    # Quoted in a reply it would hand a page of one's own to the other, so the one who writes has none.
    line = "tell Cora Lund how it went"
    assert line in part(sent(facts("introduction", side="target")).message, "plain")
    assert line not in part(sent(facts("introduction", side="requester")).message, "plain")
    assert "http" not in part(sent(facts("introduction", side="requester")).message, "plain")
    first = facts("introduction", side="first", writer_name="Tomasz Wiśniewski", recipient_name="Rita Holm")
    assert line in part(sent(first).message, "plain")
    second = facts("introduction", side="second", writer_name="Tomasz Wiśniewski")
    assert line not in part(sent(second).message, "plain")


@given(
    target=st.text(max_size=20),
    answer=st.sampled_from(["yes", "no", "later", "never", "their_details", ""]),
    comment=st.text(max_size=40),
    trouble=st.sampled_from(["", "failed", "dsn", "blocked_wish", "not_after"]),
    days=st.integers(0, 40),
)
def test_not_this_time_is_the_same_bytes_whatever_the_cause(
    target: str, answer: str, comment: str, trouble: str, days: int
) -> None:
    cause = replace(
        facts("not_this_time"),
        target_name=target,
        target_address=CANARY,
        approval={"why_target": comment},
        answer_words={"answer": answer, "comment": comment, "tell": "a_no_now"},
        trouble=trouble,
        answer_until=AT + timedelta(days=days),
        hears_by=AT + timedelta(days=days),
        writer_name=target,
        origin="asked",
    )
    assert sent(cause).message == sent(facts("not_this_time")).message


@pytest.mark.case("E1")
def test_a_blind_ask_hides_the_name_in_all_its_shapes() -> None:
    words = WORDS | {"about_me": "RITA HOLM here; holm@work; Ritas data", "ask": "Meet Rita?"}
    approval = APPROVAL | {
        "blind": "yes",
        "vouch": "Rita is careful. Mrs Holm is never late.",
        "why_target": "rita holm reads you",
    }
    said = everything(facts("ask", words=words, approval=approval, requester_address=RITA))
    assert not re.search(r"(?<!\w)(rita|holm)(?!\w)", said, re.IGNORECASE)
    assert "You see the name when you would like to" in said


@pytest.mark.parametrize("kind", TO_CONNECTOR)
def test_letters_to_the_connector_lead_to_the_desk_and_hold_no_key_of_anybodys_page(kind: str) -> None:
    said = everything(facts(kind, token="keyofsomebody"))
    assert "keyofsomebody" not in said
    leads_to = {"login_code": "", "login_changed": "/accounts/", "guard_answer": "/@cora"}.get(kind, "/desk/")
    assert leads_to in said
