"""What the documents promise exists, and what exists is in the documents."""

import re
from pathlib import Path

import pytest

from tests.support.parts import ROOT
from tests.support.source import PRODUCT, python, tracked
from twoyes.introductions.front import REQUEST_FIELDS
from twoyes.lib import limits
from twoyes.people import jobs
from twoyes.people.sources import base, vcard

ENVIRONMENT = (
    "TWOYES_DATA", "TWOYES_GENERATION_FILE", "DATABASE_URL", "EMAIL_URL", "INBOX_URL", "TWOYES_MAIL_ADDRESS",
    "TWOYES_DOMAIN", "TWOYES_URL", "TWOYES_KEYS", "TWOYES_SECRET", "TWOYES_FAULT", "TWOYES_CARDDAV_PASSWORD",
    "TWOYES_IMAP_PASSWORD", "TWOYES_CALDAV_PASSWORD", "TWOYES_AUTHSERV",
    "TWOYES_OIDC_URL", "TWOYES_OIDC_CLIENT_ID", "TWOYES_OIDC_SECRET", "TWOYES_OIDC_NAME", "TWOYES_PROXIES",
    "TWOYES_DNS", "TWOYES_LOCAL_SERVERS", "TWOYES_DKIM_KEY", "TWOYES_DKIM_SELECTOR",
    "TWOYES_YES_BY_MAIL",
)  # fmt: skip
DOCUMENTS = [path for path in tracked() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_each_setting_has_a_row_that_says_what_happens_without_it(name: str) -> None:
    assert re.search(rf"^\| `{name}` \| .+ \| .+ \|$", (ROOT / "docs" / "environment.md").read_text(), re.MULTILINE)


def test_the_code_reads_no_setting_that_is_not_documented() -> None:
    reading = re.compile(r'env\.read\(\s*"([A-Z_]+)"')
    read = {name for path in python(PRODUCT) for name in reading.findall(path.read_text())}
    assert read
    assert read <= set(ENVIRONMENT)


def test_each_id_of_the_doctor_has_a_row_and_no_other() -> None:
    said = re.compile(r'Check\(\s*"([a-z_]+)"')
    known = {name for path in python(PRODUCT) for name in said.findall(path.read_text())}
    assert known == set(re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "docs" / "doctor.md").read_text(), re.MULTILINE))


def test_each_field_of_a_request_has_a_row_and_no_other() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    assert tuple(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)) == REQUEST_FIELDS


def test_the_limits_that_are_told_are_those_that_hold() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    megabyte = 1024 * 1024
    for said in (
        f"{vcard.MOST_CARDS:,} cards and {vcard.MOST_BYTES // megabyte} MB",
        f"{base.MOST_RECORDS:,} rows and {base.MOST_BYTES // megabyte} MB",
        f"{jobs.MOST_BYTES // megabyte} MB",
        f"{limits.INBOUND_MOST // megabyte} MB a message",
        f"{limits.INBOUND_A_DAY} messages a day",
        f"{limits.ASKS_A_DAY} a day for each connector; {limits.SPACING.days} days between",
        f"{limits.REQUEST_LETTERS_A_DAY} a day; while {limits.REQUESTS_WAITING} wait",
        f"{limits.REPLY_COPIES_A_DAY} a day; the others",
    ):
        assert said in page


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_make_word_in_the_documents_is_a_target(page: Path) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    named = re.findall(r"(?:`|^ {4})make ([a-z]+)", page.read_text(), re.MULTILINE)
    assert set(named) <= targets


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "mail").glob("*.md")), ids=lambda page: page.name)
def test_each_guide_to_mail_names_settings_that_exist_and_ends_with_the_doctor(page: Path) -> None:
    text = page.read_text()
    named = set(re.findall(r"^ {4}([A-Z][A-Z_]+)=", text, re.MULTILINE))
    assert (
        {"TWOYES_URL", "TWOYES_MAIL_ADDRESS", "EMAIL_URL"}
        <= {name.removesuffix("_FILE") for name in named}
        <= set(ENVIRONMENT)
    )
    assert re.search(r"^## \d\. Look\n\n {4}twoyes doctor$", text, re.MULTILINE)
    assert f"docs/mail/{page.name}" in (ROOT / "README.md").read_text()
