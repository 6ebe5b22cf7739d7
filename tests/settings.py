"""The product's own settings, loaded from an environment that belongs to the tests alone.

pytest-django reads settings before any conftest, so this module is the earliest place where the address
book of the person who runs the tests can be kept out of reach.
"""

import os

from tests.support import home

home.move_in()

from twoyes.settings import *  # noqa: E402, F403
from twoyes.settings import DATABASES  # noqa: E402

# A file even for SQLite: threads and child processes must see the same rows, and the journal be the real one.
DATABASES["default"].setdefault("TEST", {})["NAME"] = home.database_name()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A process that a test starts runs the product's settings, not these.
os.environ["DJANGO_SETTINGS_MODULE"] = "twoyes.settings"
