"""Setting channels up, paging somebody by them, and looking at what became of it."""

import re

import requests

from .organisation import make_integration, make_plan, make_user
from .waiting import until

NUMBER = "+4915112345678"
TWILIO_TOKEN = "12345678901234567890123456789012"


def set_channel(node, kind: str, settings: dict | None = None, secrets: dict | None = None, **more) -> dict:
    body = {"settings": settings or {}, "secrets": secrets or {}} | more
    return node.api().call("PUT", f"/api/v1/channels/{kind}", json=body).json()


def set_twilio(node, vendors, kind: str) -> dict:
    return set_channel(
        node,
        kind,
        {"provider": "twilio", "accountSid": "AC" + "0" * 32, "from": "+15005550006", "apiBase": vendors.base},
        {"authToken": TWILIO_TOKEN},
    )


def page_somebody(node, contacts: list[dict], patience: int = 600, title: str = "Orders are stuck", rules=None) -> dict:
    """One person with these ways, one alert: the page that was opened."""
    api = node.api()
    user = make_user(api, "Ana", "ana@example.org", contacts)
    if rules:
        api.call("PUT", f"/api/v1/users/{user['id']}/rules", json={"rules": rules})
    plan = make_plan(api, "Orders", [([user["id"]], patience)])
    service = api.create("/api/v1/services", {"name": "Orders", "plan": plan["id"]})
    integration = make_integration(api, "lab", "generic", service["id"])
    answer = requests.post(integration.url, json={"title": title, "key": "k1"}, timeout=10)
    assert answer.status_code == 202, answer.text
    (page,) = until(lambda: api.pages(), "a page")
    return page


def verify(node, vendors, kind: str) -> None:
    """Proves the number with the code that the far end got."""
    api = node.api()
    (user,) = [u for u in api.read("/api/v1/users")["items"] if u["name"] == "Ana"]
    (way,) = [c for c in user["contacts"] if c["channel"] == kind]
    path = f"/api/v1/users/{user['id']}/contacts/{way['id']}/verification"
    assert way["verified"] is False
    assert api.call("POST", path).status_code == 202
    form = vendors.wait("twilio")[-1].form
    code = re.sub(r"\D", "", re.search(r"(\d[\d, ]+)", form.get("Body") or form["Twiml"].split("code is")[1])[1])
    wrong = requests.put(
        node.url + path,
        json={"code": "000000" if code != "000000" else "111111"},
        headers={"Authorization": f"Bearer {node.token('admin')}"},
        timeout=10,
    )
    assert wrong.status_code == 422 and "not the code" in wrong.text
    assert api.call("PUT", path, json={"code": code}).status_code == 204


def phase(node, page: dict) -> dict:
    return node.api().page(page["id"])


def wait_for_result(node, page: dict, result: str, number: int = 0) -> dict:
    def found():
        notices = phase(node, page)["notices"]
        return notices[number] if len(notices) > number and notices[number]["result"] == result else None

    return until(found, f"the notice to be {result}: {phase(node, page)['notices']}")
