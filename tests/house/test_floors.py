"""The floors and the doors of the house are held by import-linter; here, that none was forgotten."""

import subprocess
import sys
import tomllib
from typing import Any

import pytest
from django.apps import apps

from tests.support.parts import ROOT
from tests.support.source import PRODUCT, ROOMS

WITH_A_DOOR = [room for room in ROOMS if room not in {"lib", "web"}]


def contracts() -> list[dict[str, Any]]:
    """The contracts of pyproject.toml, as written."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return list(project["tool"]["importlinter"]["contracts"])


def test_each_room_is_an_application_named_like_its_folder() -> None:
    ours = {config.label: config.name for config in apps.get_app_configs() if config.name.startswith("twoyes.")}
    assert ours == {room: f"twoyes.{room}" for room in ROOMS}


def test_every_room_has_its_floor() -> None:
    floors = next(contract for contract in contracts() if contract["type"] == "layers")
    named = [name.strip(" ()") for floor in floors["layers"] for name in floor.split("|")]
    assert [room for room in reversed(named) if room in ROOMS] == list(ROOMS)
    assert floors["exhaustive"]
    assert floors["containers"] == ["twoyes"]


@pytest.mark.parametrize("room", WITH_A_DOOR)
def test_every_room_has_a_front_door_that_is_held(room: str) -> None:
    held = next(contract for contract in contracts() if contract.get("id") == f"door-{room}")
    assert held["type"] == "protected"
    assert held["protected_modules"] == held["allowed_importers"] == [f"twoyes.{room}"]
    assert f"twoyes.** -> twoyes.{room}.front" in held["ignore_imports"]


@pytest.mark.skipif(not (PRODUCT / "introductions" / "protocol").exists(), reason="not written yet")
def test_the_protocol_can_be_used_without_django() -> None:
    program = (
        "import sys, twoyes.introductions.protocol\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} & {'django', 'allauth', 'psycopg'}))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
