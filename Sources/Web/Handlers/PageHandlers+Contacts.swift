import Delivery
import Engine
import HTTPTypes
import Identity
import Notation
import Paging

/// How one is reached oneself.
extension PageHandlers {
    var contactRoutes: [Route] {
        let path = "/settings/contact-methods"
        return [
            Route(.get, path, .signedIn, "How one is reached oneself") { call in
                try await show(try await contactsPage(call), call)
            },
            Route(
                .post, path, .signedIn, "Add a way to be reached", body: .form(["kind", "address", "secret"]),
                handler: addContact),
            Route(
                .post, "/settings/notification-rules", .signedIn, "Say when which way to be reached is used",
                body: .form(Self.ruleFields), handler: setRules),
            Route(.post, path + "/{id}/code", .signedIn, "Send oneself a code", body: .form([])) { call in
                try await submit(call) {
                    try await contactsPage(call, refusal: $0.asFault)
                } _: {
                    let id = try person(call).id.text
                    try await actions.perform(
                        .post, "/api/v1/users/\(id)/contacts/\(call.parameter("id"))/verification", for: call)
                    return .seeOther("/settings/contact-methods", .codeSent)
                }
            },
            Route(.post, path + "/{id}/verify", .signedIn, "Type the code that came", body: .form(["code"])) { call in
                try await submit(call) {
                    try await contactsPage(call, refusal: $0.asFault)
                } _: {
                    let id = try person(call).id.text
                    try await actions.perform(
                        .put, "/api/v1/users/\(id)/contacts/\(call.parameter("id"))/verification",
                        ["code": .string(try call.field("code"))], for: call)
                    return .seeOther("/settings/contact-methods", .verified)
                }
            },
            Route(.post, path + "/{id}/test", .signedIn, "Send oneself a test", body: .form([])) { call in
                try await submit(call) {
                    try await contactsPage(call, refusal: $0.asFault)
                } _: {
                    let id = try person(call).id.text
                    try await actions.perform(
                        .post, "/api/v1/users/\(id)/contacts/\(call.parameter("id"))/tests", for: call)
                    return .seeOther("/settings/contact-methods", .testSent)
                }
            },
            Route(.post, path + "/{id}/remove", .signedIn, "Remove a way to be reached", body: .form([])) { call in
                try await submit(call) {
                    try await contactsPage(call, $0)
                } _: {
                    let contacts = try await contacts(of: call)
                    let left = contacts.filter { $0["id"]?.string != call.parameter("id") }
                    guard left.count < contacts.count else { throw HTTPProblem.notFound }
                    try await put(left, call)
                    return .seeOther("/settings/contact-methods", .removed)
                }
            },
        ]
    }

    /// A token that belongs to a program is nobody who could be reached.
    private func person(_ call: Call) throws -> Person {
        guard let person = call.caller.person else { throw HTTPProblem.forbidden }
        return person
    }

    /// - Parameter refusal: why a test was not sent; it stands above the ways and not at the form that adds one.
    private func contactsPage(
        _ call: Call, _ form: FormState = .fresh, refusal: FormState = .fresh, rules: FormState = .fresh
    ) async throws -> ContactMethodsPage {
        let id = try person(call).id
        let organisation = try await engine.organisation()
        let user = organisation.user(id)
        let tests = try await api.read { try ContactTest.all(of: id, on: $0) }
        return ContactMethodsPage(
            rows: (user?.contacts ?? []).map { contact in
                ContactMethodsPage.Row(
                    id: contact.id.text, kind: Self.kindName(contact.channel), address: contact.destination,
                    isDisabled: contact.isDisabled, awaitsProof: contact.awaitsProof,
                    test: tests.first { $0.contact == contact.id }.map(ContactMethodsPage.Test.init))
            }, kinds: channelKinds(organisation), adding: try call.query.one("add") ?? "email",
            rules: NotificationRulesForm(user, rules), form: form, refusal: refusal)
    }

    /// What can be added, as the channels describe themselves.
    func channelKinds(_ organisation: Organisation) -> [ChannelKind] {
        ChannelKinds.all.map { type in
            let descriptor = type.descriptor
            return ChannelKind(
                kind: descriptor.kind, label: descriptor.label, about: descriptor.about,
                isReady: api.isReady(descriptor.kind, organisation),
                fields: descriptor.fields.map(ChannelKind.Field.init),
                pushKey: api.pushKey(of: descriptor.kind, organisation))
        }
    }

    private static func kindName(_ channel: String) -> String {
        ChannelKinds.type(of: channel)?.descriptor.label ?? channel
    }

    private static let ruleFields =
        ["zone", "sleep-from", "sleep-to", "reminders"]
        + (1...NotificationRulesForm.steps).flatMap { number in
            ["high", "low"].flatMap { ["\($0)-\(number)", "\($0)-\(number)-minutes"] }
        }

