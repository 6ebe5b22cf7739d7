"""What is stored about people. Names and organisations are clear; addresses, numbers and notes are sealed.

Each concurrency rule is a named constraint, so that it holds against the SQL shell too (STYLE 4, F20).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from twoyes.lib import clock
from twoyes.lib.rows import Row

DEFAULT_COMMUNITY = "community001"


class Community(Row):
    """The connectors of one installation that share spacing, pairs and wishes."""

    name = models.CharField(max_length=200, blank=True, default="")


class Connector(Row):
    """Owns an address book and has an account. After removal an empty shell, for what refers to it."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    handle = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    address = models.BinaryField(default=b"")
    address_key = models.CharField(max_length=32, blank=True, default="")
    language = models.CharField(max_length=16, default="en")
    zone = models.CharField(max_length=64, default="UTC")
    published = models.BooleanField(default=True)
    # Where somebody picks a time for a talk (K4); sealed, since it leads to a calendar.
    booking = models.BinaryField(default=b"")
    # What helps others in place of an introduction, a line each (N2): the connector's own words, so sealed.
    resources = models.BinaryField(default=b"")
    # How their own letters leave, where not as everybody's: "mailbox" or "draft"; and what lets us in there, sealed.
    way = models.CharField(max_length=10, blank=True, default="", db_default="")
    way_in = models.BinaryField(default=b"")
    # Whether the letter of the 1st comes, which tells what their introductions became (F3).
    monthly = models.BooleanField(default=True, db_default=True)
    # At so many new questions of "may be the same person" the desk hints, until they were looked at.
    maybe_same = models.PositiveIntegerField(default=0, db_default=0)
    # And at so many cards that rules joined to others by themselves.
    joined_alone = models.PositiveIntegerField(default=0, db_default=0)
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="connector_way", condition=Q(way="") | Q(way__in=["mailbox", "draft"]) & ~Q(way_in=b"")
            ),
            models.UniqueConstraint(name="connector_handle", fields=["handle"]),
            models.UniqueConstraint(name="connector_user_once", fields=["user"]),
            models.UniqueConstraint(
                name="connector_address_once", fields=["address_key"], condition=Q(removed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="connector_live_or_removed",
                condition=Q(removed_at__isnull=True, user__isnull=False)
                & ~Q(name="")
                & ~Q(address_key="")
                & ~Q(address=b"")
                | Q(removed_at__isnull=False, user__isnull=True, name="", address_key="", address=b""),
            ),
        ]


class Delegate(Row):
    """May act for a connector until removed; then an empty shell, since the journal names it (E26)."""

    connector = models.ForeignKey(Connector, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    name = models.CharField(max_length=200)
    address = models.BinaryField(default=b"")
    address_key = models.CharField(max_length=32, blank=True, default="")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="delegate_once",
                fields=["connector", "address_key"],
                condition=Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="delegate_live_or_removed",
                condition=Q(removed_at__isnull=True, user__isnull=False) & ~Q(address_key="") & ~Q(address=b"")
                | Q(removed_at__isnull=False, user__isnull=True, name="", address_key="", address=b""),
            ),
        ]


class Person(Row):
    """A card in one connector's book. After an erasure an empty shell, only if something refers to it."""

    owner = models.ForeignKey(Connector, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True, default="")
    position = models.CharField(max_length=200, blank=True, default="")
    known_since = models.DateField(null=True)
    last_contact = models.DateField(null=True)
    notes = models.BinaryField(default=b"")
    # Name and organisation without case and accents: what `find` looks through.
    search = models.CharField(max_length=1000, blank=True, default="")
    # The folded words of the name in a short hash, so that an import can look for a name among many.
    name_key = models.CharField(max_length=16, blank=True, default="")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(name="person_owner_since", fields=["owner", "known_since"]),
            models.Index(name="person_owner_name", fields=["owner", "name_key"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="card_named_or_erased",
                condition=(Q(erased_at__isnull=True) & ~Q(name=""))
                | Q(
                    erased_at__isnull=False,
                    name="",
                    organisation="",
                    position="",
                    search="",
                    name_key="",
                    notes=b"",
                    known_since__isnull=True,
                    last_contact__isnull=True,
                ),
            ),
        ]


