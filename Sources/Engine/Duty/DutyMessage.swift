import Chronology
import Delivery
import Notation
import OnCall
import Storage

/// A message to one person about their shifts. What it says was decided with its row, but for whether it is still true: a
/// reminder of a shift that is somebody else's by now is not sent.
public struct DutyMessage {
    /// Later than this it would be about yesterday.
    static let giveUpAfter = Duration.hours(4)

    struct Content: Hashable, Sendable {
        enum Kind: String, Hashable, Sendable {
            case reminder, changed, gap
            case handOffOpened = "hand-off-opened"
            case handOff = "hand-off"
            case handOffReminder = "hand-off-reminder"
        }

        let kind: Kind
        /// One line.
        let title: String
        var lines: [String] = []
        /// Where to go, within the server: `/schedules/…`.
        let path: String
        let label: String
        /// Of a reminder: when the shift begins.
        var start: Instant?
        /// Of a hand-off.
        var handOff: HandOffID?

        var json: JSON {
            [
                "kind": .string(kind.rawValue), "title": .string(title), "lines": .array(lines.map(JSON.string)),
                "path": .string(path), "label": .string(label),
                "start": start.map { .integer($0.microseconds) } ?? .null,
                "handOff": handOff.map { .string($0.text) } ?? .null,
            ]
        }
    }

    let content: Content
    let schedule: Schedule
    let publicURL: String

    /// nil: there is no such row, the schedule is gone, or it is not true any more.
    init?(_ claim: Outbox.Claim, organisation: Organisation, publicURL: String, on connection: any Connection) throws {
        let row = try connection.first("SELECT subject, body FROM delivery WHERE id = ?", [.text(claim.id.text)]) {
            (subject: $0.text(0), body: try JSON(parsing: Array($0.text(1).utf8), limits: .stored))
        }
        guard let row, let content = Content(row.body["content"]),
            let schedule = organisation.schedule(ScheduleID(row.subject))
        else { return nil }
        if let start = content.start {
            let duties = schedule.onCall(at: start, absences: organisation.absences)
            guard duties.contains(where: { $0.user == claim.user }) else { return nil }
        }
        if content.kind == .handOffReminder, let id = content.handOff {
            guard let handOff = try HandOff(id, on: connection), handOff.phase == .handedOver else { return nil }
        }
        self.content = content
        self.schedule = schedule
        self.publicURL = publicURL
    }

    /// Whether a message is still worth sending.
    public static func isTrue(
        _ claim: Outbox.Claim, organisation: Organisation, on connection: any Connection
    ) throws -> Bool {
        try DutyMessage(claim, organisation: organisation, publicURL: "", on: connection) != nil
    }

    func outgoing(for claim: Outbox.Claim, contact: User.Contact) -> OutgoingMessage {
        let address = publicURL + content.path
        return OutgoingMessage(
            id: claim.intent.asMessageID, destination: claim.destination,
            thread: content.handOff?.text ?? claim.intent.asMessageID, subject: content.title,
            text: ([content.title] + content.lines).joined(separator: "\n") + "\n",
            links: [.init(label: content.label, address: address)],
            payload: [
                "schedule": .string(schedule.id.text), "name": .string(schedule.name),
                "user": .string(claim.user.text), "message": .string(content.title),
                "lines": .array(content.lines.map(JSON.string)),
                "start": content.start.map { .string($0.rfc3339()) } ?? .null,
                "handOff": content.handOff.map { .string($0.text) } ?? .null,
                "links": ["details": .string(address)],
            ], type: "oncall.\(content.kind.rawValue)", created: claim.created, attempt: claim.attempt,
            secrets: contact.secret.map { [Secret($0)] } ?? [], purpose: .news, isUrgent: false)
    }
}

extension DutyMessage.Content {
    init?(_ json: JSON?) {
        guard let json, let kind = json["kind"]?.string.flatMap(Kind.init), let title = json["title"]?.string,
            let path = json["path"]?.string, let label = json["label"]?.string
        else { return nil }
        self.init(
            kind: kind, title: title, lines: (json["lines"]?.array ?? []).compactMap(\.string), path: path,
            label: label, start: json["start"]?.integer.map { Instant(microseconds: $0) },
            handOff: json["handOff"]?.string.map { HandOffID($0) })
    }
}
