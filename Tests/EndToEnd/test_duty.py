"""Shifts as time goes on, against a real server: hand-offs with real mail, the user group of a chat, Tocsin trying itself, and the
calendar that is drawn over."""

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from support.api import Api, expect
from support.browser import PHONE, WIDE, Browser
from support.channels import set_channel
from support.organisation import ANA_SECRET, contact, make_integration, make_organisation, make_plan, make_schedule, make_user
from support.tocsin import Tocsin
from support.waiting import until
from support.webhook import WebhookBehaviour

PASSWORD = "a long sentence for the laboratory 42"


def stamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def token_of(node, email: str) -> Api:
    """The API as a person whose password is set on the server's machine."""
    made = node.command("token", "create", "--name", email, "--role", "responder", "--user", email, *node.store_options())
    assert made.returncode == 0, made.stdout + made.stderr
    return Api(node.url, made.stdout.strip())


@pytest.fixture
def both(tmp_path, database, relay, authority, running) -> Tocsin:
    """A node on each store in turn."""
    return running(Tocsin(tmp_path, database=database, relay=relay, authority=authority)).start()


@pytest.fixture
def shift(both):
    """Ana is on call; from a few seconds on Bo is, for an hour."""
    return change_shift(both.api())


def change_shift(api: Api):
    people = {
        name: make_user(api, name, f"{name.lower()}@example.org", [contact("mail", "email", f"{name.lower()}@example.org")])
        for name in ("Ana", "Bo")
    }
    rotation = {"start": "2026-01-01T00:00", "every": {"count": 1000, "unit": "day"}, "members": [[people["Ana"]["id"]]]}
    schedule = api.create(
        "/api/v1/schedules",
        {
            "name": "Primary", "zone": "Europe/Berlin", "layers": [rotation],
            "handOff": {"readiness": ["VPN access configured", "Laptop with required tools"]},
        },
    )  # fmt: skip
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=9)
    api.create(
        f"/api/v1/schedules/{schedule['id']}/overrides",
        {"kind": "stand-in", "users": ["Bo"], "for": "Ana", "from": stamp(at), "to": stamp(at + timedelta(hours=1))},
    )
    return api, schedule, people, at


def test_a_shift_is_handed_over_and_taken_over(both, shift, relay):
    """S4-11, S4-14: opened before the change, handed over with what is open, acknowledged by whoever comes and nobody else."""
    api, schedule, people, at = shift
    (opened,) = until(lambda: api.read("/api/v1/hand-offs?open=true")["items"], "the hand-off")
    assert opened["phase"] == "preparing" and opened["schedule"] == schedule["id"]
    assert opened["awaited"] == [people["Bo"]["id"]]
    mail = until(lambda: relay.to("ana@example.org"), "Ana to be asked for what to know")[0]
    assert "Your shift in Primary ends at" in mail.subject and "Bo comes on call" in mail.text
    path = f"/api/v1/hand-offs/{opened['id']}"
    ana, bo = token_of(both, "ana@example.org"), token_of(both, "bo@example.org")
    expect(bo.post(path + "/acknowledge"), 409)
    noted = ana.do(path + "/notes", {"kind": "issue", "text": "The cache of shard 7 is cold."})
    assert [note["text"] for note in noted["notes"]] == ["The cache of shard 7 is cold."]
    incident = api.create("/api/v1/incidents", {"title": "Orders are slow", "severity": "SEV2"})
    api.assign(incident["key"], "incident-commander", people["Ana"]["id"])

    handed = until(lambda: (now := api.read(path))["phase"] == "handed-over" and now, "the change", within=30)
    assert datetime.now(UTC) >= at and [one["key"] for one in handed["packet"]["incidents"]] == [incident["key"]]
    letters = until(
        lambda: [mail for mail in relay.to("bo@example.org") if "You are on call in Primary now" in mail.subject],
        "Bo's packet",
    )
    text = letters[0].text
    assert "You take over from Ana." in text and "Known issue: The cache of shard 7 is cold." in text
    assert incident["key"] in text and "- VPN access configured" in text and f"/hand-offs/{opened['id']}" in text
    until(lambda: [m for m in relay.to("ana@example.org") if "is over" in m.subject], "Ana's copy")

    assert expect(ana.post(path + "/acknowledge"), 403).json()["type"].endswith("forbidden-hand-off")
    expect(ana.post(path + "/readiness", {"item": 1}), 403)
    expect(bo.post(path + "/readiness", {"item": 3}), 422)
    assert bo.do(path + "/readiness", {"item": 2})["coming"][0]["ready"] == [2]
    taken = bo.do(path + "/acknowledge")
    assert taken["phase"] == "acknowledged" and taken["coming"][0]["acknowledgedAt"]
    assert bo.do(path + "/acknowledge") == taken, "twice is once"
    left = api.read("/api/v1/hand-offs?open=true")["items"]
    assert all(one["phase"] == "preparing" for one in left), "but for the one in an hour, back to Ana"
    listed = both.client("hand-off", "list", "--all", role="admin")
    assert "acknowledged" in listed.stdout and opened["id"] in listed.stdout, listed.stdout + listed.stderr
    shown = both.client("hand-off", "show", opened["id"], role="admin").stdout
    assert "Ana → Bo" in shown and "[x] 2 Laptop with required tools (Bo)" in shown and incident["key"] in shown
    doctor = both.command("verify", *both.store_options())
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr


def test_a_hand_off_survives_a_kill_over_its_time(both, shift, relay):
    """A server that was down over the change hands over when it is back, once."""
    api, _, _, at = shift
    until(lambda: api.read("/api/v1/hand-offs?open=true")["items"], "the hand-off")
    both.kill()
    time.sleep(max(0, (at - datetime.now(UTC)).total_seconds() + 1))
    both.start()
    api = both.api()
    (one,) = until(
        lambda: [h for h in api.read("/api/v1/hand-offs")["items"] if h["phase"] == "handed-over"], "the change", within=30
    )
    subject = "You are on call in Primary now"
    until(lambda: [m for m in relay.to("bo@example.org") if subject in m.subject], "the packet")
    time.sleep(2)
    assert len({m.message_id for m in relay.to("bo@example.org") if subject in m.subject}) == 1
    assert one["awaited"]


def test_two_nodes_hand_over_once(tmp_path, postgres, relay, authority, running):
    """Whichever of them looks first: one packet for each, under one key."""
    database = postgres.new_database()
    first, second = (
        running(Tocsin(tmp_path, database=database, relay=relay, authority=authority, name=name)) for name in ("a", "b")
    )
    first.start()
    second.start()
    api, _, _, _ = change_shift(first.api())
    path = "/api/v1/hand-offs"
    until(lambda: [h for h in second.api().read(path)["items"] if h["phase"] == "handed-over"], "the change", within=40)
    until(lambda: len([m for m in relay.mails if "in Primary" in m.subject]) >= 3, "the messages")
    time.sleep(3)
    told = sorted((mail.recipients, mail.subject.split(" from ")[0].split(" at ")[0]) for mail in relay.mails)
    assert len(told) == len(set(map(str, told))), told
    assert len([h for h in api.read(path)["items"] if h["phase"] == "handed-over"]) == 1