class CardSource(Row):
    """By which key a source knows a card. Several may know one: a file, an address book, a file before a merge."""

    owner = models.ForeignKey(Connector, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=32)
    # What the source said last, field by field as hashes: an import may then tell its own news from
    # what the owner wrote since, and leave the owner's words alone.
    marks = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="card_source_once", fields=["owner", "kind", "key"]),
            models.CheckConstraint(name="card_source_named", condition=~Q(kind="") & ~Q(key="")),
        ]


class JoinedCard(Row):
    """A card as it was when its owner joined it to another, so that it can be taken apart again (A20)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    # The id that the card had, and gets again: its key stands in pairs and wishes.
    card = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True, default="")
    position = models.CharField(max_length=200, blank=True, default="")
    known_since = models.DateField(null=True)
    last_contact = models.DateField(null=True)
    notes = models.BinaryField(default=b"")
    search = models.CharField(max_length=1000, blank=True, default="")
    # What came with it: points, sources and introductions as keys and ids, the owner's word and marks; and what the
    # card that stays said by itself, to say it again.
    brought = models.JSONField(default=dict)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="joined_card_once", fields=["card"]),
            models.CheckConstraint(name="joined_card_named", condition=~Q(name="") & ~Q(card="")),
        ]


class Knowing(Row):
    """What a connector knows by heart of somebody: their word (K1), and the marks that they set on the card."""

    class How(models.TextChoices):
        WORKED = "worked"
        STUDIED = "studied"
        FAMILY = "family"
        FRIEND = "friend"
        MET = "met"
        ONLINE = "online"

    class HowWell(models.TextChoices):
        WELL = "well"
        SOMEWHAT = "somewhat"
        BY_NAME = "by_name"

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    since = models.DateField(null=True)
    # Whether a day was named, or the year alone.
    since_day = models.BooleanField(default=False)
    how = models.CharField(max_length=10, choices=How, blank=True, default="")
    how_well = models.CharField(max_length=10, choices=HowWell, blank=True, default="")
    said_at = models.DateTimeField(null=True)
    do_not_ask_at = models.DateTimeField(null=True)
    not_listed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="knowing_how", condition=Q(how__in=["", "worked", "studied", "family", "friend", "met", "online"])
            ),
            models.CheckConstraint(
                name="knowing_how_well", condition=Q(how_well__in=["", "well", "somewhat", "by_name"])
            ),
        ]


class ContactPoint(Row):
    """One way to reach a person, sealed. Mail goes to the e-mail address of the lowest rank."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        PROFILE = "profile"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    value = models.BinaryField()
    key = models.CharField(max_length=32, db_index=True)
    domain_key = models.CharField(max_length=32, blank=True, default="", db_index=True)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="contact_point_once", fields=["person", "kind", "key"]),
            models.CheckConstraint(name="contact_point_kind", condition=Q(kind__in=["email", "phone", "profile"])),
            models.CheckConstraint(name="contact_point_sealed", condition=~Q(key="") & ~Q(value=b"")),
        ]


