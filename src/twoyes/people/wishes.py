"""What a person wants to be asked, across all books, known only by keyed hashes of addresses.

Wishes come first and have no override (B4; PROTOCOL "wishes-first").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from django.db import connection, transaction
from django.db.models import CharField, Q, QuerySet, Value

from twoyes.lib.ids import new_id
from twoyes.lib.locking import locks
from twoyes.lib.prepared import prepared, prepared_update
from twoyes.people.models import Subject, Wish
from twoyes.people.records import SubjectView

# The order in which what forbids an ask is named: the strongest first.
FORBIDDING = ("erased", "never", "not_me")


def subject(community_id: str, key: str) -> SubjectView | None:
    """What is known of the person behind this key, if anything was ever written down."""
    row = Subject.objects.filter(community_id=community_id, key=key).first()
    return None if row is None else _subject_view(row)


def lock_subjects(community_id: str, keys: Iterable[str]) -> list[Subject]:
    """The rows of these keys, made where missing, locked until the transaction ends, sorted by key.

    They come first in the lock order (person, introduction, letter). Rows are made and locked in one order
    each, so that two callers cannot wait for each other. Raises TransactionManagementError outside one.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("subjects are locked inside a transaction only")
    wanted = sorted(set(keys))
    rows = _locked_subjects(community_id, wanted)
    if len(rows) < len(wanted):
        known = {row.key for row in rows}
        missing = [Subject(community_id=community_id, key=key) for key in wanted if key not in known]
        # Another transaction may make the same row meanwhile: then that one is taken.
        Subject.objects.bulk_create(missing, ignore_conflicts=True)
        rows = _locked_subjects(community_id, wanted)
    return sorted(rows, key=lambda row: row.key)


def link_subjects(community_id: str, keys: Iterable[str]) -> None:
    """Remember that these addresses are one person's, who proved it (A18). The rows must be locked."""
    rows = list(Subject.objects.filter(community_id=community_id, key__in=list(keys)))
    groups = {row.same_as for row in rows} - {""}
    one = min(groups, default="") or new_id()
    mine = Q(pk__in=[row.pk for row in rows]) | Q(same_as__in=groups)
    Subject.objects.filter(mine, community_id=community_id).update(same_as=one)


def linked(keys: Sequence[str]) -> set[str]:
    """These keys, and every other that the same people proved to be theirs: hashes alone, from nobody's book."""
    return {*keys, *_linked(list(keys))} if keys else set()


def take_slot(subject_ids: Iterable[str], *, next_ask_at: datetime | None, slot: str) -> None:
    """Write when the next ask to these subjects is fair, and whose slot it is; the rows must be locked (A5)."""
    _write_slot(sorted(subject_ids), next_ask_at, slot)


def wish(
    community_id: str,
    subject_keys: Iterable[str],
    *,
    kind: str,
    scope: str,
    about: str,
    introduction: str,
    at: datetime,
) -> None:
    """Note a wish for every key of the person (A17); noting it again changes nothing.

    `about` is the requester's key for `this_person` (call once for each of their keys), the connector's id
    for `this_connector`, and empty for `anyone`. Other combinations break the constraint `wish_scope`.
    """
    rows = [
        Wish(
            community_id=community_id,
            subject_key=key,
            kind=kind,
            scope=scope,
            about=about,
            introduction=introduction,
            at=at,
        )
        for key in sorted(set(subject_keys))
    ]
    with transaction.atomic():
        known = Wish.objects.filter(
            community_id=community_id, kind=kind, scope=scope, about=about, introduction=introduction
        )
        have = set(known.filter(subject_key__in=[row.subject_key for row in rows]).values_list("subject_key"))
        Wish.objects.bulk_create([row for row in rows if (row.subject_key,) not in have])


def drop_wishes(introduction: str) -> int:
    """Take back the wishes that an answer in this introduction set; the number dropped."""
    return Wish.objects.filter(introduction=introduction).exclude(introduction="").delete()[0]


@dataclass(frozen=True, slots=True)
class Said:
    """A wish that stands: the id by which it can be taken back, its kind and scope, and since when."""

    id: str
    kind: str
    scope: str
    at: datetime


def said(community_id: str, keys: Iterable[str], *, connector_id: str) -> list[Said]:
    """Return what somebody said on pages like theirs and may take back, oldest first.

    Those are: never, in each scope, and a yes in advance; what concerns another connector is left to their letters.
    """
    found: dict[tuple[str, str, str, datetime], Said] = {}
    for row in _taken_back(community_id, list(keys), connector_id).order_by("at", "pk"):
        found.setdefault((row.kind, row.scope, row.introduction, row.at), Said(row.pk, row.kind, row.scope, row.at))
    return list(found.values())


def take_back(community_id: str, keys: Iterable[str], *, connector_id: str, wish_id: str) -> str:
    """Take one of `said` back for every key; return its kind, "" where there is none. The people must be locked."""
    mine = _taken_back(community_id, list(keys), connector_id)
    row = mine.filter(pk=wish_id).first()
    if row is None:
        return ""
    alike = mine.filter(kind=row.kind, scope=row.scope)
    if row.scope == Wish.Scope.THIS_PERSON:
        # One act is one row for each key; another person's are another act.
        alike = alike.filter(introduction=row.introduction, at=row.at)
    alike.delete()
    return row.kind


