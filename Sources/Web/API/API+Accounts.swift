import Chronology
import Engine
import HTTPTypes
import Identity
import Notation

/// Tokens, one's own account, and the record of who changed what.
extension API {
    private static let tokens = base + "/tokens"

    private static let token = Schema.answer([
        "id": Schema.string, "display": Schema.string, "name": Schema.string, "role": Schema.string,
        "user": Schema.optionalString, "createdAt": Schema.time, "createdBy": Schema.string,
        "expiresAt": Schema.optionalTime, "lastUsedAt": Schema.optionalTime, "revokedAt": Schema.optionalTime,
    ])

    var tokenRoutes: [Route] {
        let tag = "Tokens"
        return [
            Route(
                .get, Self.tokens, .administer, "List tokens, revoked ones too, newest first", tag: tag,
                responses: [Route.Response(200, "At most 1,000", schema: Schema.list(Self.token))]
            ) { _ in
                list(try await identity.tokens.list(), limit: .max, id: \.id) { $0.write(into: &$1) }
            },
            Route(
                .post, Self.tokens, .administer, "Make a token", tag: tag,
                body: .json(
                    schema: Schema.object(
                        [
                            "name": Schema.text(100),
                            "role": ["enum": ["admin", "manager", "responder", "viewer", "intake"]],
                            "user": Schema.optionalText(254),
                            "days": ["type": ["integer", "null"], "minimum": 1, "maximum": 3_650],
                        ], required: ["name", "role"])),
                responses: [
                    Route.Response(
                        201, "It is made; `token` is shown this once",
                        schema: Schema.answer(["id": Schema.string, "token": Schema.string, "role": Schema.string]))
                ], answersSecret: true, handler: makeToken),
            Route(
                .delete, Self.tokens + "/{id}", .administer, "Revoke a token", tag: tag,
                responses: [Route.Response(204, "It is dead everywhere within a second")]
            ) { call in
                guard try await identity.tokens.revoke(call.parameter("id"), by: call.author) else {
                    throw HTTPProblem.notFound("There is no living token \"\(call.parameter("id"))\".")
                }
                return .noContent
            },
        ]
    }

    /// A token belongs to a program unless a person is named: it goes on when its maker leaves, and is revoked by name. One
    /// of a person's acts in their name and ends with their account.
    @Sendable private func makeToken(_ call: Call) async throws -> Answer {
        let (name, role, days, word) = try call.read { body in
            (
                body.text("name", 1...400), body.choice("role", Role.self),
                body.optionalInteger("days", 1...3_650) ?? 90, body.optionalText("user", 1...254)
            )
        }
        let organisation = try await engine.organisation()
        let user = try word.map { word in
            guard let user = organisation.user(named: word) else {
                throw InputFault(at: "/user", "there is no user \"\(word)\"")
            }
            return user.id
        }
        let request = Tokens.Request(
            user != nil ? .person : role == .intake ? .intake : .service, name: name, role: role, user: user,
            lifetime: .days(days))
        do {
            let (secret, token) = try await identity.tokens.create(request, by: call.author)
            return Answer.json(status: .created) { token.write(into: &$0, secret: secret) }.with(
                .location, "\(Self.tokens)/\(token.id)")
        } catch let refusal as Refusal {
            throw HTTPProblem(refusal, subject: nil)
        }
    }

    // MARK: Oneself

    var accountRoutes: [Route] {
        let tag = "Account"
        return [
            Route(
                .get, Self.base + "/me", .signedIn, "Who the caller is, and what they may do", tag: tag,
                responses: [
                    Route.Response(
                        200, "The caller",
                        schema: Schema.answer([
                            "actor": Schema.string, "id": Schema.optionalString, "name": Schema.string,
                            "email": Schema.optionalString, "role": Schema.optionalString, "permissions": Schema.texts,
                        ]))
                ], handler: me),
            Route(
                .put, Self.base + "/me/password", .signedIn, "Change one's own password; all other sessions end",
                tag: tag,
                body: .json(
                    schema: Schema.object(
                        ["current": Schema.text(1_024), "new": Schema.text(1_024)], required: ["current", "new"])),
                responses: [Route.Response(204, "It is changed")], handler: changePassword),
        ]
    }

