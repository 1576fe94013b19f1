"""A wall clock that can be set while the program under test runs, for that program alone."""

import struct
from pathlib import Path

from .disk import compile_library


class WallClock:
    """The preloaded library of faults/clockio.c, compiled here, and the file by which it is set."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "clock-offset"
        self._file.write_bytes(struct.pack("q", 0))
        self.environment = {
            "LD_PRELOAD": str(compile_library("clockio", folder)),
            "CLOCK_FILE": str(self._file),
        }

    def set(self, seconds: int) -> None:
        """By how much the program's clock is ahead from now on. Eight bytes in place: they are mapped."""
        with open(self._file, "r+b") as file:
            file.write(struct.pack("q", seconds))
