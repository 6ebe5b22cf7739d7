"""The requester's verbs: ask, prove the address, improve, withdraw, confirm, and say what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from twoyes.introductions import chapters, engine, links, monthly, places, queries, weighing, words
from twoyes.introductions.models import Introduction, RequesterProof
from twoyes.introductions.protocol import Actor, Event, Role, State
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.records import Outcome
from twoyes.introductions.repeating import same_wish
from twoyes.lib import addresses, limits, sealing
from twoyes.lib.errors import Refused
from twoyes.lib.prepared import prepared
from twoyes.people import front as people
from twoyes.policy import front as policy

# Only what was never proved may be asked anew: an erased target must look like any other answer (A30).
_OVER = (State.DISCARDED,)


def requester(key: str, door: str) -> Actor:
    """Return the actor of whoever proved the address with this key."""
    return Actor(Role.REQUESTER, key, door)


@engine.verb
def request(
    connector_id: str,
    fields: Mapping[str, object],
    *,
    now: datetime,
    door: str,
    idempotency_key: str | None = None,
    proved: str = "",
    network: str = "",
    seen_rules: int | None = None,
) -> Outcome:
    """Take a request in. It reaches the desk when its address is proved; `proved` is a key this browser proved.

    The same form sent twice is one request (B17); the same wish again is answered with the first one (A2, N7). It is
    judged by the house rules of the version `seen_rules`, or by those in force where there is none of that number.
    Raises `BadFields`, `self`, `nothing_here`, `paused`, `too_many`.
    """
    connector = _open_connector(connector_id)
    if (paused := policy.house_rules(connector_id)).is_paused:
        raise Refused("paused", _paused(paused))
    rules = policy.rules_seen(connector_id, seen_rules)
    clean = words.clean_request(fields)
    key = addresses.key(clean["email"])
    if key == connector.address_key:
        raise words.BadFields({"email": ("self", _("This is the connector's own address."))})
    people.lock_subjects(connector.community_id, [key])
    first = engine.made_before(connector_id, idempotency_key) or _asked_before(connector_id, key, clean["target"])
    if first is not None:
        return _answer_repeat(first, now=now, network=network, proved=proved == key)
    if Introduction.objects.filter(connector_id=connector_id, state=State.WAITING).count() >= limits.REQUESTS_WAITING:
        sentence = _("More requests wait here than one person can read. Please come back in a week.")
        raise Refused("too_many", sentence)
    row = _row(connector, clean, key=key, now=now, idempotency_key=idempotency_key, rules=rules)
    work = engine.opening(row)
    trusted = proved == key
    if trusted or not _may_write_to(key, network, now):
        work.muted = {"verify"}
    data = {"may_pass_on": bool(clean["may_pass_on"])}
    actor = requester(key, door)
    work.hand_in(Event("requested", actor, data, terms=engine.terms_of(connector_id, rules)), now)
    if trusted:
        _prove(work, actor, now)
    work.save()
    return work.outcome()


@engine.verb
def draft(
    connector_id: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    idempotency_key: str | None = None,
) -> Outcome:
    """Note a request that came by phone, mail or paste. With an address it is asked to prove itself.

    The same form sent twice is one request (E12). What came by mail is the requester's own act: as on the page, none
    is taken in a pause, and the same wish again is the first one (A2, N7). Raises `paused`.
    """
    if actor.role is not Role.REQUESTER:
        engine.may_act(actor, connector_id)
    connector = _open_connector(connector_id)
    first = engine.made_before(connector_id, idempotency_key)
    if first is not None:
        return engine.again(first)
    clean = words.clean_request(fields, needs_address=False)
    key = addresses.key(clean["email"]) if clean.get("email") else ""
    if key and key == connector.address_key:
        raise words.BadFields({"email": ("self", _("This is your own address."))})
    if actor.role is Role.REQUESTER:
        if (paused := policy.house_rules(connector_id)).is_paused:
            raise Refused("paused", _paused(paused))
        people.lock_subjects(connector.community_id, [key])
        first = _asked_before(connector_id, key, clean["target"])
        if first is not None:
            return engine.again(first)
    row = _row(connector, clean, key=key, now=now, idempotency_key=idempotency_key)
    work = engine.opening(row)
    if key and not _may_write_to(key, "", now):
        work.muted = {"verify"}
    data = {"may_pass_on": bool(clean["may_pass_on"]), "addressed": bool(key)}
    work.hand_in(Event("drafted", actor, data, terms=engine.terms_of(connector_id)), now)
    work.save()
    return work.outcome()


@engine.verb
def verify(link_id: str, token: str, *, now: datetime) -> Outcome:
    """Prove an address: its holder pressed the button. All that waits for this proof goes on. Raises `nothing_here`."""
    link = links.find("verify", link_id, token, now)
    row = link.introduction
    actor = requester(row.requester_key, "web")
    others = Introduction.objects.filter(
        requester_key=row.requester_key,
        state__in=[State.UNVERIFIED, State.DRAFT],
        community_id=row.community_id,
    )
    done: dict[str, Outcome] = {}
    for other in others.order_by("opened_at").values_list("pk", flat=True):
        with engine.changing(other) as work:
            _prove(work, actor, now)
            done[other] = work.outcome()
    row.refresh_from_db()
    return done.get(row.pk) or engine.again(row)


@engine.verb
def revise(
    introduction_id: str,
    fields: Mapping[str, object],
    *,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Outcome:
    """Send a returned request again, improved. The address that was proved stays."""
    with engine.changing(introduction_id) as work:
        links.must_be_requester(work.row, actor)
        old = sealing.get_json(work.row, "words") or {}
        clean = words.clean_request({**fields, "email": old.get("email", "")})
        blocked = _put_words(work.row, clean)
        data: dict[str, Scalar] = {**_arrival(work, blocked, now), "may_pass_on": bool(clean["may_pass_on"])}
        work.hand_in(Event("revise", actor, data, seen=seen), now)
    return work.outcome()


@engine.verb
def withdraw(introduction_id: str, *, actor: Actor, now: datetime, seen: int | None = None) -> Outcome:
    """Take a request back, as the requester or the connector. Nobody is told why."""
    with engine.changing(introduction_id) as work:
        _may_touch(work.row, actor)
        # Withdrawing is as easy as asking: a page that is behind does not stand in its way.
        work.hand_in(Event("withdraw", actor, {}), now)
        if actor.role is Role.REQUESTER:
            work.even_out(now)
    return work.outcome()


@engine.verb
def confirm(introduction_id: str, *, actor: Actor, now: datetime) -> Outcome:
    """Say that the wish still stands, after *later* or a late yes. When both have, the next chapter opens."""
    with engine.changing(introduction_id) as work:
        _may_touch(work.row, actor)
        work.hand_in(Event("confirm", actor, {}), now)
    if work.snapshot.chapter_opened:
        return chapters.open_next(work.row, work.snapshot, now)
    return work.outcome()


@engine.verb
def confirm_first(link_id: str, token: str, *, now: datetime) -> Outcome:
    """Let the first side of an offer say on their page that they still wish it. Raises `nothing_here`."""
    link = links.find_for_answers(link_id, token, now)
    if link.side != "first":
        raise links.nothing_here()
    return confirm(
        link.introduction_id, actor=Actor(Role.REQUESTER, links.asker_key(link.introduction), "page"), now=now
    )


@engine.verb
def says_wrote(introduction_id: str, *, actor: Actor, now: datetime) -> Outcome:
    """Note that the first line was written: said by the requester, or by the connector who saw it."""
    with engine.changing(introduction_id) as work:
        _may_touch(work.row, actor)
        work.hand_in(Event("says_wrote", actor, {}), now)
    return work.outcome()


@engine.verb
def report_outcome(
    introduction_id: str, outcome: str, said: str, *, actor: Actor, now: datetime, seen: int | None = None
) -> Outcome:
    """Report what became of it, with a line for the connector (F3). The same again within a day says nothing new."""
    with engine.changing(introduction_id) as work:
        links.must_be_requester(work.row, actor)
        clean = words.clean_lines({"words": said}, "words")
        kept = sealing.get_json(work.row, "answer_words") or {}
        if kept.get("outcome_words") == clean["words"] and queries.said_lately(introduction_id, outcome, now):
            return work.outcome()
        sealing.put_json(work.row, "answer_words", {**kept, "outcome_words": clean["words"]})
        work.hand_in(Event("outcome", actor, {"outcome": outcome}, seen=seen), now)
        monthly.expect(work.row.connector_id, outcome, now)
    return work.outcome()


# --- what the verbs share -----------------------------------------------------------------------------------------


def _open_connector(connector_id: str) -> people.ConnectorView:
    connector = people.connector_by_id(connector_id)
    if connector is None or connector.removed_at is not None:
        raise links.nothing_here()
    return connector


def _row(
    connector: people.ConnectorView,
    clean: Mapping[str, str],
    *,
    key: str,
    now: datetime,
    idempotency_key: str | None = None,
    rules: policy.HouseRules | None = None,
) -> Introduction:
    row = Introduction(
        community_id=connector.community_id,
        connector_id=connector.id,
        opened_at=now,
        requester_key=key,
        asker_keys=[key] if key else [],
        language=clean["language"],
        zone=connector.zone,
        policy_version=(rules or policy.house_rules(connector.id)).version,
        idempotency_key=idempotency_key,
    )
    _put_words(row, clean)
    return row


def _put_words(row: Introduction, clean: Mapping[str, str]) -> bool:
    """Seal the words and what screening says of them; return whether a blocker stands."""
    codes = _blocking(row, clean)
    person = {name: clean.get(name, "") for name in ("name", "email", "phone", "link")}
    sealing.put_json(row, "requester", person)
    sealing.put_json(row, "words", dict(clean))
    sealing.put_json(row, "consolation", {"codes": " ".join(codes), "words": ""} if codes else {})
    return bool(codes)


def _prove(work: engine.Work, actor: Actor, now: datetime) -> None:
    said = sealing.get_json(work.row, "words") or {}
    kind = "claimed" if work.snapshot.state is State.DRAFT else "verified"
    work.hand_in(Event(kind, actor, _arrival(work, bool(_blocking(work.row, said)), now)), now)


def _blocking(row: Introduction, said: Mapping[str, str]) -> list[str]:
    """Return what in the words sends a request back, by the rules that its sender saw."""
    found = policy.judge(said, weighing.rules_of(row))
    return [one.code for one in found if policy.blocks(one) and policy.about_words(one.code)]


def _arrival(work: engine.Work, blocked: bool, now: datetime) -> dict[str, Scalar]:
    """Say whether a request goes back instead of reaching the desk, and whether it takes a stranger's place there."""
    if blocked:
        return {"blockers": True}
    place = places.find(work.row, now)
    if place is places.Place.NONE_FREE:
        sealing.put_json(work.row, "consolation", places.consolation(work.row, now))
        return {"blockers": True}
    return {"blockers": False, "place": True} if place is places.Place.TAKEN else {"blockers": False}


