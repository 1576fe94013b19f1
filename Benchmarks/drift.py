"""How late the second rung of very many pages is, when all of them are due within a few seconds."""

import asyncio
import json
import sqlite3
import time

from alerts import bodies
from lab import Lab
from processes import percentile
from receiver import Receiver
from report import BESIDE
from support.tocsin import Tocsin
from waking import FIRST, SECOND, TEAM, Receiving, wake_people
from wire import post_all

PART = "drift"
PAGES = 10_000
# Long enough for the pages to be opened and their first messages to leave, on most machines.
PATIENCE = 60
# How long the last messages are waited for, and how long nothing may come before the rest is given up.
WITHIN = 180
QUIET = 20


def measure(lab: Lab) -> None:
    count = lab.scaled(PAGES)
    patience = max(15, lab.scaled(PATIENCE))
    group = f"{count:,} pages whose second rung is due {patience} s after the first"
    repeat = {"group_interval": f"{patience}s", "repeat": "1s"}
    with Receiving() as receiving, lab.neighbour(webhook=receiving.url(FIRST), **repeat) as neighbour:
        accepted = receiving.run(climb(neighbour.port, None, receiving.receiver, count, patience))
        # A group says the same again after its interval: the nearest that Alertmanager has to a second rung.
        second = {number: times[1] for number, times in receiving.receiver.arrivals[FIRST].items() if len(times) > 1}
        tell_messages(lab, group, BESIDE, accepted, second, patience)
    for store in lab.stores:
        with Receiving() as receiving, lab.tocsin(store) as node:
            wake_people(node.api(), receiving, patience)
            accepted = receiving.run(climb(node.port, node.token("intake"), receiving.receiver, count, patience))
            first, second = (receiving.receiver.firsts(path) for path in (FIRST, SECOND))
            node.stop()
            lab.report.put(PART, group, "first messages that came", store, len(first), "count")
            tell_rungs(lab, group, store, node)
            tell_messages(lab, group, store, accepted, second, patience)


async def climb(port: int, token: str | None, receiver: Receiver, count: int, patience: int) -> dict[int, float]:
    """Opens the pages as fast as they are taken, and waits until the second messages have come or come no more."""
    accepted = await post_all(port, bodies(range(1, count + 1), TEAM), token)
    due = max(accepted.values()) + patience
    await asyncio.sleep(max(0, due - time.monotonic()))
    deadline = due + WITHIN
    while time.monotonic() < min(deadline, max(receiver.last, due) + QUIET):
        repeated = sum(len(times) > 1 for times in receiver.arrivals[FIRST].values())
        if max(len(receiver.arrivals[SECOND]), repeated) >= count:
            break
        await asyncio.sleep(0.2)
    return accepted


def tell_messages(
    lab: Lab, group: str, who: str, accepted: dict[int, float], second: dict[int, float], patience: int
) -> None:
    """Late is against acceptance plus patience, so that both programs are measured alike, from outside."""
    late = [at - accepted[number] - patience for number, at in second.items()]
    lab.report.put(PART, group, "second messages that came", who, len(late), "count")
    if late:
        lab.report.put(PART, group, "second message late at the webhook, p50", who, percentile(late, 50), "seconds")
        lab.report.put(PART, group, "second message late at the webhook, p99", who, percentile(late, 99), "seconds")
        lab.report.put(PART, group, "second message late at the webhook, max", who, max(late), "seconds")


def tell_rungs(lab: Lab, group: str, store: str, node: Tocsin) -> None:
    """Late is the time of the event against the due time that the event itself names; both are the store's."""
    events = rows(lab, node, "SELECT at, body FROM event WHERE kind = 'page.rung-reached'")
    reached = [(at, json.loads(body)) for at, body in events]
    first = [at for at, body in reached if body["rung"] == 0]
    late = [(at - body["due"]) / 1e6 for at, body in reached if body["rung"] == 1]
    lab.report.put(PART, group, "pages opened", store, len(first), "count")
    lab.report.put(PART, group, "pages opened within", store, (max(first) - min(first)) / 1e6, "seconds")
    lab.report.put(PART, group, "second rungs reached", store, len(late), "count")
    aside = rows(lab, node, "SELECT COUNT(*) FROM timer WHERE quarantined = 1")[0][0]
    if aside:
        lab.report.put(PART, group, "deadlines set aside, never to be climbed", store, aside, "count")
    if late:
        lab.report.put(PART, group, "second rung late, p50", store, percentile(late, 50), "seconds")
        lab.report.put(PART, group, "second rung late, p99", store, percentile(late, 99), "seconds")
        lab.report.put(PART, group, "second rung late, max", store, max(late), "seconds")


def rows(lab: Lab, node: Tocsin, sql: str) -> list[tuple]:
    """Reads the store of a node that has stopped."""
    if node.database:
        return lab.postgres.execute(sql, node.database.rpartition("/")[2].partition("?")[0])
    connection = sqlite3.connect(f"file:{node.data / 'tocsin.db'}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
