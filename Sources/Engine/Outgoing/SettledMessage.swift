import Chronology
import Delivery
import Notation
import Paging
import Storage

/// Tells a far end what became of the page that it was sent earlier: its button goes, its siren stops.
struct SettledMessage {
    let page: Page
    let outcome: String
    /// What the far end calls the earlier message.
    let receipt: String
    let organisation: Organisation
    let publicURL: String

    /// nil: there is no such row, or the far end gave the earlier message no name.
    init?(
        _ id: DeliveryID, organisation: Organisation, publicURL: String, on connection: any Connection
    ) throws {
        let row = try connection.first("SELECT body FROM delivery WHERE id = ?", [.text(id.text)]) {
            try JSON(parsing: Array($0.text(0).utf8), limits: .stored)
        }
        guard let content = row?["content"], let id = content["page"]?.string, let notice = content["notice"]?.string,
            let outcome = content["outcome"]?.string, let page = try Page(PageID(id), on: connection)
        else { return nil }
        let receipt = try connection.first("SELECT receipt FROM delivery WHERE intent = ?", [.text(notice)]) {
            $0.optionalText(0)
        }
        guard let receipt, let receipt else { return nil }
        self.page = page
        self.outcome = outcome
        self.receipt = receipt
        self.organisation = organisation
        self.publicURL = publicURL
    }

    func outgoing(for claim: Outbox.Claim, contact: User.Contact) -> OutgoingMessage {
        OutgoingMessage(
            id: claim.intent.asMessageID, destination: claim.destination, thread: page.id.text, subject: page.title,
            text: outcome + "\n", links: [.init(label: "Details", address: "\(publicURL)/pages/\(page.id)")],
            type: "page.settled", created: claim.created, attempt: claim.attempt,
            secrets: contact.secret.map { [Secret($0)] } ?? [], purpose: .settled, isUrgent: false, earlier: receipt)
    }
}

/// The code by which somebody proves that a number is theirs.
struct VerificationMessage {
    let contact: User.Contact
    let user: UserID
    let links: AcknowledgementLinks
    let organisation: Organisation

    init(_ contact: User.Contact, of user: UserID, links: AcknowledgementLinks, organisation: Organisation) {
        self.contact = contact
        self.user = user
        self.links = links
        self.organisation = organisation
    }

    func outgoing(for claim: Outbox.Claim) -> OutgoingMessage {
        let code = links.code(of: contact, user: user, at: claim.created)
        let name = organisation.settings.organisationName
        return OutgoingMessage(
            id: claim.intent.asMessageID, destination: claim.destination, thread: claim.intent.asMessageID,
            subject: "Your code for \(name)",
            text: code, type: "contact.verification", created: claim.created, attempt: claim.attempt,
            secrets: contact.secret.map { [Secret($0)] } ?? [], purpose: .verification, isUrgent: false)
    }
}

extension AcknowledgementLinks {
    /// How long a code is good for, at least.
    public static let codeLifetime = Duration.minutes(10)

    /// Six digits that follow from the key, the way to be reached and the time, so that nothing is stored for them.
    public func code(of contact: User.Contact, user: UserID, at now: Instant) -> String {
        digits(
            of: "verify~\(user)~\(contact.id)~\(contact.channel)~\(contact.destination)~\(Self.window(at: now))")
    }

    /// Whether it is the code of now, or of the window before.
    public func isCode(_ text: String, of contact: User.Contact, user: UserID, at now: Instant) -> Bool {
        let typed = text.filter { $0 != " " && $0 != "-" }
        // Compared without haste: guesses are counted by whoever asks.
        return [now, now - Self.codeLifetime].contains { code(of: contact, user: user, at: $0) == typed }
    }

    private static func window(at now: Instant) -> Int64 {
        now.microseconds / codeLifetime.wholeMicroseconds
    }
}