    @Sendable private func me(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let caller = call.caller
        return .json { writer in
            writer.object { writer in
                writer.member("actor", call.actor.text)
                writer.member("id", caller.person?.id.text)
                writer.member("name", caller.person?.name ?? organisation.name(of: call.actor))
                writer.member("email", caller.person?.email)
                writer.member("role", caller.role?.rawValue)
                writer.member(
                    "permissions",
                    array: { writer in
                        for permission in Permission.allCases where caller.may(permission) {
                            writer.value(permission.rawValue)
                        }
                    })
            }
        }
    }

    /// Only in a browser's session: a token that leaked must not be able to lock its owner out.
    @Sendable private func changePassword(_ call: Call) async throws -> Answer {
        let (current, new) = try call.read { ($0.text("current", 1...1_024), $0.text("new", 1...1_024)) }
        guard case .session(let session, _, _) = call.caller.proof, let person = call.caller.person else {
            throw HTTPProblem(
                .forbidden, "no-session", "A password is changed where one is signed in with it.",
                detail: "Sign in with a browser; a token cannot change passwords.")
        }
        do {
            try await identity.passwords.change(from: current, to: new, of: person, in: session, by: call.author)
        } catch SignInRefusal.wrongCredentials {
            throw HTTPProblem(
                .unprocessableContent, "wrong-password", "The present password is wrong.",
                errors: [InputFault(at: "/current", "is not the present password")])
        } catch let refusal as Refusal {
            throw HTTPProblem(refusal, subject: nil)
        }
        return .noContent
    }

    // MARK: The audit log

    /// What is known of an act; which of the members are there depends on it.
    private static let auditDetail: JSON = [
        "type": "object",
        "properties": [
            "note": ["type": "string"], "before": Schema.optionalString,
            "after": Schema.optionalString,
            "changes": Schema.array([
                "type": "object", "required": ["field"],
                "properties": [
                    "field": ["type": "string", "description": "A JSON pointer; elements with an id are named by it"],
                    "from": ["description": "Absent: there was none"], "to": ["description": "Absent: there is none"],
                    "secret": ["const": true, "description": "It was changed, and that is all that is kept"],
                ],
            ]),
            "moreChanges": ["type": "integer", "description": "How many changes are not listed"],
        ],
    ]

    var auditRoute: Route {
        Route(
            .get, Self.base + "/audit", .administer, "Who changed what, newest first", tag: "Audit",
            query: [
                Route.QueryField("limit", "How many entries at most: 1 to 200, 50 unless told", Self.pageSize),
                Route.QueryField(
                    "after", "Go on behind this entry: the `next` of the page before",
                    ["type": "integer", "minimum": 1, "maximum": .integer(Int64.max)]),
            ],
            responses: [
                Route.Response(
                    200, "One page of the log",
                    schema: Schema.list(
                        Schema.answer([
                            "number": Schema.integer, "at": Schema.time, "actor": Schema.string, "ip": Schema.string,
                            "request": Schema.string, "action": Schema.string, "object": Schema.string,
                            "detail": Self.auditDetail,
                        ])))
            ]
        ) { call in
            let limit = try call.pageSize()
            let before = try call.query.integer("after", 1...Int.max).map { Int64($0) }
            let records = try await identity.audit.list(before: before, limit: limit)
            return list(records, limit: limit, id: \.number.description) { $0.write(into: &$1) }
        }
    }
}

extension Token {
    fileprivate func write(into writer: inout JSONWriter, secret: APIToken? = nil) {
        writer.object { writer in
            writer.member("id", id)
            if let secret { writer.member("token", secret.reveal()) }
            writer.member("display", display)
            writer.member("name", name)
            writer.member("role", role.rawValue)
            writer.member("user", user?.text)
            writer.member("createdAt", at: createdAt)
            writer.member("createdBy", createdBy)
            writer.member("expiresAt", at: expiresAt)
            writer.member("lastUsedAt", at: lastUsedAt)
            writer.member("revokedAt", at: revokedAt)
        }
    }
}

extension AuditTrail.Record {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("number", number)
            writer.member("at", at: at)
            writer.member("actor", actor)
            writer.member("ip", ip)
            writer.member("request", request)
            writer.member("action", action)
            writer.member("object", object)
            writer.member("detail", detailObject ?? [:])
        }
    }
}
