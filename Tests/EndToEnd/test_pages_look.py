"""The pages in a real browser: wide and narrow, light and dark, by mouse, by keyboard, and without scripts.

Pictures of every page are left in .build/screenshots for people to look at.
"""

import re
from pathlib import Path

import pytest
from support.browser import PHONE, WIDE, Browser
from support.mail import MailBehaviour, MailSink
from support.organisation import ANA_SECRET, make_integration, make_organisation, make_schedule
from support.tocsin import Tocsin
from support.waiting import until
from support.webhook import WebhookBehaviour, WebhookSink

PASSWORD = "a long sentence for the laboratory 42"
BASICS = (Path(__file__).parent / "support/accessibility.js").read_text()
BUDGET = 60_000

# The name of the picture, and the address; {words} are filled in from what the fixture made.
PUBLIC = [("sign-in", "/sign-in"), ("not-found", "/nothing-here"), ("bad-link", "/ack/nothing")]
SIGNED_IN = [
    ("incidents", "/incidents"),
    ("incident-new", "/incidents/new"),
    ("incident", "/incidents/{incident}"),
    ("alerts", "/alerts"),
    ("alert", "/alerts/{alert}"),
    ("pages", "/pages"),
    ("page", "/pages/{page}"),
    ("schedules", "/schedules"),
    ("schedule", "/schedules/{schedule}"),
    ("schedule-week", "/schedules/{schedule}?view=week"),
    ("schedule-month", "/schedules/{schedule}?view=month"),
    ("my-shift", "/my-shift"),
    ("hand-off", "/hand-offs/{hand_off}"),
    ("schedule-edit", "/schedules/{schedule}/edit"),
    ("schedule-new", "/schedules/new"),
    ("playbooks", "/playbooks"),
    ("playbook", "/playbooks/workflow?severity=P0"),
    ("playbook-matrix", "/playbooks/pipeline-guard?severity=SEV-3"),
    ("playbook-document", "/playbooks/starter/document"),
    ("playbook-versions", "/playbooks/starter/versions"),
    ("playbook-version", "/playbooks/starter/versions/1"),
    ("playbook-people", "/playbooks/workflow/people"),
    ("playbook-edit", "/playbooks/starter/edit"),
    ("playbook-new", "/playbooks/-/new"),
    ("integrations", "/integrations"),
    ("integration-new", "/integrations/new"),
    ("integration", "/integrations/{integration}"),
    ("settings", "/settings"),
    ("settings-general", "/settings/general"),
    ("settings-users", "/settings/users"),
    ("settings-tokens", "/settings/tokens"),
    ("settings-services", "/settings/services"),
    ("settings-service", "/settings/services/{service}"),
    ("settings-teams", "/settings/teams"),
    ("settings-team", "/settings/teams/{team}"),
    ("settings-heartbeats", "/settings/heartbeats"),
    ("settings-routes", "/settings/routes"),
    ("settings-route-new", "/settings/routes/new"),
    ("settings-escalations", "/settings/escalations"),
    ("settings-escalation-new", "/settings/escalations/new"),
    ("settings-escalation", "/settings/escalations/{plan}"),
    ("settings-contact-methods", "/settings/contact-methods"),
    ("settings-delivery", "/settings/delivery"),
    ("settings-audit", "/settings/audit"),
]
VIEWS = [
    (width, viewport, scheme) for width, viewport in (("1280", WIDE), ("390", PHONE)) for scheme in ("light", "dark")
]


class Stage:
    """A server with something of everything on it, and a signed-in browser profile."""

    def __init__(self, node: Tocsin, names: dict[str, str], state: dict, relay: MailSink):
        self.node = node
        self.relay = relay
        self.names = names
        self.state = state


