/// Something that happens in an incident, as playbooks name it: what ticks an item, ends a clock, asks for an update,
/// or counts as progress (X7).
public enum IncidentEventName: Hashable, Sendable {
    case acknowledged, declared, responding, escalated
    case severitySet, severityChanged, statusChanged
    case status(ElementID<Playbook.Status>)
    /// Nil: any role.
    case roleAssigned(ElementID<Playbook.Role>?)
    case updatePosted(ElementID<Playbook.Audience>)
    case messageSent(ElementID<Playbook.Template>)
    case pagePosted(ElementID<Playbook.StatusPage.Stage>)
    case pageDecided, roomOpened
    case linked(ElementID<Playbook.Integration>)
    case hypothesisConcluded, mitigationSucceeded, progressNoted
    case mitigated, fixDeployed, fixVerified, alertsClear
    case windowEnded(ElementID<Playbook.Verification.Window>)
    case resolved, closed
    case reviewScheduled, reviewHeld, reviewPublished, actionsOwned
}

extension IncidentEventName: CallNotation {
    static let forms = CallForms(
        "event",
        [
            .init("acknowledged", "somebody acknowledged the page"),
            .init("declared", "the incident was declared"),
            .init("responding", "somebody has begun to work on it"),
            .init("escalated", "a rung of an escalation was reached, or somebody escalated by hand"),
            .init("severity-set", "a severity was given for the first time"),
            .init("severity-changed", "the severity was changed"),
            .init("status-changed", "the status was changed"),
            .init("status", .status, "that status was reached"),
            .init("role-assigned", .role, optional: true, "that role, or any, was taken"),
            .init("update-posted", .audience, "an update was sent to that audience"),
            .init("message-sent", .template, "the message of that template was sent"),
            .init("page-posted", .stage, "the status page shows that stage"),
            .init("page-decided", "it was decided whether the status page is updated"),
            .init("room-opened", "the incident has its room"),
            .init("linked", .integration, "the incident is linked to its counterpart there"),
            .init("hypothesis-concluded", "a hypothesis was confirmed, rejected or given up"),
            .init("mitigation-succeeded", "a mitigation worked, wholly or in part"),
            .init("progress-noted", "somebody noted progress"),
            .init("mitigated", "the impact is contained"),
            .init("fix-deployed", "a fix was deployed"),
            .init("fix-verified", "the fix was verified"),
            .init("alerts-clear", "all alerts of the incident are resolved"),
            .init("window-ended", .window, "that observation window is over"),
            .init("resolved", "the impact is over"),
            .init("closed", "nothing is owed any more"),
            .init("review-scheduled", "the review has a date"),
            .init("review-held", "the review was held"),
            .init("review-published", "the review was published"),
            .init("actions-owned", "every action item has an owner"),
        ])

    init?(_ call: Call) {
        switch (call.word, call.argument) {
        case ("acknowledged", _): self = .acknowledged
        case ("declared", _): self = .declared
        case ("responding", _): self = .responding
        case ("escalated", _): self = .escalated
        case ("severity-set", _): self = .severitySet
        case ("severity-changed", _): self = .severityChanged
        case ("status-changed", _): self = .statusChanged
        case ("status", let id?): self = .status(ElementID(id))
        case ("role-assigned", let id): self = .roleAssigned(id.map { ElementID($0) })
        case ("update-posted", let id?): self = .updatePosted(ElementID(id))
        case ("message-sent", let id?): self = .messageSent(ElementID(id))
        case ("page-posted", let id?): self = .pagePosted(ElementID(id))
        case ("page-decided", _): self = .pageDecided
        case ("room-opened", _): self = .roomOpened
        case ("linked", let id?): self = .linked(ElementID(id))
        case ("hypothesis-concluded", _): self = .hypothesisConcluded
        case ("mitigation-succeeded", _): self = .mitigationSucceeded
        case ("progress-noted", _): self = .progressNoted
        case ("mitigated", _): self = .mitigated
        case ("fix-deployed", _): self = .fixDeployed
        case ("fix-verified", _): self = .fixVerified
        case ("alerts-clear", _): self = .alertsClear
        case ("window-ended", let id?): self = .windowEnded(ElementID(id))
        case ("resolved", _): self = .resolved
        case ("closed", _): self = .closed
        case ("review-scheduled", _): self = .reviewScheduled
        case ("review-held", _): self = .reviewHeld
        case ("review-published", _): self = .reviewPublished
        case ("actions-owned", _): self = .actionsOwned
        default: return nil
        }
    }
}

extension IncidentEventName: CustomStringConvertible {
    /// As it is written in a document.
    public var description: String {
        switch self {
        case .acknowledged: "acknowledged"
        case .declared: "declared"
        case .responding: "responding"
        case .escalated: "escalated"
        case .severitySet: "severity-set"
        case .severityChanged: "severity-changed"
        case .statusChanged: "status-changed"
        case .status(let id): "status(\(id))"
        case .roleAssigned(let id): "role-assigned" + (id.map { "(\($0))" } ?? "")
        case .updatePosted(let id): "update-posted(\(id))"
        case .messageSent(let id): "message-sent(\(id))"
        case .pagePosted(let id): "page-posted(\(id))"
        case .pageDecided: "page-decided"
        case .roomOpened: "room-opened"
        case .linked(let id): "linked(\(id))"
        case .hypothesisConcluded: "hypothesis-concluded"
        case .mitigationSucceeded: "mitigation-succeeded"
        case .progressNoted: "progress-noted"
        case .mitigated: "mitigated"
        case .fixDeployed: "fix-deployed"
        case .fixVerified: "fix-verified"
        case .alertsClear: "alerts-clear"
        case .windowEnded(let id): "window-ended(\(id))"
        case .resolved: "resolved"
        case .closed: "closed"
        case .reviewScheduled: "review-scheduled"
        case .reviewHeld: "review-held"
        case .reviewPublished: "review-published"
        case .actionsOwned: "actions-owned"
        }
    }
}
