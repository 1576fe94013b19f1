"""Far ends of channels that stumble, refuse or take only so much: no page is lost, and none is sent again after a definite yes."""

import json
import time

import pytest
import requests
from support.channels import page_somebody, phase, set_channel, wait_for_result
from support.organisation import contact, make_integration, make_plan, make_user
from support.waiting import until

FAULTS = [
    ("429", [(429, {"Retry-After": "1"}, {})]),
    ("500", [(500, {}, {})]),
    ("reset", [None]),
    ("three in a row", [(503, {}, {}), None, (500, {}, {})]),
]


@pytest.mark.parametrize("name, answers", FAULTS, ids=[fault[0] for fault in FAULTS])
@pytest.mark.parametrize("kind", ["ntfy", "discord"])
def test_a_far_end_that_stumbles_gets_the_page_once_it_can(node, vendors, kind, name, answers):
    vendors.behave[kind] = list(answers)
    place = {"ntfy": "my-topic", "discord": "discord/webhooks/1/x"}[kind]
    page = page_somebody(node, [contact("way", kind, f"{vendors.base}/{place}")])
    wait_for_result(node, page, "sent")
    count = len(vendors.of(kind))
    assert count == len(answers) + 1
    time.sleep(2)
    assert len(vendors.of(kind)) == count, "nothing is sent again after a definite yes"


def test_a_way_that_is_refused_for_good_gives_way_to_the_next_at_once(node, vendors, relay):
    vendors.behave["ntfy"] = [(404, {}, {})] * 3
    ways = [contact("app", "ntfy", f"{vendors.base}/my-topic"), contact("mail", "email", "ana@example.org")]
    page = page_somebody(node, ways, rules=None)
    # Both at once, without rules; the refusal of one changes nothing.
    until(lambda: relay.to("ana@example.org"), "the mail")
    assert phase(node, page)["phase"] == "climbing"


def test_a_rung_on_which_nothing_can_be_delivered_is_passed_at_once(node, vendors, relay):
    vendors.behave["ntfy"] = [(404, {}, {})] * 3
    api = node.api()
    ana = make_user(api, "Ana", "ana@example.org", [contact("app", "ntfy", f"{vendors.base}/my-topic")])
    bo = make_user(api, "Bo", "bo@example.org", [contact("mail", "email", "bo@example.org")])
    plan = make_plan(api, "Orders", [([ana["id"]], 3_000), ([bo["id"]], 600)])
    service = api.create("/api/v1/services", {"name": "Orders", "plan": plan["id"]})
    integration = make_integration(api, "lab", "generic", service["id"])
    requests.post(integration.url, json={"title": "Down", "key": "k1"}, timeout=10)
    until(lambda: relay.to("bo@example.org"), "the next rung, fifty minutes early")
    (page,) = api.pages()
    assert "nobody on it could be told" in json.dumps(phase(node, page)["timeline"])


def test_1300_people_are_told_at_the_rate_of_the_provider(node, vendors):
    """Every one once, and in no second more than the account's own rate, which is a setting."""
    rate = 120
    set_channel(
        node,
        "telegram",
        {"apiBase": vendors.base},
        {"token": "123456:AAF_token-x"},
        rate={"messages": rate, "seconds": 1},
    )
    api = node.api()
    people = [
        make_user(api, f"P{n}", f"p{n}@example.org", [contact("chat", "telegram", str(1000 + n))]) for n in range(1300)
    ]
    teams = [
        api.create("/api/v1/teams", {"name": f"Team {n}", "members": [person["id"] for person in people[n : n + 200]]})
        for n in range(0, 1300, 200)
    ]
    plan = api.create(
        "/api/v1/escalations",
        {"name": "All", "rungs": [{"targets": [f"team:{team['id']}" for team in teams], "patienceSeconds": 600}]},
    )
    service = api.create("/api/v1/services", {"name": "Orders", "plan": plan["id"]})
    integration = make_integration(api, "lab", "generic", service["id"])
    began = time.monotonic()
    requests.post(integration.url, json={"title": "Down", "key": "k1"}, timeout=30)

    def sent() -> list:
        return [request for request in vendors.of("telegram") if request.path.endswith("sendMessage")]

    until(lambda: len(sent()) >= 1300, "all to be told", within=120)
    # A quarter at once, and three quarters of the rate after that.
    assert time.monotonic() - began >= (1300 - rate / 4) / (rate * 0.75) - 0.5
    time.sleep(2)
    assert sorted(str(request.json["chat_id"]) for request in sent()) == sorted(str(1000 + n) for n in range(1300))
    at = sorted(request.at for request in sent())
    most = max(sum(1 for other in at[n:] if other < first + 1) for n, first in enumerate(at))
    # Counted where they arrive: what the network holds up for a moment comes closer together than it was sent.
    assert most <= rate * 1.15, f"{most} in one second"
