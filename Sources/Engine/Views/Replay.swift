import Alerting
import Chronology
import Incidents
import Notation
import OnCall
import Paging
import Storage

/// Compares the rows that lists read with what their events come to (R10), by the fold that the engine decides with.
public enum Replay {
    /// One column, or one deadline, that is not what the events say.
    public struct Difference: Hashable, Sendable {
        /// `incident INC-2026-11-21-001`, `page pag_…`, `alert alr_…`.
        public let subject: String
        public let sentence: String
    }

    /// Subjects compared between two looks at the list of them.
    private static let pageSize = 500

    /// Every alert, page and incident. Streams in `broken` are left out: their chain says already that their events are not
    /// what was written, and a fold of them proves nothing. Reads everything once, in one block, with memory for one page of
    /// subjects.
    public static func compareAll(
        excluding broken: Set<String>, on connection: any Connection, _ visit: (Difference) throws -> Void
    ) throws {
        for kind in Kind.allCases {
            let table = kind.rawValue
            var last = ""
            while true {
                let ids = try connection.all(
                    "SELECT id FROM \(table) WHERE id > ? ORDER BY id LIMIT ?",
                    [.text(last), SQLValue(pageSize)]
                ) { $0.text(0) }
                for id in ids where !broken.contains("\(table)/\(id)") {
                    for difference in try compare(kind, id, on: connection) { try visit(difference) }
                }
                guard let end = ids.last else { break }
                last = end
            }
            for difference in try unlisted(kind, excluding: broken, on: connection) { try visit(difference) }
        }
    }

    /// One incident and the pages for it.
    public static func compare(_ incident: IncidentID, on connection: any Connection) throws -> [Difference] {
        var differences = try compare(.incident, incident.text, on: connection)
        let pages = try connection.all(
            "SELECT id FROM page WHERE subject = ? ORDER BY id", [.text(Page.Subject.incident(incident).text)]
        ) { $0.text(0) }
        for page in pages { differences += try compare(.page, page, on: connection) }
        return differences
    }

    /// The tables, whose names are also those of the streams.
    private enum Kind: String, CaseIterable {
        case incident, page, alert, handoff
    }

    private static func compare(_ kind: Kind, _ id: String, on connection: any Connection) throws -> [Difference] {
        let subject = try name(kind, id, on: connection)
        do {
            let row: ProjectedRow?
            var deadline: Instant?
            switch kind {
            case .incident: row = try Incident(IncidentID(id), on: connection)?.row
            case .page:
                let page = try Page(PageID(id), on: connection)
                row = page?.row
                deadline = page?.deadline
            case .alert: row = try alertRow(AlertID(id), on: connection)
            case .handoff: row = try HandOff(HandOffID(id), on: connection)?.row
            }
            guard let row else { return [Difference(subject: subject, sentence: "it is listed and has no events")] }
            var sentences = try differences(of: row, on: connection)
            if kind == .page { sentences += try timerDifference(of: id, deadline, on: connection) }
            return sentences.map { Difference(subject: subject, sentence: $0) }
        } catch let fault as InputFault {
            let what = fault.place.isEmpty ? fault.reason : "\(fault.place): \(fault.reason)"
            return [Difference(subject: subject, sentence: "it cannot be read: \(what)")]
        }
    }

    /// What its source says last is on no event and is taken from the row.
    private static func alertRow(_ id: AlertID, on connection: any Connection) throws -> ProjectedRow? {
        guard let alert = try Alert(replaying: id, on: connection),
            let record = try AlertQueries.alert(id, on: connection)
        else { return nil }
        return AlertRecord(alert: alert, content: record.content).row
    }

    private static func name(_ kind: Kind, _ id: String, on connection: any Connection) throws -> String {
        guard kind == .incident, let key = try IncidentQueries.key(of: IncidentID(id), on: connection) else {
            return "\(kind.rawValue) \(id)"
        }
        return "incident \(key)"
    }

