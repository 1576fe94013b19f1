/// A moment of an incident that is recorded once, or each time that it happens; figures are taken between two of them.
public enum Milestone: String, CaseIterable, Hashable, Sendable, DescribedWord {
    case impactStarted = "impact-started"
    case detected
    case alertFired = "alert-fired"
    case acknowledged, declared, responding, mitigated
    case fixDeployed = "fix-deployed"
    case resolved, closed
    case reviewScheduled = "review-scheduled"
    case reviewHeld = "review-held"
    case reviewPublished = "review-published"

    var meaning: String {
        switch self {
        case .impactStarted: "when the impact began, as far as is known"
        case .detected: "when it was noticed, by a machine or a person"
        case .alertFired: "when the first alert fired"
        case .acknowledged: "when somebody acknowledged the page"
        case .declared: "when the incident was declared"
        case .responding: "when somebody began to work on it"
        case .mitigated: "when the impact was contained"
        case .fixDeployed: "when the fix was deployed; the latest where there are several"
        case .resolved: "when the impact was over"
        case .closed: "when nothing was owed any more"
        case .reviewScheduled: "when the review got its date"
        case .reviewHeld: "when the review was held"
        case .reviewPublished: "when the review was published"
        }
    }
}

/// From when a rule counts.
public enum Anchor: Hashable, Sendable {
    case milestone(Milestone)
    /// When the incident got the severity that it has.
    case severityEntered
    /// When the rung before this one was reached; where the ladder goes on until there is progress, the latest progress
    /// after that (X6).
    case rungEntered
    /// The latest event that counts as progress (X7); the declaration when there was none.
    case lastProgress
    case lastUpdate(ElementID<Playbook.Audience>)
    /// When that phase was entered.
    case phase(ElementID<Playbook.Phase>)
    /// When the phase was entered in which the rule stands.
    case phaseEntered

    public static let declared = Anchor.milestone(.declared)
    public static let resolved = Anchor.milestone(.resolved)
}

extension Anchor: CallNotation {
    static let forms = CallForms(
        "anchor",
        Milestone.allCases.map { .init($0.rawValue, $0.meaning) } + [
            .init("severity-entered", "when the incident got the severity that it has"),
            .init("rung-entered", "when the rung before this one was reached"),
            .init("last-progress", "the latest event that counts as progress, or the declaration"),
            .init("last-update", .audience, "when that audience was last told something"),
            .init("phase", .phase, "when that phase was entered"),
            .init("phase-entered", "when the phase was entered in which this stands"),
        ])

    init?(_ call: Call) {
        switch (call.word, call.argument) {
        case ("severity-entered", _): self = .severityEntered
        case ("rung-entered", _): self = .rungEntered
        case ("last-progress", _): self = .lastProgress
        case ("last-update", let id?): self = .lastUpdate(ElementID(id))
        case ("phase", let id?): self = .phase(ElementID(id))
        case ("phase-entered", _): self = .phaseEntered
        default:
            guard let milestone = Milestone(rawValue: call.word) else { return nil }
            self = .milestone(milestone)
        }
    }
}

extension Anchor: CustomStringConvertible {
    /// As it is written in a document.
    public var description: String {
        switch self {
        case .milestone(let milestone): milestone.rawValue
        case .severityEntered: "severity-entered"
        case .rungEntered: "rung-entered"
        case .lastProgress: "last-progress"
        case .lastUpdate(let id): "last-update(\(id))"
        case .phase(let id): "phase(\(id))"
        case .phaseEntered: "phase-entered"
        }
    }
}

/// What ends a clock, or what stops a rung from being climbed.
public enum ClockEnd: Hashable, Sendable {
    /// The first update to any audience after the declaration.
    case firstUpdate
    /// Any event that counts as progress (X7).
    case progress
    /// Somebody has that role.
    case role(ElementID<Playbook.Role>)
    /// The owner ticks it off: a duty that no event of the incident ends, such as telling a regulator.
    case done
    case never
    case event(IncidentEventName)
}

extension ClockEnd: CallNotation {
    static let forms = CallForms(
        "end of a clock",
        [
            .init("first-update", "the first update to any audience after the declaration"),
            .init("progress", "any event that counts as progress"),
            .init("role", .role, "somebody has that role"),
            .init("done", "its owner ticks it off"),
            .init("never", "it never ends by itself"),
        ] + IncidentEventName.forms.forms)

    init?(_ call: Call) {
        switch (call.word, call.argument) {
        case ("first-update", _): self = .firstUpdate
        case ("progress", _): self = .progress
        case ("role", let id?): self = .role(ElementID(id))
        case ("done", _): self = .done
        case ("never", _): self = .never
        default:
            guard let event = IncidentEventName(call) else { return nil }
            self = .event(event)
        }
    }
}

extension ClockEnd: CustomStringConvertible {
    /// As it is written in a document.
    public var description: String {
        switch self {
        case .firstUpdate: "first-update"
        case .progress: "progress"
        case .role(let id): "role(\(id))"
        case .done: "done"
        case .never: "never"
        case .event(let event): event.description
        }
    }
}

/// When something is done or owed: an event, or the beginning of a phase or a stage.
public enum Moment: Hashable, Sendable {
    case phase(ElementID<Playbook.Phase>)
    case stage(ElementID<Playbook.StatusPage.Stage>)
    /// With every update to its audience.
    case every
    case event(IncidentEventName)
}

extension Moment: CallNotation {
    static let forms = CallForms(
        "moment",
        [
            .init("phase", .phase, "when that phase is entered"),
            .init("stage", .stage, "when the status page reaches that stage"),
            .init("every", "with every update to its audience"),
        ] + IncidentEventName.forms.forms)

    init?(_ call: Call) {
        switch (call.word, call.argument) {
        case ("phase", let id?): self = .phase(ElementID(id))
        case ("stage", let id?): self = .stage(ElementID(id))
        case ("every", _): self = .every
        default:
            guard let event = IncidentEventName(call) else { return nil }
            self = .event(event)
        }
    }
}

extension Moment: CustomStringConvertible {
    /// As it is written in a document.
    public var description: String {
        switch self {
        case .phase(let id): "phase(\(id))"
        case .stage(let id): "stage(\(id))"
        case .every: "every"
        case .event(let event): event.description
        }
    }
}
