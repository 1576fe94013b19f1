"""A client of the JSON API: thin, so that a test reads like the calls that a user's own script would make."""

import time
from collections.abc import Iterator
from typing import Any

import requests

# Longer than any answer may take; a test that waits this long has found a hang.
PATIENCE = 30
# How often a client that was told to wait asks again.
TURNS = 20


class Api:
    """Calls with one bearer token, or with none."""

    def __init__(self, url: str, token: str | None = None):
        self.url = url.rstrip("/")
        self.token = token
        self._session = requests.Session()
        # No proxy, no .netrc of whoever runs the tests.
        self._session.trust_env = False
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, **options) -> requests.Response:
        options.setdefault("timeout", PATIENCE)
        options.setdefault("allow_redirects", False)
        for _ in range(TURNS):
            answer = self._session.request(method, self.url + path, **options)
            if answer.status_code != 429:
                break
            # Each token has a rate. A client that asks faster waits for as long as it is told, and no longer.
            time.sleep(min(int(answer.headers["Retry-After"]), PATIENCE))
        return answer

    def get(self, path: str, **options) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options) -> requests.Response:
        return self.call("POST", path, json=body, **options)

    def read(self, path: str, **options) -> Any:
        """The JSON at a path that must be there."""
        return expect(self.get(path, **options), 200).json()

    def create(self, path: str, body: Any) -> Any:
        return expect(self.post(path, body), 201).json()

    def do(self, path: str, body: Any = None) -> Any:
        """A command that must succeed; its answer, if it has one."""
        answer = expect(self.post(path, body if body is not None else {}), 200, 201, 202, 204)
        return answer.json() if answer.content else None

    def items(self, path: str, **query) -> Iterator[Any]:
        """Every element of a list, page after page."""
        query.setdefault("limit", 100)
        while True:
            page = self.read(path, params=query)
            yield from page["items"]
            if not page.get("next"):
                return
            query["after"] = page["next"]

    # The words of the domain, each in the one place that knows its path.

    def alerts(self, **query) -> list[dict]:
        return list(self.items("/api/v1/alerts", **query))

    def pages(self, **query) -> list[dict]:
        return list(self.items("/api/v1/pages", **query))

    def incidents(self, **query) -> list[dict]:
        return list(self.items("/api/v1/incidents", **query))

    def incident(self, key: str) -> dict:
        return self.read(f"/api/v1/incidents/{key}")

    def timeline(self, key: str) -> list[dict]:
        return list(self.items(f"/api/v1/incidents/{key}/timeline"))

    def page(self, id: str) -> dict:
        return self.read(f"/api/v1/pages/{id}")

    def note(self, key: str, text: str) -> None:
        self.do(f"/api/v1/incidents/{key}/notes", {"text": text})

    def assign(self, key: str, role: str, user: str) -> None:
        self.do(f"/api/v1/incidents/{key}/roles", {"role": role, "user": user})

    def change_severity(self, key: str, severity: str, why: str) -> None:
        self.do(f"/api/v1/incidents/{key}/severity", {"severity": severity, "why": why})

    def change_status(self, key: str, status: str, message: str | None = None) -> None:
        self.do(f"/api/v1/incidents/{key}/status", {"status": status} | ({"message": message} if message else {}))

    def resolve(self, key: str, message: str | None = None) -> None:
        self.change_status(key, "resolved", message)

    def close(self, key: str) -> None:
        self.change_status(key, "closed")

    def export(self, key: str) -> str:
        return expect(self.get(f"/api/v1/incidents/{key}/export.md"), 200).text


def expect(answer: requests.Response, *statuses: int) -> requests.Response:
    """The answer, if its status is one of these; otherwise fails with what was asked and answered."""
    request = answer.request
    assert answer.status_code in statuses, (
        f"{request.method} {request.url} was answered {answer.status_code}, not {' or '.join(map(str, statuses))}:\n"
        f"{answer.text[:2000]}"
    )
    return answer


def assert_problem(answer: requests.Response, *statuses: int) -> dict:
    """That an error is told as problem+json (RFC 9457), complete and without anything internal (S72)."""
    expect(answer, *statuses)
    assert answer.headers.get("Content-Type", "").startswith("application/problem+json"), (
        f"{answer.request.method} {answer.request.url}: an error of type {answer.headers.get('Content-Type')}"
    )
    problem = answer.json()
    assert {"type", "title", "status"} <= problem.keys(), problem
    assert problem["status"] == answer.status_code
    for word in ["SELECT ", "INSERT ", "Swift.", "/Sources/", "fatalError", "sqlite", "libpq"]:
        assert word not in answer.text, f"an error shows its inside ({word!r}): {answer.text[:500]}"
    return problem
