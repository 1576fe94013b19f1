/// What became of one thing of an export.
public struct MigrationFinding: Hashable, Sendable {
    public enum Verdict: String, CaseIterable, Hashable, Sendable {
        /// It works as it did.
        case mapped
        /// It is there, and works differently: the sentence says how.
        case changed
        /// It is not there: the sentence says why, and what a person could do.
        case leftOut = "left-out"
    }

    /// `user`, `contact method`, `schedule`, `layer`, `override`, `escalation policy`, `event`, …: the word of the source.
    public let kind: String
    /// The source's; empty where it has none.
    public let id: String
    public let name: String
    public let verdict: Verdict
    /// For people; begins with a capital and ends with a full stop.
    public let sentence: String
    /// The document that came of it, `schedule:primary`; nil: none.
    public let document: String?
    /// The file in which it stands.
    public let file: String

    public init(
        kind: String, id: String, name: String, verdict: Verdict, sentence: String, document: String? = nil,
        file: String
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.verdict = verdict
        self.sentence = sentence
        self.document = document
        self.file = file
    }
}

extension MigrationFinding: CustomStringConvertible {
    /// `changed: layer "Nights" (PX12) → schedule:primary: …`, in one line.
    public var description: String {
        "\(verdict.rawValue): \(kind) \"\(name)\"" + (id.isEmpty ? "" : " (\(id))")
            + (document.map { " → \($0)" } ?? "") + ": \(sentence)"
    }
}
