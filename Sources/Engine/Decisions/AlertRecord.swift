import Alerting
import Chronology
import Incidents
import Notation
import Storage

/// An alert as its row holds it: what was decided, and what its source said last.
public struct AlertRecord: Hashable, Sendable {
    public var alert: Alert
    public var content: Content

    /// What each signal replaces without an event.
    public struct Content: Hashable, Sendable {
        public var title: String
        public var labels: [Label]
        public var annotations: [Label]
        public var sourceURL: String?
        public var startsAt: Instant?
        public var expiresAt: Instant?
        /// How many signals said that it fires.
        public var count: Int64
        public var firstSeen: Instant
        public var lastSeen: Instant
    }
}

extension AlertRecord {
    static let columns = """
        id, integration, dedup_key, state, service, incident, page, title, count, first_seen, last_seen, resolved_at, \
        starts_at, expires_at, version, body
        """

    init(_ row: any Row) throws {
        let body = try JSON(parsing: Array(row.text(15).utf8), limits: .stored)
        let phase: Alert.Phase
        switch row.text(3) {
        case "acknowledged":
            phase = .acknowledged(
                by: try Actor(text: try body.text("acknowledgedBy")),
                at: Instant(microseconds: try body.number("acknowledgedAt")))
        case "resolved":
            phase = .resolved(try Alert.Resolution(body), at: row.instant(11))
        default:
            phase = .firing
        }
        alert = Alert(
            restoring: AlertID(row.text(0)), integration: IntegrationID(row.text(1)), dedupKey: row.text(2),
            openedAt: row.instant(9), phase: phase, severity: try Severity(body["severity"]),
            service: row.optionalText(4).map { ServiceID($0) }, route: body["route"]?.string.map { RouteID($0) },
            incident: row.optionalText(5).map { IncidentID($0) }, page: row.optionalText(6).map { PageID($0) },
            explanation: (body["explanation"]?.array ?? []).compactMap(\.string), version: row.integer(14))
        content = Content(
            title: row.text(7), labels: [Label](body["labels"]), annotations: [Label](body["annotations"]),
            sourceURL: body["url"]?.string, startsAt: row.optionalInstant(12), expiresAt: row.optionalInstant(13),
            count: row.integer(8), firstSeen: row.instant(9), lastSeen: row.instant(10))
    }

    var body: String {
        var writer = JSONWriter(reserving: 1_024)
        writer.object { body in
            body.name("severity")
            alert.severity.write(into: &body)
            if let route = alert.route { body.member("route", route.text) }
            switch alert.phase {
            case .firing: break
            case .acknowledged(let actor, let at):
                body.member("acknowledgedBy", actor.text)
                body.member("acknowledgedAt", at.microseconds)
            case .resolved(let resolution, _):
                body.member("resolution", resolution.word)
                if case .person(let actor) = resolution { body.member("resolvedBy", actor.text) }
            }
            body.member("explanation", array: { array in for sentence in alert.explanation { array.value(sentence) } })
            body.name("labels")
            content.labels.write(into: &body)
            body.name("annotations")
            content.annotations.write(into: &body)
            if let url = content.sourceURL { body.member("url", url) }
        }
        return writer.text
    }

    var resolvedAt: Instant? {
        if case .resolved(_, let at) = alert.phase { at } else { nil }
    }

    /// What of the row follows from events.
    var row: ProjectedRow {
        ProjectedRow(
            table: "alert", id: alert.id.text,
            columns: [
                .text("integration", alert.integration.text), .text("dedup_key", alert.dedupKey),
                .text("episode", alert.episode), .flag("is_open", alert.isOpen), .text("state", alert.phase.word),
                .number("severity_rank", Int64(alert.severity.rank)), .text("service", alert.service?.text),
                .text("incident", alert.incident?.text), .text("page", alert.page?.text),
                .instant("first_seen", alert.openedAt), .instant("resolved_at", resolvedAt),
                .number("version", alert.version), .body(body),
            ])
    }

    private static let insertion = RowInsertion(
        into: "alert", "id", "integration", "dedup_key", "episode", "is_open", "state", "severity_rank", "service",
        "incident", "page", "title", "count", "first_seen", "last_seen", "resolved_at", "starts_at", "expires_at",
        "version", "body")

    static func insert(_ records: [AlertRecord], on connection: any Connection) throws {
        try insertion.run(records, on: connection) { record, row in
            let (alert, content) = (record.alert, record.content)
            row.append(.text(alert.id.text))
            row.append(.text(alert.integration.text))
            row.append(.text(alert.dedupKey))
            row.append(.text(alert.episode))
            row.append(SQLValue(alert.isOpen))
            row.append(.text(alert.phase.word))
            row.append(SQLValue(alert.severity.rank))
            row.append(SQLValue(alert.service?.text))
            row.append(SQLValue(alert.incident?.text))
            row.append(SQLValue(alert.page?.text))
            row.append(.text(content.title))
            row.append(.integer(content.count))
            row.append(SQLValue(content.firstSeen))
            row.append(SQLValue(content.lastSeen))
            row.append(SQLValue(record.resolvedAt))
            row.append(SQLValue(content.startsAt))
            row.append(SQLValue(content.expiresAt))
            row.append(.integer(alert.version))
            row.append(.text(record.body))
        }
    }

    func update(on connection: any Connection) throws {
        try connection.execute(
            """
            UPDATE alert SET episode = ?, is_open = ?, state = ?, severity_rank = ?, service = ?, incident = ?, page = ?, title = ?, \
            count = ?, last_seen = ?, resolved_at = ?, starts_at = ?, expires_at = ?, version = ?, body = ? WHERE id = ?
            """,
            [
                .text(alert.episode), SQLValue(alert.isOpen), .text(alert.phase.word), SQLValue(alert.severity.rank),
                SQLValue(alert.service?.text), SQLValue(alert.incident?.text), SQLValue(alert.page?.text),
                .text(content.title), .integer(content.count), SQLValue(content.lastSeen), SQLValue(resolvedAt),
                SQLValue(content.startsAt), SQLValue(content.expiresAt), .integer(alert.version), .text(body),
                .text(alert.id.text),
            ])
    }

    /// The source said the same again: only counts and times change.
    func touch(on connection: any Connection) throws {
        try connection.execute(
            "UPDATE alert SET count = ?, last_seen = ?, expires_at = ? WHERE id = ?",
            [.integer(content.count), SQLValue(content.lastSeen), SQLValue(content.expiresAt), .text(alert.id.text)])
    }
}

extension Alert {
    /// Tells the alerts of one key apart in the store: empty while it is open, its id once it is over. The rule that no
    /// two alerts share integration, key and episode is thus also the rule that at most one of them is open (R3).
    var episode: String { isOpen ? "" : id.text }
}

extension Alert.Phase {
    /// The word in rows, in the API and on screens.
    public var word: String {
        switch self {
        case .firing: "firing"
        case .acknowledged: "acknowledged"
        case .resolved: "resolved"
        }
    }
}

extension Alert.Resolution {
    var word: String {
        switch self {
        case .source: "source"
        case .expiry: "expiry"
        case .person: "person"
        }
    }

    init(_ body: JSON) throws(InputFault) {
        switch try body.text("resolution") {
        case "source": self = .source
        case "expiry": self = .expiry
        default: self = .person(try Actor(text: try body.text("resolvedBy")))
        }
    }
}
