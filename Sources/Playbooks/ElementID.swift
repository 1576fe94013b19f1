/// The id of an element of a playbook, unique among the elements of its kind. Which kind is in the type, so that a role
/// cannot be passed for a target; the text is the team's own word, `ic` or `SEV-1`.
public struct ElementID<Element>: Hashable, Comparable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public init(stringLiteral value: String) {
        text = value
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// What an id names. Ids are unique within a name space, which most kinds have for themselves.
public enum NameKind: String, CaseIterable, Hashable, Sendable {
    case playbook, severity, calendar, occasion, clock, type, field, metric, variant, status, phase, item, checklist,
        role, target
    case audience, plan, cadence, template, ask, communication, stage, mitigation, strategy, series, window, section
    case category, area
    case followUp = "follow-up"
    case figure, impact, objective, signoff, scenario, parameter, dashboard, link, tool, command, document, source,
        drill
    case training, advisory, report, integration
    case entry
    /// The word `active`, which stands for all statuses in which an incident is worked on.
    case activity

    /// How a sentence calls it.
    public var noun: String {
        switch self {
        case .objective: "service level objective"
        case .source: "detection source"
        case .entry: "kind of record"
        case .ask: "question"
        case .activity: "state"
        case .window: "observation window"
        case .stage: "stage of the status page"
        case .playbook, .severity, .calendar, .occasion, .clock, .type, .field, .metric, .variant, .status, .phase,
            .item, .checklist,
            .role, .target, .audience, .plan, .cadence, .template, .communication, .mitigation, .strategy, .series,
            .section, .category, .area, .followUp, .figure, .impact, .signoff, .scenario, .parameter, .dashboard, .link,
            .tool, .command, .document, .drill, .training, .advisory, .report, .integration:
            rawValue
        }
    }

    /// Kinds that share their names with another: where somebody is told, a target or an audience may stand; a guard
    /// names a field or one of its metrics.
    var namespace: NameKind {
        switch self {
        case .audience: .target
        case .metric: .field
        default: self
        }
    }

    /// Kinds whose names need only differ within their own list, since nothing outside of it names them.
    var isLocal: Bool {
        switch self {
        case .ask, .variant, .item, .parameter: true
        default: false
        }
    }
}
