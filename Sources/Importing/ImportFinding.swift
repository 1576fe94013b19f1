/// What the importer has to say about lines of the written procedure.
public struct ImportFinding: Hashable, Sendable {
    /// In order; none of them blank. Empty for what the procedure says nowhere.
    public let lines: [Int]
    public let outcome: Outcome

    public enum Outcome: Hashable, Sendable {
        /// It stands in the draft, at that path.
        case understood(what: String, path: String)
        /// It can mean several things, or leaves something open. `meanwhile` is what the draft says until somebody
        /// answers.
        case ambiguous(question: String, choices: [String], meanwhile: String, path: String)
        case leftOut(why: String)
    }

    public init(lines: [Int], _ outcome: Outcome) {
        self.lines = lines
        self.outcome = outcome
    }

    /// Where a person looks first; 1 for what stands nowhere.
    public var line: Int { lines.first ?? 1 }

    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case understood, ambiguous
        case leftOut = "left-out"
    }

    public var kind: Kind {
        switch outcome {
        case .understood: .understood
        case .ambiguous: .ambiguous
        case .leftOut: .leftOut
        }
    }
}

extension ImportFinding: CustomStringConvertible {
    /// `lines 85-88: asks: …`, in one line.
    public var description: String {
        let place = lines.isEmpty ? "nowhere" : (lines.count == 1 ? "line " : "lines ") + lines.asRanges
        switch outcome {
        case .understood(let what, let path):
            return "\(place): understood: \(what)" + (path.isEmpty ? "" : " → \(path)")
        case .ambiguous(let question, let choices, let meanwhile, let path):
            let offered = choices.isEmpty ? "" : " [\(choices.joined(separator: " | "))]"
            return "\(place): asks: \(question)\(offered) The draft says: \(meanwhile)"
                + (path.isEmpty ? "" : " → \(path)")
        case .leftOut(let why): return "\(place): left out: \(why)"
        }
    }
}

/// What came of importing a written procedure.
public struct ImportResult: Sendable {
    /// A playbook document. `Playbook.read` takes it without an error, whatever was imported.
    public let draft: String
    /// In the order of the lines. Every line that is not blank is in one of them at least.
    public let findings: [ImportFinding]
    /// Lines that were mended before anything was read.
    public let repairs: [ImportRepair]
    /// The lines of the procedure as they were read, mended; the first one has number 1.
    public let source: [String]

    public func findings(_ kind: ImportFinding.Kind) -> [ImportFinding] { findings.filter { $0.kind == kind } }

    /// What a person reads beside the draft: what was mended, what is asked, what was left out, what was understood.
    public var report: String {
        var lines: [String] = []
        func add(_ title: String, _ entries: [String]) {
            guard !entries.isEmpty else { return }
            lines.append("\(title) (\(entries.count)):")
            lines.append(contentsOf: entries.map { "  \($0)" })
            lines.append("")
        }
        add("Mended", repairs.map(\.description))
        add("To be answered", findings(.ambiguous).map(quoted))
        add("Left out", findings(.leftOut).map(quoted))
        add("Understood", findings(.understood).map(\.description))
        return lines.dropLast().map { $0 + "\n" }.joined()
    }

    /// The finding with its first line below it, since nobody knows a document by the numbers of its lines.
    private func quoted(_ finding: ImportFinding) -> String {
        guard let line = finding.lines.first, source.indices.contains(line - 1) else { return finding.description }
        let text = source[line - 1].trimmed
        let shown = text.count <= Self.quotedLength ? text : text.prefix(Self.quotedLength - 1) + "…"
        return finding.description + "\n      \(line) | \(shown)"
    }

    /// What a terminal shows of a line without breaking it.
    private static let quotedLength = 110
}

extension [Int] {
    /// `3-5, 9`; of numbers in order.
    var asRanges: String {
        var ranges: [ClosedRange<Int>] = []
        for number in self {
            if let last = ranges.last, number <= last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...Swift.max(last.upperBound, number)
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
            separator: ", ")
    }
}
