"""Disks that can be filled, broken, and cut off from their power."""

import fcntl
import os
import struct
import subprocess
from pathlib import Path

# XFS_IOC_GOINGDOWN with NOLOGFLUSH: the file system stops at once and what was not synced is gone, as in a power cut.
_GOING_DOWN = 0x8004587D
_NO_LOG_FLUSH = 2
# mkfs.xfs 6 refuses less than 300 MB. The file is sparse.
_XFS_BYTES = 320 * 1024 * 1024


class XFSDisk:
    """An XFS on a loop file. `cut_power` loses what was written and not synced; `mount` plays the log back."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self.image = folder / "disk.img"
        self.path = folder / "disk"
        self.path.mkdir()
        self._mounted = False
        with open(self.image, "wb") as image:
            image.truncate(_XFS_BYTES)
        _run("mkfs.xfs", "-q", "-f", self.image)

    def mount(self) -> "XFSDisk":
        _run("mount", "-o", "loop", self.image, self.path)
        self._mounted = True
        return self

    def cut_power(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _GOING_DOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def unmount(self) -> None:
        if self._mounted:
            _run("umount", self.path)
            self._mounted = False

    def stop(self) -> None:
        if self._mounted:
            subprocess.run(["umount", "-l", str(self.path)], capture_output=True)
            self._mounted = False

    @staticmethod
    def obstacle(folder: Path) -> str | None:
        """Why this machine cannot play a power cut; nil when it can."""
        if os.getuid() != 0:
            return "a power cut needs root, for a loop device and a mount"
        try:
            disk = XFSDisk(folder / "trial")
            disk.mount()
            disk.unmount()
        except (RuntimeError, OSError) as error:
            return f"no loop device with XFS here: {error}"
        return None


class SmallDisk:
    """A tmpfs of a few megabytes: really full when it is full."""

    def __init__(self, folder: Path, megabytes: int):
        self.path = folder
        self.path.mkdir(parents=True, exist_ok=True)
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tocsin-small-disk", self.path)
        self._filler = self.path / "filler"

    def fill(self) -> None:
        """Takes every free block."""
        with open(self._filler, "ab", buffering=0) as filler:
            for size in (1 << 20, 1 << 12, 1):
                while True:
                    try:
                        if filler.write(b"\0" * size) < size:
                            break
                    except OSError:
                        break

    def make_room(self) -> None:
        self._filler.unlink(missing_ok=True)

    def stop(self) -> None:
        subprocess.run(["umount", "-l", str(self.path)], capture_output=True)

    @staticmethod
    def obstacle() -> str | None:
        return None if os.getuid() == 0 else "a small disk needs root, for a mount"


class FaultyFiles:
    """The preloaded library of faults/faultio.c, compiled here, and the file through which it is ordered about."""

    def __init__(self, folder: Path, path_word: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.library = compile_library("faultio", folder)
        self._order = folder / "fault-order"
        self._order.write_text("")
        self.environment = {"LD_PRELOAD": str(self.library), "FAULT_FILE": str(self._order), "FAULT_PATH": path_word}

    def order(self, text: str) -> None:
        """Replaced as a whole, so that a half-written order is never read."""
        fresh = self._order.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self._order)


def compile_library(name: str, folder: Path) -> Path:
    """One of the libraries in faults/, to be preloaded into the program under test."""
    source = Path(__file__).resolve().parents[1] / f"faults/{name}.c"
    library = folder / f"{name}.so"
    _run("gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-ldl")
    return library


def _run(*command) -> None:
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {result.returncode}: {result.stderr.strip()}")
