import Chronology
import Delivery
import Notation
import Storage

/// The message by which somebody tries one of their ways to be reached. It says in subject, text and type that it is a
/// test; there is nothing to acknowledge.
struct TestMessage {
    let requestedBy: Actor
    let requestedAt: Instant
    let organisation: Organisation
    let publicURL: String

    /// nil: there is no such row.
    init?(
        _ id: DeliveryID, organisation: Organisation, publicURL: String, on connection: any Connection
    ) throws {
        let row = try connection.first("SELECT created_at, body FROM delivery WHERE id = ?", [.text(id.text)]) {
            (at: $0.instant(0), body: try JSON(parsing: Array($0.text(1).utf8), limits: .stored))
        }
        guard let row else { return nil }
        requestedAt = row.at
        requestedBy = try Actor(text: try row.body.text("by"))
        self.organisation = organisation
        self.publicURL = publicURL
    }

    func outgoing(for claim: Outbox.Claim, contact: User.Contact) -> OutgoingMessage {
        let id = claim.intent.asMessageID
        let person = organisation.name(of: .user(claim.user))
        let asker = organisation.name(of: requestedBy)
        let name = organisation.settings.organisationName
        let details = publicURL + "/settings/contact-methods"
        let lines = [
            "This is a test of how Tocsin reaches you. Nothing is wrong: nobody is paged, and there is nothing to acknowledge.",
            "For: \(person)", "Asked for by: \(asker)", "At: \(requestedAt.text(in: .utc))",
        ]
        return OutgoingMessage(
            id: id, destination: claim.destination, thread: id,
            subject: "[Test] \(name == Settings.unnamed ? "" : "\(name): ")Tocsin reaches you here",
            text: lines.joined(separator: "\n") + "\n", links: [.init(label: "How I am reached", address: details)],
            payload: [
                "user": .string(claim.user.text), "name": .string(person), "method": .string(claim.method.text),
                "requestedBy": .string(requestedBy.text), "requestedAt": .string(requestedAt.rfc3339()),
                "links": ["details": .string(details)],
            ], type: "contact.test", created: requestedAt, attempt: claim.attempt,
            secrets: contact.secret.map { [Secret($0)] } ?? [], purpose: .test, isUrgent: false)
    }
}

extension ContactTest.Result {
    init(_ result: AttemptResult) {
        switch result {
        case .accepted: self = .accepted
        case .transient: self = .unreachable
        case .permanent(_, by: .receiver): self = .refused
        case .permanent(_, by: .tocsin): self = .notSent
        case .unknown: self = .unanswered
        }
    }
}
