/// What a placeholder stands for.
public enum TemplatePath: Hashable, Sendable {
    case fact(TemplateFact)
    case role(ElementID<Playbook.Role>)
    case field(ElementID<Playbook.Field>)
    /// What the writer of the message is asked.
    case ask(ElementID<Playbook.Template.Ask>)
    /// How often that cadence speaks for this incident, in words, so that a promise cannot drift from its rule (X9).
    case cadence(ElementID<Playbook.CadenceRule>)
    /// A parameter of a command.
    case parameter(ElementID<Playbook.Parameter>)
    case metric(ElementID<Playbook.Figure>)
    case objective(ElementID<Playbook.Objective>)
    case signoff(ElementID<Playbook.Signoff>)
    case window(ElementID<Playbook.Verification.Window>)
    /// The items of a checklist or of a phase, or of `verification`, `regression`, `closure`, with their ticks.
    case checklist(String)

    /// Checklists that every playbook has.
    static let gates = ["verification", "regression", "closure"]

    /// What a prefix names, for the reference.
    static let named: [(prefix: String, kinds: [NameKind], meaning: String)] = [
        ("role", [.role], "who has that role"),
        ("field", [.field], "the answer to that field; with `percent`, its share of what it is counted of"),
        ("text", [.ask], "what the writer answers to that question of the template"),
        ("cadence", [.cadence], "how often that cadence speaks for this incident, in words"),
        ("param", [.parameter], "a parameter of the command"),
        ("metric", [.figure], "the measured figure, and its target where there is one"),
        ("slo", [.objective], "what is left of that objective's budget"),
        ("signoff", [.signoff], "who has signed, and when"),
        ("window", [.window], "begin, end and owner of that observation window"),
        ("checklist", [.checklist, .phase], "its items with their ticks; also verification, regression, closure"),
    ]
}

extension TemplatePath: CustomStringConvertible {
    /// As it is written in a document.
    public var description: String {
        switch self {
        case .fact(let fact): fact.rawValue
        case .role(let id): "role.\(id)"
        case .field(let id): "field.\(id)"
        case .ask(let id): "text.\(id)"
        case .cadence(let id): "cadence.\(id)"
        case .parameter(let id): "param.\(id)"
        case .metric(let id): "metric.\(id)"
        case .objective(let id): "slo.\(id)"
        case .signoff(let id): "signoff.\(id)"
        case .window(let id): "window.\(id)"
        case .checklist(let id): "checklist.\(id)"
        }
    }
}

/// A placeholder that every playbook has: something that Tocsin knows or computes.
public enum TemplateFact: String, CaseIterable, Hashable, Sendable {
    case incidentKey = "incident.key"
    case incidentTitle = "incident.title"
    case incidentLink = "incident.link"
    case severityLabel = "severity.label"
    case severityName = "severity.name"
    case statusLabel = "status.label"
    case serviceName = "service.name"
    case type, impact
    case started, detected
    case alertFired = "alert-fired"
    case declared, responded, mitigated, resolved, duration, now, eta
    case nextUpdate = "next-update"
    case room, bridge
    case recipientName = "recipient.name"
    case statusPageLink = "status-page.link"
    case statusPageDecision = "status-page.decision"
    case reviewLink = "review.link"
    case reviewHoldBy = "review.hold-by"
    case reviewScheduled = "review.scheduled"
    case reviewAuthor = "review.author"
    case reviewAttendees = "review.attendees"
    case rootCause = "root-cause"
    case resolution, findings
    case actionsTaken = "actions-taken"
    case nextSteps = "next-steps"
    case hypotheses, mitigations, fixes
    case flagChanges = "flag-changes"
    case commands
    case logExcerpts = "log-excerpts"
    case links, actions, symptoms, participants
    case stakeholdersNotified = "stakeholders-notified"
    case timeline
    case publicTimeline = "timeline.public"
    case milestones = "timeline.milestones"
    case sections
    case actionKey = "action.key"
    case actionText = "action.text"
    case actionOwner = "action.owner"
    case actionDue = "action.due"
    case actionStatus = "action.status"
    case actionCategory = "action.category"
    case actionPriority = "action.priority"

