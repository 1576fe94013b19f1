"""What the parts of a run share: how long, how many, where, and the programs that they start."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neighbour import Neighbour
from processes import await_ready
from report import BESIDE, Report
from support.organisation import make_integration
from support.postgres import PostgresServer
from support.tocsin import Tocsin

STORES = ["SQLite", "PostgreSQL"]
FULL_SECONDS = 10


class Lab:
    def __init__(self, seconds: int, stores: list[str]):
        self.seconds = seconds
        self.stores = stores
        self.report = Report()
        self.folder = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
        self._postgres: PostgresServer | None = None
        self.syncs_per_second = 0.0
        self._made = 0

    def close(self) -> None:
        if self._postgres:
            self._postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def scaled(self, full: int) -> int:
        """That many in a run of full length, fewer in a shorter one: the rows say how many there were."""
        return max(1, round(full * min(1, self.seconds / FULL_SECONDS)))

    def measure_disk(self) -> None:
        """What the disk itself gives: 4 kB written and synced, one after another."""
        count, page = 0, b"\0" * 4096
        with open(self.folder / "syncs", "wb", buffering=0) as file:
            began = time.monotonic()
            while time.monotonic() - began < 2:
                file.seek(0)
                file.write(page)
                os.fdatasync(file.fileno())
                count += 1
        self.syncs_per_second = count / 2
        self.report.put("disk", "the disk alone", "4 kB written and synced", BESIDE, self.syncs_per_second, "a second")

    # Programs, each on a store of its own that is gone when it has been measured

    @contextmanager
    def neighbour(self, **options) -> Iterator[Neighbour]:
        with self.room("alertmanager") as folder:
            neighbour = Neighbour(folder, **options)
            try:
                yield neighbour.start()
            finally:
                neighbour.stop()

    @contextmanager
    def tocsin(self, store: str) -> Iterator[Tocsin]:
        """A started node with one integration that takes alerts as Alertmanager does."""
        with self.room(f"tocsin-{store.lower()}") as folder:
            node = Tocsin(folder, database=self.new_database() if store == "PostgreSQL" else None)
            try:
                start(node)
                make_integration(node.api(), "Load", "alertmanager")
                yield node
            finally:
                node.stop()

    @contextmanager
    def room(self, name: str) -> Iterator[Path]:
        self._made += 1
        folder = self.folder / f"{self._made}-{name}"
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def new_database(self) -> str:
        return self.postgres.new_database()

    @property
    def postgres(self) -> PostgresServer:
        if not self._postgres:
            self._postgres = PostgresServer().start()
        return self._postgres


def start(node: Tocsin) -> float:
    """Starts it and gives back the seconds until it was ready, to 2 ms."""

    def must_run() -> None:
        if not node.is_running:
            raise RuntimeError(f"Tocsin did not start; its last words:\n{node.output[-2000:]}")

    began = time.monotonic()
    node.start(wait=False)
    await_ready(node.port, "/readyz", must_run)
    return time.monotonic() - began
