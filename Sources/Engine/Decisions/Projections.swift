import Alerting
import Chronology
import Incidents
import Notation
import OnCall
import Paging
import Storage

extension Incident {
    /// Folds the incident's stream; nil when there is none.
    init?(_ id: IncidentID, on connection: any Connection) throws {
        var incident: Incident?
        for stored in try EventLog.read(stream: "incident/\(id)", on: connection) {
            let event = try IncidentEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            if incident != nil {
                incident?.apply(event, at: stored.at)
            } else if case .declared = event {
                incident = Incident(id, from: event, at: stored.at)
            } else {
                throw InputFault.headless
            }
        }
        guard let incident else { return nil }
        self = incident
    }

    /// The row that lists and searches read.
    var row: ProjectedRow {
        ProjectedRow(
            table: "incident", id: id.text,
            columns: [
                .text("key", key).fixed, .text("title", title), .number("severity_rank", Int64(severity.rank)),
                .text("severity", severity.label), .text("status", status.rawValue),
                .flag("is_open", !status.isFinal), .text("service", service?.text), .text("origin", origin).fixed,
                .instant("declared_at", times.declared).fixed, .instant("updated_at", updatedAt),
                .number("version", version), .body(summary),
            ])
    }

    private var summary: String {
        var writer = JSONWriter()
        writer.object { body in
            body.member("kind", kind.rawValue)
            body.member("lead", assignments.first?.user.text)
            body.member("resolvedAt", instant: times.resolved)
            body.member("alerts", alerts.count)
            body.member("playbook", procedure)
            body.member("playbookVersion", procedureVersion)
            body.member("statusName", statusName)
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
            if page != nil {
                page?.apply(event, at: stored.at)
            } else if case .opened = event {
                page = Page(id, from: event, at: stored.at)
            } else {
                throw InputFault.headless
            }
        }
        guard let page else { return nil }
        self = page
    }

    /// The row that lists and searches read.
    var row: ProjectedRow {
        ProjectedRow(
            table: "page", id: id.text,
            columns: [
                .text("subject", subject.text).fixed, .flag("is_open", isOpen), .text("phase", phase.word),
                .text("service", service?.text).fixed, .text("urgency", urgency.rawValue).fixed,
                .instant("opened_at", openedAt).fixed, .instant("deadline", deadline), .number("version", version),
                .body(summary),
            ])
    }

    private var summary: String {
        var writer = JSONWriter()
        writer.object { body in
            body.member("title", title)
            body.member("plan", plan.name)
            if case .acknowledged(let actor, let at) = phase {
                body.member("acknowledgedBy", actor.text)
                body.member("acknowledgedAt", at.microseconds)
            }
            if case .snoozed(let actor, _) = phase { body.member("acknowledgedBy", actor.text) }
        }
        return writer.text
    }
}

extension HandOff {
    /// Folds the hand-off's stream; nil when there is none.
    public init?(_ id: HandOffID, on connection: any Connection) throws {
        var handOff: HandOff?
        for stored in try EventLog.read(stream: "handoff/\(id)", on: connection) {
            let event = try HandOffEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            if handOff != nil {
                handOff?.apply(event, at: stored.at)
            } else if case .opened(let opening) = event {
                handOff = HandOff(id, opening)
            } else {
                throw InputFault.headless
            }
        }
        guard let handOff else { return nil }
        self = handOff
    }

    /// The row that lists read.
    var row: ProjectedRow {
        let people: [JSON] = people.map { .string($0.text) }
        let awaited: [JSON] = awaited.map { .string($0.text) }
        let summary: JSON = ["people": .array(people), "awaited": .array(awaited)]
        return ProjectedRow(
            table: "handoff", id: id.text,
            columns: [
                .text("schedule", opening.schedule.text).fixed, .instant("due_at", opening.due).fixed,
                .flag("is_open", isOpen), .text("phase", phase.word), .number("version", version),
                .body(summary.text),
            ])
    }
}

extension Alert {
    /// Folds the alert's stream; nil when there is none. The row is quicker, and is what the engine reads.
    public init?(replaying id: AlertID, on connection: any Connection) throws {
        var alert: Alert?
        for stored in try EventLog.read(stream: "alert/\(id)", on: connection) {
            let event = try AlertEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            if alert != nil {
                alert?.apply(event, at: stored.at)
            } else if case .opened = event {
                alert = Alert(id, from: event, at: stored.at)
            } else {
                throw InputFault.headless
            }
        }
        guard let alert else { return nil }
        self = alert
    }
}

extension InputFault {
    /// Of a stream whose first event is not the one with which it began. A fold would have nothing to start from.
    fileprivate static let headless = InputFault(at: "events", "the first of them is missing")
}

extension Page.Phase {
    /// The word in rows, in the API and on screens.
    public var word: String {
        switch self {
        case .waiting: "waiting"
        case .climbing: "climbing"
        case .snoozed: "snoozed"
        case .acknowledged: "acknowledged"
        case .exhausted: "exhausted"
        case .ended: "ended"
        }
    }
}
