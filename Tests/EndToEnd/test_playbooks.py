"""A team's own procedure, uploaded, and an incident that follows it: the sequences of the issue on an accelerated clock."""

import re

import pytest
from support.api import expect
from support.organisation import contact, make_user
from support.tocsin import Tocsin
from support.waiting import holds_for, until

DONE, REFUSED = 0, 1
PATIENCE = 4


@pytest.fixture
def tocsin(tmp_path, relay, authority, running) -> Tocsin:
    return running(Tocsin(tmp_path, relay=relay, authority=authority)).start()


@pytest.fixture
def cli(tocsin):
    def run(*arguments: str, status: int = DONE) -> str:
        result = tocsin.client(*arguments, role="admin")
        assert result.returncode == status, f"{arguments}: {result.returncode}\n{result.stdout}{result.stderr}"
        return result.stdout if status == DONE else result.stderr

    return run


@pytest.fixture
def people(tocsin) -> dict[str, str]:
    """Three people with mail, by the name of the playbook that each stands for."""
    api = tocsin.api()
    addresses = {"on-call": "ana@example.com", "backup": "bo@example.com", "team-lead": "cy@example.com"}
    for name, address in addresses.items():
        make_user(api, name.title(), address, [contact("mail", "email", address)])
    return addresses


@pytest.fixture
def quick(tocsin, tmp_path):
    """The starter with seconds for minutes."""
    text = tocsin.command("playbook", "print", "starter").stdout
    text = text.replace("playbook: starter", "playbook: quick").replace("title: Starter", "title: Quick")
    text = text.replace("after: 5m", f"after: {PATIENCE}s").replace("every: {SEV1: 30m", "every: {SEV1: 1m")
    file = tmp_path / "quick.playbook.yaml"
    file.write_text(text)
    return file


def test_an_incident_follows_the_playbook_of_its_team(tocsin, cli, people, quick, relay):
    """S0-15, S3-07, S3-26, S4-15, X6."""
    assert "quick has version 1 now." in cli("playbook", "upload", str(quick))
    bound = cli("playbook", "people", "quick", *(f"{name}={address}" for name, address in people.items()))
    cli("playbook", "people", "quick", f"internal={people['team-lead']}")
    assert re.search(r"on-call\s+user:", bound)

    # The answers choose the severity, and the record says by which sentence of the playbook.
    key = cli(
        "declare", "--title", "Checkout fails", "--playbook", "quick", "-f", "works=nothing"
    ).splitlines()[0]
    api = tocsin.api()
    incident = api.incident(key)
    assert (incident["severity"]["label"], incident["playbook"]) == ("SEV1", {"id": "quick", "version": 1})
    assert incident["fields"] == {"works": "nothing"}
    assert "Nobody can use the service" in api.timeline(key)[0]["detail"]
    assert {role["role"]: role["userName"] for role in incident["roles"]} == {"incident-commander": "On-Call"}

    # Rung by rung, each at its own instant.
    first = until(lambda: _pages(relay, people["on-call"]), "the first page")[0]
    second = until(lambda: _pages(relay, people["backup"]), "the second page", within=PATIENCE + 10)[0]
    gap = second.received - first.received
    assert PATIENCE - 1 <= gap <= PATIENCE + 3, f"the second rung came after {gap:.2f} s"
    for page in api.pages(open="true"):
        expect(api.post(f"/api/v1/pages/{page['id']}/acknowledge"), 200, 409)
    holds_for(2 * PATIENCE, lambda: not _pages(relay, people["team-lead"]), "silence after the acknowledgement")

    # The promise of an update is reminded of when nobody keeps it, and kept by one.
    until(lambda: "incident.reminded" in {each["kind"] for each in api.timeline(key)}, "a reminder", within=30)
    until(
        lambda: [mail for mail in relay.to(people["on-call"]) if "Updates for the team" in mail.subject],
        "the reminder's mail",
        within=90,
    )
    cli("update", key, "--audience", "internal", "--message", "A repair is being tried.")
    owed = {each["id"]: each for each in api.incident(key)["obligations"]}
    assert owed["update/internal/1"]["state"] == "met"
    assert owed["update/internal/2"]["due"] > owed["update/internal/1"]["due"]

    # A message by its template: what only a person can say is asked, the rest is known.
    assert "What do we know" in cli("draft", key)
    draft = cli("draft", key, "status-update")
    assert f"SEV1 {key} is Declared" in draft and "Still missing: What do we know" in draft
    refused = api.post(f"/api/v1/incidents/{key}/updates", {"template": "status-update"})
    assert refused.status_code == 409 and "(news)" in refused.text, refused.text
    cli("update", key, "--template", "status-update", "--answer", "news=It is rolled back now.")
    mail = until(
        lambda: [each for each in relay.to(people["team-lead"]) if "It is rolled back now." in each.text],
        "the update's mail",
        within=60,
    )[0]
    assert f"SEV1 {key} is Declared, for" in mail.text and "Next update:" in mail.text

    # One leads: who takes it takes it over, and it can be given back.
    cli("assign", key, "incident-commander", people["backup"])
    assert [each["userName"] for each in api.incident(key)["roles"]] == ["Backup"]
    cli("unassign", key, "incident-commander", people["backup"])
    assert api.incident(key)["roles"] == []
    cli("assign", key, "incident-commander", people["on-call"])

    # What is owed is explained, done and waived from the command line.
    assert "line" in cli("owed", key, "--explain")
    assert key in cli("owed")
    cli("done", key, "message/tell-declared", "--note", "By phone")
    cli("waive", key, "clock/resolve", "--why", "An exercise")
    cli("mark", key, "fix-deployed", "--detail", "4.1.3")
    states = {each["id"]: each["state"] for each in api.incident(key)["obligations"]}
    assert (states["message/tell-declared"], states["clock/resolve"]) == ("met", "waived")
    tasks = cli("task", key)
    assert "role/incident-commander/1" in tasks
    cli("task", key, "--done", "role/incident-commander/1")
    assert {each["id"]: each["done"] for each in api.incident(key)["tasks"]}["role/incident-commander/1"]

    cli("resolve", key)
    cli("close", key)
    assert api.incident(key)["status"] == "closed"
    assert expect(api.get(f"/api/v1/incidents/{key}/verify"), 200).json()["sound"]
    assert "A repair is being tried." in api.export(key)