    @Sendable private func setRules(_ call: Call) async throws -> Answer {
        try await submit(call, fields: ["rules": "zone"]) {
            try await contactsPage(call, rules: $0.asFault)
        } _: {
            func steps(_ name: String) throws -> JSON {
                .array(
                    try (1...NotificationRulesForm.steps).compactMap { number in
                        let way = try call.field("\(name)-\(number)")
                        guard !way.isEmpty else { return nil }
                        let minutes = try call.form.integer("\(name)-\(number)-minutes", 0...60) ?? 0
                        return ["contact": .string(way), "delaySeconds": .integer(Int64(minutes) * 60)]
                    })
            }
            let (from, to) = (try call.field("sleep-from"), try call.field("sleep-to"))
            let zone = try call.optionalField("zone")
            guard from.isEmpty == to.isEmpty else {
                throw InputFault(at: "/sleep-to", "hours of sleep have a beginning and an end")
            }
            let sleep: JSON = from.isEmpty ? .null : ["from": .string(from), "to": .string(to), "zone": zone]
            try await actions.perform(
                .put, "/api/v1/users/\(try person(call).id.text)/rules",
                [
                    "zone": zone,
                    "rules": [
                        "high": try steps("high"), "low": try steps("low"), "sleep": sleep,
                        "reminders": try Self.reminders(call),
                    ],
                ], for: call)
            return .seeOther("/settings/contact-methods", .saved)
        }
    }

    private static func reminders(_ call: Call) throws -> JSON {
        let words = try call.field("reminders").split(whereSeparator: { $0 == "," || $0 == ";" || $0 == " " })
        return .array(
            try words.map { word in
                guard let hours = Double(word), (0...168).contains(hours) else {
                    throw InputFault(at: "/reminders", "\"\(word)\" is not a number of hours up to 168")
                }
                return .integer(Int64((hours * 3_600).rounded()))
            })
    }

    /// As the API shows them: with `true` where there is a secret, which sent back keeps it.
    private func contacts(of call: Call) async throws -> [JSON] {
        // Everybody may see and set their own, also those whose role may not read the list of users.
        let stored = try await api.document(.user, try person(call).id.text)
        return (stored.body["contacts"]?.array ?? []).map { contact in
            contact.replacing("secret", .bool(contact["secret"]?.string != nil))
        }
    }

    private func put(_ contacts: [JSON], _ call: Call) async throws {
        try await actions.perform(
            .put, "/api/v1/users/\(try person(call).id.text)/contacts", ["contacts": .array(contacts)], for: call)
    }

    @Sendable private func addContact(_ call: Call) async throws -> Answer {
        try await submit(call, fields: ["contacts": "address"]) {
            try await contactsPage(call, $0)
        } _: {
            try await put(try await contacts(of: call) + [try Self.way(call)], call)
            return .seeOther("/settings/contact-methods", .added)
        }
    }

    /// The way that a channel's form describes, checked at its fields.
    static func way(_ call: Call) throws -> JSON {
        let (kind, address) = (try call.field("kind"), try call.field("address"))
        let secret = try call.optionalField("secret")
        guard let type = ChannelKinds.type(of: kind) else {
            throw InputFault(at: "/kind", "\"\(kind)\" is not a channel")
        }
        do throws(InputFault) {
            try type.check(destination: address, secret: secret.string.map { Delivery.Secret($0) })
        } catch {
            throw InputFaults([InputFault(at: error.place == "secret" ? "/secret" : "/address", error.reason)])
        }
        return ["channel": .string(kind), "destination": .string(address), "secret": secret, "disabled": false]
    }
}

extension ContactMethodsPage.Test {
    fileprivate init(_ test: ContactTest) {
        switch test.state {
        case .waiting(nil): self.init(.waiting, "on its way", at: test.requestedAt)
        case .waiting(.some(let last)):
            self.init(.waiting, "\(Self.words(last)); it is tried again", at: test.requestedAt)
        case .accepted(let at): self.init(.accepted, Self.words(.accepted), at: at)
        case .failed(let why, let at):
            self.init(.failed, why.map(Self.words) ?? "set aside, because the server ended while it was sent", at: at)
        }
    }

    private static func words(_ result: ContactTest.Result) -> String {
        switch result {
        case .accepted: "accepted"
        case .refused: "refused by the receiver"
        case .notSent: "not sent: the address, its key or this server's rules do not allow it"
        case .unreachable: "the receiver cannot be reached, or is too busy"
        case .unanswered: "no answer; it may have arrived"
        }
    }
}

extension ChannelKind.Field {
    init(_ field: ChannelDescriptor.Field) {
        self.init(
            name: field.name, label: field.label, hint: field.hint, example: field.example,
            isRequired: field.isRequired, isSecret: field.isSecret, choices: field.choices, longest: field.longest)
    }
}

extension NotificationRulesForm {
    fileprivate init(_ user: User?, _ form: FormState) {
        let rules = user?.rules ?? .none
        func steps(_ steps: [NotificationRules.Step]) -> [Step] {
            steps.map { Step(way: $0.method.text, minutes: Int($0.delay.wholeSeconds / 60)) }
        }
        let all = rules.high + rules.low
        let isEveryDay = rules.sleep.map { $0.days.count == 7 } ?? true
        self.init(
            high: steps(rules.high), low: steps(rules.low), zone: (rules.sleep?.zone ?? user?.zone)?.name ?? "",
            sleepFrom: rules.sleep?.json["from"]?.string ?? "", sleepTo: rules.sleep?.json["to"]?.string ?? "",
            reminders: rules.reminders.map { lead in
                let hours = Double(lead.wholeSeconds) / 3_600
                return hours == hours.rounded() ? String(Int(hours)) : String(hours)
            }.joined(separator: ", "),
            isTooRich: max(rules.high.count, rules.low.count) > Self.steps || !isEveryDay
                || all.contains { $0.hours != nil || !$0.delay.wholeSeconds.isMultiple(of: 60) }, form: form)
    }
}
