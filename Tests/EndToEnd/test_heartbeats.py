"""The dead man's switch, by its addresses: silence opens an alert and wakes somebody, a beat ends it, and a restart forgets nothing."""

import time

import requests
from support.organisation import make_integration, make_organisation
from support.waiting import until


def test_silence_wakes_somebody_over_a_restart_and_a_beat_ends_it(node, hooks):
    api = node.api()
    team = make_organisation(api, hooks, declares_from=None)
    integration = make_integration(api, "cron", "generic", team.service["id"])
    beat = integration.url.removesuffix("/generic") + "/heartbeat/"
    made = api.create(
        "/api/v1/heartbeats",
        {"name": "backup", "integration": integration.id, "intervalSeconds": 10, "message": "The backup has not run"},
    )
    state = f"/api/v1/heartbeats/{made['id']}/state"
    assert api.read(state) == {"id": made["id"], "beatAt": None, "dueAt": None, "late": False}
    assert requests.get(beat + "nobody", timeout=10).status_code == 404
    assert requests.get(f"{node.url}/in/wrong/heartbeat/backup", timeout=10).status_code == 404
    assert requests.get(beat + "backup", timeout=10).status_code == 202
    assert api.read(state)["late"] is False and api.alerts() == []
    began = time.monotonic()
    node.kill()
    node.start()
    api = node.api()
    alert = until(lambda: next(iter(api.alerts()), None), "the alert", within=30)
    assert time.monotonic() - began >= 9, "not before its time"
    assert alert["title"] == "The backup has not run"
    until(lambda: hooks.deliveries("/ana"), "somebody to be woken")
    assert api.read(state)["late"] is True
    assert requests.post(beat + "backup", timeout=10).status_code == 202
    until(lambda: not api.alerts(open="true"), "the alert to be over")
    assert all(page["phase"] == "ended" for page in api.pages())