def test_a_new_version_leaves_open_incidents_alone(tocsin, cli, quick):
    cli("playbook", "upload", str(quick))
    key = cli("declare", "--title", "Old promise", "--severity", "SEV1", "--playbook", "quick").splitlines()[0]
    quick.write_text(quick.read_text().replace("every: {SEV1: 1m", "every: {SEV1: 2h"))
    assert "version 2" in cli("playbook", "upload", str(quick))
    api = tocsin.api()
    assert api.incident(key)["playbook"]["version"] == 1
    expect(api.post(f"/api/v1/incidents/{key}/playbook", {"why": "The new promise holds for it too"}), 200)
    assert api.incident(key)["playbook"]["version"] == 2


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("playbook: quick\ntitle: [", "2:"),
        ("a: &a [*a]", ""),
        ("a: &x 1\nb: &x 2\nplaybook: quick", ""),
        ("playbook: quick\nsurprise: 1", "2:1"),
        ("\n".join(["playbook: quick", "title: " + "x" * 600_000]), ""),
    ],
    ids=["broken", "cycle", "two anchors", "unknown key", "too long"],
)
def test_a_bad_playbook_is_refused_with_its_place_and_the_one_in_force_stays(tocsin, cli, quick, text, sign):
    cli("playbook", "upload", str(quick))
    api = tocsin.api()
    before = expect(api.get("/api/v1/playbooks/quick"), 200).json()
    answer = api.call(
        "PUT", "/api/v1/playbooks/quick", data=text.encode(), headers={"content-type": "application/yaml"}
    )
    assert answer.status_code in (413, 422), answer.text
    assert sign in answer.text
    assert expect(api.get("/api/v1/playbooks/quick"), 200).json() == before


def _pages(relay, address: str) -> list:
    return [mail for mail in relay.to(address) if "Acknowledge" in mail.text or "/ack/" in mail.text]
