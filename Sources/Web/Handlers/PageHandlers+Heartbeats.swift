import Chronology
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Heartbeats of others, and Tocsin's own.
extension PageHandlers {
    var heartbeatRoutes: [Route] {
        let path = "/settings/heartbeats"
        return [
            Route(.get, path, .readAll, "The list of heartbeats, and how Tocsin tries itself") { call in
                try await show(try await heartbeatsPage(), call)
            },
            Route(
                .post, path, .manage, "Add a heartbeat",
                body: .form(["name", "integration", "every", "grace", "severity", "service", "armed"])
            ) { call in
                try await submit(call, fields: ["intervalSeconds": "every", "graceSeconds": "grace"]) {
                    try await heartbeatsPage($0)
                } _: {
                    guard let every = try call.form.integer("every", 1...57_600) else {
                        throw InputFault(at: "/every", "say how often it calls")
                    }
                    let grace = try call.form.integer("grace", 0...57_600) ?? 0
                    try await actions.perform(
                        .post, "/api/v1/heartbeats",
                        [
                            "name": .string(try call.field("name")),
                            "integration": .string(try call.field("integration")),
                            "intervalSeconds": .integer(Int64(every) * 60),
                            "graceSeconds": .integer(Int64(grace) * 60),
                            "severity": try call.optionalField("severity"),
                            "service": try call.optionalField("service"),
                            "armed": .string(try call.field("armed")),
                        ], for: call)
                    return .seeOther("/settings/heartbeats", .added)
                }
            },
            Route(.post, path + "/{id}/remove", .manage, "Remove a heartbeat", body: .form([])) { call in
                try await actions.perform(.delete, "/api/v1/heartbeats/\(call.parameter("id"))", for: call)
                return .seeOther("/settings/heartbeats", .removed)
            },
            Route(
                .post, "/settings/self-monitor", .administer, "Have Tocsin try itself",
                body: .form(["plan", "every", "within", "url"])
            ) { call in
                try await submit(call, fields: ["everySeconds": "every", "withinSeconds": "within"]) {
                    try await heartbeatsPage(monitor: $0)
                } _: {
                    let every = try call.form.integer("every", 1...1_440) ?? 5
                    let within = try call.form.integer("within", 5...86_400) ?? 120
                    try await actions.perform(
                        .put, "/api/v1/self-monitor",
                        [
                            "plan": .string(try call.field("plan")), "everySeconds": .integer(Int64(every) * 60),
                            "withinSeconds": .integer(Int64(within)), "url": try call.optionalField("url"),
                        ], for: call)
                    return .seeOther("/settings/heartbeats", .saved)
                }
            },
            Route(
                .post, "/settings/self-monitor/remove", .administer, "Have Tocsin try itself no more", body: .form([])
            ) { call in
                try await actions.perform(.delete, "/api/v1/self-monitor", for: call)
                return .seeOther("/settings/heartbeats", .removed)
            },
        ]
    }

    private func heartbeatsPage(
        _ form: FormState = .fresh, monitor monitorForm: FormState = .fresh
    ) async throws -> HeartbeatsPage {
        let organisation = try await engine.organisation()
        let (states, last) = try await api.read { connection in
            (
                try organisation.heartbeats.map { try HeartbeatState.read($0, on: connection) },
                try SelfMonitorState.read(on: connection)
            )
        }
        let rows = zip(organisation.heartbeats, states).sorted { $0.0.name < $1.0.name }.map { heartbeat, state in
            HeartbeatsPage.Row(
                id: heartbeat.id, name: heartbeat.name,
                integration: organisation.integration(heartbeat.integration)?.name ?? heartbeat.integration.text,
                every: ClockFace.span(heartbeat.interval), grace: ClockFace.span(heartbeat.grace),
                service: heartbeat.service.map { organisation.service($0)?.name ?? $0.text },
                state: HeartbeatsPage.Row.State(heartbeat, state))
        }
        let monitor = organisation.selfMonitor
        var state = monitorForm
        if let monitor, state.values.isEmpty {
            state.values = [
                "plan": monitor.plan.text, "every": String(monitor.interval.wholeSeconds / 60),
                "within": String(monitor.patience.wholeSeconds), "url": monitor.shownURL ?? "",
            ]
        }
        return HeartbeatsPage(
            rows: rows, integrations: organisation.integrations.map { Choice($0.id.text, $0.name) },
            services: organisation.serviceChoices, severities: organisation.severityChoices,
            plans: organisation.planChoices, origin: engine.publicURL,
            monitor: monitor.map { monitor in
                HeartbeatsPage.Monitor(
                    plan: organisation.plan(monitor.plan)?.name ?? monitor.plan.text,
                    every: ClockFace.span(monitor.interval), url: monitor.shownURL, last: last?.at,
                    took: last?.took.map { "\(Double($0.wholeMicroseconds / 10_000) / 100) s" }, fault: last?.fault,
                    beatAt: last?.beatAt)
            }, form: form, monitorForm: state)
    }
}

extension HeartbeatsPage.Row.State {
    init(_ heartbeat: Heartbeat, _ state: HeartbeatState) {
        if heartbeat.isDisabled {
            self = .disabled
        } else if state.isLate {
            self = .late(last: state.beatAt)
        } else if let due = state.dueAt {
            self = .alive(last: state.beatAt, due: due)
        } else {
            self = .waiting
        }
    }
}
