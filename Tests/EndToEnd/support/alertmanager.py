"""A real Alertmanager with one webhook receiver."""

import shutil
from pathlib import Path

import requests
import yaml

from .program import Program
from .waiting import free_port, until


class Alertmanager:
    """Groups by alert name, and tells the webhook within a second of anything that changes."""

    def __init__(self, folder: Path, webhook: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        configuration = {
            "route": {
                "receiver": "tocsin",
                "group_by": ["alertname"],
                "group_wait": "0s",
                "group_interval": "1s",
                # Said again every few seconds: deduplication has something to do.
                "repeat_interval": "3s",
            },
            "receivers": [{"name": "tocsin", "webhook_configs": [{"url": webhook, "send_resolved": True}]}],
        }
        (folder / "alertmanager.yml").write_text(yaml.safe_dump(configuration))
        self._program: Program | None = None

    def start(self) -> "Alertmanager":
        executable = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
        assert executable, "Alertmanager is not installed: scripts/install-dependencies.sh test"
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

        def ready() -> bool:
            self._program.must_run()
            try:
                return requests.get(f"http://127.0.0.1:{self.port}/-/ready", timeout=2).status_code == 200
            except requests.ConnectionError:
                return False

        until(ready, "Alertmanager to be ready", within=60)
        return self

    def stop(self) -> None:
        if self._program:
            self._program.stop()
