import Notation

/// How bad it is: compared by rank, shown by label (seed conflict X1: "P1" is worst in one team's words, second-worst in
/// another's).
public struct Severity: Hashable, Sendable {
    /// 0 is the worst.
    public let rank: Int
    public let label: String

    public init(rank: Int, label: String) {
        self.rank = rank
        self.label = label
    }

    public func isAtLeastAsBad(as other: Severity) -> Bool { rank <= other.rank }
}

/// The severities that a procedure knows, worst first, and the words that sources use for them.
public struct Ladder: Hashable, Sendable {
    public struct Step: Hashable, Sendable {
        public let severity: Severity
        /// What it means, in a sentence for the person who has to choose.
        public let meaning: String
        /// Words by which sources call it (`critical`, `page`), compared without regard to ASCII case.
        public let words: [String]

        public init(_ severity: Severity, meaning: String, words: [String]) {
            self.severity = severity
            self.meaning = meaning
            self.words = words
        }
    }

    /// Worst first; never empty.
    public let steps: [Step]

    /// Refuses an empty ladder, two steps of one label, and ranks that do not rise.
    public init(steps: [Step]) throws(InputFault) {
        guard !steps.isEmpty else { throw InputFault(at: "/severities", "a ladder has at least one severity") }
        for (index, step) in steps.enumerated() {
            guard index == 0 || steps[index - 1].severity.rank < step.severity.rank else {
                throw InputFault(at: "/severities/\(index)/rank", "ranks rise from the worst, 0, to the mildest")
            }
            guard !steps[..<index].contains(where: { $0.severity.label == step.severity.label }) else {
                throw InputFault(
                    at: "/severities/\(index)/label", "\"\(step.severity.label)\" stands on the ladder twice")
            }
        }
        self.steps = steps
    }

    /// The severity of the middle step, the milder one where there are two.
    public var middle: Severity { steps[steps.count / 2].severity }

    public var labels: [String] { steps.map(\.severity.label) }

    /// The severity of that label, without regard to ASCII case.
    public func severity(labelled label: String) -> Severity? {
        steps.first { $0.severity.label.isSameWord(as: label) }?.severity
    }

    /// The step that a severity of another ladder comes to: the one of its label, else the one that is as far from the
    /// worst.
    public func nearest(to severity: Severity) -> Severity {
        self.severity(labelled: severity.label) ?? steps[min(max(severity.rank, 0), steps.count - 1)].severity
    }

    /// The severity that a source's word stands for: a label of the ladder, or one of the words of a step.
    public func severity(meaning word: String) -> Severity? {
        severity(labelled: word)
            ?? steps.first { step in step.words.contains { $0.isSameWord(as: word) } }?.severity
    }
}

extension String {
    /// Equality without regard to the case of ASCII letters.
    func isSameWord(as other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }
}

extension UInt8 {
    var lowercasedASCII: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }
}
