"""The reason for all of it: something breaks, the right person is woken, the incident is run, the record is there."""

import re
import time

import pytest
from support.alertmanager import Alertmanager
from support.api import Api, expect
from support.organisation import ANA, ANA_HOOK, BO, BO_HOOK, Organisation, make_integration, make_organisation
from support.prometheus import Gauge, Prometheus, alertmanager_at, tocsin_as_alertmanager
from support.tocsin import Tocsin
from support.waiting import holds_for, until

# The first rung's patience. Long enough that the alert and its mail arrive well before it ends.
PATIENCE = 4


@pytest.fixture
def gauge(running) -> Gauge:
    return running(Gauge()).start()


@pytest.fixture
def tocsin(tmp_path, database, relay, authority, running) -> Tocsin:
    return running(Tocsin(tmp_path, database=database, relay=relay, authority=authority)).start()


@pytest.fixture(params=["through Alertmanager", "straight from Prometheus"])
def monitoring(request, tmp_path, gauge, tocsin, running):
    """A real Prometheus whose rule fires while the gauge is above zero, and whose alerts reach Tocsin."""
    labels = {"severity": "critical", "team": "queue"}

    def start(api: Api) -> Prometheus:
        if request.param == "through Alertmanager":
            integration = make_integration(api, "Alertmanager of the lab", "alertmanager")
            neighbour = running(Alertmanager(tmp_path / "alertmanager", integration.url)).start()
            target = alertmanager_at(neighbour.port)
        else:
            # A token names no integration: it sends for the only one that there is.
            make_integration(api, "Prometheus of the lab", "alertmanager")
            target = tocsin_as_alertmanager(tocsin.port, tocsin.token("intake"))
        return running(Prometheus(tmp_path / "prometheus", gauge, [target], labels)).start()

    return start


def test_an_alert_wakes_the_right_people_and_the_incident_is_run_to_its_end(
    tocsin, monitoring, gauge, relay, hooks, browser
):
    """R1-R4, R6, R8, R9, S24, S83."""
    api = tocsin.api()
    team = make_organisation(api, hooks, patience=PATIENCE)
    prometheus = monitoring(api)

    # The rule fires: one alert, however often it is said.
    gauge.set(1)
    until(prometheus.firing, "the rule to fire")
    alert = until(lambda: api.alerts(), "the alert")[0]
    assert (alert["state"], alert["labels"]["alertname"]) == ("firing", "QueueStuck")
    assert re.fullmatch(r"[0-9a-f]{16}", alert["dedupKey"])
    until(lambda: api.alerts()[0]["count"] > 1, "the alert to be said again")
    assert [each["id"] for each in api.alerts()] == [alert["id"]], "said again, it is the same alert (R3)"

    # The route declares an incident and wakes the first rung, on both of Ana's ways.
    incident = until(lambda: api.incidents(), "the incident")[0]
    key = incident["key"]
    assert incident["severity"]["label"] == "SEV1"
    first_mail = until(lambda: relay.to(ANA), "Ana's mail")[0]
    first_hook = until(lambda: hooks.deliveries(ANA_HOOK), "Ana's webhook")[0]
    assert first_mail.encrypted, "the mail came through STARTTLS (S62)"
    assert key in first_mail.subject or "queue" in first_mail.subject.lower()
    assert first_hook.signature_fault is None, "the webhook is signed (S81)"

    # Nobody answers: Bo is woken, not before Ana's time is over (R6) and not long after it (R7).
    second_mail = until(lambda: relay.to(BO), "Bo's mail", within=PATIENCE + 15)[0]
    second_hook = until(lambda: hooks.deliveries(BO_HOOK), "Bo's webhook")[0]
    assert second_hook.signature_fault is None
    gap = second_hook.received - first_hook.received
    assert PATIENCE - 0.5 <= gap <= PATIENCE + 5, f"the second rung came after {gap:.2f} s"

    # Looking at the link changes nothing, as often as a mail scanner likes (S24, S83).
    link = second_mail.link("/ack/")
    assert link.startswith(tocsin.url), "the link leads to the public address"
    page_id = api.pages()[0]["id"]
    # A message arrives a moment before its result is written; that is waited for, so that only the link could change it.
    before = until(
        lambda: (page := api.page(page_id)) and all(each["result"] != "pending" for each in page["notices"]) and page,
        "the results of all messages",
    )
    for method in ["GET", "GET", "HEAD"]:
        expect(tocsin.anonymous.call(method, link.removeprefix(tocsin.url)), 200)
    assert api.page(page_id) == before

    # The button on it does, with scripts switched off as well.
    with browser.context(tocsin.url, scripts=False) as (screen, complaints):
        screen.goto(link)
        screen.get_by_role("button", name=re.compile("acknowledge", re.IGNORECASE)).click()
        screen.wait_for_load_state()
        assert re.search(r"(You|Bo) .*acknowledged", screen.inner_text("body")), "the page says who acknowledged"
        assert complaints.all == []
    page = api.page(page_id)
    assert (page["phase"], page["acknowledgedBy"]) == ("acknowledged", f"user:{team.bo['id']}")

    # Nothing more is sent to anybody (R8), although the alert keeps firing.
    sent = (len(relay.mails), len(hooks.attempts()))
    holds_for(
        2 * PATIENCE, lambda: (len(relay.mails), len(hooks.attempts())) == sent, "silence after the acknowledgement"
    )
    assert [each["key"] for each in api.incidents()] == [key], "the alert that keeps firing opens no second incident"

    _run_incident(api, team, key)

    # Prometheus says that it is over, and the timeline says so.
    gauge.set(0)
    until(lambda: api.alerts(state="resolved"), "the alert to be resolved", within=60)
    until(lambda: "incident.alert-resolved" in _kinds(api, key), "the resolution on the timeline")
    api.close(key)
    assert api.incident(key)["status"] == "closed"

    # The record is whole (R9), and can be taken away.
    text = api.export(key)
    for part in [key, "Bo", "The consumer holds a lock", "SEV2", "The queue of shard 1 has not moved"]:
        assert part in text, f"{part!r} is missing in the export:\n{text}"
    assert tocsin.stop() == 0, "SIGTERM ends it cleanly"
    verdict = tocsin.verify()
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    _no_secret_in_the_log(tocsin, link)


