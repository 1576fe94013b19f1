import Chronology
import Delivery
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// People. Administrators make and change them; ways of being reached are also each person's own, and of those who
/// manage. The secret of a way to be reached is written and never read: an answer only says that there is one.
extension API {
    static let users = Chapter(
        kind: .user, path: base + "/users", tag: "Users", noun: "user", permission: .administer,
        schema: [
            ("name", Schema.text(OrganisationLimits.name)), ("email", Schema.email),
            ("role", ["enum": ["admin", "manager", "responder", "viewer"]]),
            ("disabled", ["type": ["boolean", "null"]]), ("contacts", contactsSchema),
            ("timeOff", Schema.times), ("zone", Schema.optionalText(64)), ("rules", Schema.rules),
        ], required: ["name", "email", "role"]
    ) { body in
        [
            "name": .string(body.text("name", 1...512)), "email": .string(body.text("email", 3...254)),
            "role": .string(body.text("role", 1...20)), "disabled": .bool(body.optionalFlag("disabled") ?? false),
            "contacts": contacts(&body) ?? .null, "timeOff": timeOff(&body) ?? .null,
            "zone": JSON(body.optionalText("zone", 0...64)), "rules": rules(&body) ?? .null,
        ]
    }

    /// nil when the body does not speak of it: then it stays.
    private static func timeOff(_ body: inout BodyReader) -> JSON? {
        guard body.json("timeOff") != nil else { return nil }
        return .array(
            body.list("timeOff", 0...500) { time -> JSON in
                [
                    "from": .string(time.text("from", 1...40)), "to": .string(time.text("to", 1...40)),
                    "why": JSON(time.optionalText("why", 0...1_024)),
                ]
            })
    }

    /// nil when the body does not speak of it.
    private static func rules(_ body: inout BodyReader) -> JSON? {
        body.optionalObject("rules") { rules -> JSON in
            func steps(_ name: String, _ rules: inout BodyReader) -> JSON {
                .array(
                    rules.list(name, 0...32) { step -> JSON in
                        [
                            "contact": .string(step.text("contact", 1...64)),
                            "delaySeconds": .integer(step.optionalInteger("delaySeconds", 0...3_600) ?? 0),
                            "hours": hours("hours", &step),
                        ]
                    })
            }
            let (high, low) = (steps("high", &rules), steps("low", &rules))
            let given = rules.json("reminders") ?? .null
            if given.array == nil, !given.isNull { rules.fault("reminders", "must be an array of seconds") }
            return ["high": high, "low": low, "sleep": hours("sleep", &rules), "reminders": given]
        }
    }

    /// null leaves what there is, and is refused where there is nothing else to say.
    static let contactsSchema = Schema.array(0...16, of: contactSchema)
    private static let contactSchema = Schema.object(
        [
            "id": ["type": ["string", "null"], "pattern": "^[A-Za-z0-9_.-]{1,64}$"],
            "channel": ["enum": .array(ChannelKinds.all.map { .string($0.descriptor.kind) })],
            "destination": Schema.text(2_048),
            "secret": ["type": ["string", "boolean", "null"]], "disabled": ["type": ["boolean", "null"]],
            "verified": ["type": ["boolean", "null"]],
        ], required: ["channel", "destination"])

    /// nil when the body does not speak of contacts: then they stay. A secret that is sent back as `true`, the way it
    /// was read, stays too.
    static func contacts(_ body: inout BodyReader) -> JSON? {
        guard body.json("contacts") != nil else { return nil }
        return .array(
            body.list("contacts", 0...16) { contact -> JSON in
                let secret = contact.json("secret")
                switch secret {
                case nil, .bool, .null: break
                case .string(let text) where (1...512).contains(text.utf8.count): break
                default: contact.fault("secret", "must be a text of 1 to 512 bytes, or true to keep what there is")
                }
                let id = contact.optionalText("id", 1...64)
                if let id, !id.allSatisfy(\.isOfIdentifier) {
                    contact.fault("id", "must consist of letters, digits, '-', '_' and '.'")
                }
                // Said by the server alone; sent back as it was read, it means nothing.
                _ = contact.optionalFlag("verified")
                return [
                    "id": JSON(id),
                    "channel": .string(contact.text("channel", 1...20)),
                    "destination": .string(contact.text("destination", 1...2_048)), "secret": secret ?? .null,
                    "disabled": .bool(contact.optionalFlag("disabled") ?? false),
                ]
            })
    }

