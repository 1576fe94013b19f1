extension SourceText {
    var misplacedSQL: [Violation] {
        guard let roomName, !Room.withSQL.contains(roomName) else { return [] }
        return literals.filter { Self.isSQL($0.text) }.map {
            Violation(self, $0.line, "SQL outside of \(Room.withSQL.sorted().joined(separator: ", ")): ask one of them")
        }
    }

    /// Interpolations into SQL that somebody has read: each is made of the program's own text, never of a value.
    static let reviewedInterpolations: Set<String> = [
        // As many groups of question marks as there are rows.
        "Sources/Storage/EventLog.swift wanted",
        "Sources/Storage/RowInsertion.swift rows",
        "Sources/Engine/Decisions/Workspace.swift wanted",
        "Sources/Engine/Outgoing/DeliveryRow.swift rows",
        // Static strings: literals of whoever calls.
        "Sources/Storage/RowInsertion.swift table",
        "Sources/Storage/RowInsertion.swift names",
        // Names of tables and columns, static strings of the same file's callers, and a question mark for each.
        "Sources/Engine/Decisions/ProjectedRow.swift table",
        "Sources/Engine/Decisions/ProjectedRow.swift names",
        "Sources/Engine/Decisions/ProjectedRow.swift marks",
        "Sources/Engine/Decisions/ProjectedRow.swift changes",
        // One of three tables, and the length of its name.
        "Sources/Engine/Views/Replay.swift table",
        "Sources/Engine/Views/Replay.swift start",
        // One of two conditions that stand three lines above.
        "Sources/Engine/RequestLog.swift sort",
        // Conditions that are written beside it, each with a question mark for its value.
        "Sources/Engine/Views/AlertQueries.swift condition",
        "Sources/Engine/Views/IncidentQueries.swift condition",
        "Sources/Engine/Views/PageQueries.swift condition",
        "Sources/Engine/Views/DeliveryLog.swift condition",
        "Sources/Engine/Duty/HandOffQueries.swift condition",
    ]

    /// A value belongs in an argument: in the text it is an injection. Allowed are constants: `Type.name`, and a name that
    /// the same file declares with `static let`.
    var interpolatedSQL: [Violation] {
        guard let roomName, Room.withSQL.contains(roomName) else { return [] }
        var found: [Violation] = []
        for literal in literals where Self.isSQL(literal.text) || isRun(literal) {
            for expression in literal.interpolations where !isConstant(expression) {
                if Self.reviewedInterpolations.contains("\(path) \(expression)") { continue }
                found.append(
                    Violation(
                        self, literal.line,
                        "\\(\(expression)) inside of SQL: pass it as an argument, make it a constant, or have it reviewed "
                            + "and listed in SourceText+SQL.swift"))
            }
        }
        return found
    }

    /// Whether a text is a statement. Statements are written in capitals, so that prose is not taken for one.
    static func isSQL(_ text: String) -> Bool {
        let words = text.split { $0 == " " || $0 == "\n" || $0 == "(" }
        for (index, word) in words.enumerated() {
            let next = index + 1 < words.count ? words[index + 1] : ""
            switch word {
            case "SELECT" where !next.isEmpty || text.hasSuffix(" "): return true
            case "INSERT" where next == "INTO" || next == "OR": return true
            case "DELETE" where next == "FROM": return true
            case "CREATE" where ["TABLE", "INDEX", "UNIQUE", "TRIGGER", "VIEW", "TEMP"].contains(next): return true
            case "ALTER" where next == "TABLE", "DROP" where ["TABLE", "INDEX", "TRIGGER", "VIEW"].contains(next):
                return true
            case "UPDATE" where words.dropFirst(index + 1).contains("SET"): return true
            case "PRAGMA" where index == 0, "LISTEN" where index == 0, "NOTIFY" where index == 0,
                "SAVEPOINT" where index == 0:
                return true
            default: continue
            }
        }
        return false
    }

    /// Whether the literal is the first thing that is handed to `execute(` or `query(`.
    private func isRun(_ literal: Literal) -> Bool {
        guard
            let index = tokens.firstIndex(where: {
                $0.kind == .literal && $0.line == literal.line && $0.text == literal.text
            })
        else { return false }
        let before = (max(0, index - 4)..<index).map { text($0) }
        return before.contains("(") && (before.contains("execute") || before.contains("query"))
    }

    private func isConstant(_ expression: String) -> Bool {
        let parts = expression.split(separator: ".", omittingEmptySubsequences: false)
        let areNames = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    $0 == UInt8(ascii: "_") || UnicodeScalar($0).properties.isAlphabetic
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                }
        }
        guard areNames, let first = parts.first?.first else { return false }
        if parts.count > 1 { return first.isUppercase }
        return tokens.indices.contains { index in
            tokens[index].text == expression && text(index - 1) == "let" && text(index - 2) == "static"
        }
    }
}
