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

    private func servicesPage(_ form: FormState) async throws -> ServicesPage {
        let organisation = try await engine.organisation()
        let open = try await api.read { try OpenCounts.alertsByService(on: $0) }
        return ServicesPage(
            rows: organisation.services.map { service in
                ServicesPage.Row(
                    id: service.id.text, name: service.name, plan: service.plan?.text, playbook: service.playbook,
                    openAlerts: open[service.id] ?? 0)
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
