"""All looks at once, and none for long: whoever does not answer costs its own time, and not that of the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from threading import Thread

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from twoyes.lib.checked import Check
from twoyes.mail.health import domain, inbox, relay, told
from twoyes.mail.health.certificates import web
from twoyes.mail.health.names import Names
from twoyes.mail.health.told import Hour, Told
from twoyes.mail.health.us import us

SECONDS = 15.0
"""For all looks together. Who was asked for a name or an address may hang for longer, and nobody can hurry it."""


def look() -> Iterator[Check]:
    """Look at our pages from outside, the relay, where mail arrives, and our domain. Nothing is sent or changed."""
    if settings.POST_ROOM:
        return
    looks: dict[str, Callable[[], Told]] = {
        "tls": lambda: web(settings.TWOYES_URL),
        "sending": lambda: relay.relay(settings.EMAIL_URL, settings.DATA_DIR),
        "dns": lambda: Told(list(domain.domain_checks(us(), Names(settings.TWOYES_DNS)))),
    }
    for number, url in enumerate(settings.INBOX_URLS):
        looks[f"receiving {number}"] = partial(inbox.inbox, url, settings.TWOYES_MAIL_ADDRESS)
    if not settings.INBOX_URLS:
        looks["receiving"] = _answers_elsewhere
    hours: list[Hour] = []
    for one in _all(looks, SECONDS):
        yield from one.checks
        hours += [one.hour] if one.hour else []
    yield told.clock(hours)


def _answers_elsewhere() -> Told:
    return Told([Check("receiving", "ok", _("No mail is read here: answers go to the connector's own address."))])


def _all(looks: Mapping[str, Callable[[], Told]], seconds: float) -> list[Told]:
    """Return what each look told, in order; one that takes too long tells that, and is left behind."""
    heard: dict[str, Told] = {}
    ends = time.monotonic() + seconds
    language = get_language()

    def hear(name: str) -> None:
        with override(language):
            heard[name] = looks[name]()

    threads = [Thread(target=hear, args=(name,), daemon=True) for name in looks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
    for name, thread in zip(looks, threads, strict=True):
        if name not in heard and not thread.is_alive():
            # It has already said why, as any thread that fails does.
            raise RuntimeError(f"the look at {name} failed")
    return [heard.get(name) or _late(name, seconds) for name in looks]


def _late(name: str, seconds: float) -> Told:
    known = {"what": name.partition(" ")[0], "seconds": int(seconds)}
    sentence = _("%(what)s: nobody answered within %(seconds)s seconds.") % known
    return Told([Check(name.partition(" ")[0], "warn", sentence, _("Look at the network, and try again."))])
