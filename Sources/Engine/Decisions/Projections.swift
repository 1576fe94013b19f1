import Chronology
import Incidents
import Notation
import Paging
import Storage

extension Incident {
    /// Folds the incident's stream; nil when there is none.
    init?(_ id: IncidentID, on connection: any Connection) throws {
        var incident: Incident?
        for stored in try EventLog.read(stream: "incident/\(id)", on: connection) {
            let event = try IncidentEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            if incident == nil {
                incident = Incident(id, from: event, at: stored.at)
            } else {
                incident?.apply(event, at: stored.at)
            }
        }
        guard let incident else { return nil }
        self = incident
    }

    /// Writes the row that lists and searches read.
    func project(on connection: any Connection) throws {
        let isOpen = !status.isFinal
        try connection.execute(
            """
            INSERT INTO incident (id, key, title, severity_rank, severity, status, is_open, service, origin, declared_at, \
            updated_at, version, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
            ON CONFLICT (id) DO UPDATE SET title = excluded.title, severity_rank = excluded.severity_rank, \
            severity = excluded.severity, status = excluded.status, is_open = excluded.is_open, service = excluded.service, \
            updated_at = excluded.updated_at, version = excluded.version, body = excluded.body
            """,
            [
                .text(id.text), .text(key), .text(title), SQLValue(severity.rank), .text(severity.label),
                .text(status.rawValue), SQLValue(isOpen), SQLValue(service?.text), SQLValue(origin),
                SQLValue(times.declared), SQLValue(updatedAt), .integer(version), .text(summary),
            ])
    }

    private var summary: String {
        var writer = JSONWriter()
        writer.object { body in
            body.member("kind", kind.rawValue)
            body.member("lead", assignments.first?.user.text)
            body.member("resolvedAt", instant: times.resolved)
            body.member("alerts", alerts.count)
        }
        return writer.text
    }
}

extension Page {
    /// Folds the page's stream; nil when there is none.
    init?(_ id: PageID, on connection: any Connection) throws {
        var page: Page?
        for stored in try EventLog.read(stream: "page/\(id)", on: connection) {
            let event = try PageEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            if page == nil { page = Page(id, from: event, at: stored.at) } else { page?.apply(event, at: stored.at) }
        }
        guard let page else { return nil }
        self = page
    }

    /// Writes the row that lists and searches read.
    func project(on connection: any Connection) throws {
        var writer = JSONWriter()
        writer.object { body in
            body.member("title", title)
            body.member("plan", plan.name)
            if case .acknowledged(let actor, let at) = phase {
                body.member("acknowledgedBy", actor.text)
                body.member("acknowledgedAt", at.microseconds)
            }
        }
        try connection.execute(
            """
            INSERT INTO page (id, subject, is_open, phase, service, urgency, opened_at, deadline, version, body) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
            ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open, phase = excluded.phase, \
            deadline = excluded.deadline, version = excluded.version, body = excluded.body
            """,
            [
                .text(id.text), .text(subject.text), SQLValue(isOpen), .text(phase.word), SQLValue(service?.text),
                .text("high"), SQLValue(openedAt), SQLValue(deadline), .integer(version), .text(writer.text),
            ])
    }
}

extension Page.Phase {
    /// The word in rows, in the API and on screens.
    public var word: String {
        switch self {
        case .climbing: "climbing"
        case .acknowledged: "acknowledged"
        case .exhausted: "exhausted"
        case .ended: "ended"
        }
    }
}