    private static let answer: JSON = [
        "type": "object", "required": ["id", "name", "email", "role", "disabled", "contacts", "version"],
    ]

    var userRoutes: [Route] {
        let chapter = Self.users
        let one = chapter.path + "/{id}"
        return [
            Route(
                .get, chapter.path, .readAll, "List every user", tag: chapter.tag, query: Self.paging,
                responses: [Route.Response(200, "One page of them", schema: Schema.list(Self.answer))],
                handler: listUsers),
            Route(
                .get, one, .readAll, "Read a user", tag: chapter.tag,
                responses: [Route.Response(200, "The user", schema: Self.answer)]
            ) { call in
                let document = try await document(.user, call.parameter("id"))
                return .json { document.writeUser(into: &$0) }
            },
            Route(
                .post, chapter.path, .administer, "Make a user", tag: chapter.tag, body: .json(schema: chapter.body),
                responses: [Route.Response(201, "The user is made", schema: Self.answer)]
            ) { call in try await putUser(nil, for: call) },
            Route(
                .put, one, .administer, "Make or replace a user", tag: chapter.tag, body: .json(schema: chapter.body),
                responses: [Route.Response(200, "The user as it is now", schema: Self.answer)]
            ) { call in try await putUser(call.parameter("id"), for: call) },
            Route(
                .put, one + "/contacts", .signedIn, "Say how a user is reached: oneself, or others as a manager",
                tag: chapter.tag,
                body: .json(
                    schema: Schema.object(
                        [("contacts", Self.contactsSchema.replacing("type", "array"))], required: ["contacts"])),
                responses: [Route.Response(200, "The user as it is now", schema: Self.answer)], handler: putContacts),
            Route(
                .put, one + "/rules", .signedIn,
                "Say when and by which way a user is told: oneself, or others as a manager", tag: chapter.tag,
                body: .json(
                    schema: Schema.object([("zone", Schema.optionalText(64)), ("rules", Schema.rules)], required: [])),
                responses: [Route.Response(200, "The user as it is now", schema: Self.answer)], handler: putRules),
            Route(
                .put, one + "/time-off", .signedIn, "Say when a user is away: oneself, or others as a manager",
                tag: chapter.tag, body: .json(schema: Schema.timeOff),
                responses: [Route.Response(200, "The user as it is now", schema: Self.answer)], handler: putTimeOff),
            Route(
                .delete, one, .administer, "Take a user away", tag: chapter.tag,
                responses: [Route.Response(204, "The user is gone, with all sessions and tokens")],
                handler: deleteUser),
            Route(
                .post, one + "/invite", .administer, "Make a link by which a user sets a password", tag: chapter.tag,
                responses: [
                    Route.Response(
                        201, "The link, shown this once",
                        schema: Schema.answer(["url": Schema.string, "expiresAt": Schema.time]))
                ], answersSecret: true, handler: inviteUser),
        ]
    }

    @Sendable private func listUsers(_ call: Call) async throws -> Answer {
        let (limit, after) = (try call.pageSize(), try call.query.text("after") ?? "")
        let all = try await read { try ConfigurationQueries.documents(.user, on: $0) }
        return list(Array(all.filter { $0.id > after }.prefix(limit)), limit: limit, id: \.id) {
            $0.writeUser(into: &$1)
        }
    }

