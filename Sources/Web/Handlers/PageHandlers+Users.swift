import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// The people: adding them, their roles, and the link by which they choose a password.
extension PageHandlers {
    var userRoutes: [Route] {
        let path = "/settings/users"
        return [
            Route(.get, path, .administer, "The people") { call in
                try await show(at: "/settings/users", call) { secret in
                    try await usersPage(call, invitation: try secret.map(UsersPage.Invitation.init))
                }
            },
            Route(
                .post, path, .administer, "Add a person", body: .form(["name", "email", "role"]), answersSecret: true,
                handler: addUser),
            Route(
                .post, path + "/{id}/invite", .administer, "Make a link by which a person chooses a password",
                body: .form([]), answersSecret: true
            ) { call in
                try await submit(call) {
                    try await usersPage(call, $0)
                } _: {
                    try await invite(call.parameter("id"), call)
                }
            },
            Route(.post, path + "/{id}/role", .administer, "Give a person another role", body: .form(["role"])) {
                call in try await change("role", .string(try call.field("role")), .saved, call)
            },
            Route(.post, path + "/{id}/disable", .administer, "Keep a person out", body: .form([])) { call in
                try await change("disabled", true, .disabled, call)
            },
            Route(.post, path + "/{id}/enable", .administer, "Let a person in again", body: .form([])) { call in
                try await change("disabled", false, .enabled, call)
            },
        ]
    }

    private func usersPage(
        _ call: Call, _ form: FormState = .fresh, invitation: UsersPage.Invitation? = nil
    ) async throws -> UsersPage {
        let users = try await engine.organisation().users
        return UsersPage(
            rows: users.map { user in
                UsersPage.Row(
                    id: user.id.text, name: user.name, email: user.email, role: user.role, isDisabled: user.isDisabled,
                    isViewer: user.id == call.caller.person?.id)
            }, roles: Role.allCases.filter { $0 != .intake }.map { Choice($0.rawValue) }, invitation: invitation,
            form: form)
    }

    @Sendable private func addUser(_ call: Call) async throws -> Answer {
        try await submit(call) {
            try await usersPage(call, $0)
        } _: {
            let email = try call.field("email")
            let contact = mailContact(email, at: call)
            let made = try await actions.perform(
                .post, "/api/v1/users",
                [
                    "name": .string(try call.field("name")), "email": .string(email),
                    "role": .string(try call.field("role")),
                    "contacts": .array(channels.contains("email") ? [contact] : []),
                ], for: call)
            return try await invite(try made.text("id"), call)
        }
    }

    private func invite(_ id: String, _ call: Call) async throws -> Answer {
        let made = try await actions.perform(.post, "/api/v1/users/\(id)/invite", for: call)
        let name = try await engine.organisation().name(of: .user(UserID(id)))
        let invitation: JSON = ["name": .string(name), "url": .string(try made.text("url"))]
        return try await showOnce(invitation, at: "/settings/users", for: call) {
            try await usersPage(call, invitation: try UsersPage.Invitation(invitation))
        }
    }

    private func change(_ member: String, _ value: JSON, _ flash: Flash, _ call: Call) async throws -> Answer {
        let path: LocalPath = "/api/v1/users/\(call.parameter("id"))"
        return try await submit(call) {
            try await usersPage(call, $0.asFault)
        } _: {
            let stored = try await actions.perform(.get, path, for: call)
            try await actions.perform(.put, path, stored.replacing(member, value), for: call)
            return .seeOther("/settings/users", flash)
        }
    }
}

extension UsersPage.Invitation {
    fileprivate init(_ json: JSON) throws(InputFault) {
        self.init(name: try json.text("name"), url: try json.text("url"))
    }
}
