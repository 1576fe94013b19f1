"""The far ends of every channel on one loopback port: they answer as the vendors document it, keep what they got, and can misbehave."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from .waiting import until


@dataclass
class Request:
    vendor: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    # On this machine's monotonic clock, when it had been read.
    at: float = field(default_factory=time.monotonic)

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass
class Vendors:
    """`behave[vendor]` is a list of answers (status, headers, body) for the next requests; None hangs up without one."""

    behave: dict[str, list] = field(default_factory=dict)
    updates: list[dict] = field(default_factory=list)
    """What Telegram's bot gets when it asks."""
    acknowledged: set[str] = field(default_factory=set)
    """Receipts of Pushover that somebody has acknowledged in the app."""
    tls: object = None
    """An SSL context, for vendors that are reached by https alone."""

    def __post_init__(self):
        self._requests: list[Request] = []
        self._lock = threading.Lock()
        self._count = 0
        vendors = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = Request(
                    vendors.vendor(self.path),
                    self.command,
                    self.path,
                    {name.lower(): text for name, text in self.headers.items()},
                    body,
                )
                answer = vendors.answer(request)
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, document = answer
                data = document if isinstance(document, bytes) else json.dumps(document).encode()
                self.send_response(status)
                for name, text in headers.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = _serve

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)

    def start(self) -> "Vendors":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self._server.server_address[1]}"

    @staticmethod
    def vendor(path: str) -> str:
        first = urlsplit(path).path.split("/")[1]
        for start, name in [("2010-04-01", "twilio"), ("bot", "telegram"), ("1", "pushover"), ("_matrix", "matrix")]:
            if first == start or (start == "bot" and first.startswith("bot")):
                return name
        return {"v2": "pagerduty"}.get(first, first or "ntfy")

    def answer(self, request: Request):
        with self._lock:
            self._count += 1
            number = self._count
            if not self._is_poll(request):
                self._requests.append(request)
            planned = self.behave.get(request.vendor)
            if planned and not self._is_poll(request):
                return planned.pop(0)
        path = urlsplit(request.path).path
        match request.vendor:
            case "twilio" if request.method == "GET":
                return 200, {}, {"sid": "AC1", "status": "active"}
            case "twilio":
                return 201, {}, {"sid": f"SM{number:032d}", "status": "queued"}
            case "ntfy":
                return 200, {}, {"id": f"ntfy{number}", "event": "message"}
            case "pushover" if path.startswith("/1/receipts/") and request.method == "GET":
                receipt = path.split("/")[3].removesuffix(".json")
                return 200, {}, {"status": 1, "acknowledged": int(receipt in self.acknowledged)}
            case "pushover" if path.startswith("/1/apps/"):
                return 200, {}, {"limit": 10000, "remaining": 7496, "status": 1}
            case "pushover":
                return 200, {}, {"status": 1, "request": "r", "receipt": f"rcpt{number}"}
            case "telegram" if path.endswith("/getUpdates"):
                offset = (request.json or {}).get("offset", 0)
                return 200, {}, {"ok": True, "result": [u for u in self.updates if u["update_id"] >= offset]}
            case "telegram" if path.endswith("/getMe"):
                return 200, {}, {"ok": True, "result": {"id": 1, "username": "tocsin_bot"}}
            case "telegram":
                return 200, {}, {"ok": True, "result": {"message_id": number}}
            case "slack" if path.endswith("/auth.test"):
                return 200, {}, {"ok": True, "team": "Lab", "user": "tocsin"}
            case "slack" if path.endswith("/users.lookupByEmail"):
                return 200, {}, {"ok": True, "user": {"id": "U0BYMAIL001"}}
            case "slack" if path.endswith("/usergroups.users.update"):
                return 200, {}, {"ok": True, "usergroup": {"id": request.form["usergroup"]}}
            case "slack":
                return 200, {}, {"ok": True, "channel": "D0123456789", "ts": f"1700000000.{number:06d}"}
            case "mattermost":
                return 200, {}, b"ok"
            case "teams":
                return 202, {}, b""
            case "discord":
                return 200, {}, {"id": str(number)}
            case "matrix" if path.endswith("/whoami"):
                return 200, {}, {"user_id": "@tocsin:lab"}
            case "matrix":
                return 200, {}, {"event_id": f"$event{number}:lab"}
            case "pagerduty":
                return 202, {}, {"status": "success", "message": "Event processed", "dedup_key": request.json["dedup_key"]}
            case "gateway":
                return 200, {}, {"id": f"gw-{number}"}
            case _:
                return 201, {}, b""

    @staticmethod
    def _is_poll(request: Request) -> bool:
        return request.path.endswith("/getUpdates") or (request.vendor == "pushover" and request.method == "GET")

    def of(self, vendor: str) -> list[Request]:
        with self._lock:
            return [request for request in self._requests if request.vendor == vendor]

    def wait(self, vendor: str, count: int = 1) -> list[Request]:
        return until(
            lambda: (found := self.of(vendor)) if len(self.of(vendor)) >= count else None,
            f"{count} requests to {vendor}, not {[r.path for r in self.of(vendor)]}",
        )
