/// Where in a document something stands: line and column, both from 1, the column in Unicode scalars as editors count.
public struct DocumentPlace: Hashable, Comparable, Sendable {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static let start = DocumentPlace(line: 1, column: 1)

    public static func < (left: DocumentPlace, right: DocumentPlace) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }

    /// So many characters to the right on the same line.
    func moved(by columns: Int) -> DocumentPlace { DocumentPlace(line: line, column: column + columns) }
}

/// Where an element of a playbook was written, for explanations that cite the line (`rule …, line 212`).
///
/// Not a part of what the element says: two of them are always equal, so that two playbooks are equal when they say the
/// same, wherever their lines stand.
public struct SourcePlace: Hashable, Sendable {
    public let place: DocumentPlace

    public init(_ place: DocumentPlace) {
        self.place = place
    }

    public var line: Int { place.line }

    public static func == (left: SourcePlace, right: SourcePlace) -> Bool { true }

    public func hash(into hasher: inout Hasher) {}
}
