import Alerting
import Engine
import HTTPTypes
import Identity
import Incidents
import Notation
import Storage

/// Routes: the ordered rules from an alert's labels to what is done.
extension PageHandlers {
    var routingRoutes: [Route] {
        let path = "/settings/routes"
        let fields = ["name", "matchers", "integration", "service", "severity", "plan", "declare"]
        return [
            Route(.get, path, .readAll, "The list of routes") { call in try await show(try await routesPage(), call) },
            Route(.get, path + "/new", .manage, "The form that makes a route") { call in
                try await show(try await routeForm(nil, .fresh), call)
            },
            Route(.get, path + "/{id}", .manage, "The form that changes a route") { call in
                let route = try await route(call.parameter("id"))
                let ladder = try await engine.organisation().procedure.ladder
                return try await show(try await routeForm(route.id.text, FormState(route, on: ladder)), call)
            },
            Route(.post, path, .manage, "Make a route", body: .form(fields)) { call in
                try await submit(call, fields: ["declaresFrom": "declare"]) {
                    try await routeForm(nil, $0)
                } _: {
                    let last = try await engine.organisation().routes.map(\.position).max() ?? 0
                    let document = try routeDocument(call, over: nil)
                    try await actions.perform(
                        .post, "/api/v1/routes", document.replacing("position", .integer(Int64(last + 1))), for: call)
                    return .seeOther("/settings/routes", .added)
                }
            },
            Route(.post, path + "/{id}", .manage, "Change a route", body: .form(fields)) { call in
                let id = call.parameter("id")
                let route = try await route(id)
                return try await submit(call, fields: ["declaresFrom": "declare"]) {
                    try await routeForm(id, $0)
                } _: {
                    let document = try routeDocument(call, over: route)
                    try await actions.perform(.put, "/api/v1/routes/\(id)", document, for: call)
                    return .seeOther("/settings/routes", .saved)
                }
            },
            Route(.post, path + "/{id}/up", .manage, "Try a route earlier", body: .form([])) { call in
                try await move(by: -1, call)
            },
            Route(.post, path + "/{id}/down", .manage, "Try a route later", body: .form([])) { call in
                try await move(by: 1, call)
            },
            Route(.post, path + "/{id}/remove", .manage, "Remove a route", body: .form([])) { call in
                try await actions.perform(.delete, "/api/v1/routes/\(call.parameter("id"))", for: call)
                return .seeOther("/settings/routes", .removed)
            },
        ]
    }

    private func route(_ id: String) async throws -> RouteDocument {
        guard let route = try await engine.organisation().routes.first(where: { $0.id.text == id }) else {
            throw HTTPProblem.notFound("There is no route \"\(id)\".")
        }
        return route
    }

    private func routesPage() async throws -> RoutesPage {
        let organisation = try await engine.organisation()
        let ladder = organisation.procedure.ladder
        return RoutesPage(
            rows: organisation.routes.map { route in
                RoutesPage.Row(
                    id: route.id.text, name: route.name, matchers: route.matchers.map(\.line),
                    service: organisation.serviceName(route.service),
                    severity: route.severity.flatMap { ladder.severity(labelled: $0) }.map { SeverityMark($0) },
                    plan: route.plan.map { organisation.plan($0)?.name ?? $0.text },
                    integration: route.integration.map { organisation.integration($0)?.name ?? $0.text },
                    declaresFrom: route.declaresFrom)
            })
    }

    private func routeForm(_ id: String?, _ form: FormState) async throws -> RouteFormPage {
        let organisation = try await engine.organisation()
        return RouteFormPage(
            id: id, integrations: organisation.integrations.map { Choice($0.id.text, $0.name) },
            services: organisation.serviceChoices, severities: organisation.severityChoices,
            thresholds: organisation.procedure.ladder.labels, plans: organisation.planChoices, form: form)
    }

    /// What the form says, at the place in the order that the route has.
    private func routeDocument(_ call: Call, over route: RouteDocument?) throws -> JSON {
        let matchers = try LabelMatcher.reading(try call.field("matchers"))
        return [
            "name": .string(try call.field("name")), "position": .integer(Int64(route?.position ?? 0)),
            "matchers": .array(
                matchers.map { matcher in
                    [
                        "name": .string(matcher.name), "op": .string(matcher.comparison.rawValue),
                        "value": .string(matcher.value),
                    ]
                }), "integration": try call.optionalField("integration"),
            "service": try call.optionalField("service"), "severity": try call.optionalField("severity"),
            "plan": try call.optionalField("plan"), "declaresFrom": try call.optionalField("declare"),
        ]
    }

    /// Every route gets the number of its place, and those whose number changed are written.
    private func move(by step: Int, _ call: Call) async throws -> Answer {
        var routes = try await engine.organisation().routes
        let id = call.parameter("id")
        guard let index = routes.firstIndex(where: { $0.id.text == id }) else {
            throw HTTPProblem.notFound("There is no route \"\(id)\".")
        }
        guard routes.indices.contains(index + step) else { return .seeOther("/settings/routes") }
        routes.swapAt(index, index + step)
        for (place, route) in routes.enumerated() where route.position != place + 1 {
            let path: LocalPath = "/api/v1/routes/\(route.id.text)"
            let stored = try await actions.perform(.get, path, for: call)
            try await actions.perform(
                .put, path, stored.replacing("position", .integer(Int64(place + 1))), for: call)
        }
        return .seeOther("/settings/routes", .moved)
    }
}

extension FormState {
    /// Severities as the ladder writes them: the API takes them in any case, and a choice does not.
    fileprivate init(_ route: RouteDocument, on ladder: Ladder) {
        func label(_ word: String?) -> String { word.flatMap { ladder.severity(labelled: $0) }?.label ?? "" }
        self.init(values: [
            "name": route.name, "matchers": route.matchers.map(\.line).joined(separator: "\n"),
            "integration": route.integration?.text ?? "", "service": route.service?.text ?? "",
            "severity": label(route.severity), "plan": route.plan?.text ?? "", "declare": label(route.declaresFrom),
        ])
    }
}
