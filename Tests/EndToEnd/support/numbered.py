"""Alerts that carry a number, a source that never gives up, and what must be true of them after a disaster."""

import re
import threading
from collections import Counter, defaultdict

import requests

from .api import Api
from .organisation import contact, make_plan, make_user
from .waiting import until
from .webhook import Delivery, WebhookSink

# Every fifth alert wakes somebody: enough pages to compare, few enough that sending them does not fill the time.
PAGED_EVERY = 5
HOOK = "/ana"
SECRET = "whsec_QW5hJ3MgbGFib3JhdG9yeSBzZWNyZXQga2V5ICMx"


class Sender:
    """Posts numbered alerts as fast as they are answered, and notes the answer to each.

    A number that got no answer, or a refusal, is posted again under the same dedup key until it is answered well or the
    sender is told to stop: what a real source does.
    """

    def __init__(self, url: str):
        self.url = url
        self.answered: set[int] = set()
        self.unknown: set[int] = set()
        self.refusals: Counter[int] = Counter()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)

    def start(self) -> "Sender":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(30)

    def _run(self) -> None:
        session = requests.Session()
        session.trust_env = False
        number = 0
        while not self._stopping.is_set():
            number += 1
            while not self._stopping.is_set():
                try:
                    answer = session.post(self.url, json=signal(number), timeout=5)
                except requests.RequestException:
                    self.unknown.add(number)
                    self._stopping.wait(0.01)
                    continue
                if answer.ok:
                    self.answered.add(number)
                    self.unknown.discard(number)
                    break
                self.refusals[answer.status_code] += 1
                self.unknown.add(number)
                self._stopping.wait(0.01)


def signal(number: int) -> dict:
    return {
        "title": f"Alert {number}",
        "dedupKey": f"n-{number}",
        "severity": "critical",
        "labels": {"number": str(number), "wakes": "yes" if number % PAGED_EVERY == 0 else "no"},
    }


def wake_one_person(api: Api, hooks: WebhookSink) -> None:
    """Every fifth alert pages Ana; the others page nobody."""
    hooks.secrets[HOOK] = SECRET
    ana = make_user(api, "Ana", "ana@example.org", [contact("ana-hook", "webhook", hooks.url(HOOK), SECRET)])
    plan = make_plan(api, "Ana", [([ana["id"]], 3600)])
    api.create(
        "/api/v1/routes",
        {
            "name": "Wakes",
            "position": 1,
            "matchers": [{"name": "wakes", "op": "=", "value": "yes"}],
            "plan": plan["id"],
        },
    )


def check_alerts(api: Api, sender: Sender) -> None:
    """R1-R3: what was answered 2xx is there once; what was not answered is there once or not at all."""
    found = Counter(int(alert["labels"]["number"]) for alert in api.alerts(limit=200))
    lost = sorted(sender.answered - found.keys())
    assert lost == [], f"{len(lost)} of {len(sender.answered)} answered alerts are lost: {lost[:20]}"
    twice = {number: count for number, count in found.items() if count > 1}
    assert twice == {}, f"open twice under one dedup key: {twice}"
    invented = sorted(found.keys() - sender.answered - sender.unknown)
    assert invented == [], f"nobody sent these: {invented}"


def check_pages(api: Api, hooks: WebhookSink, sender: Sender) -> None:
    """R4, R11: everybody who had to be woken was; a page sent twice carries the same key both times."""
    due = {number for number in sender.answered if number % PAGED_EVERY == 0}

    def arrived() -> set[int]:
        return {number_of(delivery) for delivery in hooks.deliveries(HOOK)}

    until(lambda: due <= arrived(), f"{len(due)} pages to arrive", within=120, every=0.5)
    keys = defaultdict(set)
    for delivery in hooks.deliveries(HOOK):
        assert delivery.signature_fault is None
        keys[number_of(delivery)].add(delivery.id)
    several = {number: ids for number, ids in keys.items() if len(ids) > 1}
    assert several == {}, f"paged twice under different keys: {several}"
    assert all(number % PAGED_EVERY == 0 for number in keys), "somebody was woken for what wakes nobody"


def number_of(delivery: Delivery) -> int:
    """The number of the alert that a page is about: its title is `Alert N`."""
    found = re.search(r"Alert (\d+)", delivery.body.decode())
    assert found, delivery.body
    return int(found[1])
