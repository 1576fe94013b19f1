"""The alerts that are posted: of the size and shape that Prometheus sends, each known by its number."""

import json
import re
import time
from collections.abc import Iterator, Sequence

BATCH = 64
# Nothing runs out while it is measured: Prometheus says a time a few minutes ahead and says it again.
LASTING = 6 * 3600
# Both programs repeat the summary in what they tell a webhook.
NUMBER = re.compile(rb"Alert number (\d+)")


def alert(number: int, team: str = "nobody") -> dict:
    return {
        "labels": {
            "alertname": "Load",
            "severity": "warning",
            "team": team,
            "number": str(number),
            "instance": f"host-{number}.example.org:9100",
            "job": "node",
            "cluster": "eu-1",
        },
        "annotations": {"summary": f"Alert number {number}", "description": "Posted to be measured"},
        "endsAt": ends_at(),
        "generatorURL": "http://prometheus.example.org/graph?g0.expr=up",
    }


def ends_at() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + LASTING))


def bodies(numbers: Sequence[int], team: str = "nobody", batch: int = BATCH) -> Iterator[tuple[Sequence[int], bytes]]:
    """Requests with `batch` alerts each, the last with the rest, beside the numbers that they hold."""
    for at in range(0, len(numbers), batch):
        held = numbers[at : at + batch]
        yield held, json.dumps([alert(number, team) for number in held]).encode()


# The same alerts, made by wrk. A thread counts on its own, and 10^9 apart, so that no number is used twice.
LUA = """
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = AUTHORIZATION
local threads = 0
function setup(thread) thread:set("id", threads) threads = threads + 1 end
local count, said, ends = 0, 0, ""
local function number()
  count = count + 1
  if CYCLE > 0 then return (count + id * 487) % CYCLE + 1 end
  return id * 1000000000 + count
end
function request()
  local now = os.time()
  if now ~= said then said, ends = now, os.date("!%Y-%m-%dT%H:%M:%SZ", now + LASTING) end
  local alerts = {}
  for index = 1, BATCH do
    local n = number()
    alerts[index] = string.format('{"labels":{"alertname":"Load","severity":"warning","team":"nobody","number":"%d",'
      .. '"instance":"host-%d.example.org:9100","job":"node","cluster":"eu-1"},"annotations":{'
      .. '"summary":"Alert number %d","description":"Posted to be measured"},"endsAt":"%s",'
      .. '"generatorURL":"http://prometheus.example.org/graph?g0.expr=up"}', n, n, n, ends)
  end
  return wrk.format("POST", nil, nil, "[" .. table.concat(alerts, ",") .. "]")
end
"""


def lua(batch: int, cycle: int, token: str | None) -> str:
    """A script for wrk. `cycle` is how many alerts are posted again and again; 0: every one is new."""
    authorization = f'"Bearer {token}"' if token else "nil"
    head = f"local AUTHORIZATION, BATCH, CYCLE, LASTING = {authorization}, {batch}, {cycle}, {LASTING}\n"
    return head + LUA
