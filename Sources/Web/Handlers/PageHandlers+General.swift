import Engine
import HTTPTypes
import Identity
import Notation

/// What holds where nothing else is said.
extension PageHandlers {
    var generalRoutes: [Route] {
        let path = "/settings/general"
        return [
            Route(.get, path, .administer, "What holds where nothing else is said") { call in
                let settings = try await engine.organisation().settings
                return try await show(try await generalPage(FormState(settings)), call)
            },
            Route(
                .post, path, .administer, "Say what holds where nothing else is said",
                body: .form(["name", "playbook", "severity", "plan"])
            ) { call in
                // The API names the members; the engine calls the plan that is not there `plan` as well.
                let fields = ["organisationName": "name", "ordinarySeverity": "severity", "fallbackPlan": "plan"]
                return try await submit(call, fields: fields) {
                    try await generalPage($0)
                } _: {
                    try await actions.perform(
                        .put, "/api/v1/settings",
                        [
                            "organisationName": try call.optionalField("name"),
                            "ordinarySeverity": try call.optionalField("severity"),
                            "fallbackPlan": try call.optionalField("plan"),
                            "playbook": try call.optionalField("playbook"),
                            // The form does not speak of them, so they stay.
                            "throttles": .array(try await engine.organisation().settings.throttles.map(\.json)),
                            "fatigue": try await engine.organisation().settings.fatigue.json,
                        ], for: call)
                    return .seeOther("/settings/general", .saved)
                }
            },
        ]
    }

    private func generalPage(_ form: FormState) async throws -> GeneralSettingsPage {
        let organisation = try await engine.organisation()
        return GeneralSettingsPage(
            middleSeverity: organisation.procedure.ladder.middle.label, severities: organisation.severityChoices,
            plans: organisation.planChoices, playbooks: organisation.playbookChoices, form: form)
    }
}

extension FormState {
    fileprivate init(_ settings: Settings) {
        self.init(values: [
            "name": settings.organisationName == Settings.unnamed ? "" : settings.organisationName,
            "severity": settings.ordinarySeverity ?? "", "plan": settings.fallbackPlan?.text ?? "",
            "playbook": settings.playbook ?? "",
        ])
    }
}
