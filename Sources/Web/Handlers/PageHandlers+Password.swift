import HTTPTypes
import Identity
import Notation

/// One's own password (S22).
extension PageHandlers {
    var passwordRoutes: [Route] {
        let path = "/settings/password"
        return [
            Route(.get, path, .signedIn, "The form that changes one's own password") { call in
                // A token has no password, and cannot change its owner's.
                guard call.caller.csrf != nil else { throw HTTPProblem.forbidden }
                return try await show(PasswordPage(), call)
            },
            Route(.post, path, .signedIn, "Change one's own password", body: .form(["current", "new"])) { call in
                try await submit(call) {
                    PasswordPage(form: $0)
                } _: {
                    try await actions.perform(
                        .put, "/api/v1/me/password",
                        [
                            "current": .string(try call.form.one("current") ?? ""),
                            "new": .string(try call.form.one("new") ?? ""),
                        ], for: call)
                    return .seeOther("/settings/password", .passwordChanged)
                }
            },
        ]
    }
}
