import Chronology
import Incidents
import Notation
import Storage

/// One line of the list of incidents.
public struct IncidentSummary: Hashable, Sendable {
    public let id: IncidentID
    public let key: String
    public let title: String
    public let severity: Severity
    public let status: IncidentStatus
    /// The playbook's own name of the status, where it is not that of the state.
    public let statusName: String?
    /// The playbook that it follows, and which version; nil in a list that an older binary wrote.
    public let playbook: String?
    public let playbookVersion: Int
    public let service: ServiceID?
    public let lead: UserID?
    public let kind: Incident.Kind
    public let declaredAt: Instant
    public let updatedAt: Instant
    public let resolvedAt: Instant?
}

public struct IncidentFilter: Hashable, Sendable {
    public static let maximumLimit = 500

    public var isOpen: Bool?
    public var severity: String?
    public var service: ServiceID?
    public var text: String?
    public var after: IncidentID?
    public var limit = 50

    public init() {}
}

public enum IncidentQueries {
    private static let columns = """
        id, key, title, severity_rank, severity, status, service, declared_at, updated_at, body
        """

    /// Newest first.
    public static func list(_ filter: IncidentFilter, on connection: any Connection) throws -> [IncidentSummary] {
        var conditions: [String] = []
        var arguments: [SQLValue] = []
        func require(_ condition: String, _ values: SQLValue...) {
            conditions.append(condition)
            arguments += values
        }
        if let isOpen = filter.isOpen { require("is_open = ?", SQLValue(isOpen)) }
        if let severity = filter.severity { require("severity = ?", .text(severity)) }
        if let service = filter.service { require("service = ?", .text(service.text)) }
        if let text = filter.text, !text.isEmpty {
            let pattern = SQLValue.text("%" + text.lowercased().escapedForLike + "%")
            require("(LOWER(title) LIKE ? ESCAPE '\\' OR LOWER(key) LIKE ? ESCAPE '\\')", pattern, pattern)
        }
        if let after = filter.after { require("id < ?", .text(after.text)) }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let limit = min(max(filter.limit, 1), IncidentFilter.maximumLimit)
        return try connection.all(
            "SELECT \(columns) FROM incident\(condition) ORDER BY id DESC LIMIT ?", arguments + [SQLValue(limit)],
            IncidentSummary.init)
    }

    /// What the playbook of each calls its status.
    public static func statusLabels(
        of summaries: [IncidentSummary], organisation: Organisation, shelf: PlaybookShelf,
        on connection: any Connection
    ) throws -> [String] {
        try summaries.map { summary in
            let edition = try summary.playbook.flatMap { id in
                try organisation.edition(id, version: summary.playbookVersion, shelf: shelf, on: connection)
            }
            return (edition?.procedure ?? organisation.procedure).label(of: summary.status, named: summary.statusName)
        }
    }

    /// The incident of that key, folded from its events; nil when there is none.
    public static func incident(key: String, on connection: any Connection) throws -> Incident? {
        try id(key: key, on: connection).flatMap { try Incident($0, on: connection) }
    }

    /// Asks the row alone, for those who do not trust the events.
    public static func id(key: String, on connection: any Connection) throws -> IncidentID? {
        try connection.first("SELECT id FROM incident WHERE key = ?", [.text(key)]) { IncidentID($0.text(0)) }
    }

    public static func incident(_ id: IncidentID, on connection: any Connection) throws -> Incident? {
        try Incident(id, on: connection)
    }

    public static func key(of id: IncidentID, on connection: any Connection) throws -> String? {
        try connection.first("SELECT key FROM incident WHERE id = ?", [.text(id.text)]) { $0.text(0) }
    }
}

extension IncidentSummary {
    fileprivate init(_ row: any Row) throws {
        let body = try JSON(parsing: Array(row.text(9).utf8), limits: .stored)
        guard let status = IncidentStatus(rawValue: row.text(5)) else {
            throw InputFault(at: "incident.status", "this version knows no status \"\(row.text(5))\"")
        }
        self.init(
            id: IncidentID(row.text(0)), key: row.text(1), title: row.text(2),
            severity: Severity(rank: Int(row.integer(3)), label: row.text(4)), status: status,
            statusName: body["statusName"]?.string, playbook: body["playbook"]?.string,
            playbookVersion: Int(body["playbookVersion"]?.integer ?? 0),
            service: row.optionalText(6).map { ServiceID($0) }, lead: body["lead"]?.string.map { UserID($0) },
            kind: Incident.Kind(rawValue: body["kind"]?.string ?? "") ?? .real, declaredAt: row.instant(7),
            updatedAt: row.instant(8), resolvedAt: body["resolvedAt"]?.integer.map { Instant(microseconds: $0) })
    }
}
