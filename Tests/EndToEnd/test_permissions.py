"""Who may do what: every route against every role, as the server itself describes it (S1-S6, S23-S27, S64-S66)."""

import re

import pytest
import requests
from support.api import Api, assert_problem
from support.openapi import Route, routes
from support.organisation import make_integration
from support.tocsin import Tocsin
from support.waiting import until

ROLES = ("admin", "manager", "responder", "viewer", "intake")

# The table that users are promised. The server's own table must say the same.
ALLOWED = {
    "publicAccess": {*ROLES, "anonymous"},
    "signedIn": {"admin", "manager", "responder", "viewer"},
    "readAll": {"admin", "manager", "responder", "viewer"},
    "respond": {"admin", "manager", "responder"},
    "manage": {"admin", "manager"},
    "administer": {"admin"},
    "ingest": {"admin", "manager", "intake"},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    node = Tocsin(tmp_path_factory.mktemp("permissions")).start()
    for role in ROLES:
        node.token(role)
    # Without a key in the path, an alert goes to the one integration that there is.
    make_integration(node.api(), "The only one", "alertmanager")
    yield node
    node.stop()


def caller(server: Tocsin, role: str) -> Api:
    return server.anonymous if role == "anonymous" else server.api(role)


def ask(server: Tocsin, role: str, route: Route) -> requests.Response:
    """The route with parameters that name nothing: an allowed caller is told so, another is not let in at all."""
    headers = {"Accept": "application/json"}
    if route.takes_form and not route.takes_json:
        return caller(server, role).call(route.method, route.path(), data={"nothing": "x"}, headers=headers)
    options = {"json": {}} if route.changes else {}
    return caller(server, role).call(route.method, route.path(), headers=headers, stream=True, **options)


def is_refused(answer: requests.Response) -> bool:
    if answer.status_code in (401, 403):
        return True
    return answer.status_code in (302, 303) and "/sign-in" in answer.headers.get("Location", "")


def test_every_route_declares_a_permission_that_is_known(server):
    """S1."""
    undeclared = [str(route) for route in routes(server.anonymous) if route.permission not in ALLOWED]
    assert undeclared == []


@pytest.mark.parametrize("role", [*ROLES, "anonymous"])
def test_every_route_admits_exactly_those_whom_it_names(server, role):
    """S1, S2, API5: the whole matrix, route by route."""
    wrong = []
    for route in routes(server.anonymous):
        # A key in the path is the credential of these, so the caller's role is not what admits them.
        if not route.checks_caller and route.permission == "ingest":
            continue
        # What belongs to a person refuses tokens, which are nobody, and other people's things: tried with sessions.
        if route.permission == "signedIn" and role in ALLOWED["signedIn"]:
            continue
        answer = ask(server, role, route)
        refused = is_refused(answer)
        answer.close()
        if refused != all(role not in ALLOWED[permission] for permission in route.token_permissions):
            wrong.append(f"{route} ({route.permission}) answered {answer.status_code} to {role}")
    assert wrong == []


def test_a_route_that_is_opened_by_a_key_stays_shut_without_one(server):
    """S1, S57."""
    wrong = []
    for route in routes(server.anonymous):
        if route.checks_caller or route.permission != "ingest":
            continue
        # Who may read everything may also read it in Alertmanager's words.
        for role in ["anonymous"] if not route.changes else ["anonymous", "viewer"]:
            answer = ask(server, role, route)
            if answer.status_code not in (400, 401, 403, 404):
                wrong.append(f"{route} answered {answer.status_code} to {role} without a key")
            answer.close()
    assert wrong == []


def test_nobody_unknown_writes_anything_anywhere(server):
    """S1, S13: after every route was tried without a credential, the organisation is what it was."""
    api = server.api()
    kinds = ["users", "services", "integrations", "routes", "escalations", "incidents", "alerts", "pages"]
    before = {kind: list(api.items(f"/api/v1/{kind}")) for kind in kinds}
    bodies = [
        {},
        {"title": "x", "severity": "SEV1"},
        {"name": "x", "email": "x@example.org", "role": "admin"},
        {"name": "x", "dialect": "generic"},
        {"name": "x", "role": "admin"},
    ]
    for route in routes(server.anonymous):
        if not route.changes:
            continue
        for body in bodies:
            server.anonymous.call(route.method, route.path(), json=body)
    assert {kind: list(api.items(f"/api/v1/{kind}")) for kind in kinds} == before


@pytest.mark.parametrize(
    "scheme", ["Bearer nonsense", "Bearer tcs_svc_" + "A" * 36, "Basic YWRtaW46YWRtaW4=", "Bearer ", "Token x"]
)
def test_a_wrong_token_is_nobody(server, scheme):
    """S56."""
    answer = requests.get(server.url + "/api/v1/incidents", headers={"Authorization": scheme}, timeout=10)
    problem = assert_problem(answer, 401)
    assert "WWW-Authenticate" in answer.headers
    assert scheme.split()[-1] not in str(problem) or scheme == "Bearer "


def test_a_revoked_token_is_dead_at_once(server):
    """S21, S56."""
    admin = server.api()
    made = admin.create("/api/v1/tokens", {"name": "short-lived", "role": "viewer"})
    api = Api(server.url, made["token"])
    assert api.get("/api/v1/incidents").status_code == 200
    assert admin.call("DELETE", f"/api/v1/tokens/{made['id']}").ok
    assert api.get("/api/v1/incidents").status_code == 401
    assert made["token"] not in admin.get("/api/v1/tokens").text, "a token is shown once (S4)"


def test_an_integration_key_opens_its_intake_and_nothing_else(server):
    """S49, S57: a key that leaks can send alerts and, through the Alertmanager API, see its own; nothing else."""
    integration = make_integration(server.api(), "Leaky", "generic")
    assert server.anonymous.post(f"/in/{integration.key}/generic", {"title": "x", "severity": "info"}).ok
    other = make_integration(server.api(), "Somebody else's", "generic")
    assert server.anonymous.post(f"/in/{other.key}/generic", {"title": "Not yours", "severity": "info"}).ok
    seen = requests.get(
        server.url + "/api/v2/alerts", headers={"Authorization": f"Bearer {integration.key}"}, timeout=10
    )
    assert "Not yours" not in seen.text
    for path in ["/api/v1/alerts", "/api/v1/incidents", "/api/v1/integrations", "/api/v1/users"]:
        for headers in [{"Authorization": f"Bearer {integration.key}"}, {"X-Api-Key": integration.key}]:
            assert requests.get(server.url + path, headers=headers, timeout=10).status_code in (401, 403), path
    assert integration.key not in server.api().get("/api/v1/integrations").text, "the key is shown once (S4)"
    mistyped = integration.key[:-1] + ("0" if integration.key[-1] != "0" else "1")
    assert server.anonymous.post(f"/in/{mistyped}/generic", {"title": "x"}).status_code in (401, 403, 404)


def test_a_secret_that_was_stored_is_never_shown_again(server):
    """S4: the signing secret of a webhook contact."""
    api = server.api()
    secret = "whsec_UGxhbnRlZCBzZWNyZXQgZm9yIHRoZSB0ZXN0IDQ3MTE="
    user = api.create(
        "/api/v1/users",
        {
            "name": "Carla",
            "email": "carla@example.org",
            "role": "responder",
            "contacts": [
                {"id": "c", "channel": "webhook", "destination": "https://hooks.example.org/c", "secret": secret}
            ],
        },
    )
    for role in ("admin", "viewer"):
        for path in ["/api/v1/users", f"/api/v1/users/{user['id']}", "/api/v1/audit"]:
            assert secret not in server.api(role).get(path).text, f"{role} sees the secret at {path}"


def test_a_field_that_decides_about_rights_cannot_be_slipped_in(server):
    """S5: unknown and privileged members are refused, not ignored."""
    answer = server.api().post(
        "/api/v1/incidents",
        {"title": "x", "severity": "SEV3", "status": "closed", "actor": "user:somebody", "isAdmin": True},
    )
    assert_problem(answer, 400, 422)


SECURITY_HEADERS = {
    "X-Content-Type-Options": r"nosniff",
    "Referrer-Policy": r"no-referrer",
    "Content-Security-Policy": r"default-src 'none'.*frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "Permissions-Policy": r".+",
}


def test_every_answer_carries_the_security_headers_errors_too(server):
    """S25, S26, S27, S66: found, not found, refused, wrong method, malformed, served to people and to programs."""
    asked = [
        ("GET", "/sign-in", {}),
        ("GET", "/incidents", {}),
        ("GET", "/nothing-here", {}),
        ("GET", "/api/v1/incidents", {}),
        ("DELETE", "/api/v1/incidents", {}),
        ("POST", "/api/v1/incidents", {"data": b"{"}),
        ("GET", "/livez", {}),
        ("GET", "/api/openapi.json", {}),
        ("POST", "/in/nothing/generic", {"json": {}}),
        ("GET", "/ack/nothing", {}),
        ("TRACE", "/", {}),
        ("OPTIONS", "/api/v1/incidents", {}),
    ]
    for api in [server.anonymous, server.api()]:
        for method, path, options in asked:
            answer = api.call(method, path, **options)
            for name, pattern in SECURITY_HEADERS.items():
                assert re.search(pattern, answer.headers.get(name, "")), (
                    f"{method} {path} ({answer.status_code}): {name} is {answer.headers.get(name)!r}"
                )
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy and "*" not in policy, policy
            assert "Access-Control-Allow-Origin" not in answer.headers or path.startswith("/status/")
            assert not re.search(r"[Hh]ummingbird|NIO", answer.headers.get("Server", ""))
    for path in ["/api/v1/incidents", "/api/v1/users"]:
        assert "no-store" in server.api().get(path).headers.get("Cache-Control", ""), path


class SignedIn:
    """A browser's session by hand: the cookie, and the token that its forms carry."""

    def __init__(self, server: Tocsin, email: str, password: str):
        self.server = server
        self.session = requests.Session()
        self.session.trust_env = False
        page = self.session.get(server.url + "/sign-in", timeout=10)
        form = {"email": email, "password": password}
        if found := re.search(r'name="?csrf"?[^>]*value="([^"]*)"', page.text):
            form["csrf"] = found[1]
        self.answer = self.session.post(
            server.url + "/sign-in",
            data=form,
            headers={"Origin": server.url, "Sec-Fetch-Site": "same-origin"},
            timeout=30,
            allow_redirects=False,
        )

    def csrf(self) -> str:
        page = self.session.get(self.server.url + "/incidents/new", timeout=10)
        found = re.search(r'name="?csrf"?[^>]*value="([^"]+)"', page.text)
        assert found, "the form has no csrf field"
        return found[1]


@pytest.fixture(scope="module")
def password(server) -> str:
    text = "a long sentence for the laboratory 42"
    made = server.command(
        "user",
        "add",
        "Dora",
        "--email",
        "dora@example.org",
        "--role",
        "admin",
        "--password-stdin",
        *server.store_options(),
        input=text + "\n",
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return text


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(server, password):
    """S23."""
    signed_in = SignedIn(server, "dora@example.org", password)
    assert signed_in.answer.status_code in (302, 303), signed_in.answer.text[:500]
    cookie = signed_in.answer.headers["Set-Cookie"]
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"]:
        assert attribute.lower() in cookie.lower(), cookie
    assert "domain=" not in cookie.lower()


def test_a_form_is_taken_only_from_our_own_page(server, password):
    """S24: from another site, or without the form's token, nothing happens."""
    signed_in = SignedIn(server, "dora@example.org", password)
    token = signed_in.csrf()
    good = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    cases = [
        ("no token", {}, good),
        ("another token", {"csrf": "x" * len(token)}, good),
        ("another site", {"csrf": token}, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}),
        ("a sibling host", {"csrf": token}, {"Origin": "http://evil.127.0.0.1.example", "Sec-Fetch-Site": "same-site"}),
        ("an origin of null", {"csrf": token}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}),
    ]
    api = server.api()
    before = api.incidents()
    for what, form, headers in cases:
        answer = signed_in.session.post(
            server.url + "/incidents",
            data={"title": what, "severity": "SEV3"} | form,
            headers=headers,
            timeout=10,
            allow_redirects=False,
        )
        assert answer.status_code == 403, f"{what}: {answer.status_code}"
    assert api.incidents() == before
    answer = signed_in.session.post(
        server.url + "/incidents",
        data={"title": "From our own page", "severity": "SEV3", "csrf": token},
        headers=good,
        timeout=10,
        allow_redirects=False,
    )
    assert answer.status_code in (302, 303), answer.text[:500]
    assert len(api.incidents()) == len(before) + 1


