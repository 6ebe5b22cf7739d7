"""Tests touch nothing of the person who runs them, and no other machine."""

import os
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.support import home
from tests.support.network import NetworkReached, is_here


def test_every_place_that_twoyes_writes_to_belongs_to_the_tests(tmp_path: Path) -> None:
    assert Path(os.environ["TWOYES_DATA"]).is_relative_to(tmp_path)
    assert Path(os.environ["XDG_STATE_HOME"]).is_relative_to(tmp_path)
    assert Path(os.environ["XDG_CONFIG_HOME"]).is_relative_to(home.room())
    assert Path(settings.DATA_DIR).is_relative_to(home.room())


def test_the_settings_of_the_caller_are_forgotten() -> None:
    assert not {"EMAIL_URL", "INBOX_URL", "TWOYES_URL", "TWOYES_KEYS", "TWOYES_FAULT"} & os.environ.keys()
    assert settings.POST_ROOM


def test_a_child_process_runs_the_products_own_settings() -> None:
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "twoyes.settings"


@pytest.mark.both
@pytest.mark.django_db
def test_the_tests_run_on_the_store_that_was_asked_for(store: str) -> None:
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[store]
    assert "test" in str(connection.settings_dict["NAME"])


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", b"127.0.0.1", None])
def test_this_machine_is_here(host: object) -> None:
    assert is_here(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org", "localhost.example.org", "0x7f1"])
def test_other_machines_are_not(host: str) -> None:
    assert not is_here(host)
    with pytest.raises(NetworkReached):
        socket.create_connection((host, 25), timeout=1)


def test_a_server_on_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
