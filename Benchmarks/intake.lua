-- Posts alerts as Prometheus does, each with labels of its own. Environment: BATCH (alerts a request), KEY (bearer).
local batch = tonumber(os.getenv("BATCH") or "1")
local key = os.getenv("KEY")
local run = os.getenv("RUN") or "0"
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  counter = 0
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  if key then wrk.headers["Authorization"] = "Bearer " .. key end
end

function request()
  local alerts = {}
  for i = 1, batch do
    counter = counter + 1
    alerts[i] = string.format(
      '{"annotations":{"description":"instance web-%d of job shop has been down for more than 5 minutes","runbook_url":"https://runbooks.example.test/InstanceDown","summary":"Instance web-%d down"},"endsAt":"2030-01-01T00:00:00.000Z","startsAt":"2026-11-21T00:00:00.000Z","generatorURL":"http://prometheus.example.test:9090/graph?g0.expr=up","labels":{"alertname":"InstanceDown","cluster":"eu-1","instance":"web-%s-%d-%d:8080","job":"shop","severity":"info","team":"shop"}}',
      counter, counter, run, id, counter)
  end
  return wrk.format(nil, nil, nil, "[" .. table.concat(alerts, ",") .. "]")
end

function done(summary, latency, requests)
  local errors = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, errors,
    latency:percentile(50), latency:percentile(99)))
end
