"""Waiting for something to become true, by asking again. Nothing here sleeps for a fixed time and hopes."""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

# Short enough that a wait costs no more than it must, long enough that two cores are not kept busy by asking.
INTERVAL = 0.05


def until(probe: Callable[[], Found], what: str, within: float = 30, every: float = INTERVAL) -> Found:
    """Asks until the answer is true and gives it back. An AssertionError in the probe counts as "not yet".

    Fails with what was waited for and the last answer or error.
    """
    deadline = time.monotonic() + within
    last: object = None
    while True:
        try:
            last = probe()
            if last:
                return last
        except (AssertionError, LookupError) as error:
            last = f"{type(error).__name__}: {error}"
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {within} s for {what}; the last answer was: {last!r}")
        time.sleep(every)


def holds_for(seconds: float, probe: Callable[[], object], what: str, every: float = 0.1) -> None:
    """Asserts that something stays true over a stretch of time: for "and then nothing more is sent"."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = probe()
        assert answer, f"{what} stopped being true: {answer!r}"
        time.sleep(every)


def free_port() -> int:
    """A TCP port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts a connection there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
