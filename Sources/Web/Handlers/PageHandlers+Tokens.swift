import Chronology
import HTTPTypes
import Identity
import Notation

/// API tokens.
extension PageHandlers {
    var tokenRoutes: [Route] {
        let path: LocalPath = "/settings/tokens"
        return [
            Route(.get, path.text, .administer, "API tokens") { call in
                try await show(at: path, call) { try await tokensPage(call, made: $0?["token"]?.string) }
            },
            Route(
                .post, path.text, .administer, "Make an API token", body: .form(["name", "role", "expires"]),
                answersSecret: true, handler: makeToken),
            Route(.post, path.text + "/{id}/revoke", .administer, "Revoke an API token", body: .form([])) { call in
                try await actions.perform(.delete, "/api/v1/tokens/\(call.parameter("id"))", for: call)
                return .seeOther("/settings/tokens", .revoked)
            },
        ]
    }

    private func tokensPage(_ call: Call, _ form: FormState = .fresh, made: String? = nil) async throws -> TokensPage {
        let tokens = try await identity.tokens.list().filter { $0.isAlive(at: call.now) }
        return TokensPage(
            rows: tokens.map { token in
                TokensPage.Row(
                    id: token.id, name: token.name, role: token.role.rawValue, hint: token.display,
                    created: token.createdAt, expires: token.expiresAt, lastUsed: token.lastUsedAt)
            }, roles: Role.allCases.map { Choice($0.rawValue) }, made: made, form: form)
    }

    @Sendable private func makeToken(_ call: Call) async throws -> Answer {
        try await submit(call, fields: ["days": "expires"]) {
            try await tokensPage(call, $0)
        } _: {
            let days = try call.form.integer("expires", 1...3_650) ?? 90
            let made = try await actions.perform(
                .post, "/api/v1/tokens",
                [
                    "name": .string(try call.field("name")), "role": .string(try call.field("role")),
                    "days": .integer(Int64(days)),
                ], for: call)
            let token = try made.text("token")
            return try await showOnce(["token": .string(token)], at: "/settings/tokens", for: call) {
                try await tokensPage(call, made: token)
            }
        }
    }
}
