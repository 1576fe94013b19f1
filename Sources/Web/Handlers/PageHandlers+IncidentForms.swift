import HTTPTypes
import Identity
import Notation

/// What people do with an incident.
extension PageHandlers {
    var incidentForms: [Route] {
        [
            Route(
                .post, "/incidents", .respond, "Declare an incident",
                body: .form(["title", "severity", "service", "note"]), handler: declare),
            form("notes", "Add a note", ["text"], fields: ["note": "text"], .noted, at: .note) { call in
                ["text": .string(try call.field("text"))]
            },
            form("status", "Change the status", ["status"], .statusChanged, at: .status) { call in
                ["status": .string(try call.field("status"))]
            },
            form(
                "severity", "Change the severity", ["severity", "reason"], fields: ["why": "reason"], .severityChanged,
                at: .severity
            ) { call in
                ["severity": .string(try call.field("severity")), "why": .string(try call.field("reason"))]
            },
            form("roles", "Give a role to somebody", ["role", "user"], .roleAssigned, at: .role) { call in
                ["role": .string(try call.field("role")), "user": .string(try call.field("user"))]
            },
            form("resolve", "Say that the impact is over", [], to: "status", .resolved, at: .status) { _ in
                ["status": "resolved"]
            },
            form("close", "End the record", [], to: "status", .closed, at: .status) { _ in
                ["status": "closed"]
            },
        ]
    }

    /// A form on the page of one incident, which the API carries out under `action`.
    private func form(
        _ tail: String, _ summary: String, _ names: [String], to action: String? = nil, fields: [String: String] = [:],
        _ flash: Flash, at place: FormPlace,
        _ body: @escaping @Sendable (Call) throws -> JSON
    ) -> Route {
        Route(.post, "/incidents/{key}/\(tail)", .respond, summary, body: .form(names)) { call in
            let key = call.parameter("key")
            return try await submit(call, fields: fields) { state in
                var page = try await incidentPage(key)
                page.set(state, at: place)
                return page
            } _: {
                try await actions.perform(
                    .post, "/api/v1/incidents/\(key)/\(action ?? tail)", try body(call), for: call)
                return .seeOther("/incidents/\(key)", flash)
            }
        }
    }

    @Sendable private func declare(_ call: Call) async throws -> Answer {
        try await submit(call) {
            try await declarePage($0)
        } _: {
            let incident = try await actions.perform(
                .post, "/api/v1/incidents",
                [
                    "title": .string(try call.field("title")), "severity": .string(try call.field("severity")),
                    "service": try call.optionalField("service"), "note": try call.optionalField("note"),
                ], for: call)
            return .seeOther("/incidents/\(try incident.text("key"))", .declared)
        }
    }
}

/// The forms on the page of an incident.
private enum FormPlace: Sendable {
    case note, status, severity, role
}

extension IncidentPage {
    fileprivate mutating func set(_ state: FormState, at place: FormPlace) {
        switch place {
        case .note: noteForm = state
        case .status: statusForm = state
        case .severity: severityForm = state
        case .role: roleForm = state
        }
    }
}
