"""With 100,000 alerts open: how much memory, how long to find one, how long to start."""

import asyncio
import http.client
import json
import re
import time
import urllib.parse
from pathlib import Path
from statistics import median

from alerts import bodies
from lab import Lab, start
from neighbour import Neighbour
from processes import percentile, resident_kilobytes
from report import BESIDE
from support.tocsin import Tocsin
from wire import post_all

OPEN = 100_000
# What was allocated only to take the alerts may be given back meanwhile.
SETTLE_SECONDS = 5
FINDS = 20
# One token may ask 200 times at once.
READS = 100
STARTS = 5


def measure(lab: Lab, wanted: set[str]) -> None:
    if "start" in wanted:
        empty_starts(lab)
    with lab.neighbour() as neighbour:
        hold(lab, BESIDE, neighbour, None, wanted)
        if "find" in wanted:
            find_on_neighbour(lab, neighbour)
        if "start" in wanted:
            restarts(lab, BESIDE, neighbour)
            left = count_open(neighbour)
            lab.report.note(f"Alertmanager starts again with {left:,} open alerts: they were only in its memory.")
    for store in lab.stores:
        with lab.tocsin(store) as node:
            hold(lab, store, node, node.token("intake"), wanted)
            if "find" in wanted:
                find_on_tocsin(lab, store, node)
            if "start" in wanted:
                restarts(lab, store, node)
                expect_open(lab, node)


# Memory


def hold(lab: Lab, who: str, program: Neighbour | Tocsin, token: str | None, wanted: set[str]) -> None:
    count = lab.scaled(OPEN)
    group = f"{count:,} open alerts"
    empty = resident_kilobytes(program.process_id)
    began = time.monotonic()
    asyncio.run(post_all(program.port, bodies(range(1, count + 1)), token))
    took = time.monotonic() - began
    time.sleep(SETTLE_SECONDS)
    if "memory" in wanted:
        full = resident_kilobytes(program.process_id)
        lab.report.put("memory", group, "empty", who, empty, "kB")
        lab.report.put("memory", group, f"resident, {SETTLE_SECONDS} s after the last", who, full, "kB")
        lab.report.put("memory", group, "posted", who, count / took, "a second")
    expect_open(lab, program)


def expect_open(lab: Lab, program: Neighbour | Tocsin) -> None:
    """That every alert is open, by the program's own count; otherwise the figures are of something else."""
    if (found := count_open(program)) != lab.scaled(OPEN):
        raise RuntimeError(f"{found:,} alerts are open instead of {lab.scaled(OPEN):,}")


def count_open(program: Neighbour | Tocsin) -> int:
    if isinstance(program, Neighbour):
        token, gauge = None, r'alertmanager_alerts\{state="(?:active|unprocessed)"\}'
    else:
        token, gauge = program.token("viewer"), "tocsin_open_alerts"
    text = Asking(program.port, token).get("/metrics").decode()
    return round(sum(float(number) for number in re.findall(rf"^{gauge} (\S+)$", text, re.MULTILINE)))


# Finding


class Asking:
    """One connection that is kept; a question after the other."""

    def __init__(self, port: int, token: str | None):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered {answer.status}: {body[:200]!r}")
        return body

    def time(self, path: str, times: int) -> list[float]:
        taken = []
        for _ in range(times):
            began = time.monotonic()
            self.get(path)
            taken.append(time.monotonic() - began)
        return taken


def find_one(lab: Lab, who: str, what: str, asking: Asking, path: str, items) -> None:
    """Puts the time of a question that one alert answers. `items` takes the alerts out of the answer."""
    found = items(json.loads(asking.get(path)))
    if len(found) != 1:
        raise RuntimeError(f"{path} found {len(found)} alerts instead of one")
    group = f"one of {lab.scaled(OPEN):,} alerts, p50 of {FINDS}"
    lab.report.put("find", group, what, who, median(asking.time(path, FINDS)), "seconds")


def sought(lab: Lab) -> str:
    return str(lab.scaled(77_777))


SAME_API = "GET /api/v2/alerts?filter="


def filter_path(lab: Lab) -> str:
    return "/api/v2/alerts?filter=" + urllib.parse.quote(f'number="{sought(lab)}"')


def find_on_neighbour(lab: Lab, neighbour: Neighbour) -> None:
    asking = Asking(neighbour.port, None)
    find_one(lab, BESIDE, SAME_API, asking, filter_path(lab), lambda answer: answer)


def find_on_tocsin(lab: Lab, store: str, node: Tocsin) -> None:
    asking = Asking(node.port, node.token("responder"))
    find_one(lab, store, SAME_API, asking, filter_path(lab), lambda answer: answer)
    by_label = f"/api/v1/alerts?label=number={sought(lab)}"
    find_one(lab, store, "GET /api/v1/alerts?label=", asking, by_label, lambda answer: answer["items"])
    by_text = f"/api/v1/alerts?q=host-{sought(lab)}.example.org"
    find_one(lab, store, "GET /api/v1/alerts?q=", asking, by_text, lambda answer: answer["items"])

    asking = Asking(node.port, node.token("viewer"))
    group = f"a list of 50 of {lab.scaled(OPEN):,} alerts, {READS} times, beside /livez of the same process"
    # The floor is an answer with nothing in it; it is the first store's for the table.
    if store == lab.stores[0]:
        floor = asking.time("/livez", READS)
        lab.report.put("find", group, "p50", BESIDE, median(floor), "seconds")
        lab.report.put("find", group, "p95", BESIDE, percentile(floor, 95), "seconds")
    taken = asking.time("/api/v1/alerts?limit=50", READS)
    lab.report.put("find", group, "p50", store, median(taken), "seconds")
    lab.report.put("find", group, "p95", store, percentile(taken, 95), "seconds")


# Starting


def empty_starts(lab: Lab) -> None:
    """Each on a folder, or a database, that was never used."""
    group = f"start to ready, median of {STARTS}"

    def put(who: str, taken: list[float]) -> None:
        lab.report.put("start", group, "with an empty store", who, median(taken), "seconds")

    taken = []
    for _ in range(STARTS):
        with lab.neighbour() as neighbour:
            taken.append(neighbour.startup_seconds)
    put(BESIDE, taken)
    for store in lab.stores:
        taken = []
        for _ in range(STARTS):
            with lab.room("start") as folder:
                node = fresh(lab, folder, store)
                try:
                    taken.append(start(node))
                finally:
                    node.stop()
        put(store, taken)


def fresh(lab: Lab, folder: Path, store: str) -> Tocsin:
    return Tocsin(folder, database=lab.new_database() if store == "PostgreSQL" else None)


def restarts(lab: Lab, who: str, program: Neighbour | Tocsin) -> None:
    taken = []
    for _ in range(STARTS):
        program.stop()
        taken.append(program.start().startup_seconds if isinstance(program, Neighbour) else start(program))
    what = f"after a stop with {lab.scaled(OPEN):,} open alerts"
    lab.report.put("start", f"start to ready, median of {STARTS}", what, who, median(taken), "seconds")
