/// Where a rule is broken, and what to do about it.
struct Violation: Hashable, CustomStringConvertible {
    let path: String
    let line: Int
    let advice: String

    init(_ source: SourceText, _ line: Int, _ advice: String) {
        path = source.path
        self.line = line
        self.advice = advice
    }

    var description: String { "\(path):\(line): \(advice)" }
}

extension SourceText {
    /// The room whose folder the file is in; nil for tests.
    var roomName: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    /// Every broken rule of a file.
    var violations: [Violation] {
        brokenImports + impurities + outgoingConnections + poorNames + careless + misplacedSQL + interpolatedSQL
            + excess
    }
}
