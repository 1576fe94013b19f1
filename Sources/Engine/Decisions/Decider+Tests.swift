import Chronology
import Delivery
import Notation
import Storage

extension Decider {
    /// Queues a message that says it is a test. It opens no page and no incident, and stands on the audit log: whoever makes
    /// Tocsin write to an address can be named.
    func test(
        _ method: ContactMethodID, of id: UserID, from origin: DocumentChange.Origin, by actor: Actor,
        in workspace: Workspace
    ) throws -> Outcome {
        guard let user = workspace.organisation.user(id) else { throw Refusal.unknown("user", id.text) }
        guard let contact = user.contact(method) else { throw Refusal.unknown("contact", method.text) }
        guard !user.isDisabled else { throw Refusal("account-disabled", "\(user.name)'s account is disabled.") }
        guard !contact.isDisabled else {
            throw Refusal("contact-disabled", "This way to be reached is disabled; nothing is sent there.")
        }
        guard !contact.awaitsProof else {
            throw Refusal("not-verified", "This way to be reached is not verified yet; ask for a code.")
        }
        let tests = try workspace.tests(of: id)
        if let next = ContactTest.nextAllowed(of: method, after: tests, at: workspace.now) {
            throw Refusal(
                Self.testedTooOften,
                """
                \(TestLimits.perContact) tests of one way to be reached, and \(TestLimits.perPerson) of one person, are sent in \
                \(TestLimits.window.text); the next one can be sent in \((next - workspace.now).text).
                """)
        }
        var detail = JSONWriter()
        detail.object {
            $0.member("method", method.text)
            $0.member("channel", contact.channel)
        }
        try AuditLog.append(
            [
                NewAuditEntry(
                    at: workspace.now, actor: actor.text, ip: origin.address, request: origin.request,
                    action: "user.contact-tested", object: "user:\(id)", detail: detail.text)
            ], on: workspace.connection)
        return .tested(workspace.queueTest(of: contact, of: id, by: actor))
    }

    /// How often a code may be guessed: one in 40,000 strangers would be lucky in a window.
    static let guesses = ChannelDescriptor.Rate(5, in: .minutes(10))

    /// Sends a code to a way to be reached, or notes that it is the person's.
    func verify(
        _ method: ContactMethodID, of id: UserID, _ step: Verification, from origin: DocumentChange.Origin,
        by actor: Actor, in workspace: Workspace
    ) throws -> Outcome {
        guard let user = workspace.organisation.user(id) else { throw Refusal.unknown("user", id.text) }
        guard let contact = user.contact(method) else { throw Refusal.unknown("contact", method.text) }
        guard contact.awaitsProof else {
            throw Refusal("verified", "This way to be reached does not wait for a code.")
        }
        switch step {
        case .begin:
            let tests = try workspace.tests(of: id)
            if let next = ContactTest.nextAllowed(of: method, after: tests, at: workspace.now) {
                throw Refusal(
                    Self.testedTooOften, "Codes were sent lately; the next one in \((next - workspace.now).text).")
            }
            return .tested(workspace.queueTest(of: contact, of: id, by: actor, kind: .verification))
        case .finish(let isRight):
            var meters = Meters(organisation: workspace.organisation, on: workspace.connection)
            let mayGuess = try meters.spend("guess/\(id)/\(method)", Self.guesses)
            try meters.write()
            guard mayGuess else {
                throw Refusal("guessed-too-often", "Too many codes were tried; wait ten minutes and ask for a new one.")
            }
            // A wrong guess must count, so it is an answer and not a refusal, which would change nothing.
            guard isRight else { return .heard("This is not the code that was sent.") }
            let contacts = user.contacts.map { known in
                known.id == method ? known.json.adding("verified", true) : known.json
            }
            let change = DocumentChange(
                kind: .user, id: id.text, action: .put(user.json.adding("contacts", .array(contacts))), origin: origin)
            _ = try carryOut(change, by: actor, in: workspace)
            return .heard(nil)
        }
    }

    /// The code of the refusal that time alone mends.
    public static let testedTooOften = "tested-too-often"
}
