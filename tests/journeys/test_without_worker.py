"""With the worker killed every journey fails: no letter is delivered by the pages, and none is imagined by a test."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.house import House
from tests.journeys.people import Stage, staged
from tests.journeys.postroom import NoLetter

pytestmark = pytest.mark.browser

type Journey = Callable[[Stage], None]
# These wait for no letter. Those that keep a house of their own have a worker in its `serve`, and take no part.
WITHOUT_LETTERS = {
    "test_a_file_comes_in_somebody_is_found_while_typing_and_gets_an_address",
    "test_a_link_from_the_command_line_lets_in_once",
    "test_a_passkey_is_made_and_opens_the_desk_in_another_window",
    "test_every_page_has_one_heading_and_fits_a_phone",
    "test_from_a_mailbox_to_whom_to_ask_and_a_way_that_is_drawn",
    "test_on_a_request_stand_both_people_and_what_is_between_them_on_one_screen",
    "test_what_is_stale_says_so_and_is_worked_out_anew_at_a_press",
}


def _journeys() -> dict[str, Journey]:
    """Every journey of this folder that people play on the stage alone, by its name."""
    found: dict[str, Journey] = {}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if path != Path(__file__):
            module = importlib.import_module(f"{__package__}.{path.stem}")
            found |= {
                name: one
                for name, one in inspect.getmembers(module, inspect.isfunction)
                if name.startswith("test_") and name not in WITHOUT_LETTERS and _plays_on_the_stage(one)
            }
    return found


def _plays_on_the_stage(journey: Callable[..., None]) -> bool:
    return list(inspect.signature(journey).parameters) == ["stage"]


JOURNEYS = _journeys()


@pytest.fixture(scope="module")
def idle(place: Path, browser: Browser) -> Iterator[Stage]:
    """A house whose worker was killed; people in it do not wait long."""
    (room := place / "idle").mkdir()
    house = House(room, patience=1.5)
    with staged(house, browser) as one:
        house.kill("worker")
        yield one


@pytest.mark.parametrize("name", JOURNEYS)
def test_with_the_worker_killed_the_journey_fails(name: str, idle: Stage) -> None:
    with pytest.raises(NoLetter):
        JOURNEYS[name](idle)
    idle.clear()


def test_the_journeys_are_those_that_were_promised() -> None:
    assert len(JOURNEYS) >= 19
