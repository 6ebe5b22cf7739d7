"""Run in the surroundings of a house: a thousand introductions for its connector, forty of which wait."""

from __future__ import annotations

import os
import sys
from itertools import batched

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twoyes.settings")
WORDS = {
    "about_me": "I lead blade maintenance at Nordsjo Drift and have worked on turbines for fourteen years.",
    "why_them": "Their 2024 paper on leading edge erosion describes the damage that we log every week.",
    "why_now": "Our inspection season starts in May and the drones are booked.",
    "benefit": "They get three years of inspection data from 212 turbines, cleaned and labelled, to publish on.",
    "ask": "One video call of 20 minutes about which columns of the data they need.",
    "format": "video",
    "minutes": "20",
    "homework": "I read the three papers and ran the model on our log of 2023.",
    "how_we_know": "Cora and I worked together on Borkum for two years.",
}
APPROVAL = {
    "vouch": "Worked with them for two years on Borkum: careful, punctual, asks good questions.",
    "vouch_level": "vouch",
    "why_target": "Their team logs every week what your paper describes.",
    "why_requester": "Nobody knows this damage better.",
    "channel": "relay",
    "mode": "thread",
}
# What a relay takes in one transaction; others get their turn between two.
_AT_ONCE = 100


def fill(handle: str, asks: int, waiting: int) -> None:
    """Let so many be asked and so many wait; all letters but the asks have left."""
    import django

    django.setup()
    from django.db import transaction

    from tests.support.many import Batch, Known, Template
    from twoyes.introductions import front as introductions
    from twoyes.introductions.front import Actor, Role
    from twoyes.introductions.models import Letter
    from twoyes.lib import addresses, clock
    from twoyes.lib.models import Installation
    from twoyes.mail import front as mail
    from twoyes.people import front as people

    Installation.objects.update(daily_cap=100_000)
    connector = people.connector_by_handle(handle)
    assert connector is not None
    now, actor = clock.now(), Actor(Role.CONNECTOR, connector.actor_id, "desk")

    def asked(number: int, target: str) -> str:
        fields = {**WORDS, "name": f"Rita Holm {number}", "email": f"w{number}@asks.example", "target": target}
        proved = addresses.key(fields["email"])
        return introductions.request(connector.id, fields, now=now, door="web", proved=proved).id

    def approved(introduction: str, card: str) -> None:
        fields = {**APPROVAL, "target": card}
        days = {**{name: value for name, value in fields.items() if name != "target"}, "ask_days": "10"}
        facts = introductions.preview_facts(connector.id, introduction, "ask", "target", approval=days, target_id=card)
        introductions.approve(introduction, fields, frozen=mail.preview(facts), actor=actor, now=now)

    def target(number: int) -> tuple[str, str]:
        address = f"t{number}@people{number % 9}.example"
        return people.add_card(connector.id, name=f"Tom Target {number}", addresses=[address]).id, address

    first = asked(0, "Tom Target 0")
    approved(first, target(0)[0])
    template = Template.of(first)
    for numbers in batched(range(1, asks), _AT_ONCE):
        batch, subjects = Batch(), set[str]()
        with transaction.atomic():
            for number in numbers:
                card, address = target(number)
                asker = Known(f"r{number}@asks.example", [addresses.key(f"r{number}@asks.example")])
                known = Known(address, introductions.keys_of_card(card), card)
                batch.add(template, asker, known, now)
                subjects.update([*asker.keys, *known.keys])
            batch.write()
            people.lock_subjects(connector.community_id, subjects)
    for number in range(1, waiting + 1):
        asked(number, f"Somebody who knows about propellers, {number}")
    Letter.objects.exclude(kind="ask").filter(state="queued").update(state="dropped")


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