def _paused(rules: policy.HouseRules) -> str:
    told = _("No requests are taken at this moment. Nothing was sent, and nothing that you wrote is lost.")
    return f"{told} {rules.chosen['pause']['words']}".strip()


def _asked_before(connector_id: str, key: str, target: str) -> Introduction | None:
    """The same wish of the same person to the same connector, however spelled, under any address they proved (N7)."""
    for row in _wishes(connector_id, sorted({key, *people.linked([key])})):
        said = sealing.get_json(row, "words") or {}
        if same_wish(said.get("target", ""), target):
            return row
    return None


@prepared
def _wishes(connector_id: str, keys: Sequence[str]) -> QuerySet[Introduction]:
    rows = Introduction.objects.filter(connector_id=connector_id, requester_key__in=keys).exclude(state__in=_OVER)
    return rows.order_by("opened_at")


def _answer_repeat(row: Introduction, *, now: datetime, network: str, proved: bool) -> Outcome:
    """Answer from the record: the first request's page, by a letter to its holder, never to the desk."""
    if not proved and _may_write_to(row.requester_key, network, now):
        links.write_again(row, now)
    return engine.again(row)


def _may_write_to(key: str, network: str, now: datetime) -> bool:
    """Count one letter to this address today, and from this network; False when the address has had its one (D22)."""
    day = now.date()
    if network and _count(f"n{network}"[:32], day) > limits.VERIFY_LETTERS_PER_IP_AND_DAY:
        raise Refused("too_many", _("Too many requests came from here today. Please come back tomorrow."))
    return _count(key, day) <= limits.VERIFY_LETTERS_PER_ADDRESS_AND_DAY


def _count(key: str, day: date) -> int:
    row, _made = RequesterProof.objects.get_or_create(key=key, day=day)
    RequesterProof.objects.filter(pk=row.pk).update(count=F("count") + 1)
    # Read back under the lock that the update took: two at once are two.
    row.refresh_from_db()
    return row.count


def forget_counts(now: datetime) -> None:
    """Delete the counts of days gone by."""
    RequesterProof.objects.filter(day__lt=(now - timedelta(days=2)).date()).delete()


def _may_touch(row: Introduction, actor: Actor) -> None:
    if actor.role is Role.REQUESTER:
        links.must_be_requester(row, actor)
    elif not people.actor_may_act(actor.id, row.connector_id):
        raise links.nothing_here()
