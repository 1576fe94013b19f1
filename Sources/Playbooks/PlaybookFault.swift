/// What is wrong with a playbook document, where, and what to do about it.
///
/// An error keeps the document from being used; a warning does not. The sentence is written for the person who edits
/// the document and ends without a full stop.
public struct PlaybookFault: Error, Hashable, Sendable {
    public enum Severity: String, CaseIterable, Hashable, Sendable {
        case error, warning
    }

    /// As the caller named it; nil when the document has no file.
    public var file: String?
    public let place: DocumentPlace
    public let code: Code
    public let sentence: String
    public let severity: Severity

    public var line: Int { place.line }
    public var column: Int { place.column }

    public init(
        _ code: Code, at place: DocumentPlace, _ sentence: String, severity: Severity = .error, file: String? = nil
    ) {
        self.file = file
        self.place = place
        self.code = code
        self.sentence = sentence
        self.severity = severity
    }
}

extension PlaybookFault {
    /// A stable word for programs and for looking up, printed behind the sentence.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        // The file and its YAML.
        case documentTooLarge = "document-too-large"
        case notUTF8 = "not-utf-8"
        case controlCharacter = "control-character"
        case emptyDocument = "empty-document"
        case severalDocuments = "several-documents"
        case tooDeep = "too-deep"
        case tooManyNodes = "too-many-nodes"
        case tab
        case directive
        case tag
        case complexKey = "complex-key"
        case mergeKey = "merge-key"
        case duplicateKey = "duplicate-key"
        case duplicateAnchor = "duplicate-anchor"
        case misplacedAnchor = "misplaced-anchor"
        case unknownAnchor = "unknown-anchor"
        case anchorCycle = "anchor-cycle"
        case unquotedText = "unquoted-text"
        case unclosed
        case syntax
        // What the document says.
        case unknownKey = "unknown-key"
        case missingKey = "missing-key"
        case missingValue = "missing-value"
        case conflictingKeys = "conflicting-keys"
        case wrongKind = "wrong-kind"
        case badValue = "bad-value"
        case tooLong = "too-long"
        case tooFew = "too-few"
        case tooMany = "too-many"
        case duplicateID = "duplicate-id"
        case unknownReference = "unknown-reference"
        case badRule = "bad-rule"
        case badGuard = "bad-guard"
        case badTemplate = "bad-template"
        case unknownPlaceholder = "unknown-placeholder"
        // What is well written and unwise; see `PlaybookLint`.
        case criteriaGap = "criteria-gap"
        case criteriaOverlap = "criteria-overlap"
        case severityWithoutCriteria = "severity-without-criteria"
        case ambiguousWord = "ambiguous-word"
        case impossibleCondition = "impossible-condition"
        case unreachableRung = "unreachable-rung"
        case rungOrder = "rung-order"
        case planDisagreement = "plan-disagreement"
        case overriddenRule = "overridden-rule"
        case unholdableRole = "unholdable-role"
        case unfilledRole = "unfilled-role"
        case unusedDefinition = "unused-definition"
        case unspecifiedRule = "unspecified-rule"
        case missingClock = "missing-clock"
        case missingSeverity = "missing-severity"
        case unboundedImmediately = "unbounded-immediately"
        case brokenPromise = "broken-promise"
        case agendaSum = "agenda-sum"
        case deadlineOrder = "deadline-order"
        case windowSaidTwice = "window-said-twice"
        case unfilledSlot = "unfilled-slot"
        case namingCollision = "naming-collision"
    }
}

extension PlaybookFault: CustomStringConvertible {
    /// `sre.playbook.yaml:12:5: error: … [unknown-key]`, the shape that editors make a link of.
    public var description: String {
        let file = file.map { "\($0):" } ?? ""
        return "\(file)\(line):\(column): \(severity.rawValue): \(sentence) [\(code.rawValue)]"
    }
}

extension [PlaybookFault] {
    /// In the order of the document; faults of one place in the order in which they were found.
    func inOrder() -> [PlaybookFault] {
        enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }.map(\.element)
    }
}
