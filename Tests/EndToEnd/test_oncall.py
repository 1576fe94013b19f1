"""Who is on call is who is woken: schedules, overrides and hand-offs with real mail, and the same answer everywhere."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from support.api import expect
from support.organisation import contact, make_integration, make_schedule, make_user
from support.tocsin import Tocsin
from support.waiting import until

PATIENCE = 3


def stamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


@pytest.fixture
def tocsin(tmp_path, relay, authority, running) -> Tocsin:
    return running(Tocsin(tmp_path, relay=relay, authority=authority)).start()


@pytest.fixture
def cli(tocsin):
    def run(*arguments: str, status: int = 0) -> str:
        result = tocsin.client(*arguments, role="admin")
        assert result.returncode == status, f"{arguments}: {result.returncode}\n{result.stdout}{result.stderr}"
        return result.stdout if status == 0 else result.stderr

    return run


@pytest.fixture
def team(tocsin) -> dict[str, dict]:
    api = tocsin.api()
    return {
        name: make_user(api, name, f"{name.lower()}@example.com", [contact("mail", "email", f"{name.lower()}@example.com")])
        for name in ("Ana", "Bo", "Cy")
    }


def raise_alert(tocsin: Tocsin, key: str, title: str) -> None:
    answer = tocsin.anonymous.post(f"/in/{key}/generic", {"title": title, "dedupKey": title, "severity": "critical"})
    assert answer.ok, answer.text


def pages(relay, address: str, title: str) -> list:
    return [mail for mail in relay.to(address) if "/ack/" in mail.text and title in mail.text]


def test_a_page_follows_the_hand_off_and_the_override(tocsin, cli, team, relay, tmp_path):
    """S4-13, R5: turns of one hour that are cut by an override, so that the next rung wakes somebody else."""
    api = tocsin.api()
    now = datetime.now(UTC)
    file = tmp_path / "primary.json"
    start = (now - timedelta(days=1)).strftime("%Y-%m-%dT00:00")
    rotation = {"start": start, "every": {"count": 1000, "unit": "day"}, "members": [["ana@example.com"], ["Bo"]]}
    file.write_text(json.dumps({"name": "Primary", "zone": "UTC", "layers": [rotation]}))
    schedule = cli("schedule", "put", str(file)).split()[-1].rstrip(".")
    assert "Ana" in cli("oncall") and "Primary" in cli("schedule", "list")
    plan = api.create(
        "/api/v1/escalations",
        {
            "name": "By schedule",
            "rungs": [
                {"targets": [f"schedule:{schedule}"], "patienceSeconds": PATIENCE},
                {"targets": [f"schedule:{schedule}"], "patienceSeconds": 600},
            ],
        },
    )
    service = api.create("/api/v1/services", {"name": "shop", "plan": plan["id"], "bundles": False})
    integration = make_integration(api, "checks", "generic", service["id"])

    # The hand-over lies between the first rung and the second.
    later = datetime.now(UTC) + timedelta(seconds=PATIENCE / 2)
    made = cli(
        "schedule", "override", schedule, "Bo", "--for", "ana@example.com", "--from", stamp(later), "--to",
        stamp(later + timedelta(hours=1)), "--why", "Dentist",
    )  # fmt: skip
    raise_alert(tocsin, integration.key, "first")
    until(lambda: pages(relay, "ana@example.com", "first"), "the page to whoever is on call")
    until(lambda: pages(relay, "bo@example.com", "first"), "the page to whoever is on call then", within=PATIENCE + 15)
    assert len(pages(relay, "ana@example.com", "first")) == 1
    assert "For Ana" in cli("oncall") and "Dentist" in cli("oncall")

    # It is ended, and the rotation counts again.
    identifier = next(word for word in made.split() if word.startswith("ovr_"))
    cli("schedule", "end-override", schedule, identifier)
    assert "Bo" not in cli("oncall")
    raise_alert(tocsin, integration.key, "second")
    until(lambda: pages(relay, "ana@example.com", "second"), "the page after the override")

    # The same question has the same answer in the API, for now and for then.
    at = expect(api.get(f"/api/v1/oncall?at={stamp(later + timedelta(seconds=1))}"), 200).json()["items"][0]
    assert [person["name"] for person in at["people"]] == ["Bo"], "what has been stays"
    assert "1 hour" not in cli("schedule", "show", schedule)


def test_calendar_programs_read_what_the_server_says(tocsin, team):
    """The feed, read by icalendar and recurring-ical-events, agrees with the API at every instant asked."""
    import icalendar
    import recurring_ical_events

    api = tocsin.api()
    windows = [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "from": "08:00", "to": "20:00"}]
    layer = {
        "start": "2026-01-05T09:00", "every": {"count": 1, "unit": "week"}, "windows": windows,
        "members": [["Ana"], ["Bo", "Cy"]], "name": "Weekly; with, odd\\ words " + "and more " * 9,
    }  # fmt: skip
    schedule = api.create("/api/v1/schedules", {"name": "Café, 24/7", "zone": "America/New_York", "layers": [layer]})
    made = expect(api.post(f"/api/v1/schedules/{schedule['id']}/feeds"), 201).json()
    answer = tocsin.anonymous.get(made["url"].removeprefix(tocsin.url))
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/calendar")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n")), "RFC 5545 section 3.1"
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert str(calendar["NAME"]).replace("\\,", ",") == "On call: Café, 24/7", "a TEXT, escaped (RFC 7986 5.1)"
    assert {str(event["DESCRIPTION"]) for event in calendar.walk("VEVENT")} == {layer["name"]}
    now = datetime.now(UTC)
    for hours in range(0, 24 * 150, 37):
        at = now + timedelta(hours=hours)
        events = recurring_ical_events.of(calendar).between(at, at + timedelta(seconds=1))
        read = {str(event["SUMMARY"]).split(":")[0] for event in events}
        said = expect(api.get(f"/api/v1/oncall?at={stamp(at)}"), 200).json()["items"][0]["people"]
        assert read == {person["name"] for person in said}, at

    own = expect(api.post(f"/api/v1/users/{team['Bo']['id']}/feeds"), 201).json()
    mine = icalendar.Calendar.from_ical(tocsin.anonymous.get(own["url"].removeprefix(tocsin.url)).content)
    assert {str(event["SUMMARY"]) for event in mine.walk("VEVENT")} == {"On call: Café, 24/7"}
    assert len({str(event["UID"]) for event in calendar.walk("VEVENT")}) == len(calendar.walk("VEVENT"))
    expect(api.call("DELETE", f"/api/v1/feeds/{made['id']}"), 204)
    assert tocsin.anonymous.get(made["url"].removeprefix(tocsin.url)).status_code == 404


def test_a_shift_is_offered_and_taken_over(tocsin, cli, team):
    api = tocsin.api()
    schedule = make_schedule(api, "Primary", [[team["Ana"]["id"]]])["id"]
    now = datetime.now(UTC)
    times = ["--from", stamp(now + timedelta(hours=1)), "--to", stamp(now + timedelta(hours=2))]
    said = cli("schedule", "offer", schedule, "bo@example.com", "--for", "Ana", *times)
    offer = next(word for word in said.split() if word.startswith("ovr_"))
    at = stamp(now + timedelta(minutes=90))
    assert "Ana" in cli("oncall", "--at", at)
    # Taking over is for people; the token of a program is none.
    assert "Only a person" in cli("schedule", "take", schedule, offer, status=1)
    assert "Ana" in cli("oncall", "--at", at)


def test_nobody_on_call_is_said_and_passed_over(tocsin, cli, team, relay):
    api = tocsin.api()
    schedule = make_schedule(api, "Empty", [[team["Ana"]["id"]]], end="2026-01-02T00:00:00Z")
    plan = api.create(
        "/api/v1/escalations",
        {
            "name": "By schedule",
            "rungs": [
                {"targets": [f"schedule:{schedule['id']}"], "patienceSeconds": 600},
                {"targets": [f"user:{team['Cy']['id']}"], "patienceSeconds": 600},
            ],
        },
    )
    service = api.create("/api/v1/services", {"name": "shop", "plan": plan["id"], "bundles": False})
    integration = make_integration(api, "checks", "generic", service["id"])
    raise_alert(tocsin, integration.key, "lonely")
    until(lambda: pages(relay, "cy@example.com", "lonely"), "the next rung at once", within=10)
    page = api.pages()[0]["id"]
    assert "Nobody is on call in Empty" in cli("page", "show", page)
    assert "nobody" in cli("oncall", "--schedule", "empty")
    assert "Nobody is on call from" in cli("schedule", "show", schedule["id"])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"zone": "Europe/Atlantis"}, "/zone"),
        ({"layers": [{"start": "2026-01-01T00:00", "members": []}]}, "/layers/0/members"),
        ({"layers": [{"start": "soon", "every": {"count": 1, "unit": "day"}, "members": [["Ana"]]}]}, "/layers/0/start"),
        ({"layers": [{"start": "2026-01-01T00:00", "every": {"count": 0, "unit": "day"}, "members": [["Ana"]]}]}, "count"),
        ({"layers": [{"start": "2026-01-01T00:00", "every": {"count": 1, "unit": "day"}, "members": [["Zoe"]]}]}, "Zoe"),
    ],
    ids=["zone", "nobody", "start", "count", "user"],
)
def test_a_schedule_that_could_not_work_is_refused_with_its_place(tocsin, team, change, place):
    api = tocsin.api()
    body = {"name": "Primary", "zone": "UTC", "layers": []} | change
    answer = api.post("/api/v1/schedules", body)
    assert answer.status_code in (400, 422) and place in answer.text, answer.text
    assert api.items("/api/v1/schedules") == [] or not list(api.items("/api/v1/schedules"))


def test_overrides_in_the_past_and_two_that_replace_everybody_are_refused(tocsin, team):
    api = tocsin.api()
    path = f"/api/v1/schedules/{make_schedule(api, 'Primary', [[team['Ana']['id']]])['id']}/overrides"
    now = datetime.now(UTC)

    def override(start: float, end: float, kind: str = "replace"):
        times = {"from": stamp(now + timedelta(hours=start)), "to": stamp(now + timedelta(hours=end))}
        return api.post(path, {"kind": kind, "users": ["Bo"]} | times)

    assert override(-2, -1).status_code == 422
    assert override(2, 1).status_code == 422
    expect(override(1, 3), 201)
    clash = override(2, 4)
    assert clash.status_code == 422 and "replaces everybody" in clash.text
    expect(override(2, 4, "add"), 201)
    expect(override(3, 4), 201)