class Subject(Row):
    """A person across all books, known only by the keyed hash of one address. Locked before an ask leaves."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    key = models.CharField(max_length=32, db_index=True)
    next_ask_at = models.DateTimeField(null=True)
    slot = models.CharField(max_length=12, blank=True, default="")
    erased_at = models.DateTimeField(null=True)
    # The same for all addresses that one person proved to be theirs (A18); empty where nobody did.
    same_as = models.CharField(max_length=12, blank=True, default="", db_index=True)
    # At most one ask in so many months, by their own wish (B4, A5); 0 where they said nothing of it.
    every_months = models.PositiveSmallIntegerField(default=0, db_default=0)
    # By their own wish they stand in no list, whoever has them in a book. `card` is whom the key of a card names.
    not_listed = models.BooleanField(default=False, db_default=False)
    card = models.CharField(max_length=12, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(name="subject_not_listed", fields=["key"], condition=Q(not_listed=True))]
        constraints = [
            models.UniqueConstraint(name="subject_key", fields=["community", "key"]),
            models.CheckConstraint(name="subject_has_key", condition=~Q(key="")),
            models.CheckConstraint(name="subject_every", condition=Q(every_months__in=[0, 1, 3, 6, 12])),
        ]


class Wish(Row):
    """What a person wants to be asked, in hashes and ids alone, so that it may outlive their data (E18)."""

    class Scope(models.TextChoices):
        THIS_PERSON = "this_person"
        THIS_CONNECTOR = "this_connector"
        ANYONE = "anyone"

    class Kind(models.TextChoices):
        NEVER = "never"
        NOT_ME = "not_me"
        STANDING_YES = "standing_yes"
        ERASED = "erased"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    subject_key = models.CharField(max_length=32, db_index=True)
    scope = models.CharField(max_length=20, choices=Scope)
    about = models.CharField(max_length=32, blank=True, default="")
    kind = models.CharField(max_length=20, choices=Kind)
    introduction = models.CharField(max_length=12, blank=True, default="", db_index=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="wish_once",
                fields=["community", "subject_key", "kind", "scope", "about", "introduction"],
            ),
            models.CheckConstraint(
                name="wish_kind", condition=Q(kind__in=["never", "not_me", "standing_yes", "erased"])
            ),
            models.CheckConstraint(
                name="wish_scope",
                condition=Q(scope__in=["this_person", "this_connector"]) & ~Q(about="") | Q(scope="anyone", about=""),
            ),
        ]


class Preference(Row):
    """What somebody would like to be asked, in their own words (sealed), for one connector or for all who know them.

    It goes with the person when they are erased; what must outlive them is a `Wish`.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+")
    subject_key = models.CharField(max_length=32, db_index=True)
    # The id of the connector who alone keeps to it, or "" for everybody here.
    about = models.CharField(max_length=12, blank=True, default="", db_index=True)
    # Topics that are welcome and that are not.
    words = models.BinaryField(default=b"")
    # Of `FORMATS` those that they take, with a space between; "" for any, "none" where none is left.
    formats = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="preference_once", fields=["community", "subject_key", "about"]),
            models.CheckConstraint(name="preference_has_key", condition=~Q(subject_key="")),
        ]


class ImportJob(Row):
    """One file on its way into a book, carried by a process of its own. Counts move with the rows they count."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"

    owner = models.ForeignKey(Connector, models.PROTECT, related_name="+")
    name = models.BinaryField(default=b"")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Which process carries it, and when that one last said so: whoever takes over shuts the other out.
    runner = models.CharField(max_length=12, blank=True, default="")
    beat_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    refusal = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_job_state", condition=Q(state__in=["waiting", "running", "done", "refused"])
            ),
        ]


class ImportPart(Row):
    """A sealed piece of an uploaded file, kept only until all of it is in the book."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="import_part_once", fields=["job", "number"])]


class ImportProblem(Row):
    """One record that was not taken in: its line and the reason, which never repeats what the record says."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="+")
    line = models.PositiveIntegerField()
    why = models.TextField()


class MaybeSame(Row):
    """Two cards that a rule holds for one person: a question to the owner, made anew at each look."""

    owner = models.ForeignKey(Connector, models.PROTECT, related_name="+")
    # Ids of cards, in order. What is gone by now is passed over, and taken out at the next look.
    one = models.CharField(max_length=12)
    other = models.CharField(max_length=12)
    why = models.CharField(max_length=20)
    # The order in which they are shown: the surest first.
    rank = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="maybe_same_once", fields=["owner", "one", "other"]),
            models.CheckConstraint(name="maybe_same_ordered", condition=Q(one__lt=F("other"))),
        ]


class Apart(Row):
    """Two addresses of which the owner said that they are two people's. Keyed, so that a new card changes nothing."""

    owner = models.ForeignKey(Connector, models.PROTECT, related_name="+")
    one = models.CharField(max_length=32)
    other = models.CharField(max_length=32, db_index=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="apart_once", fields=["owner", "one", "other"]),
            models.CheckConstraint(name="apart_ordered", condition=Q(one__lt=F("other")) & ~Q(one="")),
        ]


class SameLook(Row):
    """The last look through a book, carried by a process of its own. Whoever takes over shuts the one before out."""

    owner = models.OneToOneField(Connector, models.PROTECT, related_name="+")
    runner = models.CharField(max_length=12, blank=True, default="")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cards = models.PositiveIntegerField(default=0)
    joined = models.PositiveIntegerField(default=0)
