import Chronology
import Delivery
import Incidents
import Notation
import Storage

/// A message about an incident that wakes nobody: a step of an escalation that only tells, a reminder of something that is
/// owed, an update. Title, severity and key are those of the moment of sending; what was to be said is kept with the row.
struct IncidentMessage {
    /// Later than this it would be about yesterday.
    static let giveUpAfter = Duration.hours(4)

    /// What the message says besides the incident itself.
    struct Content: Hashable, Sendable {
        enum Kind: String, Hashable, Sendable {
            case told, reminder, update
        }

        let kind: Kind
        /// One line.
        let title: String
        /// Further lines.
        let lines: [String]
        /// What it reminds of: once that is done, nothing is sent any more.
        let obligation: String?

        init(_ kind: Kind, _ title: String, lines: [String] = [], obligation: String? = nil) {
            self.kind = kind
            self.title = title
            self.lines = lines
            self.obligation = obligation
        }

        var json: JSON {
            [
                "kind": .string(kind.rawValue), "title": .string(title), "lines": .array(lines.map(JSON.string)),
                "obligation": obligation.map(JSON.string) ?? .null,
            ]
        }

        init?(_ json: JSON?) {
            guard let json, let kind = json["kind"]?.string.flatMap(Kind.init), let title = json["title"]?.string else {
                return nil
            }
            self.init(
                kind, title, lines: (json["lines"]?.array ?? []).compactMap(\.string),
                obligation: json["obligation"]?.string)
        }
    }

    let content: Content
    let incident: Incident
    let organisation: Organisation
    let publicURL: String

    /// nil: there is no such row, the incident is gone, or what it reminds of has been settled since.
    init?(
        _ id: DeliveryID, organisation: Organisation, publicURL: String, on connection: any Connection
    ) throws {
        let row = try connection.first("SELECT subject, body FROM delivery WHERE id = ?", [.text(id.text)]) {
            (subject: $0.text(0), body: try JSON(parsing: Array($0.text(1).utf8), limits: .stored))
        }
        guard let row, let content = Content(row.body["content"]),
            let incident = try Incident(IncidentID(row.subject), on: connection)
        else { return nil }
        if let obligation = content.obligation, incident.history.settlements[obligation] != nil { return nil }
        self.content = content
        self.incident = incident
        self.organisation = organisation
        self.publicURL = publicURL
    }

    func outgoing(for claim: Outbox.Claim, contact: User.Contact) -> OutgoingMessage {
        let id = claim.intent.asMessageID
        let details = publicURL + "/incidents/" + incident.key
        let service = incident.service.flatMap(organisation.service)
        var lines = [content.title] + content.lines + ["", "\(incident.severity.label): \(incident.title)"]
        lines.append("Incident: \(incident.key)")
        if let service { lines.append("Service: \(service.name)") }
        return OutgoingMessage(
            id: id, destination: claim.destination, thread: incident.id.text,
            subject: "[\(incident.severity.label)] \(incident.key) \(content.title)",
            text: lines.joined(separator: "\n") + "\n", links: [.init(label: "Incident", address: details)],
            payload: [
                "incident": .string(incident.key), "title": .string(incident.title),
                "severity": [
                    "label": .string(incident.severity.label), "rank": .integer(Int64(incident.severity.rank)),
                ],
                "service": service.map { .string($0.name) } ?? .null, "user": .string(claim.user.text),
                "message": .string(content.title), "lines": .array(content.lines.map(JSON.string)),
                "obligation": content.obligation.map(JSON.string) ?? .null,
                "links": ["details": .string(details)],
            ], type: "incident.\(content.kind.rawValue)", created: claim.created, attempt: claim.attempt,
            secrets: contact.secret.map { [Secret($0)] } ?? [], purpose: .news, isUrgent: false)
    }
}
