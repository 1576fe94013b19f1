import Engine
import HTTPTypes
import Identity
import Notation

/// What people do with an incident.
extension PageHandlers {
    var incidentForms: [Route] {
        [
            Route(
                .post, "/incidents", .respond, "Declare an incident",
                body: .form(["title", "severity", "service", "note", "playbook", "chosen", "type", "why"]),
                handler: declare),
            form("notes", "Add a note", ["text"], fields: ["note": "text"], .noted, at: .note) { call in
                ["text": .string(try call.field("text"))]
            },
            form("status", "Change the status", ["status", "message"], .statusChanged, at: .status) { call in
                ["status": .string(try call.field("status")), "message": try call.optionalField("message")]
            },
            form("updates", "Send an update", ["audience", "stage", "message", "template"], .updated, at: .update) {
                call in
                [
                    "audience": .string(try call.field("audience")), "stage": try call.optionalField("stage"),
                    "template": try call.optionalField("template"),
                    "message": .string(try call.field("message")),
                ]
            },
            form("events", "Note that something happened", ["event", "detail"], .noted, at: .mark) { call in
                ["event": .string(try call.field("event")), "detail": try call.optionalField("detail")]
            },
            form("tasks", "Tick a task", ["task", "done", "answer"], .saved, at: .task) { call in
                [
                    "task": .string(try call.field("task")),
                    "done": .bool(try call.optionalField("done").string != "no"),
                    "answer": try call.optionalField("answer"),
                ]
            },
            Route(
                .post, "/incidents/{key}/obligations", .respond, "Settle something that is owed",
                body: .form(["obligation", "why", "waive"]), handler: settleObligation),
            form(
                "severity", "Change the severity", ["severity", "reason"], fields: ["why": "reason"], .severityChanged,
                at: .severity
            ) { call in
                ["severity": .string(try call.field("severity")), "why": .string(try call.field("reason"))]
            },
            Route(
                .post, "/incidents/{key}/roles", .respond, "Give a role to somebody, or take it back",
                body: .form(["role", "user", "release"]), handler: assignRole),
            form("resolve", "Say that the impact is over", [], to: "status", .resolved, at: .status) { _ in
                ["status": "resolved"]
            },
            form("close", "End the record", ["message"], to: "status", .closed, at: .status) { call in
                ["status": "closed", "message": try call.optionalField("message")]
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

    /// With the button `release` the person has it no more.
    @Sendable private func assignRole(_ call: Call) async throws -> Answer {
        let key = call.parameter("key")
        return try await submit(call, fields: [:]) { state in
            var page = try await incidentPage(key)
            page.set(state, at: .role)
            return page
        } _: {
            let (role, user) = (try call.field("role"), try call.field("user"))
            guard try call.optionalField("release").string == "yes" else {
                try await actions.perform(
                    .post, "/api/v1/incidents/\(key)/roles", ["role": .string(role), "user": .string(user)], for: call)
                return .seeOther("/incidents/\(key)", .roleAssigned)
            }
            try await actions.perform(
                .delete, "/api/v1/incidents/\(key)/roles/\(role)", raw: [], query: Fields([.init("user", user)]),
                for: call)
            return .seeOther("/incidents/\(key)", .saved)
        }
    }

    /// With the button `waive` it is not wanted, and the form says why; else it is done.
    @Sendable private func settleObligation(_ call: Call) async throws -> Answer {
        let key = call.parameter("key")
        return try await submit(call, fields: [:]) { state in
            var page = try await incidentPage(key)
            page.set(state, at: .settle)
            return page
        } _: {
            let obligation = JSON.string(try call.field("obligation"))
            let isWaived = try call.optionalField("waive").string == "yes"
            let why = try call.optionalField("why")
            _ = try await actions.perform(
                .post, "/api/v1/incidents/\(key)/obligations/\(isWaived ? "waived" : "met")",
                isWaived
                    ? ["obligation": obligation, "why": .string(why.string ?? "")]
                    : ["obligation": obligation, "note": why], for: call)
            return .seeOther("/incidents/\(key)", .saved)
        }
    }
}

/// The forms on the page of an incident.
enum FormPlace: Sendable {
    case note, status, severity, role, update, mark, settle, task
}

extension IncidentPage {
    /// Opens the form of an update with the message of a template in it.
    mutating func start(from draft: MessageDraft) {
        updateForm.values = ["message": draft.text, "template": draft.template.id.text]
        updateForm.values["audience"] = draft.template.audience?.text
        procedure?.draft = draft.template.title
    }

    mutating func set(_ state: FormState, at place: FormPlace) {
        switch place {
        case .note: noteForm = state
        case .status: statusForm = state
        case .severity: severityForm = state
        case .role: roleForm = state
        case .update: updateForm = state
        case .mark: markForm = state
        case .settle: settleForm = state
        case .task: taskForm = state
        }
    }
}