def _run_incident(api: Api, team: Organisation, key: str) -> None:
    """Bo leads; the incident goes through a note, a change of severity, its states, and is resolved."""
    api.assign(key, "incident-commander", team.bo["id"])
    api.note(key, "The consumer holds a lock on an old partition")
    api.change_severity(key, "SEV2", "Half of the shards are moving again")
    api.change_status(key, "investigating")
    api.change_status(key, "identified", "A stale lock")
    api.resolve(key, "The lock was released")
    read = api.incident(key)
    assert read["severity"] == {"label": "SEV2", "rank": 1}
    assert read["status"] == "resolved"
    assert [(role["role"], role["user"]) for role in read["roles"]] == [("incident-commander", team.bo["id"])]
    assert read["times"]["resolved"] is not None
    kinds = _kinds(api, key)
    expected = [
        "incident.role-assigned",
        "incident.note-added",
        "incident.severity-changed",
        "incident.status-changed",
        "incident.status-changed",
        "incident.status-changed",
    ]
    by_people = [kind for kind in kinds if kind in set(expected)]
    assert by_people == expected, "the timeline has every step, once, in order"
    own = [kind for kind in kinds if kind.startswith("incident.")]
    assert read["chain"]["length"] == len(own), "every link of the chain is on the timeline"


def _kinds(api: Api, key: str) -> list[str]:
    return [entry["kind"] for entry in api.timeline(key)]


def _no_secret_in_the_log(tocsin: Tocsin, link: str) -> None:
    """S57, S70: neither tokens, nor link tokens, nor the relay's password, nor signing secrets."""
    output = tocsin.output
    for secret in [*tocsin._tokens.values(), link.rsplit("/", 1)[1], "correct horse battery staple", "whsec_"]:
        assert secret not in output, f"a secret stands in the log: {secret[:10]}…"


