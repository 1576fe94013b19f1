import Chronology
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Integrations: where alerts come from, what arrived lately, and their keys.
extension PageHandlers {
    /// How far the figures beside an integration look back.
    private static let figuresReach = Duration.days(1)

    var integrationRoutes: [Route] {
        [
            Route(.get, "/integrations", .readAll, "The list of integrations", handler: integrationList),
            Route(.get, "/integrations/new", .manage, "The form that makes an integration") { call in
                try await show(try await integrationForm(.fresh), call)
            },
            Route(.get, "/integrations/{id}", .readAll, "One integration and its last requests") { call in
                try await show(try await integrationPage(call), call)
            },
            Route(.get, "/integrations/{id}/key", .manage, "The key that was just made, once") { call in
                let id = call.parameter("id")
                let path: LocalPath = "/integrations/\(id)/key"
                // Whoever comes back later finds what the integration is, and no key.
                guard ShownOnce(cookie: cookie).secret(at: path, for: call) != nil else {
                    return .seeOther("/integrations/\(id)")
                }
                return try await show(at: path, call) { try created($0 ?? [:]) }
            },
            Route(
                .post, "/integrations", .manage, "Make an integration", body: .form(["name", "dialect", "service"]),
                answersSecret: true, handler: makeIntegration),
            Route(
                .post, "/integrations/{id}/rotate", .manage, "Make a new key", body: .form([]), answersSecret: true
            ) { call in
                let made = try await actions.perform(
                    .post, "/api/v1/integrations/\(call.parameter("id"))/rotate", for: call)
                return try await showKey(made, call)
            },
            Route(.post, "/integrations/{id}/disable", .manage, "Refuse what arrives here", body: .form([])) { call in
                try await setDisabled(true, call)
            },
            Route(.post, "/integrations/{id}/enable", .manage, "Take what arrives here again", body: .form([])) {
                call in try await setDisabled(false, call)
            },
        ]
    }

    @Sendable private func integrationList(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let since = call.now - Self.figuresReach
        let figures = try await api.read { [tally] in try RequestFigure.all(since: since, tally: tally, on: $0) }
        let page = IntegrationListPage(
            rows: organisation.integrations.map { integration in
                let figure = figures[integration.id]
                return IntegrationListPage.Row(
                    id: integration.id.text, name: integration.name, dialect: integration.dialect,
                    service: organisation.serviceName(integration.service), isDisabled: integration.isDisabled,
                    accepted: figure?.accepted ?? 0, refused: figure?.refused ?? 0, lastRequest: figure?.last)
            })
        return try await show(page, call)
    }

    private func integrationForm(_ form: FormState) async throws -> IntegrationFormPage {
        let organisation = try await engine.organisation()
        return IntegrationFormPage(
            dialects: [Choice("alertmanager", "Alertmanager"), Choice("generic", "Generic JSON")],
            services: organisation.serviceChoices, form: form)
    }

    private func integrationPage(_ call: Call) async throws -> IntegrationPage {
        let id = IntegrationID(call.parameter("id"))
        guard let integration = try await engine.organisation().integration(id) else {
            throw HTTPProblem.notFound("There is no integration \"\(id)\".")
        }
        let organisation = try await engine.organisation()
        let since = call.now - Self.figuresReach
        let (stored, requests, figure) = try await api.read { [tally] connection in
            (
                try ConfigurationQueries.document(.integration, id.text, on: connection),
                try ConfigurationQueries.requests(of: id, on: connection),
                try RequestFigure.all(since: since, tally: tally, on: connection)[id]
            )
        }
        return IntegrationPage(
            id: id.text, name: integration.name, dialect: integration.dialect,
            service: organisation.serviceName(integration.service), isDisabled: integration.isDisabled,
            keyHint: integration.keyHint, keyCount: integration.keyHashes.count, changed: stored?.updatedAt ?? call.now,
            lastRequest: figure?.last, accepted: figure?.accepted ?? 0, refused: figure?.refused ?? 0,
            requests: requests.map { IntegrationPage.Request($0) })
    }

    @Sendable private func makeIntegration(_ call: Call) async throws -> Answer {
        try await submit(call) {
            try await integrationForm($0)
        } _: {
            let made = try await actions.perform(
                .post, "/api/v1/integrations",
                [
                    "name": .string(try call.field("name")), "dialect": .string(try call.field("dialect")),
                    "service": try call.optionalField("service"),
                ], for: call)
            return try await showKey(made, call)
        }
    }

    private func showKey(_ made: JSON, _ call: Call) async throws -> Answer {
        let names = ["id", "name", "dialect", "key", "url"]
        let secret = JSON.object((made.members ?? []).filter { names.contains($0.name) })
        return try await showOnce(secret, at: "/integrations/\(try made.text("id"))/key", for: call) {
            try created(made)
        }
    }

    /// The page that shows a key, this once.
    private func created(_ made: JSON) throws -> IntegrationCreatedPage {
        let (dialect, url) = (try made.text("dialect"), try made.text("url"))
        return IntegrationCreatedPage(
            id: try made.text("id"), name: try made.text("name"), key: try made.text("key"), url: url,
            snippets: IntegrationCreatedPage.snippets(dialect: dialect, url: url))
    }

    private func setDisabled(_ isDisabled: Bool, _ call: Call) async throws -> Answer {
        let id = call.parameter("id")
        let stored = try await actions.perform(.get, "/api/v1/integrations/\(id)", for: call)
        try await actions.perform(
            .put, "/api/v1/integrations/\(id)", stored.replacing("disabled", .bool(isDisabled)), for: call)
        return .seeOther("/integrations/\(id)", isDisabled ? .disabled : .enabled)
    }
}

extension IntegrationPage.Request {
    fileprivate init(_ request: LoggedRequest) {
        let record = request.record
        self.init(
            id: request.id, at: request.at, remote: record.source, status: record.status, size: record.size,
            kept: record.body.count,
            // What is not UTF-8 is shown as it can be: the reader wants to see what came.
            body: String(decoding: record.body, as: UTF8.self), signals: record.fault == nil ? [record.summary] : [],
            fault: record.fault)
    }
}
