"""Gathers what every test stands on; each part lives in a small file of tests/support/."""

pytest_plugins = [
    "tests.support.spared",
    "tests.support.require",
    "tests.support.network",
    "tests.support.isolation",
    "tests.support.luck",
    "tests.support.leak",
    "tests.support.clients",
    "tests.support.flush",
    "tests.support.cast",
    "tests.support.posted",
    "tests.support.engines",
    "tests.support.reports",
]
