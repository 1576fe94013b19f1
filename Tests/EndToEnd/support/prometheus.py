"""A real Prometheus that watches a number which the test sets, and fires a rule while that number is above zero."""

import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests
import yaml

from .program import Program
from .waiting import free_port, until


class Gauge:
    """A tiny metrics endpoint: `queue_stuck{shard="…"} value`. The test sets the values; Prometheus scrapes them."""

    def __init__(self):
        self._values: dict[str, float] = {"1": 0}
        self._lock = threading.Lock()
        gauge = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = gauge._text().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="gauge", daemon=True)

    def start(self) -> "Gauge":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def set(self, value: float, shard: str = "1") -> None:
        with self._lock:
            self._values[shard] = value

    def _text(self) -> str:
        with self._lock:
            lines = [f'queue_stuck{{shard="{shard}"}} {value}' for shard, value in sorted(self._values.items())]
        return "# TYPE queue_stuck gauge\n" + "\n".join(lines) + "\n"


class Prometheus:
    """Scrapes one gauge each second and evaluates one rule each second.

    `alertmanagers` are entries of Prometheus's own `alertmanagers` list, so that a bearer token or a path prefix is
    given exactly as a user would give it.
    """

    def __init__(self, folder: Path, gauge: Gauge, alertmanagers: list[dict], labels: dict[str, str]):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        rules = {
            "groups": [
                {
                    "name": "end-to-end",
                    "interval": "1s",
                    "rules": [
                        {
                            "alert": "QueueStuck",
                            "expr": "queue_stuck > 0",
                            "labels": labels,
                            "annotations": {
                                "summary": "The queue of shard {{ $labels.shard }} has not moved",
                                "description": "Nothing left the queue; value {{ $value }}",
                            },
                        }
                    ],
                }
            ]
        }
        (folder / "rules.yml").write_text(yaml.safe_dump(rules))
        configuration = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / "rules.yml")],
            "alerting": {"alertmanagers": alertmanagers},
            "scrape_configs": [{"job_name": "queue", "static_configs": [{"targets": [f"127.0.0.1:{gauge.port}"]}]}],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
        self._program: Program | None = None

    def start(self) -> "Prometheus":
        executable = shutil.which("prometheus")
        assert executable, "Prometheus is not installed: scripts/install-dependencies.sh test"
        self._program = Program(
            [
                executable,
                f"--config.file={self.folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={self.folder / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                # A firing alert is sent again each second rather than each minute, and so lasts four seconds when
                # Prometheus dies.
                "--rules.alert.resend-delay=1s",
            ],
            self.folder / "prometheus.log",
        )

        def ready() -> bool:
            self._program.must_run()
            try:
                return requests.get(f"http://127.0.0.1:{self.port}/-/ready", timeout=2).status_code == 200
            except requests.ConnectionError:
                return False

        until(ready, "Prometheus to be ready", within=60)
        return self

    def stop(self) -> None:
        if self._program:
            self._program.stop()

    def firing(self) -> list[dict]:
        answer = requests.get(f"http://127.0.0.1:{self.port}/api/v1/alerts", timeout=5).json()
        return [alert for alert in answer["data"]["alerts"] if alert["state"] == "firing"]


def alertmanager_at(port: int) -> dict:
    """A plain Alertmanager, as Prometheus names it."""
    return {"static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}


def tocsin_as_alertmanager(port: int, token: str) -> dict:
    """Tocsin in the place of an Alertmanager, with a bearer token."""
    return alertmanager_at(port) | {"api_version": "v2", "authorization": {"type": "Bearer", "credentials": token}}