def test_the_user_group_is_whoever_is_on_call(node, vendors):
    """docs.slack.dev, usergroups.users.update: a person's own Slack ID where they have one, else whoever has their address."""
    api = node.api()
    set_channel(node, "slack", {"apiBase": vendors.base + "/slack"}, {"token": "xoxb-1"})
    ana = make_user(api, "Ana", "ana@example.org", [contact("chat", "slack", "U0000000001")])
    bo = make_user(api, "Bo", "bo@example.org", [])
    rotation = {"start": "2026-01-01T00:00", "every": {"count": 1000, "unit": "day"}, "members": [[ana["id"]]]}
    schedule = api.create(
        "/api/v1/schedules", {"name": "Primary", "zone": "UTC", "layers": [rotation], "slackGroup": "S0604QSJC"}
    )

    def groups() -> list[dict]:
        return [r.form for r in vendors.of("slack") if r.path.endswith("/usergroups.users.update")]

    assert until(groups, "the group") == [{"usergroup": "S0604QSJC", "users": "U0000000001"}]
    at = datetime.now(UTC) + timedelta(seconds=2)
    api.create(
        f"/api/v1/schedules/{schedule['id']}/overrides",
        {"kind": "add", "users": ["Bo"], "from": stamp(at), "to": stamp(at + timedelta(hours=1))},
    )
    until(lambda: len(groups()) == 2, "the group to grow")
    assert groups()[1]["users"] == "U0000000001,U0BYMAIL001"
    lookups = [r.form for r in vendors.of("slack") if r.path.endswith("/users.lookupByEmail")]
    assert lookups == [{"email": "bo@example.org"}] and bo["id"]
    log = "/api/v1/deliveries?kind=group&limit=1"
    entry = until(lambda: (e := api.read(log)["items"][0])["state"] == "sent" and e, "the log to say so")
    assert entry["outcome"] == "the group is Ana, Bo"
    refused = api.post("/api/v1/schedules", {"name": "X", "zone": "UTC", "layers": [], "slackGroup": "on-call"})
    assert expect(refused, 409, 422).json()["detail"].startswith("/slackGroup")


