"""From an alert that was accepted to the first byte of the message about it, one at a time and at a fixed rate."""

import asyncio
import time
from statistics import median

from alerts import bodies
from lab import Lab
from processes import percentile
from receiver import Receiver
from report import BESIDE
from support.api import Api
from support.organisation import ANA_SECRET, BO_SECRET, contact, make_plan, make_user
from wire import Connection, Posted, post_paced

PART = "wake"
SINGLE = 40
RATE = 500
TEAM = "woken"
FIRST, SECOND = "/first", "/second"
# A message that has not come by then is counted as not come.
PATIENCE = 60
QUIET = 5


def measure(lab: Lab) -> None:
    on_neighbour(lab, RATE, single=True)
    for store in lab.stores:
        sustained = on_tocsin(lab, store, RATE, single=True)
        if sustained < 0.98 * RATE:
            # Where too much is asked, times only tell how long the queue is; where it keeps up, how fast it is.
            slower = max(1, int(0.8 * sustained))
            on_neighbour(lab, slower, single=False)
            on_tocsin(lab, store, slower, single=False)


def on_neighbour(lab: Lab, rate: int, single: bool) -> None:
    with Receiving() as receiving, lab.neighbour(webhook=receiving.url(FIRST)) as neighbour:
        if single:
            receiving.run(one_by_one(lab, BESIDE, neighbour.port, None, receiving.receiver))
        receiving.run(paced(lab, BESIDE, neighbour.port, None, receiving.receiver, rate))


def on_tocsin(lab: Lab, store: str, rate: int, single: bool) -> float:
    with Receiving() as receiving, lab.tocsin(store) as node:
        wake_people(node.api(), receiving, patience=3600)
        token = node.token("intake")
        if single:
            receiving.run(one_by_one(lab, store, node.port, token, receiving.receiver))
        return receiving.run(paced(lab, store, node.port, token, receiving.receiver, rate))


class Receiving:
    """An event loop with a receiver on it, for as long as a program is measured."""

    def __init__(self):
        self._runner = asyncio.Runner()
        self.receiver = Receiver()

    def __enter__(self) -> "Receiving":
        self.run(self.receiver.__aenter__())
        return self

    def __exit__(self, *_) -> None:
        self.run(self.receiver.__aexit__())
        self._runner.close()

    def run(self, work):
        return self._runner.run(work)

    def url(self, path: str) -> str:
        return self.receiver.url(path)


def wake_people(api: Api, receiving: Receiving, patience: int) -> None:
    """Every alert of the team is a page of its own; no incident is declared. Two rungs, each with one webhook."""
    hooks = ((FIRST, ANA_SECRET), (SECOND, BO_SECRET))
    people = [
        make_user(
            api, f"Person{path}", f"{path[1:]}@example.org", [contact("hook", "webhook", receiving.url(path), key)]
        )
        for path, key in hooks
    ]
    plan = make_plan(api, "Woken", [([people[0]["id"]], patience), ([people[1]["id"]], 7 * 24 * 3600)])
    matchers = [{"name": "team", "op": "=", "value": TEAM}]
    api.create("/api/v1/routes", {"name": "Woken", "position": 1, "matchers": matchers, "plan": plan["id"]})


async def one_by_one(lab: Lab, who: str, port: int, token: str | None, receiver: Receiver) -> None:
    connection = await Connection(port, token).open()
    from_posted, from_accepted = [], []
    for numbers, body in bodies(range(1, SINGLE + 1), TEAM, batch=1):
        message = receiver.expect(numbers[0])
        posted = time.monotonic()
        status = await connection.post(body)
        answered = time.monotonic()
        if status // 100 != 2:
            raise RuntimeError(f"an alert was answered {status}")
        arrived = await asyncio.wait_for(message, PATIENCE)
        from_posted.append(arrived - posted)
        from_accepted.append(arrived - answered)
    connection.close()
    group = f"one alert after another to a webhook, {SINGLE} times"
    for words, taken in (("posted", from_posted), ("accepted", from_accepted)):
        lab.report.put(PART, group, f"{words} to first byte, p50", who, median(taken), "seconds")
        lab.report.put(PART, group, f"{words} to first byte, p95", who, percentile(taken, 95), "seconds")


async def paced(lab: Lab, who: str, port: int, token: str | None, receiver: Receiver, rate: int) -> float:
    """Gives back how many messages a second came while alerts did, or afterwards while they were still coming."""
    count = rate * lab.seconds
    # Those of the measurement before have other numbers.
    start, already = SINGLE + 1, len(receiver.arrivals[FIRST])
    requests = list(bodies(range(start, start + count), TEAM, batch=1))
    posted = await post_paced(port, requests, token, rate)
    accepted = {each.number: each for each in posted if each.is_accepted}
    stopped = max(each.answered for each in posted)
    await receiver.settle(FIRST, already + len(accepted), QUIET, PATIENCE)
    arrived = {number: at for number, at in receiver.firsts(FIRST).items() if number in accepted}
    return tell(lab, who, rate, posted, accepted, arrived, stopped)


def tell(
    lab: Lab,
    who: str,
    rate: int,
    posted: list[Posted],
    accepted: dict[int, Posted],
    arrived: dict[int, float],
    stopped: float,
) -> float:
    group = f"{rate} alerts a second for {len(posted) // rate} s to a webhook, each a page or a group of its own"
    began = min(each.due for each in posted)

    def put(what: str, value: float, unit: str) -> None:
        lab.report.put(PART, group, what, who, value, unit)

    put("accepted", len(accepted) / (stopped - began), "a second")
    put("alerts accepted", len(accepted), "count")
    put("of these told to the webhook", len(arrived), "count")
    if not arrived:
        return 0
    rate_of_arrival = len(arrived) / (max(arrived.values()) - began)
    put("messages", rate_of_arrival, "a second")
    put("told when the last alert was accepted", sum(at <= stopped for at in arrived.values()), "count")
    for words, since in (("accepted", lambda each: each.answered), ("due to be sent", lambda each: each.due)):
        taken = [at - since(accepted[number]) for number, at in arrived.items()]
        put(f"{words} to first byte, p50", percentile(taken, 50), "seconds")
        put(f"{words} to first byte, p99", percentile(taken, 99), "seconds")
    return rate_of_arrival