def test_signing_out_ends_the_session_everywhere(server, password):
    """S21, S66."""
    signed_in = SignedIn(server, "dora@example.org", password)
    stolen = dict(signed_in.session.cookies)
    token = signed_in.csrf()
    answer = signed_in.session.post(
        server.url + "/sign-out",
        data={"csrf": token},
        headers={"Origin": server.url, "Sec-Fetch-Site": "same-origin"},
        timeout=10,
        allow_redirects=False,
    )
    assert answer.status_code in (302, 303)
    again = requests.get(server.url + "/incidents", cookies=stolen, timeout=10, allow_redirects=False)
    assert is_refused(again), again.status_code


def test_guessing_a_password_becomes_slow_and_locks_nobody_out_for_good(server, password):
    """S12: the same answer for a wrong password and for nobody, then a growing wait."""
    known = SignedIn(server, "dora@example.org", "wrong wrong wrong").answer
    unknown = SignedIn(server, "nobody@example.org", "wrong wrong wrong").answer
    assert known.status_code == unknown.status_code

    def sentence(answer: requests.Response) -> str:
        return re.sub(r"(dora|nobody)@example.org|req_[0-9a-z]+|data-now=\"[^\"]*\"|value=\"[^\"]*\"", "", answer.text)

    assert sentence(known) == sentence(unknown)
    statuses = [SignedIn(server, "guess@example.org", f"wrong wrong {n}").answer.status_code for n in range(12)]
    assert 429 in statuses, statuses


