"""What holds even against the SQL shell: an append-only journal, letters that never come back, asks that stay asked.

Each rule is written once and spelled for both engines; its name is the error that a violation raises (F20).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LETTER, JOURNAL, ATTEMPT, PAIR = (
    "introductions_letter",
    "introductions_journalentry",
    "introductions_sendattempt",
    "introductions_askedpair",
)

# From each state a letter may go to these; a held one goes back only when a person released it into a newer
# generation. A second copy of an ask would need a way back from xmit's successors: there is none.
_MOVES = {
    "queued": ("claimed", "held", "parked", "dropped", "failed"),
    "claimed": ("queued", "xmit", "held", "parked", "dropped", "failed"),
    "xmit": ("sent", "unknown", "failed", "queued"),
    "unknown": ("sent", "failed"),
    "held": ("parked", "dropped"),
    "parked": ("queued", "dropped"),
    "sent": (),
    "failed": (),
    "dropped": (),
}
_AT_MOST_ONCE = "('ask', 'details', 'introduction')"
# An ask that was tried and not refused may have arrived, given out by hand included.
_MAY_HAVE_ARRIVED = (
    "EXISTS (SELECT 1 FROM introductions_letter AS l"
    " JOIN introductions_sendattempt AS a ON a.letter_id = l.id AND a.phase = 'xmit'"
    " WHERE l.introduction_id = OLD.introduction AND l.kind IN ('ask', 'details') AND l.state <> 'failed')"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A named rule: on this operation of this table, refuse where the condition holds.

    `looks_elsewhere` says that the condition reads other rows.
    """

    name: str
    table: str
    operation: str
    refused: str
    looks_elsewhere: bool = False


def _letter_moves() -> str:
    legal = " OR ".join(
        f"(OLD.state = '{old}' AND NEW.state IN ({', '.join(repr(new) for new in news)}))"
        for old, news in _MOVES.items()
        if news
    )
    released = "(OLD.state = 'held' AND NEW.state = 'queued' AND NEW.generation > OLD.generation)"
    notice = f"(OLD.kind NOT IN {_AT_MOST_ONCE} AND OLD.state = 'unknown' AND NEW.state = 'queued')"
    return f"NEW.state <> OLD.state AND NOT ({legal} OR {released} OR {notice})"


RULES = (
    Rule("letter_moves", LETTER, "UPDATE", _letter_moves()),
    Rule("letter_epoch", LETTER, "UPDATE", "NEW.epoch < OLD.epoch OR NEW.generation < OLD.generation"),
    Rule(
        "letter_is_itself",
        LETTER,
        "UPDATE",
        "NEW.kind <> OLD.kind OR NEW.side <> OLD.side"
        " OR COALESCE(NEW.introduction_id, '') <> COALESCE(OLD.introduction_id, '')",
    ),
    Rule("ask_stays", LETTER, "DELETE", f"OLD.kind IN {_AT_MOST_ONCE} AND OLD.epoch > 0"),
    Rule("journal_kept", JOURNAL, "UPDATE", "1 = 1"),
    Rule("journal_whole", JOURNAL, "DELETE", "1 = 1"),
    Rule("attempt_kept", ATTEMPT, "UPDATE", "1 = 1"),
    Rule("attempt_whole", ATTEMPT, "DELETE", "1 = 1"),
    Rule("asked_pair_stays", PAIR, "UPDATE", "NEW.low <> OLD.low OR NEW.high <> OLD.high"),
    Rule("asked_pair_kept", PAIR, "DELETE", _MAY_HAVE_ARRIVED, looks_elsewhere=True),
)


def create(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Create every rule of `RULES` on the engine at hand."""
    for rule in RULES:
        for statement in _statements(rule, editor.connection.vendor):
            editor.execute(statement)


def drop(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop every rule of `RULES`."""
    on = "" if editor.connection.vendor == "sqlite" else " ON {table}"
    for rule in RULES:
        editor.execute(f"DROP TRIGGER {rule.name}{on.format(table=rule.table)}")


def _statements(rule: Rule, vendor: str) -> list[str]:
    head = f"CREATE TRIGGER {rule.name} BEFORE {rule.operation} ON {rule.table} FOR EACH ROW"
    if vendor == "sqlite":
        return [f"{head} WHEN ({rule.refused}) BEGIN SELECT RAISE(ABORT, '{rule.name}'); END"]
    # PostgreSQL takes no subquery in WHEN, and calls no function where WHEN says no.
    when, only_if = ("TRUE", rule.refused) if rule.looks_elsewhere else (rule.refused, "TRUE")
    row = "OLD" if rule.operation == "DELETE" else "NEW"
    function = (
        f"CREATE OR REPLACE FUNCTION twoyes_{rule.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {only_if} THEN RAISE EXCEPTION '{rule.name}'"
        f" USING ERRCODE = 'check_violation', CONSTRAINT = '{rule.name}'; END IF; RETURN {row}; END $$"
    )
    return [function, f"{head} WHEN ({when}) EXECUTE FUNCTION twoyes_{rule.name}()"]
