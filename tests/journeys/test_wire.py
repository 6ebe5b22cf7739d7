"""What really travels: the first pages as granian sends them, with everything that they load, are under 60 kB."""

import gzip
import sys
import urllib.request

import pytest

from tests.journeys.house import HANDLE
from tests.journeys.people import Stage
from tests.web.files import loads

pytestmark = pytest.mark.browser
MOST = 60_000


def travels(url: str) -> tuple[int, bytes]:
    """Return the bytes of an answer with its headers as they travel, and what it says."""
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        body = answer.read()
        heads = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers.items())
        squeezed = answer.headers["Content-Encoding"] == "gzip"
    return len(body) + heads, gzip.decompress(body) if squeezed else body


@pytest.mark.parametrize("path", ["/", f"/@{HANDLE}", "/check"])
def test_a_first_page_with_all_that_it_loads_is_under_60_kb_on_the_wire(stage: Stage, path: str) -> None:
    size, html = travels(f"{stage.house.url}{path}")
    parts = {path: size} | {one: travels(f"{stage.house.url}{one}")[0] for one in loads(html.decode())}
    assert sum(parts.values()) < MOST, parts
    sys.stdout.write(f"{path}: {sum(parts.values())} bytes on the wire, {parts}\n")
