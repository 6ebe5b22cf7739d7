"""Sentences for humans where perhaps no language is known yet: before the settings are read, or when they cannot be."""

from __future__ import annotations

import sys


def said(message: str) -> str:
    """Return a sentence in the language that is active; as it stands in the code before Django is ready.

    Loads nothing: the supervisor of `serve` and `--help` live without Django.
    """
    if "django.conf" not in sys.modules:
        return message
    from django.apps import apps
    from django.utils.translation import gettext

    return gettext(message) if message and apps.ready else message