    private static func differences(of row: ProjectedRow, on connection: any Connection) throws -> [String] {
        guard let stored = try row.stored(on: connection) else { return ["it has events and is not listed"] }
        var sentences: [String] = []
        for (column, value) in zip(row.columns, stored) where column.value != value {
            if column.kind == .body {
                sentences += try bodyDifferences(stored: value, folded: column.value)
            } else {
                sentences.append(
                    sentence("\(column.name)", shown(value, column.kind), shown(column.value, column.kind)))
            }
        }
        return sentences
    }

    private static func sentence(_ what: String, _ listed: String, _ folded: String) -> String {
        "\(what) is listed as \(listed), and is \(folded) by its events"
    }

    /// What rows lack that an older binary wrote and that nothing has happened to since.
    private static let laterMembers = ["playbook", "playbookVersion", "statusName"]

    private static func bodyDifferences(stored: SQLValue, folded: SQLValue) throws(InputFault) -> [String] {
        let (stored, folded) = (try members(stored), try members(folded))
        var names: [String] = []
        for member in folded + stored where !names.contains(member.name) { names.append(member.name) }
        return names.compactMap { name in
            let (listed, said) = (JSON.object(stored)[name], JSON.object(folded)[name])
            if listed == nil, laterMembers.contains(name) { return nil }
            guard (listed ?? .null) != (said ?? .null) else { return nil }
            return sentence(name, shown(listed), shown(said))
        }
    }

    private static func members(_ value: SQLValue) throws(InputFault) -> [JSON.Member] {
        guard case .text(let text) = value, case .object(let members) = try JSON(parsing: text, limits: .stored) else {
            throw InputFault(at: "body", "is not an object")
        }
        return members
    }

    /// A page whose deadline is not on the clock wakes nobody else.
    private static func timerDifference(
        of id: String, _ deadline: Instant?, on connection: any Connection
    ) throws -> [String] {
        let due = try connection.first("SELECT due_at FROM timer WHERE id = ?", [.text("page:\(id)")]) { $0.instant(0) }
        guard due != deadline else { return [] }
        return [
            "its next step is set for \(shown(SQLValue(due), .instant)), and is due at \(shown(SQLValue(deadline), .instant)) by its events"
        ]
    }

    /// Streams without a row.
    private static func unlisted(
        _ kind: Kind, excluding broken: Set<String>, on connection: any Connection
    ) throws -> [Difference] {
        let table = kind.rawValue
        let prefix = table + "/"
        let start = prefix.count + 1
        return try connection.all(
            """
            SELECT stream FROM event WHERE version = 1 AND stream LIKE ? AND NOT EXISTS \
            (SELECT 1 FROM \(table) AS listed WHERE listed.id = substr(event.stream, \(start))) \
            ORDER BY stream LIMIT ?
            """,
            [.text(prefix + "%"), SQLValue(pageSize)]
        ) { $0.text(0) }.filter { !broken.contains($0) }.map {
            Difference(
                subject: "\(kind.rawValue) \($0.dropFirst(prefix.count))", sentence: "it has events and is not listed")
        }
    }

    // MARK: Showing

    /// A title or an explanation is not told whole.
    private static let longestValue = 120

    private static func shown(_ value: SQLValue, _ kind: ProjectedRow.Column.Kind) -> String {
        switch (value, kind) {
        case (.null, _): "nothing"
        case (.integer(let number), .instant): Instant(microseconds: number).rfc3339()
        case (.integer(let number), .flag): number == 0 ? "no" : number == 1 ? "yes" : "\(number)"
        case (.integer(let number), _): "\(number)"
        case (.text(let text), _): shown(.string(text))
        case (.blob, _): "bytes"
        }
    }

    private static func shown(_ value: JSON?) -> String {
        guard let value else { return "nothing" }
        let text = value.text
        return text.count > longestValue ? text.prefix(longestValue) + "…" : text
    }
}
