import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Services: what breaks, and whom to page for it.
extension PageHandlers {
    var serviceRoutes: [Route] {
        let path = "/settings/services"
        return [
            Route(.get, path, .readAll, "The list of services") { call in
                try await show(try await servicesPage(.fresh), call)
            },
            Route(.post, path, .manage, "Add a service", body: .form(["name", "plan", "playbook"])) { call in
                try await submit(call) {
                    try await servicesPage($0)
                } _: {
                    try await actions.perform(
                        .post, "/api/v1/services",
                        [
                            "name": .string(try call.field("name")), "plan": try call.optionalField("plan"),
                            "playbook": try call.optionalField("playbook"),
                        ], for: call)
                    return .seeOther("/settings/services", .added)
                }
            },
            Route(.get, path + "/{id}", .manage, "One service") { call in
                try await show(try await servicePage(call), call)
            },
            Route(
                .post, path + "/{id}", .manage, "Change a service",
                body: .form([
                    "name", "description", "plan", "playbook", "bundles", "from", "days", "hours-from", "hours-to",
                    "zone", "outside",
                ])
            ) { call in
                try await submit(
                    call, fields: ["urgency/from": "from", "urgency/hours": "hours-from", "urgency": "zone"]
                ) {
                    try await servicePage(call, $0)
                } _: {
                    let service: LocalPath = "/api/v1/services/\(call.parameter("id"))"
                    var document = try await actions.perform(.get, service, for: call)
                    document = document.replacing("name", .string(try call.field("name")))
                    for member in ["description", "plan", "playbook"] {
                        document = document.replacing(member, try call.optionalField(member))
                    }
                    document = document.replacing("bundles", .bool(try call.field("bundles") == "yes"))
                        .replacing("urgency", try Self.urgency(call))
                    try await actions.perform(.put, service, document, for: call)
                    return .seeOther("/settings/services", .saved)
                }
            },
            setting("plan", "Say who is paged for a service"),
            setting("playbook", "Say which playbook a service's incidents follow"),
            Route(.post, path + "/{id}/remove", .manage, "Remove a service", body: .form([])) { call in
                try await submit(call) {
                    try await servicesPage($0)
                } _: {
                    try await actions.perform(.delete, "/api/v1/services/\(call.parameter("id"))", for: call)
                    return .seeOther("/settings/services", .removed)
                }
            },
        ]
    }

    /// A form of one member inside of the list.
    private func setting(_ member: String, _ summary: String) -> Route {
        Route(.post, "/settings/services/{id}/\(member)", .manage, summary, body: .form([member])) { call in
            try await submit(call) {
                try await servicesPage($0.asFault)
            } _: {
                let service: LocalPath = "/api/v1/services/\(call.parameter("id"))"
                let stored = try await actions.perform(.get, service, for: call)
                try await actions.perform(
                    .put, service, stored.replacing(member, try call.optionalField(member)), for: call)
                return .seeOther("/settings/services", .saved)
            }
        }
    }

    private static func urgency(_ call: Call) throws -> JSON {
        let (from, to) = (try call.field("hours-from"), try call.field("hours-to"))
        guard from.isEmpty == to.isEmpty else {
            throw InputFault(at: "/hours-to", "business hours have a beginning and an end")
        }
        let days = try call.field("days").split(whereSeparator: { $0 == "," || $0 == " " }).map {
            JSON.string(String($0))
        }
        let hours: JSON =
            from.isEmpty
            ? .null
            : [
                "zone": try call.optionalField("zone"), "days": .array(days), "from": .string(from), "to": .string(to),
            ]
        let outside = try call.field("outside")
        guard hours != .null || outside.isEmpty else {
            throw InputFault(at: "/hours-from", "without hours there is no time outside of them")
        }
        let severity = try call.optionalField("from")
        guard severity != .null || hours != .null else { return .null }
        return [
            "from": severity, "hours": hours, "waits": .bool(outside == "waits"),
            "outsideFrom": outside.isEmpty || outside == "waits" ? .null : .string(outside),
        ]
    }

    private func servicePage(_ call: Call, _ form: FormState? = nil) async throws -> ServicePage {
        let organisation = try await engine.organisation()
        guard let service = organisation.service(ServiceID(call.parameter("id"))) else { throw HTTPProblem.notFound }
        let hours = service.urgency?.hours?.json
        let known = FormState(values: [
            "name": service.name, "description": service.description, "plan": service.plan?.text ?? "",
            "playbook": service.playbook ?? "", "bundles": service.isBundled ? "yes" : "",
            "from": service.urgency?.from ?? "",
            "days": (hours?["days"]?.array ?? []).compactMap(\.string).joined(separator: ", "),
            "zone": hours?["zone"]?.string ?? "", "hours-from": hours?["from"]?.string ?? "",
            "hours-to": hours?["to"]?.string ?? "",
            "outside": service.urgency?.outsideFrom ?? (service.urgency?.waits ?? false ? "waits" : ""),
        ])
        return ServicePage(
            id: service.id.text, name: service.name, plans: organisation.planChoices,
            playbooks: organisation.playbookChoices,
            severities: organisation.severityLabels.map { Choice($0, $0) }, form: form ?? known)
    }

    private static func words(_ service: Service) -> String? {
        var words: [String] = []
        if let urgency = service.urgency {
            words.append(urgency.from.map { "urgent from \($0) on" } ?? "urgent")
            if urgency.hours != nil {
                words.append(
                    urgency.waits
                        ? "waits outside of business hours"
                        : urgency.outsideFrom.map { "outside of business hours from \($0) on" } ?? "")
            }
        }
        if !service.isBundled { words.append("each alert pages") }
        let text = words.filter { !$0.isEmpty }.joined(separator: ", ")
        return text.isEmpty ? nil : text
    }

    private func servicesPage(_ form: FormState) async throws -> ServicesPage {
        let organisation = try await engine.organisation()
        let open = try await api.read { try OpenCounts.alertsByService(on: $0) }
        return ServicesPage(
            rows: organisation.services.map { service in
                ServicesPage.Row(
                    id: service.id.text, name: service.name, plan: service.plan?.text, playbook: service.playbook,
                    openAlerts: open[service.id] ?? 0, urgency: Self.words(service))
            }, plans: organisation.planChoices, playbooks: organisation.playbookChoices, form: form)
    }
}

extension FormState {
    /// For small forms inside of a list, which have no room at their fields: everything is said above the page's form,
    /// whose own fields stay empty.
    var asFault: FormState {
        let sentences = [fault].compactMap { $0 } + faults.sorted { $0.key < $1.key }.map(\.value)
        return FormState(fault: sentences.isEmpty ? nil : sentences.joined(separator: " "))
    }
}
