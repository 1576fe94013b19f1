"""The pages filled with names that no designer has in mind: without a space, right to left, of pictures, of the greatest
length that is taken. Whatever they are, no page scrolls sideways and nothing falls out of its box."""

import re

import pytest
from support.api import expect
from support.browser import PHONE, WIDE, Browser
from support.organisation import ANA_SECRET, make_integration, make_plan, make_schedule, make_user
from support.tocsin import Tocsin
from support.waiting import until

PASSWORD = "a long sentence for the laboratory 42"
# The greatest length of a name, in characters, and of a title.
NAME, TITLE = 128, 256
FAMILY = "\U0001f468‍\U0001f469‍\U0001f467‍\U0001f466"
NAMES = {
    "unbroken": "W" * NAME,
    "right to left": "שלוםעולם" * (NAME // 8),
    "emoji": FAMILY * (NAME // 7),
}
VIEWS = {"1280": WIDE, "390": PHONE}

PAGES = [
    "/incidents",
    "/incidents?state=all",
    "/incidents/new",
    "/incidents/{incident}",
    "/incidents/{declared}",
    "/alerts",
    "/alerts?state=all",
    "/alerts/{alert}",
    "/pages",
    "/pages?state=all",
    "/pages/{page}",
    "/pages/{exhausted}",
    "/integrations",
    "/integrations/new",
    "/integrations/{integration}",
    "/settings/contact-methods",
    "/settings/password",
    "/settings/general",
    "/settings/services",
    "/settings/routes",
    "/settings/routes/new",
    "/settings/routes/{route}",
    "/schedules",
    "/schedules/{schedule}",
    "/schedules/{schedule}/edit",
    "/settings/escalations",
    "/settings/escalations/new",
    "/settings/escalations/{plan}",
    "/settings/delivery",
    "/settings/users",
    "/settings/tokens",
    "/settings/audit",
]
# Seen without signing in.
PUBLIC = ["/sign-in", "/ack/nothing", "{ack}", "/nothing-here/" + "W" * 200, "/api/docs"]

# What is too wide: the page itself, with every small panel open in its turn, and the boxes that hold texts.
LOOK = """() => {
    const faults = [];
    const page = document.scrollingElement;
    const wide = (when) => {
        if (page.scrollWidth <= page.clientWidth) return;
        const edge = [...document.body.querySelectorAll("*")]
            .filter((each) => each.getBoundingClientRect().right > page.clientWidth + 1)
            .map((each) => `${each.tagName.toLowerCase()}.${each.className?.baseVal ?? each.className}`);
        faults.push(`${when}: ${page.scrollWidth} px of ${page.clientWidth}: ${edge.slice(0, 8).join(" ")}`);
    };
    wide("the page");
    for (const each of document.querySelectorAll("details")) {
        const was = each.open;
        each.open = true;
        wide(`with ${each.id || each.textContent.slice(0, 30)} open`);
        each.open = was;
    }
    const boxes = ".now, .cell, .list, .plan, .card, section.pager, .compose, .notice, .facts dd, .request, .entry, "
        + ".rail a, .account-button, button, .button, summary, .top, .list td, .list th, .lines > li, .flash";
    for (const each of document.querySelectorAll(boxes)) {
        if (!each.checkVisibility()) continue;
        const name = `${each.tagName.toLowerCase()}.${each.className} ${each.textContent.trim().slice(0, 30)}`;
        if (each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0) {
            faults.push(`falls out of its box by ${each.scrollWidth - each.clientWidth} px: ${name}`);
        }
    }
    // A column so narrow that a word stands letter below letter.
    for (const each of document.querySelectorAll("main :is(span, a, b, p, dd, th, td, small, code, summary)")) {
        if (!each.checkVisibility() || each.closest(".unseen, svg")) continue;
        const box = each.getBoundingClientRect();
        if (box.width > 0 && box.width < 40 && box.height > 120) {
            faults.push(`squeezed to ${box.width} px: ${each.textContent.trim().slice(0, 30)}`);
        }
    }
    const buttons = [...document.querySelectorAll(".do :is(button, summary), .actions :is(button, summary, .button)")]
        .filter((each) => each.checkVisibility()).map((each) => each.getBoundingClientRect());
    for (const a of buttons) for (const b of buttons) {
        if (a === b || a.bottom <= b.top || b.bottom <= a.top) continue;
        const gap = b.left - a.right;
        if (gap > -1 && gap < 4) faults.push(`buttons touch: ${gap} px apart at ${a.left}, ${a.top}`);
    }
    return faults;
}"""


class Stage:
    def __init__(self, node: Tocsin, words: dict[str, str], state: dict):
        self.node = node
        self.words = words
        self.state = state


@pytest.fixture(scope="module", params=NAMES, ids=list(NAMES))
def stage(request, tmp_path_factory, authority, browser):
    from support.mail import MailSink
    from support.webhook import WebhookSink

    folder = tmp_path_factory.mktemp("hostile")
    relay = MailSink(authority).start()
    hooks = WebhookSink().start()
    node = Tocsin(folder, relay=relay, authority=authority)
    try:
        node.start()
        words = fill(node, hooks, NAMES[request.param])
        with browser.context(node.url) as (page, _):
            sign_in(page, node)
            state = page.context.storage_state()
        yield Stage(node, words, state)
    finally:
        node.stop()
        relay.stop()
        hooks.stop()


def fill(node: Tocsin, hooks, name: str) -> dict[str, str]:
    """Everything that has a name has this one; what must differ differs at the end."""

    def other(mark: str) -> str:
        return name[: NAME - 7] + mark

    title = (name * 3)[:TITLE]
    api = node.api()
    made = node.command(
        *["user", "add", "Dora", "--email", "dora@example.org", "--role", "admin", "--password-stdin"],
        *node.store_options(),
        input=PASSWORD + "\n",
    )
    assert made.returncode == 0, made.stdout + made.stderr
    api.call("PUT", "/api/v1/settings", json={"organisationName": name})
    hooks.secrets["/ana"] = ANA_SECRET
    hook = {"id": "hook", "channel": "webhook", "destination": hooks.url("/ana"), "secret": ANA_SECRET}
    far = "https://hooks.example.org/" + "w" * 1_900
    ana = make_user(api, name, "a" * 60 + "@" + "example" * 8 + ".org", [hook])
    dora = next(user for user in api.items("/api/v1/users") if user["name"] == "Dora")
    ways = [{"channel": "email", "destination": "dora@example.org"}, hook | {"destination": far, "disabled": True}]
    expect(api.call("PUT", f"/api/v1/users/{dora['id']}", json=dora | {"name": name, "contacts": ways}), 200)
    plan = make_plan(api, name, [([ana["id"]], 3_600), ([dora["id"], ana["id"]], 600)], fallback=[ana["id"]])
    quick = make_plan(api, other("quick"), [([ana["id"]], 1)], fallback=[])
    schedule = make_schedule(api, name, [[ana["id"]], [dora["id"], ana["id"]]])
    service = api.create("/api/v1/services", {"name": name, "description": name, "plan": plan["id"]})
    hasty = api.create("/api/v1/services", {"name": other("hasty"), "plan": quick["id"]})
    matchers = [{"name": "team", "op": "=", "value": name}]
    route = {"name": name, "position": 1, "matchers": matchers, "service": service["id"], "plan": plan["id"]}
    route = api.create("/api/v1/routes", route | {"declaresFrom": "SEV2"})
    integration = make_integration(api, name, "generic", service["id"])
    for severity in ("critical", "info"):
        answer = node.anonymous.post(
            f"/in/{integration.key}/generic",
            {
                "title": title,
                "dedupKey": severity,
                "severity": severity,
                "labels": {"team": name, "w" * 100: "w" * 900},
                "annotations": {"summary": title, "description": title},
                "url": "https://monitoring.example.org/" + "w" * 900,
            },
        )
        expect(answer, 200, 202)
    expect(node.anonymous.post(f"/in/{integration.key}/generic", {"w" * 500: 1}), 400)
    incident = until(api.incidents, "an incident")[0]["key"]
    api.assign(incident, "incident-commander", ana["id"])
    api.note(incident, title * 3)
    api.change_severity(incident, "SEV2", title)
    declared = api.create("/api/v1/incidents", {"title": title, "severity": "SEV1", "service": hasty["id"]})["key"]
    # A token's name is bounded in bytes.
    short = name.encode()[:96].decode(errors="ignore")
    api.create("/api/v1/tokens", {"name": short, "role": "viewer", "days": 30})
    delivery = until(lambda: hooks.deliveries("/ana"), "the page at its receiver")[0]
    ack = next(iter(re.findall(r"https?://[^\"\s\\]*?(/ack/[^\"\s\\]+)", delivery.body.decode())))
    exhausted = until(lambda: [page for page in api.pages() if page["phase"] == "exhausted"], "an exhausted page")
    return {
        "name": name,
        "incident": incident,
        "declared": declared,
        "alert": api.alerts()[-1]["id"],
        "page": next(page["id"] for page in api.pages() if page["id"] != exhausted[0]["id"]),
        "exhausted": exhausted[0]["id"],
        "integration": integration.id,
        "route": route["id"],
        "plan": plan["id"],
        "schedule": schedule["id"],
        "ack": ack,
    }


def sign_in(page, node: Tocsin) -> None:
    page.goto(node.url + "/sign-in")
    page.get_by_label("Email").fill("dora@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.mark.parametrize("width", VIEWS)
def test_no_page_scrolls_sideways_whatever_the_names(browser, stage, width, request):
    faults = {}

    def look(page, path: str) -> None:
        page.wait_for_load_state("load")
        if found := page.evaluate(LOOK):
            name = re.sub("[^a-z]+", "-", path.split("?")[0])[:30].strip("-")
            Browser.screenshot(page, f"hostile-{request.node.callspec.id}-{name}".replace(" ", "-"))
            faults[path] = found

    for paths, state in [(PAGES, stage.state), (PUBLIC, None)]:
        with browser.context(stage.node.url, VIEWS[width], state=state) as (page, _):
            for path in paths:
                page.goto(stage.node.url + path.format(**stage.words))
                look(page, path)
            if not state:
                continue
            # What is shown once.
            page.goto(stage.node.url + "/integrations/new")
            page.get_by_label("Name").fill(stage.words["name"])
            page.get_by_role("button", name="Create integration").click()
            page.get_by_text("shown once").wait_for()
            look(page, "a new integration")
    assert faults == {}, "\n".join(f"{path}: {each}" for path, found in faults.items() for each in found)
