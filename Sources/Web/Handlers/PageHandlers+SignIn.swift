import Engine
import HTTPTypes
import Identity
import Notation

/// The way in and out.
extension PageHandlers {
    var signInRoutes: [Route] {
        [
            Route(.get, "/sign-in", .publicAccess, "The form that signs a person in", isUrgent: true) { call in
                let next = try call.query.one("next")
                if call.caller.person != nil { return .seeOther(ReturnPath.vetted(next)) }
                return try await show(SignInPage(next: next.map { ReturnPath.vetted($0) }), call)
            },
            Route(
                .post, "/sign-in", .publicAccess, "Sign in", body: .form(["email", "password", "next"]),
                isUrgent: true, handler: signIn),
            Route(.post, "/sign-out", .signedIn, "Sign out", body: .form([])) { call in
                if case .session(let session, _, _) = call.caller.proof { try await identity.sessions.end(session) }
                return Answer.seeOther("/sign-in", .signedOut).with(.setCookie, cookie.clearing)
            },
        ]
    }

    @Sendable private func signIn(_ call: Call) async throws -> Answer {
        let next = ReturnPath.vetted(try call.form.one("next"))
        return try await submit(call) {
            SignInPage(form: $0, next: next)
        } _: {
            let signedIn = try await identity.passwords.signIn(
                email: try call.field("email"), password: try call.form.one("password") ?? "", from: call.origin)
            return Answer.seeOther(next).with(.setCookie, cookie.setting(signedIn.secret))
        }
    }

    // MARK: Links that set a password

    var welcomeRoutes: [Route] {
        [
            Route(.get, "/first-sign-in", .publicAccess, "The form that makes the first administrator") { call in
                let token = try call.query.one("token") ?? ""
                let link = try await identity.links.find(token)
                guard let link, link.purpose == .firstSignIn, link.usedAt == nil else { throw Self.deadLink }
                return try await show(FirstSignInPage(token: token), call)
            },
            Route(
                .post, "/first-sign-in", .publicAccess, "Become the first administrator",
                body: .form(["token", "name", "email", "password"]), handler: electFirst),
            Route(.get, "/welcome", .publicAccess, "The form behind an invitation: sets a password") { call in
                let token = try call.query.one("token") ?? ""
                return try await show(try await welcomePage(token), call)
            },
            Route(
                .post, "/welcome", .publicAccess, "Set a password with an invitation",
                body: .form(["token", "password"]),
                handler: welcome),
        ]
    }

    private static let deadLink = HTTPProblem.notFound(
        "This link is not one of ours, was used already, or is too old. Ask an administrator for another one.")

    /// The person is made in the transaction that elects them: there is never an administrator without a password.
    @Sendable private func electFirst(_ call: Call) async throws -> Answer {
        let token = try call.form.one("token") ?? ""
        return try await submit(call, fields: ["new": "password"]) {
            FirstSignInPage(token: token, form: $0)
        } _: {
            let (name, email) = (try call.field("name"), try call.field("email"))
            let user = engine.mint.id(UserID.self, at: call.now)
            let document: JSON = [
                "name": .string(name), "email": .string(email), "role": "admin", "disabled": false,
                "contacts": .array(channels.contains("email") ? [mailContact(email, at: call)] : []),
            ]
            let change = DocumentChange(
                kind: .user, id: user.text, action: .put(document), seenVersion: 0, origin: call.changeOrigin)
            let decider = Decider(mint: engine.mint, shelf: engine.shelf, keys: engine.keys)
            let elected = try await identity.firstAdministrator.elect(
                token, user: user, name: name, email: email, password: try call.form.one("password") ?? "",
                from: call.origin
            ) { connection in
                let result = try decider.decide(
                    [.command(.change(change), by: .user(user))], known: nil, on: connection)
                for outcome in result.outcomes { _ = try outcome.get() }
            }
            guard let elected else { throw Self.deadLink }
            // The engine notices with its next block that there is a person more, so it is given one.
            _ = try await engine.submit(.deadlinesPassed)
            return Answer.seeOther("/incidents", .welcome).with(.setCookie, cookie.setting(elected.secret))
        }
    }

    func mailContact(_ address: String, at call: Call) -> JSON {
        [
            "id": .string(engine.mint.id(ContactMethodID.self, at: call.now).text), "channel": "email",
            "destination": .string(address), "secret": .null, "disabled": false,
        ]
    }

    private func welcomePage(_ token: String, _ form: FormState = .fresh) async throws -> WelcomePage {
        guard let link = try await identity.links.find(token), link.purpose == .signIn, link.usedAt == nil,
            let user = link.user, let person = await identity.directory.user(user), !person.isDisabled
        else { throw Self.deadLink }
        return WelcomePage(token: token, name: person.name, email: person.email, form: form)
    }

    @Sendable private func welcome(_ call: Call) async throws -> Answer {
        let token = try call.form.one("token") ?? ""
        return try await submit(call, fields: ["new": "password"]) {
            try await welcomePage(token, $0)
        } _: {
            let password = try call.form.one("password") ?? ""
            let person = try await identity.passwords.set(
                password, with: token, links: identity.links, from: call.origin)
            guard let person else { throw Self.deadLink }
            let signedIn = try await identity.passwords.signIn(
                email: person.email, password: password, from: call.origin)
            return Answer.seeOther("/incidents", .welcome).with(.setCookie, cookie.setting(signedIn.secret))
        }
    }
}
