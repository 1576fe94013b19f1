/// What is wrong with a text that should have been a rule, a recurrence or a length of time, and where.
public struct TimeNotationFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1, in Unicode scalars; one past the end when something is missing there.
    public let column: Int
    /// A sentence without its full stop, that says what to write instead where that is known.
    public let reason: String
    /// Whether the text has several readings (X8), so that an importer should keep the words and ask.
    public let isAmbiguous: Bool

    init(at column: Int, _ reason: String, ambiguous: Bool = false) {
        self.column = column
        self.reason = reason
        self.isAmbiguous = ambiguous
    }

    /// `column 6: there is no calendar "suport"`.
    public var description: String { "column \(column): \(reason)" }
}
