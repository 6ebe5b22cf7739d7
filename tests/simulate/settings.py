"""The product's settings on a store in memory: one process, one connection, gone when the process ends."""

import os

os.environ["TWOYES_TEST_STORE"] = "sqlite"

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = ":memory:"
