"""The routes as the running server describes them: the tests are generated from it, so that no route is forgotten."""

import re
from dataclasses import dataclass

from .api import Api

METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    permission: str
    """What an integration's key, or the route as a whole, asks for."""
    token_permissions: tuple[str, ...]
    """What a token or a session must have one of."""
    takes_json: bool
    takes_form: bool
    answers_html: bool
    checks_caller: bool
    """False where anybody may ask, or where a key in the path is the credential."""

    def path(self, **values: str) -> str:
        """The template with its parameters filled in; with a word that names nothing where none is given."""
        return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], "nothing-here"), self.template)

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    @property
    def speaks_alertmanager(self) -> bool:
        """Errors are told as Alertmanager tells them, in text or a bare JSON string, because its clients read that."""
        return "/api/v2/" in self.template and not self.template.startswith("/status/")

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def document(api: Api) -> dict:
    return api.read("/api/openapi.json")


def routes(api: Api) -> list[Route]:
    found = []
    for template, operations in document(api)["paths"].items():
        for method, operation in operations.items():
            if method not in METHODS:
                continue
            content = operation.get("requestBody", {}).get("content", {})
            answers = {
                kind
                for status, response in operation.get("responses", {}).items()
                if status.startswith("2")
                for kind in response.get("content", {})
            }
            found.append(
                Route(
                    method.upper(),
                    template,
                    operation.get("x-permission", ""),
                    tuple(operation.get("x-token-permissions", [operation.get("x-permission", "")])),
                    takes_json=any("json" in kind for kind in content),
                    takes_form="application/x-www-form-urlencoded" in content,
                    answers_html=any(kind.startswith("text/html") for kind in answers),
                    checks_caller=operation.get("security") != [],
                )
            )
    assert found, "the server describes no route"
    return found