    public enum ValueKind: String, Hashable, Sendable {
        case text, instant, duration, list
    }

    public var valueKind: ValueKind {
        switch self {
        case .started, .detected, .alertFired, .declared, .responded, .mitigated, .resolved, .now, .eta, .nextUpdate,
            .reviewHoldBy, .reviewScheduled, .actionDue:
            .instant
        case .duration: .duration
        case .findings, .actionsTaken, .nextSteps, .hypotheses, .mitigations, .fixes, .flagChanges, .commands,
            .logExcerpts,
            .links, .actions, .symptoms, .participants, .timeline, .publicTimeline, .milestones, .reviewAttendees:
            .list
        case .incidentKey, .incidentTitle, .incidentLink, .severityLabel, .severityName, .statusLabel, .serviceName,
            .type,
            .impact, .room, .bridge, .recipientName, .statusPageLink, .statusPageDecision, .reviewLink, .reviewAuthor,
            .rootCause, .resolution, .stakeholdersNotified, .sections, .actionKey, .actionText, .actionOwner,
            .actionStatus,
            .actionCategory, .actionPriority:
            .text
        }
    }

    public var meaning: String {
        switch self {
        case .incidentKey: "the key of the incident"
        case .incidentTitle: "its title"
        case .incidentLink: "the address of its page"
        case .severityLabel: "the severity's label, `SEV1`"
        case .severityName: "the severity's name, `Critical`"
        case .statusLabel: "the status in this playbook's words; to the public, in the public's"
        case .serviceName: "the service that is affected"
        case .type: "the type of the incident"
        case .impact: "who is affected, and how"
        case .started: "when the impact began or, unknown, when it was detected"
        case .detected: "when it was noticed"
        case .alertFired: "when the first alert fired"
        case .declared: "when it was declared"
        case .responded: "when somebody began to work on it"
        case .mitigated: "when the impact was contained"
        case .resolved: "when the impact was over"
        case .duration: "how long the impact has lasted, or lasted"
        case .now: "when the message is sent"
        case .eta: "when it is expected to be resolved"
        case .nextUpdate: "when the next update to this audience is due"
        case .room: "the room of the incident"
        case .bridge: "the call that responders are on"
        case .recipientName: "the name of whoever reads it"
        case .statusPageLink: "the address of the status page"
        case .statusPageDecision: "Updated, Updating or Not needed"
        case .reviewLink: "the address of the review"
        case .reviewHoldBy: "by when the review has to be held"
        case .reviewScheduled: "when the review is, once it has a date"
        case .reviewAuthor: "who writes the review"
        case .reviewAttendees: "who is asked to the review"
        case .rootCause: "the root cause, as recorded"
        case .resolution: "what resolved it, as recorded"
        case .findings: "what was found since the last update to this audience"
        case .actionsTaken: "what was done since the last update to this audience"
        case .nextSteps: "what comes next, from open tasks and the writer"
        case .hypotheses: "the hypotheses with their conclusions"
        case .mitigations: "the mitigations with their outcomes"
        case .fixes: "the fixes"
        case .flagChanges: "the changes of feature flags"
        case .commands: "the commands that were recorded"
        case .logExcerpts: "the excerpts of logs"
        case .links: "the references: documents, decisions, other incidents"
        case .actions: "the action items, each by the playbook's `actions.line`"
        case .symptoms: "what was observed"
        case .participants: "who took part"
        case .stakeholdersNotified: "Yes, Partial or No, from what was delivered"
        case .timeline: "the whole timeline"
        case .publicTimeline: "the entries of the timeline that are meant for the public"
        case .milestones: "detected, declared, root cause, fix, resolved, closed: what happened of them, with times"
        case .sections: "the sections of the review, with their titles"
        case .actionKey: "the key of the action item"
        case .actionText: "what is to be done"
        case .actionOwner: "who owns it"
        case .actionDue: "by when"
        case .actionStatus: "its status"
        case .actionCategory: "its category"
        case .actionPriority: "its priority"
        }
    }

    /// How a gap is called when the value is missing: `root cause`.
    var title: String { rawValue.split { $0 == "." || $0 == "-" }.joined(separator: " ") }
}
