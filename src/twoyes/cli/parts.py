"""What `serve` starts as processes of its own: `python -m twoyes.cli.parts PART …`.

They come in by a door of their own: the parser of the command line, and what it checks values with, would stay in the
memory of each for as long as it serves.
"""

from __future__ import annotations

import argparse
import ctypes
import logging
import os
import signal
import sys
from pathlib import Path

from twoyes.cli import entering, household
from twoyes.cli.story import beside
from twoyes.lib import env, story
from twoyes.lib.errors import Refused
from twoyes.lib.words import said as _

FIRST_HANDLE, FIRST_NAME, FIRST_ADDRESS = "first", "First Connector", "first@connector.example"
"""Who `make serve` lets a newcomer be, in a store where there is nobody yet."""

_SERVED = "_TWOYES_SERVED"
_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Be the part that the arguments name; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m twoyes.cli.parts", description=__doc__)
    names = parser.add_subparsers(dest="part", required=True)
    one = {name: names.add_parser(name) for name in ("begin", "household", "web", "worker", "tell")}
    one["begin"].add_argument("--welcome", action="store_true")
    for name in ("household", "web"):
        one[name].add_argument("--host", required=True)
        one[name].add_argument("--port", required=True, type=int)
    one["household"].add_argument("--web-only", action="store_true")
    one["tell"].add_argument("--port", required=True, type=int)
    one["tell"].add_argument("--notes", required=True, type=Path)
    asked = parser.parse_args()
    try:
        match asked.part:
            case "begin":
                _begin(welcome=asked.welcome)
            case "household":
                return _keep(asked.host, asked.port, web_only=asked.web_only)
            case "web":
                _web(asked.host, asked.port)
            case "worker":
                _die_with_parent()
                work()
            case _:
                _tell(asked.port, asked.notes)
    except Refused as refused:
        household.say(refused.sentence, to=sys.stderr)
        return 1
    return 0


def command(part: str, *words: str) -> list[str]:
    """Return the words that start a part, which then ends with whoever started it."""
    os.environ[_SERVED] = "1"
    return [sys.executable, "-m", "twoyes.cli.parts", part, *words]


def url(host: str, port: int) -> str:
    """Return the address of a server on this machine."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def in_post_room() -> bool:
    """Say whether letters stay here, in the post room."""
    return (env.read("EMAIL_URL") or "postroom:").startswith("postroom:")


def work() -> None:
    """Deliver letters and keep deadlines until told to stop. Raises Refused with what to mend."""
    entering.enter()
    from twoyes.mail import front as mail
    from twoyes.network import front as network
    from twoyes.people import front as people

    people.take_up()
    network.take_up_histories()
    stop = mail.Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    mail.worker(stop, tell=lambda way: household.say(_("Mail is taken at %(way)s") % {"way": way}))


# --- the parts ----------------------------------------------------------------------------------------------------


def _begin(*, welcome: bool) -> None:
    """Bring the store up to date before anything is served, and note where it will be."""
    entering.enter()
    from django.conf import settings

    (env.data_dir() / entering.SERVED_AT).write_text(f"{settings.TWOYES_URL}\n", "utf-8")
    if welcome and settings.POST_ROOM:
        _welcome()


def _welcome() -> None:
    """Make a first connector where there is none, and print how to log in. For the post room alone."""
    from twoyes.cli.accounts import login_url
    from twoyes.people import front as people

    found = people.connectors()
    if not found:
        people.add_connector(FIRST_ADDRESS, name=FIRST_NAME, handle=FIRST_HANDLE)
        found = people.connectors()
    sentence = _("Log in as @%(handle)s, once and within ten minutes: %(url)s")
    household.say(sentence % {"handle": found[0].handle, "url": login_url(found[0].handle)})


def _keep(host: str, port: int, *, web_only: bool) -> int:
    """Keep web and worker until told to stop; return the exit status."""
    at = url(host, port)
    told = _told_beside(at)
    running = {"web": command("web", "--host", host, "--port", str(port))}
    if not web_only:
        running["worker"] = command("worker")
    return household.Household(running, told).run((host, port), at)


def _told_beside(at: str) -> beside.Beside | None:
    """Offer the told story to whoever tries this out: only in the post room, and not within itself."""
    beside.clear()
    if story.within() or not in_post_room():
        return None
    os.environ[story.OFFERED] = "1"
    return beside.Beside(at)


def _web(host: str, port: int) -> None:
    """Serve the pages in this process and one more; SQLite has one writer, so threads are few (DESIGN)."""
    _die_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twoyes.settings")
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "twoyes.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        backpressure=64,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    ).serve()


def _tell(port: int, notes: Path) -> None:
    """Tell the story into the empty store of a house that only stands for it, then become the `serve` of that house."""
    _die_with_parent()
    if not story.within():
        raise Refused("not_a_story", _("A story is told only into a house of its own, which `serve` builds."))
    entering.enter()
    # Its letters are there to be read; a line of the log for each would only be in the way.
    logging.getLogger("twoyes").setLevel(logging.WARNING)
    from twoyes.cli.story.telling import tell

    tell(lambda steps, of: story.note_told(story.Told(steps, of), notes))
    os.execv(sys.executable, [sys.executable, "-m", "twoyes.cli", "serve", "--port", str(port)])  # noqa: S606


def _die_with_parent() -> None:
    """Ask Linux for a SIGTERM when `serve` dies without a word, so that nobody holds its port for ever."""
    if sys.platform == "linux" and os.environ.get(_SERVED):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
