#!/usr/bin/env python3
"""A demonstration: starts the server, makes a small team through the API, and lets an incident unfold.

Arguments: the binary, the data directory, the port. Only the standard library. Nothing leaves this machine: the only
receiver of pages is a webhook that this script itself answers, on loopback.
"""

import http.server
import json
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path


class Api:
    def __init__(self, url: str, token: str = ""):
        self.url, self.token = url, token

    def call(self, method: str, path: str, body=None):
        request = urllib.request.Request(self.url + path, method=method)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, data, timeout=10) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path} was answered {error.code}: {error.read().decode(errors='replace')}")
        return json.loads(text) if text else None

    def post(self, path: str, body=None):
        return self.call("POST", path, body if body is not None else {})

    def items(self, path: str):
        return self.call("GET", path)["items"]


class Pager(http.server.BaseHTTPRequestHandler):
    """What a phone would be: prints whom a page reached."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.send_response(204)
        self.end_headers()
        print(
            f"  {time.strftime('%H:%M:%S')}  the pager of {self.path.strip('/').capitalize()} rings: {body.get('type')}"
        )

    def log_message(self, *_):
        pass


def main(binary: str, data: str, port: str) -> int:
    url = f"http://127.0.0.1:{port}"
    store = ["--data", data]
    is_new = not (Path(data) / "tocsin.db").exists()
    pager = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pager)
    threading.Thread(target=pager.serve_forever, daemon=True).start()
    token = subprocess.run(
        [binary, "token", "create", "--name", "demonstration", "--role", "admin", "--expires", "1d", *store],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    password = secrets.token_urlsafe(12)
    if is_new:
        subprocess.run(
            [
                binary,
                "user",
                "add",
                "Demo",
                "--email",
                "demo@example.org",
                "--role",
                "admin",
                "--password-stdin",
                *store,
            ],
            check=True,
            input=password + "\n",
            text=True,
            stdout=subprocess.DEVNULL,
        )
    configuration = Path(data) / "demo.yaml"
    # The demonstration's pagers listen on a free port of loopback, where webhooks may not go unless it is said here.
    configuration.write_text(
        f"egress:\n  allowedNetworks: [127.0.0.0/8]\n  allowedPorts: [{pager.server_address[1]}]\n"
    )
    log = open(Path(data) / "demo.log", "ab")
    server = subprocess.Popen(
        [binary, "serve", *store, "--listen", f"127.0.0.1:{port}", "--config", str(configuration)],
        stdout=log,
        stderr=log,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        wait(server, url)
        api = Api(url, token)
        print(f"\nTocsin is at {url}")
        if is_new:
            print(f"Sign in as demo@example.org with the password {password}\n")
        unfold(api, *(team(api, pager.server_address[1]) if is_new else found(api)))
        print("\nThe server goes on until you press Control-C.")
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait(30)


def wait(server: subprocess.Popen, url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url + "/readyz", timeout=2).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("The server did not start; see demo.log in the data directory.")
            time.sleep(0.05)


def team(api: Api, port: int) -> tuple[str, dict]:
    """Four people, two services, two plans, two routes, one integration."""
    people = {}
    for name in ["Ana", "Bo", "Carla", "Deniz"]:
        people[name] = api.post(
            "/api/v1/users",
            {
                "name": name,
                "email": f"{name.lower()}@example.org",
                "role": "responder",
                "contacts": [
                    {
                        "id": f"{name.lower()}-pager",
                        "channel": "webhook",
                        "destination": f"http://127.0.0.1:{port}/{name.lower()}",
                        "secret": "whsec_" + "ZGVtb25zdHJhdGlvbiBvbmx5LCBub3Qgc2VjcmV0IQ==",
                    }
                ],
            },
        )["id"]

    def plan(name: str, *rungs: tuple[str, int]) -> str:
        return api.post(
            "/api/v1/escalations",
            {
                "name": name,
                "laps": 2,
                "rungs": [{"targets": [f"user:{people[who]}"], "patienceSeconds": seconds} for who, seconds in rungs],
            },
        )["id"]

    shop = plan("Shop team", ("Ana", 20), ("Bo", 40), ("Carla", 300))
    payments = plan("Payments team", ("Deniz", 60), ("Carla", 300))
    checkout = api.post("/api/v1/services", {"name": "Checkout", "description": "Takes the orders", "plan": shop})["id"]
    ledger = api.post("/api/v1/services", {"name": "Ledger", "description": "Keeps the books", "plan": payments})["id"]
    for position, (name, value, service) in enumerate(
        [("Shop", "shop", checkout), ("Payments", "payments", ledger)], 1
    ):
        api.post(
            "/api/v1/routes",
            {
                "name": name,
                "position": position,
                "service": service,
                "declaresFrom": "SEV2",
                "matchers": [{"name": "team", "op": "=", "value": value}],
            },
        )
    integration = api.post("/api/v1/integrations", {"name": "Demonstration checks", "dialect": "generic"})
    return f"/in/{integration['key']}/generic", people


def found(api: Api) -> tuple[str, dict]:
    """The team of an earlier run; its integration's key was shown once, so a new one is made."""
    integration = api.post("/api/v1/integrations", {"name": "Demonstration checks", "dialect": "generic"})
    people = {user["name"]: user["id"] for user in api.items("/api/v1/users")}
    return f"/in/{integration['key']}/generic", people


def unfold(api: Api, intake: str, people: dict) -> None:
    def alert(title: str, key: str, severity: str, team: str, status: str = "firing", **labels: str) -> None:
        api.post(
            intake,
            {
                "title": title,
                "dedupKey": key,
                "severity": severity,
                "status": status,
                "labels": {"team": team, **labels},
                "annotations": {"description": f"{title}. Sent by the demonstration."},
            },
        )

    def say(text: str) -> None:
        print(f"  {time.strftime('%H:%M:%S')}  {text}", flush=True)

    say("Small things first: a certificate, a slow disk. They wake nobody for an incident.")
    alert("Certificate of shop.example.org expires in 13 days", "certificate", "info", "shop", instance="edge-1")
    alert("Disk of ledger-2 is 81 % full", "disk", "warning", "payments", instance="ledger-2")
    say("Checkout fails. Ana is paged first; if nobody acknowledges, Bo after 20 seconds, then Carla.")

    def checkout(status: str) -> None:
        title = "Checkout fails for every second customer"
        alert(title, "checkout", "critical", "shop", status, instance="checkout-1")

    checkout("firing")
    incident = None
    while incident is None:
        incident = next((each for each in api.items("/api/v1/incidents") if "Checkout fails" in each["title"]), None)
        time.sleep(0.2)
    key = incident["key"]
    say(f"{key} is open: {api.url}/incidents/{key}. Acknowledge it there, or watch it climb.")

    def command(verb: str, **body: str):
        return lambda: api.post(f"/api/v1/incidents/{key}/{verb}", body)

    cause = "Every second request meets checkout-1, which lost its database."
    steps = [
        (25, command("roles", role="incident-commander", user=people["Bo"]), "Bo takes the lead."),
        (5, command("status", status="investigating"), "Bo investigates."),
        (8, command("notes", text=cause), "Bo writes what he sees."),
        (10, command("status", status="mitigating", message="Taking checkout-1 out"), "checkout-1 is taken out."),
        (8, lambda: checkout("resolved"), "The check is green again."),
        (5, command("severity", severity="SEV3", why="Customers can order again"), "The severity goes down."),
        (5, command("status", status="resolved", message="Orders flow"), "Resolved."),
    ]
    for seconds, act, text in steps:
        time.sleep(seconds)
        act()
        say(text)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
