"""Measures the release build beside Alertmanager and beside the bare disk, and prints ratios.

Absolute figures of one machine say little; a ratio to a neighbour on the same machine, in the same minute, says more.
Each load is one `wrk` run of SECONDS on loopback, which shares the cores with what it measures.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "EndToEnd"))

from support.alertmanager import Alertmanager  # noqa: E402
from support.organisation import ANA_HOOK, make_integration, make_organisation  # noqa: E402
from support.postgres import PostgresServer  # noqa: E402
from support.tocsin import Tocsin  # noqa: E402
from support.waiting import until  # noqa: E402
from support.webhook import WebhookSink  # noqa: E402

SECONDS = int(os.environ.get("BENCH_SECONDS", "10"))
CONNECTIONS = 16
PAGES = 40
READS = 150


@dataclass
class Load:
    per_second: float
    p50: str
    p99: str
    failed: int


def wrk(url: str, script: Path, connections: int = CONNECTIONS) -> Load:
    result = subprocess.run(
        ["wrk", "-t2", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", str(script), url],
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS + 60,
    ).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", result)
    fault = re.search(r"Non-2xx or 3xx responses: (\d+)", result)
    percent = dict(re.findall(r"^\s+(\d+)%\s+(\S+)", result, re.MULTILINE))
    return Load(float(found[1]), percent.get("50", "?"), percent.get("99", "?"), int(fault[1]) if fault else 0)


def posting(folder: Path, batch: int, token: str | None) -> Path:
    """A wrk script that posts `batch` alerts a request, each request with alerts that nobody posted before."""
    headers = 'wrk.headers["Content-Type"] = "application/json"\n'
    if token:
        headers += f'wrk.headers["Authorization"] = "Bearer {token}"\n'
    script = folder / f"post-{batch}-{'token' if token else 'open'}.lua"
    script.write_text(
        headers
        + f"""
local threads = 0
function setup(thread) thread:set("id", threads) threads = threads + 1 end
local number = 0
function request()
  local alerts = {{}}
  for index = 1, {batch} do
    number = number + 1
    alerts[index] = string.format('{{"labels":{{"alertname":"Load","severity":"info","thread":"%d","number":"%d",'
      .. '"instance":"host-%d.example.org:9100","job":"node","cluster":"eu-1"}},'
      .. '"annotations":{{"summary":"A load of alerts","description":"Posted to be measured"}}}}', id, number, number)
  end
  return wrk.format("POST", nil, nil, "[" .. table.concat(alerts, ",") .. "]")
end
"""
    )
    return script


def reading(node: Tocsin, path: str) -> list[float]:
    """One after another, in seconds, within what one token may ask in a burst."""
    api = node.api("viewer")
    taken = []
    for _ in range(READS):
        began = time.monotonic()
        api.read(path)
        taken.append(time.monotonic() - began)
    return taken


def syncs_per_second(folder: Path) -> float:
    """What the disk itself gives: one page written and synced at a time."""
    count, page = 0, b"\0" * 4096
    with open(folder / "syncs", "wb", buffering=0) as file:
        began = time.monotonic()
        while time.monotonic() - began < 2:
            file.seek(0)
            file.write(page)
            os.fdatasync(file.fileno())
            count += 1
    return count / 2


def page_latency(node: Tocsin, hooks: WebhookSink) -> list[float]:
    """From the moment at which an alert is posted to the moment at which the receiver has the page, in seconds."""
    api = node.api()
    make_organisation(api, hooks, patience=3600, mail=False, declares_from=None)
    integration = make_integration(api, "Latency", "generic")
    make_integration(api, "Load", "alertmanager")
    taken = []
    for number in range(PAGES):
        seen = len(hooks.deliveries(ANA_HOOK))
        began = time.time()
        node.anonymous.post(
            f"/in/{integration.key}/generic",
            {"title": f"Latency {number}", "severity": "critical", "labels": {"team": "queue"}},
        )
        until(lambda: len(hooks.deliveries(ANA_HOOK)) > seen, "the page", within=30, every=0.002)
        taken.append(hooks.deliveries(ANA_HOOK)[-1].received - began)
    return taken


def main() -> int:
    rows: list[tuple[str, str, str]] = []

    def row(what: str, figure: str, ratio: str = "") -> None:
        rows.append((what, figure, ratio))
        print(f"{what:<58} {figure:<44} {ratio}", flush=True)

    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        folder = Path(name)
        row("the disk: 4 kB written and synced, one after another", f"{(syncs := syncs_per_second(folder)):.0f}/s")

        neighbour = Alertmanager(folder / "alertmanager", "http://127.0.0.1:9/").start()
        base: dict[int, float] = {}
        try:
            for batch in (1, 64):
                load = wrk(f"http://127.0.0.1:{neighbour.port}/api/v2/alerts", posting(folder, batch, None))
                base[batch] = load.per_second * batch
                row(
                    f"Alertmanager (in memory), {batch} alerts a request", f"{base[batch]:.0f} alerts/s, p99 {load.p99}"
                )
        finally:
            neighbour.stop()

        postgres = PostgresServer().start()
        try:
            for store, database in (("SQLite", None), ("PostgreSQL", postgres.new_database())):
                measure(folder, store, database, base, syncs, row)
        finally:
            postgres.stop()
    results = Path(__file__).resolve().parents[2] / ".build/bench.json"
    results.write_text(
        json.dumps([dict(zip(("what", "figure", "ratio"), each, strict=True)) for each in rows], indent=2)
    )
    return 0


def measure(folder: Path, store: str, database: str | None, base: dict[int, float], syncs: float, row) -> None:
    hooks = WebhookSink().start()
    node = Tocsin(folder, database=database, name=f"tocsin-{store.lower()}")
    try:
        node.start()
        row(
            f"Tocsin on {store}: start to ready",
            f"{node.startup_seconds * 1000:.0f} ms, {node.resident_kilobytes() // 1024} MB",
        )
        taken = page_latency(node, hooks)
        row(
            f"Tocsin on {store}: alert in to page out, {PAGES} times",
            f"p50 {median(taken) * 1000:.0f} ms, p95 {quantiles(taken, n=20)[-1] * 1000:.0f} ms",
        )
        for batch in (1, 64):
            load = wrk(node.url + "/api/v2/alerts", posting(folder, batch, node.token("intake")))
            alerts = load.per_second * batch
            failed = f", {load.failed} refused" if load.failed else ""
            row(
                f"Tocsin on {store} (durable), {batch} alerts a request",
                f"{alerts:.0f} alerts/s, p99 {load.p99}{failed}",
                f"{alerts / base[batch]:.2f} of Alertmanager, {alerts / syncs:.1f} a sync of the disk",
            )
        taken = reading(node, "/api/v1/alerts?limit=50")
        row(
            f"Tocsin on {store}: a list of 50 alerts, {READS} times",
            f"p50 {median(taken) * 1000:.1f} ms, p95 {quantiles(taken, n=20)[-1] * 1000:.1f} ms",
        )
        row(f"Tocsin on {store}: memory after all that", f"{node.resident_kilobytes() // 1024} MB")
    finally:
        node.stop()
        hooks.stop()


if __name__ == "__main__":
    sys.exit(main())
