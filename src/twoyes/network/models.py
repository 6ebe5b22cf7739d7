"""What is stored of histories: where they came from, whom they name, and how far each is. Who wrote to whom is the log.

Nothing here says what was written, but for subject lines where their owner wants them (`Remembering`). Addresses,
names and these are sealed; a person is a keyed hash (S1, E8).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from twoyes.lib import clock
from twoyes.lib.rows import Row


class Source(Row):
    """One archive of a connector's mail or calendar: what was named for import, a file or a folder of files."""

    owner = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    # Its name is often somebody's.
    name = models.BinaryField(default=b"")
    # Keyed hash of where it was: the same archive again adds to its source.
    key = models.CharField(max_length=32)
    kind = models.CharField(max_length=20, blank=True, default="")
    messages = models.PositiveIntegerField(default=0)
    # Sealed JSON, of a mailbox on a server: how far each folder was read, {name: [UIDVALIDITY, next UID]}.
    marks = models.BinaryField(default=b"")
    added_at = models.DateTimeField(default=clock.now)
    # Deleted: nobody sees its rows from here on, and its files are gone within a day.
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="source_once", fields=["owner", "key"], condition=Q(hidden_at__isnull=True)),
            models.CheckConstraint(name="source_keyed", condition=~Q(key="")),
        ]


class LogPart(Row):
    """A file of the log that is in force: what has no row here is not read, whatever lies in the directory."""

    owner = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    rows = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="log_part_of_owner", fields=["owner", "source"])]


class Identity(Row):
    """An address in a connector's history: keyed, its spelling and the names that came with it sealed."""

    owner = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    key = models.CharField(max_length=32)
    domain_key = models.CharField(max_length=32)
    address = models.BinaryField()
    # JSON, the most frequent first: [[name, how often], …].
    names = models.BinaryField(default=b"")
    # Seconds since 1970, as in the log.
    seen_first = models.BigIntegerField()
    seen_last = models.BigIntegerField()
    # The owner wrote to them at least once.
    wrote_to = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(name="identity_domain", fields=["owner", "domain_key"])]
        constraints = [
            models.UniqueConstraint(name="identity_once", fields=["owner", "key"]),
            models.CheckConstraint(name="identity_sealed", condition=~Q(key="") & ~Q(address=b"")),
        ]


class OwnAddress(Row):
    """A further address of the connector's own, beside the one of their login, so that their mail counts as theirs."""

    owner = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    key = models.CharField(max_length=32)
    address = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="own_address_once", fields=["owner", "key"]),
            models.CheckConstraint(name="own_address_sealed", condition=~Q(key="") & ~Q(address=b"")),
        ]


class HiddenKey(Row):
    """Somebody who was erased and may still stand in files: nobody sees their rows, and a rewriting takes them out."""

    owner = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    key = models.CharField(max_length=32)
    hidden_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="hidden_key_once", fields=["owner", "key"]),
            models.CheckConstraint(name="hidden_key_named", condition=~Q(key="")),
        ]


class Remembering(Row):
    """The owner wants subject lines to be kept, from here on; without this row there are none."""

    owner = models.OneToOneField("people.Connector", models.PROTECT, related_name="+")
    since = models.DateTimeField()


class Topic(Row):
    """What the last conversations with one person were about, as far as one source tells; sealed."""

    owner = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32, db_index=True)
    # JSON, the oldest first: [[seconds since 1970, number of the conversation, subject], …].
    lines = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="topic_once", fields=["owner", "source", "key"]),
            models.CheckConstraint(name="topic_sealed", condition=~Q(key="") & ~Q(lines=b"")),
        ]


class HistoryJob(Row):
    """Archives on their way into the log. Its place and counts move in the transaction of what they count."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"

    OPEN = (State.WAITING, State.RUNNING)

    owner = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    # Sealed JSON: the paths that were named, or the one upload; and a keyed hash by which the same command goes on.
    paths = models.BinaryField(default=b"")
    name = models.BinaryField(default=b"")
    key = models.CharField(max_length=32, blank=True, default="", db_index=True)
    upload = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Which process carries it, and when that one last said so: whoever takes over shuts the other out.
    runner = models.CharField(max_length=12, blank=True, default="")
    beat_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    # The place: which path, which archive below it, where in that archive.
    path = models.PositiveIntegerField(default=0)
    archive = models.PositiveIntegerField(default=0)
    offset = models.PositiveBigIntegerField(default=0)
    # Bytes, for a progress bar.
    size = models.PositiveBigIntegerField(default=0)
    passed = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict)
    problem_count = models.PositiveIntegerField(default=0)
    # Sealed JSON, the first few: [[where, why], …]. Names of files are names of people.
    problems = models.BinaryField(default=b"")
    refusal = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="history_job_state", condition=Q(state__in=["waiting", "running", "done", "refused"])
            ),
        ]


class GivenTie(Row):
    """A tie that was handed in by a file: how strong, from whom to whom, both a card, a met address or the owner."""

    owner = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    one = models.CharField(max_length=12)
    other = models.CharField(max_length=12)
    strength = models.FloatField()
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="given_tie_once", fields=["owner", "one", "other"]),
            models.CheckConstraint(
                name="given_tie_strength", condition=Q(strength__gt=0) & Q(strength__lte=1) & ~Q(one=models.F("other"))
            ),
        ]


class Promise(Row):
    """An introduction that the owner promised by word or letter: of whom, to whom, and since when; both are cards.

    The ids are those that the cards had then: a card that was joined to another leads there, and back again.
    """

    owner = models.ForeignKey("people.Connector", models.PROTECT, related_name="+")
    one = models.CharField(max_length=12, db_index=True)
    other = models.CharField(max_length=12, db_index=True)
    words = models.BinaryField(default=b"")
    promised_at = models.DateField()
    # Kept or dropped; of what was dropped the words are gone.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="promise_open_once", fields=["owner", "one", "other"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(name="promise_of_two", condition=~Q(one="") & ~Q(one=models.F("other"))),
        ]
