import Chronology
import Notation
import Storage

/// A row that is made of what was decided: the table, the key and the columns that the fold of the events settles. What
/// `project` writes and what `Replay` compares is this one list.
struct ProjectedRow {
    struct Column {
        enum Kind: Hashable {
            case text, number, flag, instant
            /// A JSON object. Its members are compared, not its letters.
            case body
        }

        let name: StaticString
        let kind: Kind
        let value: SQLValue
        /// A fixed one is written once and never updated.
        var isFixed = false

        static func text(_ name: StaticString, _ value: String?) -> Column {
            Column(name: name, kind: .text, value: SQLValue(value))
        }

        static func number(_ name: StaticString, _ value: Int64) -> Column {
            Column(name: name, kind: .number, value: .integer(value))
        }

        static func flag(_ name: StaticString, _ value: Bool) -> Column {
            Column(name: name, kind: .flag, value: SQLValue(value))
        }

        static func instant(_ name: StaticString, _ value: Instant?) -> Column {
            Column(name: name, kind: .instant, value: SQLValue(value))
        }

        static func body(_ value: String) -> Column {
            Column(name: "body", kind: .body, value: .text(value))
        }

        var fixed: Column {
            var column = self
            column.isFixed = true
            return column
        }
    }

    let table: StaticString
    let id: String
    let columns: [Column]

    /// Writes rows of one table, each once, over those that are there: many with one statement.
    static func write(_ rows: [ProjectedRow], on connection: any Connection) throws {
        for batch in rows.inBatches {
            guard let first = batch.first else { continue }
            let (table, columns) = (first.table, first.columns)
            let names = (["id"] + columns.map { "\($0.name)" }).joined(separator: ", ")
            let row = "(" + (["?"] + columns.map { _ in "?" }).joined(separator: ", ") + ")"
            let marks = batch.map { _ in row }.joined(separator: ", ")
            let changes = columns.filter { !$0.isFixed }.map { "\($0.name) = excluded.\($0.name)" }
                .joined(separator: ", ")
            try connection.execute(
                """
                INSERT INTO \(table) (\(names)) VALUES \(marks) ON CONFLICT (id) DO UPDATE SET \(changes)
                """, batch.flatMap { [.text($0.id)] + $0.columns.map(\.value) })
        }
    }

    /// The columns as they are stored, in the order of `columns`; nil when there is no row.
    func stored(on connection: any Connection) throws -> [SQLValue]? {
        let names = columns.map { "\($0.name)" }.joined(separator: ", ")
        return try connection.first("SELECT \(names) FROM \(table) WHERE id = ?", [.text(id)]) { row in
            columns.enumerated().map { index, column in
                switch column.kind {
                case .text, .body: SQLValue(row.optionalText(index))
                case .number, .flag, .instant: SQLValue(row.optionalInteger(index))
                }
            }
        }
    }
}