@pytest.fixture(scope="module")
def stage(tmp_path_factory, authority, browser):
    folder = tmp_path_factory.mktemp("pages")
    relay = MailSink(authority).start()
    hooks = WebhookSink().start()
    node = Tocsin(folder, relay=relay, authority=authority)
    try:
        node.start()
        api = node.api()
        made = node.command(
            "user",
            "add",
            "Dora Admin",
            "--email",
            "dora@example.org",
            "--role",
            "admin",
            "--password-stdin",
            *node.store_options(),
            input=PASSWORD + "\n",
        )
        assert made.returncode == 0, made.stdout + made.stderr
        team = make_organisation(api, hooks, patience=600)
        integration = make_integration(api, "Checks of the shop", "generic", team.service["id"])
        texts = [
            ("Checkout fails for every second customer", "critical"),
            (
                "The queue of shard 7 has not moved for ten minutes and its consumers hold on to an old partition",
                "warning",
            ),
            ("Certificate of shop.example.org expires in 13 days", "info"),
            ("Pneumonoultramicroscopicsilicovolcanoconiosis" * 3, "error"),
        ]
        for number, (title, severity) in enumerate(texts):
            for _ in range(number + 1):
                answer = node.anonymous.post(
                    f"/in/{integration.key}/generic",
                    {
                        "title": title,
                        "dedupKey": f"look-{number}",
                        "severity": severity,
                        "labels": {"team": "queue", "instance": f"db-{number}.eu-central.example.org:9100"},
                        "annotations": {"description": title + ". " + "More words about it. " * 8},
                        "url": "https://monitoring.example.org/graph?g0.expr=up",
                    },
                )
                assert answer.ok, answer.text
        incident = until(lambda: api.incidents(), "an incident")[-1]
        api.assign(incident["key"], "incident-commander", team.bo["id"])
        api.note(
            incident["key"],
            "Saw it in the log of db-0:\n  ERROR lock timeout after 30000 ms\nWe look at the lock first.",
        )
        api.change_status(incident["key"], "investigating")
        try_ways(api, hooks)
        names = {
            "incident": incident["key"],
            "alert": api.alerts()[0]["id"],
            "page": until(api.pages, "a page")[0]["id"],
            "integration": integration.id,
            "plan": team.plan["id"],
            "schedule": make_schedule(api, "Primary", [[team.ana["id"]], [team.bo["id"]]])["id"],
            "service": team.service["id"],
            "team": api.create("/api/v1/teams", {"name": "Payments", "members": [team.ana["id"], team.bo["id"]]})["id"],
            "hand_off": make_hand_off(api, team),
        }
        with browser.context(node.url) as (page, _):
            sign_in(page, node)
            state = page.context.storage_state()
        yield Stage(node, names, state, relay)
    finally:
        node.stop()
        relay.stop()
        hooks.stop()


def make_hand_off(api, team) -> str:
    """Turns of an hour, so that one is always opened; with notes and a heartbeat that has never been heard of."""
    people = [[team.ana["id"]], [team.bo["id"]]]
    rules = {"readiness": ["VPN access configured", "kubectl access to all environments"]}
    rotation = {"start": "2026-01-01T00:00", "every": {"count": 1, "unit": "hour"}, "members": people}
    schedule = api.create("/api/v1/schedules", {"name": "Hourly", "zone": "UTC", "layers": [rotation], "handOff": rules})
    path = f"/api/v1/hand-offs?open=true&schedule={schedule['id']}"
    (opened,) = until(lambda: api.read(path)["items"], "the hand-off")
    api.do(f"/api/v1/hand-offs/{opened['id']}/notes", {"text": "The cache of shard 7 is cold.\nIt warms up by noon."})
    api.do(
        f"/api/v1/hand-offs/{opened['id']}/notes",
        {"kind": "maintenance", "text": "The database moves to new discs.", "until": "2099-01-01T00:00:00Z"},
    )
    integration = make_integration(api, "cron", "generic")
    for name, armed in (("backup", "creation"), ("mail-queue", "first-beat")):
        heartbeat = {"name": name, "integration": integration.id, "intervalSeconds": 86400, "armed": armed}
        api.create("/api/v1/heartbeats", heartbeat)
    api.call("PUT", "/api/v1/self-monitor", json={"plan": team.plan["id"], "everySeconds": 86400})
    return opened["id"]


