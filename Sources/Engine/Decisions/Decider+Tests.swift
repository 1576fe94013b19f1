import Chronology
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

    /// The code of the refusal that time alone mends.
    public static let testedTooOften = "tested-too-often"
}