def test_tocsin_tries_itself_and_calls_outside_only_when_the_page_went_out(node, hooks):
    """Who watches the watcher: the address outside hears nothing from the moment on at which pages do not arrive."""
    api = node.api()
    hooks.secrets["/probe"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    probe = make_user(
        api, "Probe", "probe@example.org", [contact("hook", "webhook", hooks.url("/probe"), hooks.secrets["/probe"])]
    )
    plan = make_plan(api, "Probe", [([probe["id"]], 300)])
    assert api.get("/api/v1/self-monitor").status_code == 404
    document = {"plan": plan["id"], "everySeconds": 60, "withinSeconds": 20, "url": hooks.url("/beat/secret")}
    made = api.call("PUT", "/api/v1/self-monitor", json=document).json()
    assert made["url"].endswith("/…") and "secret" not in json.dumps(made)
    until(lambda: hooks.gets("/beat/secret"), "the first call outside", within=30)
    last = until(lambda: api.read("/api/v1/self-monitor")["last"], "the state")
    assert last["ok"] and last["beatAt"] and last["tookSeconds"] < 20
    assert hooks.deliveries("/probe"), "somebody was really paged"
    assert api.incidents() == [], "nothing is declared"
    until(lambda: api.alerts(open="true") == [], "the alert to be over")
    assert all(page["phase"] == "ended" for page in api.pages())
    data = b"".join(file.read_bytes() for file in node.data.iterdir() if file.is_file() and "key" not in file.name)
    assert b"/beat/secret" not in data, "the address proves who calls; it is sealed"

    # What is sent back as it was shown stays as it was.
    again = {key: made[key] for key in ("plan", "everySeconds", "withinSeconds", "url", "disabled")}
    assert api.call("PUT", "/api/v1/self-monitor", json=again).json()["url"] == made["url"]
    hooks.behaviours["/probe"] = WebhookBehaviour.FAIL_PERMANENTLY
    calls = len(hooks.gets("/beat/secret"))
    failed = until(
        lambda: (s := api.read("/api/v1/self-monitor")["last"]) and not s["ok"] and s, "the next trial", within=90
    )
    assert "webhook" in failed["fault"] and failed["failingSince"] == failed["at"]
    assert len(hooks.gets("/beat/secret")) == calls
    metrics = api.get("/metrics").text
    assert re.search(r"^tocsin_self_monitor_ok 0\.0$", metrics, re.M), metrics[-2000:]
    assert "self-monitor" in node.anonymous.get("/readyz").text


def sign_in(node, page, email: str) -> None:
    page.goto(node.url + "/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture
def dora(node) -> str:
    made = node.command(
        "user", "add", "Dora Admin", "--email", "dora@example.org", "--role", "admin", "--password-stdin",
        *node.store_options(), input=PASSWORD + "\n",
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    return next(user for user in node.api().items("/api/v1/users") if user["name"] == "Dora Admin")["id"]


def test_one_tap_on_the_page_of_ones_shift_takes_the_page(node, hooks, browser, dora):
    """On a phone: on call until when, the page that waits, one large button; then the hand-off with its checklist."""
    api = node.api()
    team = make_organisation(api, hooks, declares_from=None)
    schedule = make_schedule(api, "Primary", [[dora]])
    api.call("PUT", f"/api/v1/users/{dora}/contacts", json={"contacts": [contact("m", "email", "dora@example.org")]})
    rungs = [{"targets": [f"schedule:{schedule['id']}"], "patienceSeconds": 600}]
    plan = api.create("/api/v1/escalations", {"name": "Mine", "rungs": rungs})
    service = api.create("/api/v1/services", {"name": "Shop", "plan": plan["id"]})
    integration = make_integration(api, "checks", "generic", service["id"])
    expect(node.anonymous.post(f"/in/{integration.key}/generic", {"title": "Shop is down", "dedupKey": "s"}), 202)
    until(api.pages, "the page")
    with browser.context(node.url, PHONE) as (page, complaints):
        sign_in(node, page, "dora@example.org")
        page.goto(node.url + "/my-shift")
        assert page.get_by_text("You are on call").is_visible()
        Browser.screenshot(page, "my-shift-paged-390-light")
        page.get_by_role("button", name="Acknowledge").click()
        page.wait_for_load_state("load")
        until(lambda: api.pages()[0]["phase"] == "acknowledged", "the page to be taken")
        # Somebody else stands in, and Dora comes back in a moment.
        at = datetime.now(UTC).replace(microsecond=0)
        body = {"kind": "replace", "users": [team.bo["id"]], "from": stamp(at), "to": stamp(at + timedelta(seconds=6))}
        api.create(f"/api/v1/schedules/{schedule['id']}/overrides", body)
        until(
            lambda: [h for h in api.read("/api/v1/hand-offs?open=true")["items"] if h["awaited"] == [dora]],
            "the hand-off", within=20,
        )  # fmt: skip
        until(
            lambda: [
                h for h in api.read("/api/v1/hand-offs?open=true")["items"]
                if h["awaited"] == [dora] and h["phase"] == "handed-over"
            ],
            "the change", within=30,
        )  # fmt: skip
        page.goto(node.url + "/my-shift")
        page.get_by_role("link", name="Take over").first.click()
        page.get_by_label("What whoever comes should know").fill("The lamp of rack 4 blinks.\nIt has since Monday.")
        page.get_by_role("button", name="Write down").click()
        page.wait_for_load_state("load")
        assert page.get_by_text("The lamp of rack 4 blinks.").is_visible()
        Browser.screenshot(page, "hand-off-390-light")
        page.get_by_role("button", name="I have taken over").click()
        page.wait_for_url("**/my-shift")
        assert complaints.all == []
    assert not [h for h in api.read("/api/v1/hand-offs?open=true")["items"] if h["awaited"] == [dora]]


def test_the_calendar_is_drawn_over(node, browser, dora):
    """Days in the month, hours in the week; begun on somebody, it is for them that one stands in."""
    api = node.api()
    ana = make_user(api, "Ana", "ana@example.org", [])
    schedule = make_schedule(api, "Primary", [[ana["id"]]])
    with browser.context(node.url, WIDE) as (page, complaints):
        sign_in(node, page, "dora@example.org")
        page.goto(f"{node.url}/schedules/{schedule['id']}")
        cells = page.locator("td[data-date]:not(.past)")
        first, third = cells.nth(8), cells.nth(10)
        dates = [cells.nth(n).get_attribute("data-date") for n in (8, 11)]
        first.scroll_into_view_if_needed()
        start, end = first.locator(".shift").bounding_box(), third.bounding_box()
        page.mouse.move(start["x"] + 5, start["y"] + 5)
        page.mouse.down()
        page.mouse.move(end["x"] + 9, end["y"] + 9, steps=6)
        assert page.locator("td.picked").count() == 3
        page.mouse.up()
        assert page.locator("#override [name=from]").input_value() == f"{dates[0]}T00:00"
        assert page.locator("#override [name=to]").input_value() == f"{dates[1]}T00:00"
        assert page.locator("#override [name=kind]").input_value() == "stand-in"
        assert page.locator("#override [name=for]").input_value() == ana["id"]
        Browser.screenshot(page, "schedule-picked-1280-light")
        page.locator("#override [name=users]").select_option(label="Dora Admin")
        page.locator("#override").get_by_role("button", name="Override").click()
        page.wait_for_load_state("load")
        (made,) = api.read(f"/api/v1/schedules/{schedule['id']}/overrides")["items"]
        assert (made["from"], made["to"]) == (f"{dates[0]}T00:00:00Z", f"{dates[1]}T00:00:00Z")
        assert made["kind"] == "stand-in" and made["for"] == ana["id"] and made["users"] == [dora]

        page.goto(f"{node.url}/schedules/{schedule['id']}?view=week&from={dates[0]}")
        week = page.locator("svg.week").bounding_box()
        hour = week["height"] / (24 * 20 + 24) * 20
        day = week["width"] / (44 + 7 * 136) * 136
        left = week["x"] + week["width"] / (44 + 7 * 136) * 44
        top = week["y"] + week["height"] / (24 * 20 + 24) * 22
        page.mouse.move(left + day * 0.5, top + hour * 9)
        page.mouse.down()
        page.mouse.move(left + day * 0.5, top + hour * 12, steps=6)
        page.mouse.up()
        monday = page.locator("td[data-date]").first.get_attribute("data-date")
        assert page.locator("#override [name=from]").input_value() == f"{monday}T09:00"
        assert page.locator("#override [name=to]").input_value() == f"{monday}T12:00"
        page.goto(f"{node.url}/schedules/{schedule['id']}?view=month&who={dora}")
        assert page.locator("td .shift b").all_inner_texts() == ["Dora Admin"] * 3 or page.get_by_text("Earlier").is_visible()
        page.get_by_role("link", name="Mine").click()
        assert complaints.all == []


def test_teams_heartbeats_and_services_are_set_up_in_the_browser(node, browser, dora):
    api = node.api()
    plan = make_plan(api, "Shop", [([dora], 300)])
    service = api.create("/api/v1/services", {"name": "shop", "plan": plan["id"]})
    make_integration(api, "cron", "generic", service["id"])
    with browser.context(node.url, WIDE) as (page, complaints):
        sign_in(node, page, "dora@example.org")
        page.goto(node.url + "/settings/teams")
        page.get_by_label("Name").fill("Payments")
        page.get_by_label("Members").fill("Dora Admin\nnobody at all")
        page.get_by_role("button", name="Add team").click()
        assert page.get_by_text("there is no user").is_visible()
        page.get_by_label("Members").fill("Dora Admin")
        page.get_by_role("button", name="Add team").click()
        page.wait_for_url("**/settings/teams/tea_*")
        page.get_by_role("link", name="Webhook").click()
        page.get_by_label("Address").fill("https://hooks.example.org/payments")
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_load_state("load")
        page.get_by_label("Signing key").fill(ANA_SECRET)
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_load_state("load")
        (team,) = api.read("/api/v1/teams")["items"]
        assert team["members"] == [dora] and team["contacts"][0]["destination"] == "https://hooks.example.org/payments"

        page.goto(node.url + "/settings/heartbeats")
        page.get_by_label("Name").fill("backup")
        page.get_by_label("It calls every").fill("60")
        page.get_by_role("button", name="Add heartbeat").click()
        page.wait_for_load_state("load")
        assert page.get_by_text("waits for its first beat").is_visible()
        page.get_by_text("Set up…").click()
        page.locator("#self-form [name=plan]").select_option(label="Shop")
        page.locator("#self-form").get_by_role("button", name="Save").click()
        page.wait_for_load_state("load")
        assert api.read("/api/v1/self-monitor")["everySeconds"] == 300

        page.goto(f"{node.url}/settings/services/{service['id']}")
        page.get_by_label("Alerts join a page").uncheck()
        page.get_by_label("Urgent", exact=False).first.select_option(index=2)
        page.get_by_label("Hours from").fill("09:00")
        page.get_by_label("Hours to").fill("17:00")
        page.get_by_role("button", name="Save").click()
        assert page.get_by_text("time zone").first.is_visible()
        page.get_by_label("Time zone").fill("Europe/Berlin")
        page.get_by_label("Outside of these hours").select_option(value="waits")
        page.get_by_role("button", name="Save").click()
        page.wait_for_url("**/settings/services")
        stored = api.read(f"/api/v1/services/{service['id']}")
        assert stored["bundles"] is False and stored["urgency"]["waits"] is True
        assert stored["urgency"]["hours"]["zone"] == "Europe/Berlin" and stored["urgency"]["from"]
        # What was refused is told of in the console too.
        assert [each for each in complaints.all if "422" not in each] == []


def test_forms_show_what_they_would_lead_to_as_one_types(node, browser, dora):
    """The next shifts and each change of the clocks; who is paged when. Nothing is saved before somebody says so."""
    api = node.api()
    ana = make_user(api, "Ana", "ana@example.org", [])
    schedule = make_schedule(api, "Primary", [[ana["id"]]])
    plan = make_plan(api, "Shop", [([ana["id"]], 300), ([dora], 600)], laps=2)
    with browser.context(node.url, WIDE) as (page, complaints):
        sign_in(node, page, "dora@example.org")
        page.goto(f"{node.url}/schedules/{schedule['id']}/edit")
        page.get_by_label("Time zone").fill("Europe/Berlin")
        page.locator("[name=members-1]").fill("Ana\nDora Admin")
        preview = page.locator("#preview")
        preview.get_by_text("the clocks of Europe/Berlin go forward by 1 h").wait_for()
        assert preview.get_by_text("the clocks of Europe/Berlin go back by 1 h").count() >= 1
        assert preview.locator("tbody tr").count() > 5 and preview.get_by_text("Dora Admin").count() > 1
        Browser.screenshot(page, "schedule-preview-1280-light")
        page.locator("[name=members-1]").fill("nobody at all")
        page.wait_for_timeout(1500)
        assert preview.get_by_text("Dora Admin").count() > 1, "what is half typed changes nothing"
        assert api.read(f"/api/v1/schedules/{schedule['id']}")["zone"] == "UTC"
        page.goto(f"{node.url}/settings/escalations/{plan['id']}")
        assert page.locator("#preview tbody tr").count() == 5
        page.locator("[name=minutes-1]").fill("7")
        page.locator("#preview tbody").get_by_text("after 7 min").first.wait_for()
        assert page.locator("#preview tbody").get_by_text("after 34 min").count() >= 1
        Browser.screenshot(page, "settings-escalation-preview-1280-light")
        assert api.read(f"/api/v1/escalations/{plan['id']}")["rungs"][0]["patienceSeconds"] == 300
        assert [each for each in complaints.all if "422" not in each] == []