    private func putUser(_ id: String?, for call: Call) async throws -> Answer {
        let written = try call.read { Self.document(&$0, Self.users) }
        if let id, let named = written.id, named != id {
            throw HTTPProblem.badRequest("The body is about \"\(named)\", and the path about \"\(id)\".", at: "/id")
        }
        let before = try await engine.organisation().user(UserID(id ?? written.id ?? ""))
        let document = completed(written.document, before: before, at: call)
        let stored = try await put(
            .user, id ?? written.id, document, seen: written.seenVersion ?? (id == nil && written.id != nil ? 0 : nil),
            for: call)
        try await endAccess(of: UserID(stored.id), before: before, for: call)
        let answer = Answer.json(status: id == nil ? .created : .ok) { stored.writeUser(into: &$0) }
        return id == nil ? answer.with(.location, "\(Self.users.path)/\(stored.id)") : answer
    }

    @Sendable private func putContacts(_ call: Call) async throws -> Answer {
        let id = UserID(call.parameter("id"))
        guard call.caller.person?.id == id || call.caller.may(.manage) else { throw HTTPProblem.forbidden }
        let contacts = try call.read { body in
            let contacts = Self.contacts(&body)
            // An empty list is said aloud: nobody loses the ways to be reached by leaving something out.
            if contacts == nil { body.fault("contacts", "is missing") }
            return contacts ?? []
        }
        let stored = try await document(.user, id.text)
        let before = try await engine.organisation().user(id)
        let document = completed(stored.body.replacing("contacts", contacts), before: before, at: call)
        let written = try await put(.user, id.text, document, seen: stored.version, for: call)
        return .json { written.writeUser(into: &$0) }
    }

    @Sendable private func putRules(_ call: Call) async throws -> Answer {
        let id = UserID(call.parameter("id"))
        guard call.caller.person?.id == id || call.caller.may(.manage) else { throw HTTPProblem.forbidden }
        let (zone, rules) = try call.read { body in
            (JSON(body.optionalText("zone", 0...64)), Self.rules(&body) ?? .null)
        }
        let stored = try await document(.user, id.text)
        let before = try await engine.organisation().user(id)
        let document = completed(
            stored.body.replacing("contacts", .null).replacing("timeOff", .null), before: before, at: call
        ).replacing("zone", zone).replacing("rules", rules)
        let written = try await put(.user, id.text, document, seen: stored.version, for: call)
        return .json { written.writeUser(into: &$0) }
    }

    @Sendable private func putTimeOff(_ call: Call) async throws -> Answer {
        let id = UserID(call.parameter("id"))
        guard call.caller.person?.id == id || call.caller.may(.manage) else { throw HTTPProblem.forbidden }
        let times = try call.read { body in
            let times = Self.timeOff(&body)
            if times == nil { body.fault("timeOff", "is missing") }
            return times ?? []
        }
        let stored = try await document(.user, id.text)
        let before = try await engine.organisation().user(id)
        let document = completed(
            stored.body.replacing("contacts", .null).replacing("timeOff", times), before: before, at: call)
        let written = try await put(.user, id.text, document, seen: stored.version, for: call)
        return .json { written.writeUser(into: &$0) }
    }

    /// Gives new contact methods their ids, and those that kept their secret the one that they had. Contacts and times that
    /// the document does not speak of stay.
    private func completed(_ document: JSON, before: User?, at call: Call) -> JSON {
        var document = document
        if document["timeOff"]?.array == nil {
            document = document.replacing("timeOff", .array((before?.timeOff ?? []).map(\.json)))
        }
        // Who leaves them out of a body keeps them, as with contacts.
        if document["zone"] == nil || document["zone"] == .null {
            document = document.replacing("zone", before?.zone.map { .string($0.name) } ?? .null)
        }
        if document["rules"] == nil || document["rules"] == .null {
            document = document.replacing("rules", before.map { $0.rules == .none ? .null : $0.rules.json } ?? .null)
        }
        return document.replacing("contacts", contacts(document["contacts"], before: before?.contacts ?? [], at: call))
    }

