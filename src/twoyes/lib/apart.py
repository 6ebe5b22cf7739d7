"""Work in a process of its own, which nobody waits for."""

import subprocess
import sys


def launch(*words: str) -> None:
    """Start one of our commands, by its words, and return at once; it has no input and is not heard."""
    subprocess.Popen(
        [sys.executable, "-m", "twoyes.cli", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
