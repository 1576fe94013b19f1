"""Trying a way to be reached before the night when it matters."""

import pytest
import requests
from support.mail import MailBehaviour
from support.organisation import ANA, ANA_HOOK, make_organisation
from support.tocsin import Tocsin
from support.waiting import until


@pytest.fixture
def team(node, hooks):
    return make_organisation(node.api(), hooks)


def records(node: Tocsin, user: dict, contact: str) -> list[dict]:
    return node.api().read(f"/api/v1/users/{user['id']}/contacts/{contact}/tests")["items"]


def send(node: Tocsin, user: dict, contact: str) -> requests.Response:
    return node.api().call("POST", f"/api/v1/users/{user['id']}/contacts/{contact}/tests")


def finished(node: Tocsin, user: dict, contact: str) -> dict:
    return until(
        lambda: next((each for each in records(node, user, contact) if each["state"] != "waiting"), None),
        "the test to be over",
    )


def ways(user: dict) -> dict[str, str]:
    return {contact["channel"]: contact["id"] for contact in user["contacts"]}


def test_a_test_arrives_by_mail_and_webhook_says_that_it_is_one_and_pages_nobody(node, team, relay, hooks):
    for channel, contact in ways(team.ana).items():
        answer = send(node, team.ana, contact)
        assert answer.status_code == 202 and answer.json()["state"] == "waiting", answer.text
        done = finished(node, team.ana, contact)
        assert (done["state"], done["result"]) == ("accepted", "accepted"), channel
    (mail,) = relay.to(ANA)
    assert mail.subject.startswith("[Test] ") and mail.message["X-Tocsin-Type"] == "contact.test"
    assert "nothing to acknowledge" in mail.text and "/ack/" not in mail.text
    (hook,) = hooks.deliveries(ANA_HOOK)
    assert hook.type == "contact.test"
    assert hook.data["user"] == team.ana["id"]
    assert hook.signature_fault is None
    assert node.api().pages() == [] and node.api().incidents() == [] and node.api().alerts() == []


def test_what_went_wrong_is_told_in_a_word_and_never_in_the_words_of_the_other_side(node, team, relay):
    mail = ways(team.ana)["email"]
    relay.behaviour = MailBehaviour.FAIL_PERMANENTLY
    assert send(node, team.ana, mail).status_code == 202
    assert finished(node, team.ana, mail)["result"] == "refused"
    answer = node.api().get(f"/api/v1/users/{team.ana['id']}/contacts/{mail}/tests")
    assert "no such mailbox" not in answer.text and "550 5.1.1" not in answer.text
    assert "no such mailbox" in node.output, "the operator finds it in the log"


def test_an_address_that_is_not_allowed_says_nothing_of_where_it_led(node, team):
    secret = "whsec_UGxhbnRlZCBzZWNyZXQgZm9yIHRoZSB0ZXN0IDQ3MTE="
    inner = {"id": "inner", "channel": "webhook", "destination": "http://169.254.169.254/latest/", "secret": secret}
    node.api().call("PUT", f"/api/v1/users/{team.bo['id']}/contacts", json={"contacts": [inner]})
    assert send(node, team.bo, "inner").status_code == 202
    assert finished(node, team.bo, "inner")["result"] == "not-sent"
    for number in range(2):
        assert send(node, team.bo, "inner").status_code == 202, number
    refused = requests.post(
        f"{node.url}/api/v1/users/{team.bo['id']}/contacts/inner/tests",
        headers={"Authorization": f"Bearer {node.token('admin')}"},
        timeout=10,
    )
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
