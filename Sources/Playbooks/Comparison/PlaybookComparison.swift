/// What one playbook says otherwise than another: meaning, not lines. Comments, the order of keys and the way in which
/// a text is wrapped are no difference.
///
/// Two versions of a playbook are compared by the ids of their elements. Two playbooks can be compared too (X21): their
/// severities are then set side by side by rank, since labels of two teams mean different things (X1).
public struct PlaybookComparison: Hashable, Sendable {
    /// By topic, in the order of the reference; within a topic in the order of the documents, the new one first. Empty
    /// when the two say the same.
    public let changes: [Change]

    public struct Change: Hashable, Sendable, CustomStringConvertible {
        public let topic: Topic
        /// `SEV2: respond within 30m instead of 1h`; without a full stop.
        public let sentence: String
        /// Where the old one says it; nil when it does not, or nobody knows where.
        public let oldLine: Int?
        public let newLine: Int?

        public var description: String { sentence }
    }

    public enum Topic: String, CaseIterable, Hashable, Sendable {
        case general, calendars, severities, clocks, types, fields, naming, statuses, phases, checklists, roles, targets
        case audiences, escalation, cadence, templates, communications
        case statusPage = "status-page"
        case remedies, records, verification, closure, review, actions
        case followUp = "follow-up"
        case figures, signoffs, scenarios, reference, practice, history

        /// As a heading.
        public var title: String {
            switch self {
            case .general: "General"
            case .calendars: "Calendars"
            case .severities: "Severities"
            case .clocks: "Clocks"
            case .types: "Types of incident"
            case .fields: "Fields"
            case .naming: "Names and rooms"
            case .statuses: "Statuses"
            case .phases: "Phases"
            case .checklists: "Checklists"
            case .roles: "Roles"
            case .targets: "People and teams"
            case .audiences: "Audiences"
            case .escalation: "Escalation"
            case .cadence: "Updates"
            case .templates: "Templates"
            case .communications: "Messages"
            case .statusPage: "Status page"
            case .remedies: "Mitigations and fixes"
            case .records: "Entries of the timeline"
            case .verification: "Verification"
            case .closure: "Closing"
            case .review: "Review"
            case .actions: "Action items"
            case .followUp: "Follow-up"
            case .figures: "Figures and objectives"
            case .signoffs: "Sign-offs"
            case .scenarios: "Scenarios"
            case .reference: "Reference"
            case .practice: "Practice"
            case .history: "History"
            }
        }
    }

    public init(_ old: Playbook, _ new: Playbook) {
        var run = ComparisonRun(old, new)
        if old != new { run.compareAll() }
        changes = run.list.changes.inTopicOrder()
    }

    /// The topics in which something differs, in order.
    public var topics: [(topic: Topic, changes: [Change])] {
        Topic.allCases.compactMap { topic in
            let changes = changes.filter { $0.topic == topic }
            return changes.isEmpty ? nil : (topic, changes)
        }
    }
}

extension [PlaybookComparison.Change] {
    fileprivate func inTopicOrder() -> [PlaybookComparison.Change] {
        PlaybookComparison.Topic.allCases.flatMap { topic in filter { $0.topic == topic } }
    }
}
