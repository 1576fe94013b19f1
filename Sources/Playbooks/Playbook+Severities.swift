import Chronology

extension Playbook {
    /// A step of the ladder. Its rank is its place in the list, 0 the worst: labels of two teams cannot be compared
    /// (X1).
    public struct Severity: Hashable, Sendable {
        /// Also the label on screen.
        public let id: ElementID<Severity>
        public let name: String
        public let meaning: String
        /// Words of sources that mean it.
        public let words: [String]
        /// Descriptions under free names, for people (S3-02).
        public let facets: [Facet]
        public let characteristics: [String]
        public let examples: [String]
        /// Any one of them suggests this severity, and says why (S0-15, S1-07, S4-02).
        public let criteria: [Criterion]
        /// The clocks that it names; others have their own rule.
        public let clocks: [ClockRule]
        public let source: SourcePlace
    }

    public struct Facet: Hashable, Sendable {
        public let name: String
        public let text: String
    }

    public struct Criterion: Hashable, Sendable {
        public let when: Guard
        public let because: String
        public let source: SourcePlace
    }

    /// By when a clock has to end, for one severity or one type of incident.
    public struct ClockRule: Hashable, Sendable {
        public let clock: ElementID<Clock>
        public let rule: TimeRule
        public let source: SourcePlace
    }

    /// The second way to a severity: how wide, and how urgent (S2-04).
    public struct SeverityMatrix: Hashable, Sendable {
        public struct Axis: Hashable, Sendable {
            public let field: ElementID<Field>
            public let values: [String]
        }

        public let rows: Axis
        public let columns: Axis
        /// One list for each value of the rows, with one severity for each value of the columns.
        public let cells: [[ElementID<Severity>]]
        public let source: SourcePlace

        /// Nil when one of the values is not on its axis.
        public subscript(row: String, column: String) -> ElementID<Severity>? {
            guard let row = rows.values.firstIndex(of: row), let column = columns.values.firstIndex(of: column) else {
                return nil
            }
            return cells[row][column]
        }
    }
}

extension Playbook.Severity: DocumentRecord {
    static let shape = RecordShape(
        "severity", "A step of the ladder, worst first. Its place in the list is its rank.",
        [
            .required("id", .id(.severity), "its label, `SEV1`"),
            .required("name", .leaf(.text), "its name, `Critical`"),
            .required("meaning", .leaf(.text), "a sentence for whoever has to choose"),
            .optional("words", .list(of: .leaf(.text)), "words of sources that mean it, `critical`, `page`"),
            .optional("facets", .table(key: .leaf(.text), value: .leaf(.text)), "descriptions under names of your own"),
            .optional("characteristics", .list(of: .leaf(.text)), "what such incidents have in common"),
            .optional("examples", .list(of: .leaf(.text)), "incidents of this severity"),
            .optional(
                "criteria", .list(of: .record(Playbook.Criterion.shape)),
                "conditions of which each suggests this severity"),
            .optional(
                "clocks", .table(key: .reference([.clock]), value: .leaf(.rule)),
                "by when each clock has to end", otherwise: "the clock's own rule"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        name = record.value("name")
        meaning = record.value("meaning")
        words = record.values("words")
        facets = record.table("facets") { Playbook.Facet(name: $0, text: $1.leaf()) }
        characteristics = record.values("characteristics")
        examples = record.values("examples")
        criteria = record.records("criteria")
        clocks = record.table("clocks") { Playbook.ClockRule($0, $1) }
        source = record.source
    }
}

extension Playbook.ClockRule {
    init(_ clock: String, _ reading: Reading) {
        self.init(clock: ElementID(clock), rule: reading.leaf(), source: SourcePlace(reading.place))
    }
}

extension Playbook.Criterion: DocumentRecord {
    static let shape = RecordShape(
        "criterion", "A condition that suggests a severity.",
        [
            .required("when", .leaf(.guardExpression), "the condition"),
            .required("because", .leaf(.text), "what the person who declares is told"),
        ])

    init(_ record: inout RecordReader) {
        when = record.value("when")
        because = record.value("because")
        source = record.source
    }
}

extension Playbook.SeverityMatrix: DocumentRecord {
    static let shape = RecordShape(
        "severity matrix", "A table from the answers to two fields to a severity.",
        [
            .required("rows", .record(Axis.shape), "the field whose values are the rows"),
            .required("columns", .record(Axis.shape), "the field whose values are the columns"),
            .required(
                "cells", .list(of: .list(of: .reference([.severity]))),
                "one list a row, with one severity a column"),
        ])

    init(_ record: inout RecordReader) {
        rows = record.required("rows")
        columns = record.required("columns")
        cells = record.reading("cells")?.elements.map { $0.elements.map { ElementID($0.leaf()) } } ?? []
        source = record.source
    }
}

extension Playbook.SeverityMatrix.Axis: DocumentRecord {
    static let shape = RecordShape(
        "axis", "A field and its values, in order.",
        [
            .required("field", .reference([.field]), "the field"),
            .required("values", .list(of: .leaf(.text)), "its values"),
        ])

    init(_ record: inout RecordReader) {
        field = record.id("field")
        values = record.values("values")
    }
}
