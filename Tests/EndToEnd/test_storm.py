"""A storm of one service is one page, and leaves the first page of another service alone (R18)."""

import threading

import pytest
import requests
from support.organisation import make_integration, make_organisation
from support.tocsin import Tocsin
from support.waiting import until

ALERTS = 2_000
BATCH = 50


@pytest.fixture
def server(tmp_path, database, running) -> Tocsin:
    return running(Tocsin(tmp_path, database=database)).start()


def alert(number: int, status: str) -> dict:
    return {
        "status": status,
        "labels": {"alertname": f"Storm{number}"},
        "annotations": {},
        "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-01-01T01:00:00Z",
        "generatorURL": "",
        "fingerprint": f"{number:016x}",
    }


def test_one_flood_is_one_page_and_another_service_is_not_starved(server, hooks):
    api = server.api()
    team = make_organisation(api, hooks, declares_from=None, patience=600, mail=False, bundles=True)
    other = api.create("/api/v1/services", {"name": "Other", "plan": team.plan["id"]})
    flood = make_integration(api, "flood", "alertmanager", team.service["id"])
    calm = make_integration(api, "calm", "generic", other["id"])

    def send(start: int, status: str) -> None:
        body = {"version": "4", "groupKey": "g", "status": status, "receiver": "r", "externalURL": ""}
        body |= {"groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}}
        body["alerts"] = [alert(number, status) for number in range(start, start + BATCH)]
        assert requests.post(flood.url, json=body, timeout=60).status_code == 202

    def storm(status: str) -> list[threading.Thread]:
        def run(lane: int) -> None:
            for start in range(lane * BATCH, ALERTS, 4 * BATCH):
                send(start, status)

        threads = [threading.Thread(target=run, args=(lane,)) for lane in range(4)]
        for thread in threads:
            thread.start()
        return threads

    threads = storm("firing")
    assert requests.post(calm.url, json={"title": "Something else", "key": "k"}, timeout=60).status_code == 202
    until(lambda: [d for d in hooks.deliveries("/ana") if d.data["title"] == "Something else"], "the other page")
    for thread in threads:
        thread.join()
    pages = {page["title"]: page for page in api.pages()}
    assert len(pages) == 2 and len(hooks.deliveries("/ana")) == 2, list(pages)
    (page,) = [page for title, page in pages.items() if title != "Something else"]
    assert api.page(page["id"])["alerts"] == ALERTS
    for thread in storm("resolved"):
        thread.join()
    assert api.page(page["id"])["phase"] == "ended"
    assert api.page(pages["Something else"]["id"])["phase"] == "climbing"
    server.stop()
    assert server.verify().returncode == 0
