"""After an introduction: how it went, by the one who was asked, and amends by the one who asked (F5, K5)."""

from __future__ import annotations

from datetime import datetime

from twoyes.introductions import engine, links, monthly, words
from twoyes.introductions.answering import holder
from twoyes.introductions.protocol import Actor, Event
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.records import Outcome
from twoyes.lib import sealing


@engine.verb
def how_it_went(link_id: str, token: str, said: str, *, now: datetime, outcome: str = "") -> Outcome:
    """Keep what a target tells the connector within a year: a line, an outcome, or both; nobody asks for it (F5).

    Where it says that the other did not come, whoever writes first reads of a missed date, and not from whom (K5).
    Raises `BadFields` where nothing is said, `outcome` for a word that is none.
    """
    link = links.find("target", link_id, token, now)
    clean = words.clean_lines({"comment": said}, "comment", required=() if outcome else ("comment",))
    with engine.changing(link.introduction_id) as work:
        kept = sealing.get_json(work.row, "answer_words") or {}
        line = clean["comment"] or kept.get("how_it_went", "")
        sealing.put_json(work.row, "answer_words", {**kept, "how_it_went": line})
        data: dict[str, Scalar] = {"side": link.side, "outcome": outcome}
        data["about_writer"] = link.side != work.row.writer
        work.hand_in(Event("how_it_went", holder(link), data), now)
        monthly.expect(work.row.connector_id, outcome, now)
    return work.outcome()


@engine.verb
def make_amends(
    introduction_id: str, answer: str, said: str, *, actor: Actor, now: datetime, seen: int | None = None
) -> Outcome:
    """Answer for a date that was missed, it is said: that it is made good, or a mistake; with a line to the connector.

    From then on it counts no more (K5). Raises `BadFields` without a line, `ended` where nothing is to be answered.
    """
    with engine.changing(introduction_id) as work:
        links.must_be_requester(work.row, actor)
        clean = words.clean_lines({"words": said}, "words", required=("words",))
        kept = sealing.get_json(work.row, "answer_words") or {}
        sealing.put_json(work.row, "answer_words", {**kept, "amends_words": clean["words"]})
        work.hand_in(Event("amends", actor, {"answer": answer}, seen=seen), now)
    return work.outcome()
