import Engine
import HTTPTypes
import Identity
import Notation

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
        _ call: Call, _ form: FormState = .fresh, refusal: FormState = .fresh
    ) async throws -> ContactMethodsPage {
        let id = try person(call).id
        let user = try await engine.organisation().user(id)
        let tests = try await api.read { try ContactTest.all(of: id, on: $0) }
        return ContactMethodsPage(
            rows: (user?.contacts ?? []).map { contact in
                ContactMethodsPage.Row(
                    id: contact.id.text, kind: Self.kindName(contact.channel), address: contact.destination,
                    isDisabled: contact.isDisabled,
                    test: tests.first { $0.contact == contact.id }.map(ContactMethodsPage.Test.init))
            }, kinds: ["email", "webhook"].map { Choice($0, Self.kindName($0)) }, missing: missingChannels, form: form,
            refusal: refusal)
    }

    /// Kinds that can be written down but that this server cannot deliver by.
    private var missingChannels: [String] {
        ["email", "webhook"].filter { !channels.contains($0) }.map(Self.kindName)
    }

    private static func kindName(_ channel: String) -> String {
        switch channel {
        case "email": "Email"
        case "webhook": "Webhook"
        default: channel
        }
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
            let (kind, address) = (try call.field("kind"), try call.field("address"))
            let secret = try call.optionalField("secret")
            if kind == "email", address.split(separator: "@").count != 2 {
                throw InputFaults([InputFault(at: "/address", "this is not an email address")])
            }
            if kind == "webhook" {
                var faults: [InputFault] = []
                if !address.hasPrefix("https://"), !address.hasPrefix("http://") {
                    faults.append(InputFault(at: "/address", "a webhook's address begins with https://"))
                }
                if secret.string?.hasPrefix("whsec_") != true {
                    faults.append(
                        InputFault(at: "/secret", "a webhook needs its signing key, which begins with whsec_"))
                }
                guard faults.isEmpty else { throw InputFaults(faults) }
            }
            let added: JSON = [
                "channel": .string(kind), "destination": .string(address),
                "secret": kind == "webhook" ? secret : .null, "disabled": false,
            ]
            try await put(try await contacts(of: call) + [added], call)
            return .seeOther("/settings/contact-methods", .added)
        }
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