def try_ways(api, hooks) -> None:
    """Dora has three ways to be reached, and has tried those that are in use: one test arrived, one was refused."""
    api.call("PUT", "/api/v1/settings", json={"organisationName": "Example Freight and Storage"})
    dora = next(user for user in api.items("/api/v1/users") if user["name"] == "Dora Admin")
    path = f"/api/v1/users/{dora['id']}/contacts"
    hooks.behaviours["/dora"] = WebhookBehaviour.FAIL_PERMANENTLY
    hook = {"channel": "webhook", "secret": ANA_SECRET, "destination": hooks.url("/dora")}
    ways = [
        {"id": "mail", "channel": "email", "destination": "dora@example.org"},
        hook | {"id": "hook"},
        hook | {"id": "old", "destination": "https://hooks.example.org/services/T02/B7/dora-old-phone", "disabled": True},
    ]
    api.call("PUT", path, json={"contacts": ways})
    for way in ("mail", "hook"):
        api.do(f"{path}/{way}/tests")
        until(lambda way=way: api.read(f"{path}/{way}/tests")["items"][0]["finishedAt"], f"the test of {way}")


def sign_in(page, node: Tocsin) -> None:
    page.goto(node.url + "/sign-in")
    page.get_by_label("Email").fill("dora@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def inspect(browser: Browser, stage: Stage, name: str, path: str, view, state: dict | None, status: int = 200) -> None:
    width, viewport, scheme = view
    with browser.context(stage.node.url, viewport, scheme, state=state) as (page, complaints):
        answer = page.goto(stage.node.url + path.format(**stage.names))
        page.wait_for_load_state("load")
        Browser.screenshot(page, f"{name}-{width}-{scheme}")
        # A page that is not there is itself told of in the console; that is the browser's doing.
        said = [each for each in complaints.all if status == 200 or f"status of {status}" not in each]
        assert answer.status == status
        assert said == [], f"{path} at {width}, {scheme}"
        wide = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{path} at {width} scrolls sideways by {wide} pixels"
        assert page.evaluate(BASICS) == [], f"{path} at {width}, {scheme}"


@pytest.mark.parametrize("view", VIEWS, ids=[f"{width} {scheme}" for width, _, scheme in VIEWS])
@pytest.mark.parametrize("name,path", SIGNED_IN, ids=[name for name, _ in SIGNED_IN])
def test_a_page_is_whole_legible_and_usable(browser, stage, name, path, view):
    """S25, S29: no error, no policy violation, no sideways scroll, labels, headings, contrast."""
    inspect(browser, stage, name, path, view, stage.state)


@pytest.mark.parametrize("view", VIEWS, ids=[f"{width} {scheme}" for width, _, scheme in VIEWS])
@pytest.mark.parametrize("name,path", PUBLIC, ids=[name for name, _ in PUBLIC])
def test_a_page_for_those_who_are_not_signed_in_is_whole_legible_and_usable(browser, stage, name, path, view):
    inspect(browser, stage, name, path, view, None, status=200 if name == "sign-in" else 404)


def test_the_first_page_is_small(browser, stage):
    """Under 60 kB in all: HTML, style, scripts and icons."""
    with browser.context(stage.node.url, state=stage.state) as (page, _):
        sizes: dict[str, int] = {}
        page.on("response", lambda answer: sizes.__setitem__(answer.url, _size(answer)))
        page.goto(stage.node.url + "/incidents")
        page.wait_for_load_state("load")
        assert sum(sizes.values()) < BUDGET, sizes


def _size(answer) -> int:
    return 0 if "/stream" in answer.url else len(answer.body())


@pytest.mark.parametrize("name,path", SIGNED_IN[:10], ids=[name for name, _ in SIGNED_IN[:10]])
def test_everything_on_a_page_is_reached_by_the_keyboard_and_shows_that_it_is(browser, stage, name, path):
    with browser.context(stage.node.url, state=stage.state) as (page, _):
        page.goto(stage.node.url + path.format(**stage.names))
        wanted = page.evaluate(
            """() => [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary")]
                .filter((each) => each.checkVisibility() && !each.disabled && each.tabIndex >= 0
                    && !(each.type === "radio" && !each.checked)).length"""
        )
        reached, unseen = set(), []
        for _ in range(wanted + 30):
            page.keyboard.press("Tab")
            focus = page.evaluate(
                """() => {
                    const each = document.activeElement;
                    if (!each || each === document.body) return null;
                    each.dataset.number ??= String(window.reachedSoFar = (window.reachedSoFar ?? 0) + 1);
                    const style = getComputedStyle(each);
                    const shown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
                        || style.boxShadow !== "none";
                    return { number: each.dataset.number, shown, html: each.outerHTML.slice(0, 100) };
                }"""
            )
            if focus is None:
                continue
            reached.add(focus["number"])
            if not focus["shown"]:
                unseen.append(focus["html"])
        assert unseen == [], "the focus is not visible on these"
        assert len(reached) >= wanted, f"{len(reached)} of {wanted} were reached"


def test_the_skip_link_comes_first_and_leads_to_the_content(browser, stage):
    with browser.context(stage.node.url, state=stage.state) as (page, _):
        page.goto(stage.node.url + "/incidents")
        page.keyboard.press("Tab")
        assert "skip" in page.evaluate("document.activeElement.textContent").lower()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_an_incident_is_run_without_scripts(browser, stage):
    """Declare, note, lead, change status and severity, resolve and close: every one is a form."""
    with browser.context(stage.node.url, viewport=PHONE, scripts=False) as (page, complaints):
        sign_in(page, stage.node)
        page.goto(stage.node.url + "/incidents/new")
        page.get_by_label("Title").fill("Declared by hand <b>without</b> scripts")
        page.get_by_label("Severity", exact=False).first.select_option(label=_option(page, "SEV2"))
        page.get_by_role("button", name=re.compile("declare", re.IGNORECASE)).last.click()
        page.wait_for_url(re.compile(r"/incidents/[A-Z]"))
        assert "<b>without</b>" in page.inner_text("body"), "the title is text, not markup (S29)"
        key = page.url.rsplit("/", 1)[1].split("?")[0]
        page.get_by_label("Note").fill("Nothing blinks here")
        page.get_by_role("button", name="Add note").click()
        page.wait_for_load_state()
        assert "Nothing blinks here" in page.inner_text("body")
        _open(page, "change-status")
        page.get_by_label("New status").select_option(label="Investigating")
        page.get_by_role("button", name="Change status").click()
        page.wait_for_load_state()
        read = stage.node.api().incident(key)
        assert (read["status"], read["severity"]["label"]) == ("investigating", "SEV2")
        assert complaints.all == []


def test_a_playbook_is_written_and_filled_without_scripts(browser, stage):
    """A mistake is told with its line; what would change is shown; then it is in force, and somebody stands for a name."""
    with browser.context(stage.node.url, viewport=PHONE, scripts=False) as (page, complaints):
        sign_in(page, stage.node)
        page.goto(stage.node.url + "/playbooks/autolytiq/edit")
        box = page.get_by_label("Document")
        text = box.input_value()
        box.fill(text.replace("\nowner:", "\nowners:", 1))
        page.get_by_role("button", name="Check it").click()
        page.wait_for_load_state()
        assert re.search(r"Line \d+, column 1", page.inner_text("body"))
        assert "\nowners:" in page.get_by_label("Document").input_value(), "what was typed stays"
        page.get_by_label("Document").fill(re.sub(r"\ntitle: .*", "\ntitle: Read on a phone", text, count=1))
        page.get_by_role("button", name="Check it").click()
        page.wait_for_load_state()
        assert "Read on a phone" in page.inner_text("#changes")
        page.get_by_role("button", name="Put it in force").click()
        page.wait_for_url(re.compile(r"/playbooks/autolytiq$"))
        assert page.inner_text("h1") == "Read on a phone"
        page.get_by_role("link", name="People").click()
        page.locator("main select").first.select_option(label="Bo")
        page.get_by_role("button", name="Save").click()
        page.wait_for_load_state()
        assert page.locator("main select").first.input_value().startswith("user:")
        assert [each for each in complaints.all if "status of 422" not in each] == []


def _open(page, id: str) -> None:
    details = page.locator(f"details#{id}")
    if details.get_attribute("open") is None:
        details.locator("summary").click()


def _option(page, word: str) -> str:
    labels = page.get_by_label("Severity", exact=False).first.locator("option").all_inner_texts()
    return next(label for label in labels if word in label)


def test_a_page_is_acknowledged_with_one_touch_on_a_phone(browser, stage):
    node = stage.node
    api = node.api()
    with browser.context(node.url, viewport=PHONE, scheme="dark", state=stage.state) as (page, complaints):
        page.goto(f"{node.url}/pages/{stage.names['page']}")
        button = page.get_by_role("button", name="Acknowledge").first
        box = button.bounding_box()
        assert box["height"] >= 44, "large enough for a thumb at night"
        assert box["y"] + box["height"] <= PHONE["height"], "without scrolling"
        button.click()
        page.wait_for_load_state()
        assert "acknowledged" in page.inner_text("body").lower()
        assert complaints.all == []
    assert "acknowledged" in str(api.page(stage.names["page"])).lower()


def test_somebody_elses_note_appears_without_a_reload(browser, stage):
    """The live stream: written through the API, seen in the browser."""
    with browser.context(stage.node.url, state=stage.state) as (page, complaints):
        page.goto(f"{stage.node.url}/incidents/{stage.names['incident']}")
        stage.node.api().note(stage.names["incident"], "Written by another hand")
        page.get_by_text("Written by another hand").first.wait_for(timeout=10_000)
        assert complaints.all == []


def test_on_a_phone_an_incident_shows_first_what_is_needed_first(browser, stage):
    """State, what is owed and the roles above the timeline, and links to what stands below it; without scripts."""
    with browser.context(stage.node.url, PHONE, scripts=False, state=stage.state) as (page, _):
        page.goto(f"{stage.node.url}/incidents/{stage.names['incident']}")
        tops = {id: page.locator(f"#{id}").bounding_box()["y"] for id in ["now", "roles", "timeline", "pages"]}
        assert tops["now"] < tops["roles"] < tops["timeline"] < tops["pages"]
        assert tops["roles"] < PHONE["height"], "without scrolling"
        for name in ["Pages", "Alerts", "Record", "Timeline"]:
            page.get_by_label("On this page").get_by_role("link", name=name).click()
            top = page.locator(f"#{name.lower()}").bounding_box()["y"]
            assert 0 <= top < PHONE["height"], f"{name} is in sight"
    with browser.context(stage.node.url, WIDE, state=stage.state) as (page, _):
        page.goto(f"{stage.node.url}/incidents/{stage.names['incident']}")
        assert not page.get_by_label("On this page").is_visible(), "everything is in sight on a wide screen"


def test_a_long_timeline_is_folded_and_opens_without_scripts(browser, stage):
    key = stage.node.api().create("/api/v1/incidents", {"title": "Long", "severity": "SEV4"})["key"]
    for number in range(24):
        stage.node.api().note(key, f"Note number {number}.")
    with browser.context(stage.node.url, PHONE, scripts=False, state=stage.state) as (page, _):
        page.goto(f"{stage.node.url}/incidents/{key}")
        assert page.get_by_text("Note number 23.").is_visible()
        assert not page.get_by_text("Note number 0.").is_visible()
        page.get_by_text(re.compile(r"Show \d+ earlier entries")).click()
        assert page.get_by_text("Note number 0.").is_visible()


def test_escape_in_a_field_leaves_the_panel_around_it_open(browser, stage):
    with browser.context(stage.node.url, state=stage.state) as (page, _):
        page.goto(f"{stage.node.url}/incidents/{stage.names['incident']}")
        page.locator("#change-status summary").click()
        page.locator("#status-status").focus()
        page.keyboard.press("Escape")
        assert page.locator("#change-status").evaluate("each => each.open")
        page.keyboard.press("Escape")
        assert not page.locator("#change-status").evaluate("each => each.open")
        page.locator(".account-button:visible").click()
        page.locator("#theme").focus()
        page.keyboard.press("Escape")
        assert page.locator("#account").evaluate("each => each.matches(':popover-open')")
        page.keyboard.press("Escape")
        assert not page.locator("#account").evaluate("each => each.matches(':popover-open')")


def test_the_result_of_a_test_message_appears_and_is_said(browser, stage):
    with browser.context(stage.node.url, state=stage.state) as (page, complaints):
        page.goto(stage.node.url + "/settings/contact-methods")
        stage.relay.behaviour = MailBehaviour.HOLD
        try:
            page.locator("form[action$='/mail/test'] button").click()
            page.locator("#flash").get_by_text("A test is on its way").wait_for()
            assert page.locator("#test-mail[data-waiting]").count() == 1
        finally:
            stage.relay.behaviour = MailBehaviour.ACCEPT
        page.locator("#test-mail").get_by_text("accepted").wait_for(timeout=20_000)
        page.locator("[role=status]#flash").get_by_text("accepted").wait_for()
        assert complaints.all == []


def test_a_new_token_is_shown_once_and_reloading_makes_no_other(browser, stage):
    api = stage.node.api()
    with browser.context(stage.node.url, state=stage.state) as (page, complaints):
        page.goto(stage.node.url + "/settings/tokens")
        page.get_by_label("Name").fill("reloaded")
        page.get_by_role("button", name="Create token").click()
        page.get_by_text("shown once").wait_for()
        secret = page.locator(".copyable code").first.inner_text()
        assert secret.startswith("tcs_") and secret not in page.url
        assert stage.node.anonymous.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).ok
        page.reload()
        assert secret not in page.content()
        assert [token["name"] for token in api.items("/api/v1/tokens")].count("reloaded") == 1
        assert complaints.all == []


