"""The way into the house: settings, store and keys, before anything can be asked of it.

Neither Django nor the parser of the command line is loaded before it is needed: what `serve` starts comes in here too.
"""

from __future__ import annotations

import os

SERVED_AT = "served-at"
"""The file in TWOYES_DATA in which `serve` leaves its address, so that other commands make the same links."""


def enter() -> None:
    """Load the settings, and make or migrate the store and its keys. Raises Refused with what to mend."""
    load_settings()
    from twoyes.lib import store

    store.prepare()


def load_settings() -> None:
    """Load the settings without touching the store."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twoyes.settings")
    _follow_served_address()
    import django
    from django.apps import apps

    # Once in a process: again, it would let the log end where a caller of this one command has its stderr.
    if not apps.ready:
        django.setup()


def _follow_served_address() -> None:
    """Take over the address of the last `serve`, where nobody chose one: links of letters must lead there."""
    from twoyes.lib import env

    note = env.data_dir() / SERVED_AT
    if not (os.environ.get("TWOYES_URL") or os.environ.get("TWOYES_URL_FILE")) and note.is_file():
        os.environ["TWOYES_URL"] = note.read_text("utf-8").strip()