    /// The contact methods of a person or a team, complete: new ones with their ids, known ones with their secrets, and each
    /// as verified as it was, as long as it leads to the same destination.
    func contacts(_ listed: JSON?, before: [User.Contact], at call: Call) -> JSON {
        guard let listed = listed?.array else { return .array(before.map(\.json)) }
        return .array(
            listed.map { contact -> JSON in
                let id = contact["id"]?.string ?? engine.mint.id(ContactMethodID.self, at: call.now).text
                let known = before.first { $0.id.text == id }
                var secret = contact["secret"] ?? .null
                if secret.string == nil { secret = JSON(secret == .bool(true) ? known?.secret : nil) }
                let (channel, destination) = (contact["channel"] ?? .null, contact["destination"] ?? .null)
                let isSame = known.map { $0.channel == channel.string && $0.destination == destination.string } ?? false
                return [
                    "id": .string(id), "channel": channel, "destination": destination, "secret": secret,
                    "disabled": contact["disabled"] ?? false, "verified": .bool(isSame && known?.isVerified == true),
                ]
            })
    }

    @Sendable private func deleteUser(_ call: Call) async throws -> Answer {
        let id = UserID(call.parameter("id"))
        let change = DocumentChange(kind: .user, id: id.text, action: .delete, origin: call.changeOrigin)
        _ = try await submit(.change(change), for: call, subject: "user")
        try await identity.access.shutOut(id, by: call.author)
        return .noContent
    }

    /// Somebody who was disabled or has another role now signs in again, and a disabled person's tokens end (S21).
    private func endAccess(of id: UserID, before: User?, for call: Call) async throws {
        guard let before, let after = try await engine.organisation().user(id) else { return }
        if after.isDisabled, !before.isDisabled {
            try await identity.access.shutOut(id, by: call.author)
        } else if after.isDisabled != before.isDisabled || after.role != before.role {
            try await identity.sessions.endAll(of: id)
        }
    }

    @Sendable private func inviteUser(_ call: Call) async throws -> Answer {
        let id = UserID(call.parameter("id"))
        guard let user = try await engine.organisation().user(id) else {
            throw HTTPProblem.notFound("There is no user \"\(id)\".")
        }
        guard !user.isDisabled else {
            throw HTTPProblem(
                .conflict, "user-disabled", "This cannot be done.", detail: "\(user.name)'s account is disabled.")
        }
        let author = call.author
        let secret = try await engine.store.write(.engine) { [identity] connection in
            // An earlier invitation that nobody used must not stay open beside this one.
            try identity.links.withdraw(.signIn, subject: id.text, on: connection)
            try identity.audit.append(AuditEntry("user.invited", "user:\(id)", by: author), on: connection)
            return try identity.links.issue(.signIn, subject: id.text, user: id, on: connection)
        }
        return .json(status: .created) { writer in
            writer.object { writer in
                writer.member("url", origin() + "/welcome?token=" + secret.reveal())
                writer.member("expiresAt", at: call.now + OneTimeLink.Purpose.signIn.lifetime)
            }
        }
    }
}

extension StoredDocument {
    func writeUser(into writer: inout JSONWriter) {
        let members = (body.members ?? []).map { member -> JSON.Member in
            guard member.name == "contacts" else { return member }
            return JSON.Member("contacts", .array((member.value.array ?? []).map(\.withoutSecret)))
        }
        write(into: &writer, members)
    }
}

extension JSON {
    fileprivate var withoutSecret: JSON {
        .object((members ?? []).map { $0.name == "secret" ? Member("secret", .bool($0.value.string != nil)) : $0 })
    }
}

extension Character {
    fileprivate var isOfIdentifier: Bool {
        isASCII && (isLetter || isNumber || self == "-" || self == "_" || self == ".")
    }
}
