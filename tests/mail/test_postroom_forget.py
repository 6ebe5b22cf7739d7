"""An erasure takes the letters of the erased out of the post room, and leaves everybody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.envelopes import ASK
from twoyes.mail.outgoing import postroom
from twoyes.mail.outgoing.transport import Envelope


def test_only_the_letters_that_concern_somebody_go(tmp_path: Path) -> None:
    room = postroom.PostroomTransport(tmp_path)
    for recipient in ("tom@target.example", "rita@asks.example", "tom@target.example"):
        room.send(replace(ASK, recipient=recipient), point_of_no_return=lambda: None)
    assert postroom.forget(tmp_path, lambda one: one.recipient == "tom@target.example") == 2
    assert [postroom.read(path).recipient for path in postroom.letters(tmp_path)] == ["rita@asks.example"]
    assert postroom.forget(tmp_path, lambda one: one.recipient == "tom@target.example") == 0


def test_where_there_is_no_post_room_there_is_nothing_to_forget(tmp_path: Path) -> None:
    assert postroom.forget(tmp_path / "nowhere", lambda _one: True) == 0


def test_a_letter_with_broken_octets_in_its_head_is_read_all_the_same(tmp_path: Path) -> None:
    room = postroom.PostroomTransport(tmp_path)
    room.send(ASK, point_of_no_return=lambda: None)
    (path,) = postroom.letters(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"tom@target", b"t\xffm@target", 1))
    assert postroom.read(path).recipient == "t\ufffdm@target.example"


def test_a_letter_that_is_gone_by_then_is_no_trouble(tmp_path: Path) -> None:
    """Two erasures at once, or somebody who tidies up."""
    room = postroom.PostroomTransport(tmp_path)
    room.send(ASK, point_of_no_return=lambda: None)
    room.send(replace(ASK, recipient="rita@asks.example"), point_of_no_return=lambda: None)

    seen = iter(postroom.letters(tmp_path))

    def concerns(_one: Envelope) -> bool:
        next(seen).unlink()
        return True

    assert postroom.forget(tmp_path, concerns) == 2
    assert postroom.letters(tmp_path) == []
