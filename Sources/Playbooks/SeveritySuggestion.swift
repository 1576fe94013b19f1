import Chronology

/// What a playbook makes of the answers of whoever declares: the severity, and why (S0-15, S1-07, S2-04, S4-02).
public struct SeveritySuggestion: Hashable, Sendable {
    public let severity: ElementID<Playbook.Severity>
    /// The sentence of the criterion that holds, or how wide and how urgent.
    public let because: String
    /// Incidents of this severity that the playbook tells of.
    public let examples: [String]
    /// The line of the playbook.
    public let line: Int
    /// Fields without an answer that could make it worse.
    public let unanswered: [String]

    public init(
        severity: ElementID<Playbook.Severity>, because: String, examples: [String], line: Int, unanswered: [String]
    ) {
        self.severity = severity
        self.because = because
        self.examples = examples
        self.line = line
        self.unanswered = unanswered
    }
}

extension Playbook {
    /// The worst severity of which a criterion holds; where none does, what the matrix says. Nil when nothing suggests any:
    /// then a person chooses.
    public func suggestion(
        type: ElementID<IncidentType>?, service: String?, fields: [ElementID<Field>: FieldValue], at now: Instant
    ) -> SeveritySuggestion? {
        let facts = GuardFacts(ladder: ladder, type: type, service: service, fields: fields)
        var unanswered: [String] = []
        for severity in severities {
            for criterion in severity.criteria {
                switch criterion.when.verdict(facts, at: now) {
                case .yes:
                    return SeveritySuggestion(
                        severity: severity.id, because: criterion.because, examples: severity.examples,
                        line: criterion.source.line, unanswered: unanswered)
                case .no(let names): unanswered += names.filter { !unanswered.contains($0) }
                case .notYet: continue
                }
            }
        }
        guard let matrix = severityMatrix, case .text(let row)? = fields[matrix.rows.field],
            case .text(let column)? = fields[matrix.columns.field], let id = matrix[row, column],
            let severity = severity(id)
        else { return nil }
        return SeveritySuggestion(
            severity: id, because: "\(row) × \(column)", examples: severity.examples, line: matrix.source.line,
            unanswered: unanswered)
    }
}
