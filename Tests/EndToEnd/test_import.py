"""Coming from another system: the report changes nothing, applying writes it, applying again changes nothing more."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.organisation import contact, make_user

FIXTURES = Path(__file__).parents[1] / "MigratingTests" / "Fixtures"


def everything(api) -> dict[str, list]:
    """Configuration, without the times at which it was written."""
    found = {}
    for kind in ("users", "teams", "schedules", "escalations"):
        found[kind] = [
            {name: value for name, value in one.items() if name not in ("updatedAt", "updatedBy")}
            for one in api.items(f"/api/v1/{kind}")
        ]
    found["overrides"] = [
        [one["kind"], one["users"], one["from"], one["to"]]
        for schedule in found["schedules"]
        for one in api.read(f"/api/v1/schedules/{schedule['id']}/overrides")["items"]
    ]
    return found


def run(node, *arguments: str, status: int = 0) -> str:
    result = node.client("import", *arguments, role="admin", timeout=180)
    assert result.returncode == status, f"{arguments}: {result.returncode}\n{result.stdout}{result.stderr}"
    return result.stdout + result.stderr


@pytest.mark.parametrize("system", ["pagerduty", "opsgenie", "grafana-oncall", "goalert"])
def test_an_export_is_reported_then_written_and_written_again_without_a_change(node, system):
    file = str(FIXTURES / f"{system.removesuffix('-oncall')}.json")
    before = everything(node.api())
    said = run(node, file, "--from", system)
    assert "Nothing is written yet" in said and "Left out" in said and "Mapped" in said
    assert everything(node.api()) == before
    report = json.loads(run(node, file, "--from", system, "--json"))
    assert {each["verdict"] for each in report["findings"]} == {"mapped", "changed", "left-out"}
    assert all(each["sentence"].endswith(".") for each in report["findings"])
    assert "Not written" not in run(node, file, "--from", system, "--apply")
    after = everything(node.api())
    assert len(after["schedules"]) > len(before["schedules"]) and len(after["escalations"]) > len(before["escalations"])
    assert {(d["kind"], d["id"]) for d in report["documents"] if d["kind"] == "schedule"} == {
        ("schedule", one["id"]) for one in after["schedules"]
    }
    assert "Not written" not in run(node, file, "--from", system, "--apply")
    assert everything(node.api()) == after, "a second time changes nothing"
    assert all(user["role"] != "admin" for user in after["users"]), "nobody becomes an administrator by it"
    assert node.client("oncall", role="admin").returncode == 0


def test_whoever_has_an_account_stays_as_they_are(node):
    api = node.api()
    ana = make_user(api, "Ana the First", "ana@example.com", [contact("mail", "email", "first@example.com")], role="viewer")
    run(node, str(FIXTURES / "pagerduty.json"), "--apply")
    stored = next(user for user in api.items("/api/v1/users") if user["id"] == ana["id"])
    assert (stored["name"], stored["role"]) == ("Ana the First", "viewer")
    assert [way["destination"] for way in stored["contacts"]] == ["first@example.com"]
    schedule = api.read("/api/v1/schedules/primary")
    assert ana["id"] in json.dumps(schedule["layers"]), "and takes the turns that were hers"


def test_what_an_earlier_import_made_and_this_one_does_not_know_is_taken_back(node):
    api = node.api()
    file = str(FIXTURES / "pagerduty.json")
    run(node, file, "--apply")
    (ben,) = [user["id"] for user in api.items("/api/v1/users") if user["email"] == "ben@example.com"]
    path = "/api/v1/schedules/primary/overrides"
    for why in ("Imported", "Dentist"):
        api.create(path, {"kind": "add", "users": [ben], "from": "2099-01-01T00:00:00Z", "to": "2099-01-02T00:00:00Z", "why": why})
    run(node, file, "--apply")
    assert [one["why"] for one in api.read(path)["items"] if one["from"].startswith("2099")] == ["Dentist"]


@pytest.mark.parametrize(
    "text, words",
    [
        ("{", "1:2"),
        ("[]", "which it is"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:nonsense\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "left-out"),
        ("\0\1\2", "1:1"),
    ],
)
def test_what_is_no_export_says_where(node, tmp_path, text, words):
    file = tmp_path / "broken.json"
    file.write_text(text)
    result = node.client("import", str(file), "--zone", "UTC", role="admin")
    said = result.stdout + result.stderr
    assert words in said or "broken.json" in said, said
    assert result.returncode in (0, 1) and "fault" not in said.lower().replace("default", "")


def test_time_off_comes_from_a_calendar_and_what_was_noted_by_hand_stays(node, tmp_path):
    api = node.api()
    ana = make_user(api, "Ana", "ana@example.com", [])
    day = datetime.now(UTC).date() + timedelta(days=10)
    hand = {"from": "2099-01-01T00:00:00Z", "to": "2099-01-02T00:00:00Z", "why": "By hand"}
    api.call("PUT", f"/api/v1/users/{ana['id']}/time-off", json={"timeOff": [hand]})
    file = tmp_path / "holidays.ics"

    def events(*titles: str) -> str:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
        for number, title in enumerate(titles):
            start, end = (day + timedelta(days=n + 3 * number) for n in (0, 2))
            lines += [
                "BEGIN:VEVENT", f"UID:{number}", f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}",
                f"SUMMARY:{title}", "END:VEVENT",
            ]  # fmt: skip
        return "\r\n".join([*lines, "END:VCALENDAR", ""])

    file.write_text(events("Holiday", "Dentist"))
    options = ["away", str(file), "--user", "ana@example.com", "--zone", "Europe/Berlin", "--only", "holiday"]
    assert "Nothing is written yet" in run(node, *options)

    def stored() -> list[dict]:
        return next(user for user in api.items("/api/v1/users") if user["id"] == ana["id"])["timeOff"]

    assert [one["why"] for one in stored()] == ["By hand"]
    for _ in range(2):
        run(node, *options, "--apply")
        assert sorted(one["why"] for one in stored()) == ["By hand", "Calendar: Holiday"]
    file.write_text(events("Conference"))
    run(node, *options, "--apply")
    assert [one["why"] for one in stored()] == ["By hand"], "what is not in the calendar any more is taken away"
    assert "nobody called" in run(node, "away", str(file), "--user", "nobody", "--zone", "UTC", status=1)
