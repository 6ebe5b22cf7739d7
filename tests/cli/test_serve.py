"""`serve` starts web and worker, says where, and stops both; the post room stays on this machine."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import home


def environment(place: Path, **more: str) -> dict[str, str]:
    ours = ("TWOYES_", "DATABASE_URL", "EMAIL_URL", "INBOX_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    own = {
        "TWOYES_DATA": str(place / "var"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_STATE_HOME": str(place / "state"),
    }
    return {**kept, **own, **more}


def twoyes(place: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return run("twoyes.cli", place, *words, **more)


def part(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run("twoyes.cli.parts", place, *words)


def run(module: str, place: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        env=environment(place, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextmanager
def served(place: Path, *words: str, **more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `serve` and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "twoyes.cli", "serve", "--port", "0", *words],
        env=environment(place, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            found = re.search(r"Twoyes is at (http://127\.0\.0\.1:\d+)/$", line)
            if found:
                yield process, found[1]
                break
        else:
            raise AssertionError("".join(lines))
    finally:
        process.terminate()
        process.communicate(timeout=60)


def answer(url: str) -> int:
    with urllib.request.urlopen(url, timeout=20) as response:
        return int(response.status)


def children(process: subprocess.Popen[str]) -> dict[str, int]:
    """The processes that `serve` started, by what they are."""
    found = {}
    for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        words = Path(f"/proc/{pid}/cmdline").read_text()
        found["worker" if "worker" in words and "granian" not in words else "web"] = int(pid)
    return found


def memory(pid: int) -> int:
    """Megabytes that a process and its children hold in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    match = re.search(r"VmRSS:\s+(\d+)", status)
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(match[1]) // 1024 if match else 0) + sum(memory(int(one)) for one in below)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store with Cora in it, in memory where it can be: on a slow disk its tables take their time."""
    place = Path(tempfile.mkdtemp(prefix="serve-", dir=home.room()))
    add = ["connector", "add", "cora@connects.example", "--name", "Cora", "--handle", "cora"]
    assert twoyes(place, *add).returncode == 0
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.case("B26")
def test_serve_brings_everything_up_delivers_and_goes_down_again(furnished: Path) -> None:
    with served(furnished, "--welcome") as (process, url):
        assert answer(f"{url}/readyz") == answer(f"{url}/") == answer(f"{url}/@cora") == 200
        assert set(children(process)) == {"web", "worker"}
        pids = [process.pid, *children(process).values()]
        # Other commands make links to where it serves, though nobody told them.
        link = twoyes(furnished, "connector", "link", "cora").stdout.strip()
        assert link.startswith(f"{url}/accounts/link/")
        assert answer(link) == 200
        assert twoyes(furnished, "request", str(request(furnished))).returncode == 0
        until = time.monotonic() + 30
        while not list((furnished / "var" / "postroom").glob("*-verify.eml")):
            assert time.monotonic() < until
            time.sleep(0.1)
        assert memory(process.pid) < 250
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def request(place: Path) -> Path:
    """The fields of a request in a file."""
    names = ("target", "about_me", "why_them", "why_now", "benefit", "ask", "homework")
    fields = dict.fromkeys(names, "I read the paper on erosion.")
    file = place / "request.json"
    file.write_text(json.dumps({**fields, "name": "Rita Holm", "email": "rita@asks.example"}))
    return file


@pytest.mark.slow
def test_when_one_part_dies_the_whole_ends_and_says_so(furnished: Path) -> None:
    with served(furnished) as (process, _url):
        os.kill(children(process)["worker"], signal.SIGKILL)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "The worker ended by itself" in said


@pytest.mark.slow
def test_a_serve_without_worker_that_is_killed_takes_its_web_along(furnished: Path) -> None:
    with served(furnished, "--web-only") as (process, url):
        parts = children(process)
        assert set(parts) == {"web"}
        assert answer(f"{url}/healthz") == 200
        process.kill()
        until = time.monotonic() + 30
        while Path(f"/proc/{parts['web']}").exists():
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.mark.slow
def test_a_first_start_with_a_welcome_makes_a_connector_and_prints_the_way_in(furnished: Path) -> None:
    place = furnished / "empty"
    begun = part(place, "begin", "--welcome")
    assert begun.returncode == 0, begun.stderr
    assert re.search(r"Log in as @first, .*http://127\.0\.0\.1:8000/accounts/link/\S+$", begun.stdout.strip())
    listed = json.loads(twoyes(place, "requests", "--json").stdout)
    assert listed == []


@pytest.mark.parametrize(
    ("words", "more", "said"),
    [
        (["--host", "0.0.0.0"], {}, "post room"),
        (["--host", "0.0.0.0"], {"EMAIL_URL": "smtp://relay.example:587"}, "TWOYES_URL"),
        (["--host", "127.0.0.1"], {"EMAIL_URL": "carrier-pigeon://x"}, "EMAIL_URL"),
    ],
)
@pytest.mark.slow
def test_what_must_not_be_served_is_refused_in_a_sentence(
    furnished: Path, words: list[str], more: dict[str, str], said: str
) -> None:
    refused = twoyes(furnished, "serve", "--port", "0", *words, **more)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_that_somebody_has_is_refused(furnished: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = twoyes(furnished, "serve", "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 1
    assert "Choose another --port" in refused.stderr
