import Alerting
import Chronology
import Notation
import Storage

/// Which alerts a list asks for. Every filter is optional; all must hold.
public struct AlertFilter: Hashable, Sendable {
    /// Rows of one page of a list, at most: a screen is a few dozen, a script asks again.
    public static let maximumLimit = 500

    public var isOpen: Bool?
    public var state: String?
    public var service: ServiceID?
    public var integration: IntegrationID?
    public var incident: IncidentID?
    /// Text that the title or a label holds, without regard to ASCII case.
    public var text: String?
    /// Labels that it carries.
    public var labels: [Label] = []
    /// Rows after the one of this id, in the order of the list.
    public var after: AlertID?
    public var limit = 50

    public init() {}
}

/// Reads alerts for lists and pages: newest first.
public enum AlertQueries {
    public static func alert(_ id: AlertID, on connection: any Connection) throws -> AlertRecord? {
        try connection.first(
            "SELECT \(AlertRecord.columns) FROM alert WHERE id = ?", [.text(id.text)], AlertRecord.init)
    }

    public static func list(_ filter: AlertFilter, on connection: any Connection) throws -> [AlertRecord] {
        var filter = filter
        let limit = min(max(filter.limit, 1), AlertFilter.maximumLimit)
        var found: [AlertRecord] = []
        while found.count < limit {
            let block = try block(filter, on: connection)
            // SQL finds a label by the text of the row, without regard to case on SQLite: what is exact is decided here.
            found += block.filter { record in filter.labels.allSatisfy { record.content.labels[$0.name] == $0.value } }
            guard let last = block.last, block.count == limit, !filter.labels.isEmpty else { break }
            filter.after = last.alert.id
        }
        return Array(found.prefix(limit))
    }

    private static func block(_ filter: AlertFilter, on connection: any Connection) throws -> [AlertRecord] {
        var conditions: [String] = []
        var arguments: [SQLValue] = []
        func require(_ condition: String, _ values: SQLValue...) {
            conditions.append(condition)
            arguments += values
        }
        // Written out, so that the index of the open ones can be taken.
        if let isOpen = filter.isOpen { require(isOpen ? "is_open = 1" : "is_open = 0") }
        if let state = filter.state { require("state = ?", .text(state)) }
        if let service = filter.service { require("service = ?", .text(service.text)) }
        if let integration = filter.integration { require("integration = ?", .text(integration.text)) }
        if let incident = filter.incident { require("incident = ?", .text(incident.text)) }
        if let after = filter.after { require("id < ?", .text(after.text)) }
        if let text = filter.text, !text.isEmpty {
            let pattern = SQLValue.text("%" + text.lowercased().escapedForLike + "%")
            require("(LOWER(title) LIKE ? ESCAPE '\\' OR LOWER(body) LIKE ? ESCAPE '\\')", pattern, pattern)
        }
        for label in filter.labels {
            // A member of the labels object as the writer writes it: sound, because names and values are escaped there.
            var member = JSONWriter()
            member.object { $0.member(label.name, label.value) }
            let inner = member.text.dropFirst().dropLast()
            require(
                "body LIKE ? ESCAPE '\\'", .text("%\"labels\":{%" + String(inner).escapedForLike + "%\"annotations\":%")
            )
        }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let limit = min(max(filter.limit, 1), AlertFilter.maximumLimit)
        return try connection.all(
            "SELECT \(AlertRecord.columns) FROM alert\(condition) ORDER BY id DESC LIMIT ?",
            arguments + [SQLValue(limit)], AlertRecord.init)
    }

    /// Every open alert, for the Alertmanager-compatible list, in blocks so that memory stays bounded by `each`.
    public static func eachOpen(
        labelled labels: [Label], on connection: any Connection, _ each: (AlertRecord) throws -> Void
    ) throws {
        var filter = AlertFilter()
        filter.isOpen = true
        filter.labels = labels
        filter.limit = AlertFilter.maximumLimit
        while true {
            let block = try block(filter, on: connection)
            for record in block where labels.allSatisfy({ record.content.labels[$0.name] == $0.value }) {
                try each(record)
            }
            guard let last = block.last, block.count == AlertFilter.maximumLimit else { return }
            filter.after = last.alert.id
        }
    }

    public static func countOpen(on connection: any Connection) throws -> Int64 {
        try connection.first("SELECT COUNT(*) FROM alert WHERE is_open = 1") { $0.integer(0) } ?? 0
    }
}

extension String {
    /// `%`, `_` and the escape itself stand for themselves.
    var escapedForLike: String {
        var escaped = ""
        for character in self {
            if character == "%" || character == "_" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