def test_a_page_that_cannot_be_delivered_is_tried_again_and_climbs_all_the_same(node, relay, hooks):
    """R4, R17, F14: mail fails for now, the webhook hangs; the next rung's webhook is not delayed by that."""
    from support.mail import MailBehaviour
    from support.webhook import WebhookBehaviour

    api = node.api()
    relay.behaviour = MailBehaviour.FAIL_TEMPORARILY
    hooks.behaviours[ANA_HOOK] = WebhookBehaviour.HANG
    make_organisation(api, hooks, patience=PATIENCE)
    integration = make_integration(api, "By hand", "generic")
    began = time.monotonic()
    answer = node.anonymous.post(
        integration.url.removeprefix(node.url),
        {"title": "Nothing arrives", "severity": "critical", "labels": {"team": "queue"}},
    )
    assert answer.status_code in (200, 202), answer.text
    until(lambda: hooks.deliveries(BO_HOOK), "Bo's webhook", within=PATIENCE + 15)
    assert time.monotonic() - began < PATIENCE + 6, "the second rung waited for the first one's hanging receiver"
    until(lambda: relay.attempts > 2, "the mail to be tried again", within=60)
    relay.behaviour = MailBehaviour.ACCEPT
    until(lambda: relay.to(ANA), "Ana's mail once the relay is well", within=90)
    assert len(relay.to(ANA)) == 1


def test_a_retry_carries_the_same_identity_as_the_first_attempt(node, relay, hooks):
    """R11: what is sent again can be told from what is new, by webhook-id and by Message-ID."""
    from support.webhook import WebhookBehaviour

    api = node.api()
    hooks.behaviours[ANA_HOOK] = WebhookBehaviour.FAIL_TEMPORARILY
    make_organisation(api, hooks, patience=600, mail=False)
    integration = make_integration(api, "By hand", "generic")
    node.anonymous.post(
        integration.url.removeprefix(node.url),
        {"title": "Try again", "severity": "critical", "labels": {"team": "queue"}},
    )
    until(lambda: len(hooks.attempts(ANA_HOOK)) >= 2, "a second attempt", within=60)
    hooks.behaviours[ANA_HOOK] = WebhookBehaviour.ACCEPT
    until(lambda: hooks.deliveries(ANA_HOOK), "the delivery", within=60)
    assert len({attempt.id for attempt in hooks.attempts(ANA_HOOK)}) == 1
    assert len(hooks.deliveries(ANA_HOOK)) == 1


def test_a_person_who_cannot_be_reached_is_skipped_at_once_and_the_record_says_why(node, hooks):
    """R5: Ana has no contact method; Bo is woken without waiting for Ana's patience."""
    from support.organisation import BO_SECRET, contact, make_plan, make_user

    api = node.api()
    ana = make_user(api, "Ana", ANA, [])
    hooks.secrets[BO_HOOK] = BO_SECRET
    bo = make_user(api, "Bo", BO, [contact("bo-hook", "webhook", hooks.url(BO_HOOK), BO_SECRET)])
    plan = make_plan(api, "Two rungs", [([ana["id"]], 600), ([bo["id"]], 600)])
    api.create("/api/v1/routes", {"name": "All", "position": 1, "matchers": [], "plan": plan["id"]})
    integration = make_integration(api, "By hand", "generic")
    node.anonymous.post(integration.url.removeprefix(node.url), {"title": "Nobody home", "severity": "critical"})
    until(lambda: hooks.deliveries(BO_HOOK), "Bo's webhook", within=10)
    page = api.page(until(lambda: api.pages(), "the page")[0]["id"])
    assert "Ana has no way to be reached" in str(page)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_restart_in_the_middle_of_an_escalation_changes_nothing_for_those_who_are_woken(node, hooks, when):
    """R4, R7, R23: the deadline is absolute. Back before it, the next rung is woken on time; back after it, at once."""
    api = node.api()
    make_organisation(api, hooks, patience=6, mail=False)
    integration = make_integration(api, "By hand", "generic")
    node.anonymous.post(
        integration.url.removeprefix(node.url),
        {"title": "Restart", "severity": "critical", "labels": {"team": "queue"}},
    )
    first = until(lambda: hooks.deliveries(ANA_HOOK), "Ana's webhook")[0]
    node.kill()
    if when == "after":
        until(lambda: time.time() > first.received + 8, "the deadline to pass while nobody is there")
    started = time.time()
    node.start()
    second = until(lambda: hooks.deliveries(BO_HOOK), "Bo's webhook", within=20)[0]
    due = max(first.received + 6, started)
    assert -0.5 <= second.received - due <= 5, f"{second.received - due:.2f} s after it was due"
    assert len({delivery.id for delivery in hooks.deliveries(ANA_HOOK)}) == 1, "Ana was not paged a second time"
