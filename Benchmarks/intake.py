"""How many alerts a second are taken, how long a sender waits, and what one costs. Closed loop, by wrk."""

import asyncio
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from alerts import BATCH, bodies, lua
from lab import Lab
from processes import cpu_seconds
from report import BESIDE
from wire import post_all

CONNECTIONS = 16
REPEATED = 1000
LOADS = [
    (1, 0, "always new alerts, one a request"),
    (BATCH, 0, f"always new alerts, {BATCH} a request"),
    (1, REPEATED, f"the same {REPEATED:,} alerts again and again, one a request"),
    (BATCH, REPEATED, f"the same {REPEATED:,} alerts again and again, {BATCH} a request"),
]
PART = "intake"


@dataclass
class Load:
    alerts: int
    per_second: float
    p50: float
    p99: float
    refused: int
    cpu_an_alert: float


def measure(lab: Lab) -> None:
    for batch, cycle, words in LOADS:
        group = f"{words}, {CONNECTIONS} connections"
        with lab.neighbour() as neighbour:
            told(lab, group, BESIDE, load(lab, neighbour, None, batch, cycle))
        for store in lab.stores:
            with lab.tocsin(store) as node:
                found = load(lab, node, node.token("intake"), batch, cycle)
            told(lab, group, store, found)
            floor = "alerts for one sync of the disk"
            lab.report.put(PART, group, floor, store, found.per_second / lab.syncs_per_second, "share")


def told(lab: Lab, group: str, who: str, load: Load) -> None:
    lab.report.put(PART, group, "alerts", who, load.per_second, "a second")
    lab.report.put(PART, group, "p50", who, load.p50, "seconds")
    lab.report.put(PART, group, "p99", who, load.p99, "seconds")
    lab.report.put(PART, group, "CPU an alert", who, load.cpu_an_alert, "CPU")
    if load.refused:
        lab.report.put(PART, group, "requests refused", who, load.refused, "count")


def load(lab: Lab, program, token: str | None, batch: int, cycle: int) -> Load:
    if cycle:
        # Open before the clock starts: from then on every one is a repeat.
        asyncio.run(post_all(program.port, bodies(range(1, cycle + 1)), token))
    script = program.folder / "load.lua"
    script.write_text(lua(batch, cycle, token))
    before = cpu_seconds(program.process_id)
    found = wrk(f"http://127.0.0.1:{program.port}/api/v2/alerts", script, lab.seconds)
    spent = cpu_seconds(program.process_id) - before
    requests = int(find(r"(\d+) requests in", found))
    took = seconds(find(r"requests in ([\d.]+\w+),", found))
    refused = int(find(r"Non-2xx or 3xx responses: (\d+)", found, "0"))
    alerts = (requests - refused) * batch
    return Load(
        alerts,
        alerts / took,
        seconds(find(r"^\s+50%\s+(\S+)", found)),
        seconds(find(r"^\s+99%\s+(\S+)", found)),
        refused,
        spent / max(1, alerts),
    )


def wrk(url: str, script: Path, duration: int) -> str:
    return subprocess.run(
        ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{duration}s", "--latency", "--timeout", "10s", "-s", script, url],
        capture_output=True,
        text=True,
        check=True,
        timeout=duration + 60,
    ).stdout


def find(pattern: str, text: str, otherwise: str | None = None) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    if found:
        return found[1]
    if otherwise is None:
        raise RuntimeError(f"wrk did not say {pattern}:\n{text}")
    return otherwise


def seconds(text: str) -> float:
    """wrk writes 870.00us, 3.10ms, 1.20s, 1.00m."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60}[unit]