@pytest.fixture(scope="module")
def forms(server, password) -> dict[str, set[str]]:
    """Every page that an administrator can walk to, and every form on them: the pages are not in the description."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.links: set[str] = set()
            self.actions: set[str] = set()

        def handle_starttag(self, tag, attributes):
            named = dict(attributes)
            if tag == "a" and (named.get("href") or "").startswith("/"):
                self.links.add(named["href"].split("#")[0])
            if tag == "form" and (named.get("method") or "get").lower() == "post":
                self.actions.add(named["action"])

    api = server.api()
    api.create("/api/v1/services", {"name": "Walked to"})
    integration = make_integration(api, "Walked to", "generic")
    server.anonymous.post(f"/in/{integration.key}/generic", {"title": "Walked to", "severity": "info"})
    api.create("/api/v1/incidents", {"title": "Walked to", "severity": "SEV3"})
    session = SignedIn(server, "dora@example.org", password).session
    waiting, seen, actions = ["/incidents"], set(), set()
    while waiting:
        path = waiting.pop()
        # A list's filters lead to the same list in ever new ways.
        if (
            path in seen
            or path.count("?")
            and path.split("?")[0] in {each.split("?")[0] for each in seen if "?" in each}
        ):
            continue
        seen.add(path)
        answer = session.get(server.url + path, timeout=20, allow_redirects=False)
        if answer.status_code == 303:
            waiting.append(answer.headers["Location"])
            continue
        assert answer.status_code == 200, f"a link leads to {path}, which answers {answer.status_code}"
        if answer.headers["Content-Type"].startswith("text/html"):
            reader = Reader()
            reader.feed(answer.text)
            actions |= reader.actions
            waiting += reader.links
    assert len(seen) > 10 and len(actions) > 10, (seen, actions)
    return {"pages": seen, "actions": actions}


def test_no_link_is_dead_and_none_of_the_pages_opens_to_somebody_who_is_not_signed_in(server, forms):
    """S1, S2."""
    for path in forms["pages"]:
        answer = requests.get(server.url + path, timeout=10, allow_redirects=False, headers={"Accept": "text/html"})
        assert is_refused(answer), f"{path} answered {answer.status_code} to a stranger"


def test_no_form_can_be_sent_by_a_stranger_or_by_somebody_who_only_reads(server, forms):
    """S1, S24: every form of every page."""
    sentence = "another long sentence for the laboratory 43"
    made = server.command(
        "user",
        "add",
        "Vera",
        "--email",
        "vera@example.org",
        "--role",
        "viewer",
        "--password-stdin",
        *server.store_options(),
        input=sentence + "\n",
    )
    assert made.returncode == 0, made.stdout + made.stderr
    viewer = SignedIn(server, "vera@example.org", sentence)
    page = viewer.session.get(server.url + "/incidents", timeout=10)
    token = re.search(r'name="?csrf"?[^>]*value="([^"]+)"', page.text)[1]
    same_site = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    own = ("/sign-out", "/sign-in", "/settings/contact-methods", "/settings/password", "/settings/sessions")
    for action in sorted(forms["actions"]):
        stranger = requests.post(
            server.url + action, data={"csrf": token}, headers=same_site, timeout=10, allow_redirects=False
        )
        assert is_refused(stranger) or action == "/sign-in", f"{action} answered {stranger.status_code} to a stranger"
        if action.startswith(own):
            continue
        reader = viewer.session.post(
            server.url + action, data={"csrf": token}, headers=same_site, timeout=10, allow_redirects=False
        )
        assert reader.status_code == 403, f"{action} answered {reader.status_code} to a viewer"


def test_nothing_is_read_by_following_links_that_changes_anything(server):
    """S24: every GET of every route, and the state of the organisation is the same afterwards."""
    api = server.api()
    kinds = ["users", "services", "integrations", "routes", "escalations", "incidents", "alerts", "pages"]
    before = {kind: list(api.items(f"/api/v1/{kind}")) for kind in kinds}
    ids = {kind: [item["id"] for item in items] for kind, items in before.items()}
    for route in routes(server.anonymous):
        if route.changes:
            continue
        for id in [*sum(ids.values(), [])][:20]:
            api.get(route.path(id=id, key=id), stream=True).close()
    assert {kind: list(api.items(f"/api/v1/{kind}")) for kind in kinds} == before


def test_the_first_administrator_is_made_once_by_a_link_that_the_console_printed(tmp_path, running):
    """S13: fifty at once, one wins."""
    from concurrent.futures import ThreadPoolExecutor

    node = running(Tocsin(tmp_path)).start()
    until(lambda: (node.data / "first-sign-in").exists(), "the link to be shown", within=5)
    link = (node.data / "first-sign-in").read_text().strip().splitlines()[-1]
    assert link in node.output
    assert (node.data / "first-sign-in").stat().st_mode & 0o077 == 0, "only its owner may read the link"
    path = re.sub(r"^https?://[^/]+", "", link)
    page = requests.get(node.url + path, timeout=10)
    assert page.status_code == 200
    token = re.search(r"token=([^&\s]+)", link)

    def claim(number: int) -> int:
        session = requests.Session()
        form = {
            "name": f"Admin {number}",
            "email": f"admin{number}@example.org",
            "password": "a long sentence for the laboratory 42",
            "token": token[1] if token else "",
        }
        shown = session.get(node.url + path, timeout=60)
        if found := re.search(r'name="?csrf"?[^>]*value="([^"]*)"', shown.text):
            form["csrf"] = found[1]
        answer = session.post(
            node.url + path,
            data=form,
            headers={"Origin": node.url, "Sec-Fetch-Site": "same-origin"},
            timeout=60,
            allow_redirects=False,
        )
        return answer.status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(claim, range(50)))
    users = list(node.api().items("/api/v1/users"))
    assert [user["role"] for user in users] == ["admin"], statuses
    assert sum(status in (302, 303) for status in statuses) == 1, statuses
