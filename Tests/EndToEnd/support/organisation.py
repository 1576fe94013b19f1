"""A small team, made through the API: who is woken, for what, in which order."""

from dataclasses import dataclass

from .api import Api

# Standard Webhooks secrets: "whsec_" and the base64 of 24 to 64 bytes.
ANA_SECRET = "whsec_QW5hJ3MgbGFib3JhdG9yeSBzZWNyZXQga2V5ICMx"
BO_SECRET = "whsec_Qm8ncyBsYWJvcmF0b3J5IHNlY3JldCBrZXkgICMy"


@dataclass
class Integration:
    id: str
    key: str
    url: str


@dataclass
class Organisation:
    """Ana is on the first rung, Bo on the second; each is told by e-mail and by a signed webhook."""

    ana: dict
    bo: dict
    service: dict
    plan: dict
    route: dict


ANA = "ana@example.org"
BO = "bo@example.org"
ANA_HOOK = "/ana"
BO_HOOK = "/bo"


def contact(id: str, channel: str, destination: str, secret: str | None = None) -> dict:
    return {"id": id, "channel": channel, "destination": destination} | ({"secret": secret} if secret else {})


def make_user(api: Api, name: str, email: str, contacts: list[dict], role: str = "responder") -> dict:
    return api.create("/api/v1/users", {"name": name, "email": email, "role": role, "contacts": contacts})


def make_plan(api: Api, name: str, rungs: list[tuple[list[str], int]], laps: int = 1, fallback: list[str] = ()) -> dict:
    """Rungs are pairs: ids of users, and the seconds that each may stay silent."""
    return api.create(
        "/api/v1/escalations",
        {
            "name": name,
            "laps": laps,
            "rungs": [
                {"targets": [f"user:{user}" for user in users], "patienceSeconds": seconds} for users, seconds in rungs
            ],
            "fallback": [f"user:{user}" for user in fallback],
        },
    )


def make_schedule(api: Api, name: str, turns: list[list[str]], **layer) -> dict:
    """A rotation with hand-offs at midnight UTC, since the first day of this year."""
    rotation = {"name": name, "start": "2026-01-01T00:00", "every": {"count": 1, "unit": "day"}, "members": turns}
    return api.create("/api/v1/schedules", {"name": name, "zone": "UTC", "layers": [rotation | layer]})


def make_integration(api: Api, name: str, dialect: str, service: str | None = None) -> Integration:
    made = api.create(
        "/api/v1/integrations", {"name": name, "dialect": dialect} | ({"service": service} if service else {})
    )
    return Integration(made["id"], made["key"], made["url"])


def make_organisation(
    api: Api,
    sink,
    patience: int = 4,
    declares_from: str | None = "SEV2",
    mail: bool = True,
    hooks: bool = True,
    bundles: bool = False,
) -> Organisation:
    """Everything that the main job needs: two people, a plan, a service, a route. Each alert is a page of its own unless `bundles`."""

    def contacts(name: str, address: str, hook: str, secret: str) -> list[dict]:
        made = []
        if mail:
            made.append(contact(f"{name}-mail", "email", address))
        if hooks:
            sink.secrets[hook] = secret
            made.append(contact(f"{name}-hook", "webhook", sink.url(hook), secret))
        return made

    ana = make_user(api, "Ana", ANA, contacts("ana", ANA, ANA_HOOK, ANA_SECRET))
    bo = make_user(api, "Bo", BO, contacts("bo", BO, BO_HOOK, BO_SECRET))
    plan = make_plan(api, "Queue team", [([ana["id"]], patience), ([bo["id"]], 600)], fallback=[bo["id"]])
    service = api.create(
        "/api/v1/services",
        {"name": "Queue", "description": "Carries the orders", "plan": plan["id"], "bundles": bundles},
    )
    route = api.create(
        "/api/v1/routes",
        {
            "name": "Queue alerts",
            "position": 1,
            "matchers": [{"name": "team", "op": "=", "value": "queue"}],
            "service": service["id"],
            "plan": plan["id"],
        }
        | ({"declaresFrom": declares_from} if declares_from else {}),
    )
    return Organisation(ana, bo, service, plan, route)