def _taken_back(community_id: str, keys: list[str], connector_id: str) -> QuerySet[Wish]:
    mine = Q(scope__in=[Wish.Scope.ANYONE, Wish.Scope.THIS_PERSON]) | Q(about=connector_id)
    kinds = [Wish.Kind.NEVER, Wish.Kind.STANDING_YES]
    return Wish.objects.filter(mine, community_id=community_id, subject_key__in=keys, kind__in=kinds)


def share_wishes(community_id: str, keys: Iterable[str], *, connector_id: str, at: datetime) -> None:
    """Let every no that holds for one of these keys hold for all of them, as far as it holds (A17, A20).

    A yes in advance is not among them: what is unsure moves only toward less disclosure. Nor does an erasure reach
    further than the address that was erased, except through the connector who says that they are one person (E18).
    The people must be locked.
    """
    mine = sorted(set(keys))
    concerning = Q(subject_key__in=mine) | Q(scope=Wish.Scope.THIS_PERSON, about__in=mine)
    held = Wish.objects.filter(concerning, community_id=community_id).exclude(kind=Wish.Kind.STANDING_YES)
    there = {_facts(row) for row in held}
    wanted: dict[tuple[str, ...], datetime] = {}
    for row in held:
        subjects = mine if row.subject_key in mine else [row.subject_key]
        abouts = mine if row.scope == Wish.Scope.THIS_PERSON and row.about in mine else [row.about]
        for subject_key, about in product(subjects, abouts):
            if row.scope != Wish.Scope.THIS_PERSON or subject_key != about:
                wanted.setdefault((subject_key, row.kind, row.scope, about, row.introduction), row.at)
    if _erased(mine):
        for key in mine:
            wanted.setdefault((key, Wish.Kind.ERASED, Wish.Scope.THIS_CONNECTOR, connector_id, ""), at)
    columns = ("subject_key", "kind", "scope", "about", "introduction")
    missing = [facts for facts in wanted if facts not in there]
    Wish.objects.bulk_create(
        Wish(community_id=community_id, at=wanted[facts], **dict(zip(columns, facts, strict=True))) for facts in missing
    )


def _facts(row: Wish) -> tuple[str, ...]:
    return (row.subject_key, row.kind, row.scope, row.about, row.introduction)


def forbidding(
    community_id: str, target_keys: Collection[str], *, requester_keys: Collection[str], connector_id: str
) -> str | None:
    """What forbids asking this person for this requester through this connector, or None.

    "erased" and wishes towards anyone hold on the whole installation, whatever the community (E24).
    """
    return strongest(_forbidding(community_id, sorted(target_keys), sorted(requester_keys), connector_id))


def strongest(kinds: Collection[str]) -> str | None:
    """Return the kind by which an ask is named forbidden where all of these hold, or None."""
    return next((kind for kind in FORBIDDING if kind in kinds), None)


def standing_yes(
    community_id: str, target_keys: Collection[str], *, requester_keys: Collection[str], connector_id: str
) -> bool:
    """Whether the person said in advance that such an introduction is welcome, and nothing forbids it."""
    if forbidding(community_id, target_keys, requester_keys=requester_keys, connector_id=connector_id):
        return False
    wishes = _wishes(community_id, target_keys, requester_keys, connector_id)
    # A yes stays inside the community where it was given; only a no reaches further.
    return wishes.filter(kind=Wish.Kind.STANDING_YES, community_id=community_id).exists()


def _wishes(
    community_id: str, target_keys: Collection[str], requester_keys: Collection[str], connector_id: str
) -> QuerySet[Wish]:
    concerns = (
        Q(scope=Wish.Scope.ANYONE)
        | Q(community_id=community_id, scope=Wish.Scope.THIS_PERSON, about__in=requester_keys)
        | Q(community_id=community_id, scope=Wish.Scope.THIS_CONNECTOR, about=connector_id)
    )
    return Wish.objects.filter(concerns, subject_key__in=target_keys)


@locks
def _locked_subjects(community_id: str, keys: list[str]) -> QuerySet[Subject]:
    return Subject.objects.filter(community_id=community_id, key__in=keys)


@prepared
def _linked(keys: list[str]) -> QuerySet[Subject, str]:
    groups = Subject.objects.filter(key__in=keys).exclude(same_as="").values("same_as")
    return Subject.objects.filter(same_as__in=groups).values_list("key", flat=True)


@prepared
def _erased(keys: list[str]) -> QuerySet[Subject, str]:
    return Subject.objects.filter(key__in=keys, erased_at__isnull=False).values_list("pk", flat=True)


def forbidding_rows(
    community_id: str, target_keys: list[str], requester_keys: list[str], connector_id: str
) -> QuerySet[Subject, str]:
    """The kinds of all wishes that concern this ask, and "erased" where one of these people was."""
    erased = Subject.objects.filter(key__in=target_keys, erased_at__isnull=False)
    wished = _wishes(community_id, target_keys, requester_keys, connector_id)
    named = erased.values_list(Value("erased", output_field=CharField()), flat=True)
    return named.union(wished.values_list("kind", flat=True), all=True)


_forbidding = prepared(forbidding_rows)


@prepared_update
def _write_slot(ids: list[str], next_ask_at: datetime | None, slot: str) -> tuple[QuerySet[Subject], dict[str, object]]:
    return Subject.objects.filter(pk__in=ids), {"next_ask_at": next_ask_at, "slot": slot}


def _subject_view(row: Subject) -> SubjectView:
    return SubjectView(id=row.pk, key=row.key, next_ask_at=row.next_ask_at, slot=row.slot, erased_at=row.erased_at)
