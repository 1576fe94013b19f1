"""Debian's Alertmanager as it is measured beside Tocsin: in memory, alone, told of everything at once or of nothing."""

import shutil
import time
from pathlib import Path

import yaml
from processes import await_ready
from support.program import Program
from support.waiting import free_port


class Neighbour:
    """One Alertmanager. Its port and its folder stay the same over restarts; its alerts are only in its memory."""

    path = "/api/v2/alerts"
    token = None

    def __init__(self, folder: Path, webhook: str | None = None, group_interval: str = "4h", repeat: str = "4h"):
        """Without a webhook nobody is told, as where no route of Tocsin wakes anybody.

        With one, every alert is a group of its own, told at once and again after `group_interval` if `repeat` is over.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        route = {"receiver": "measured"}
        if webhook:
            route |= {"group_by": ["..."], "group_wait": "0s"}
            route |= {"group_interval": group_interval, "repeat_interval": repeat}
        hooks = {"webhook_configs": [{"url": webhook, "send_resolved": False}]} if webhook else {}
        configuration = {"route": route, "receivers": [{"name": "measured"} | hooks]}
        (folder / "alertmanager.yml").write_text(yaml.safe_dump(configuration))
        self.startup_seconds = 0.0
        self._program: Program | None = None

    def start(self) -> "Neighbour":
        executable = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
        assert executable, "Alertmanager is not installed: scripts/install-dependencies.sh bench"
        began = time.monotonic()
        self._program = Program(
            [
                executable,
                f"--config.file={self.folder / 'alertmanager.yml'}",
                f"--storage.path={self.folder / 'state'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--cluster.listen-address=",
            ],
            self.folder / "alertmanager.log",
        )
        await_ready(self.port, "/-/ready", self._program.must_run)
        self.startup_seconds = time.monotonic() - began
        return self

    def stop(self) -> None:
        if self._program:
            self._program.stop()

    @property
    def process_id(self) -> int:
        return self._program.process.pid