def test_hostile_texts_do_nothing_in_the_browser(browser, stage):
    """S29: every text of an alert, on every page that shows it."""
    from test_bad_input import HOSTILE_TEXTS

    node = stage.node
    key = make_integration(node.api(), "Hostile", "generic").key
    for number, text in enumerate(HOSTILE_TEXTS):
        node.anonymous.post(
            f"/in/{key}/generic",
            {
                "title": text,
                "dedupKey": f"x-{number}",
                "severity": text[:50],
                "labels": {"text": text},
                "annotations": {"text": text},
                "url": text,
            },
        )
    alerts = [alert for alert in node.api().alerts() if alert["dedupKey"].startswith("x-")]
    assert alerts
    with browser.context(node.url, state=stage.state) as (page, complaints):
        page.on("dialog", lambda dialog: complaints.errors.append(f"a dialog opened: {dialog.message}"))
        for path in ["/alerts", "/pages", "/incidents", *[f"/alerts/{alert['id']}" for alert in alerts]]:
            page.goto(node.url + path)
            links = page.evaluate("[...document.links].map((link) => link.href)")
            assert [link for link in links if not link.startswith(("http", "mailto:"))] == []
        assert complaints.all == []


def test_signing_in_with_a_wrong_password_keeps_what_was_typed(browser, stage):
    with browser.context(stage.node.url) as (page, complaints):
        page.goto(stage.node.url + "/sign-in")
        page.get_by_label("Email").fill("dora@example.org")
        page.get_by_label("Password").fill("this is not it at all")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
        assert page.get_by_label("Email").input_value() == "dora@example.org"
        assert page.get_by_label("Password").input_value() == ""
        assert "/sign-in" in page.url
        assert [each for each in complaints.all if "status of 4" not in each] == []
