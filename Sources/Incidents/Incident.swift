import Chronology
import Notation

/// An incident as it stands: the fold of its events. It holds no more than those say, so that it can be rebuilt at any
/// time and must come out the same (R10).
public struct Incident: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case real, drill, test
    }

    public struct Assignment: Hashable, Sendable {
        public let role: String
        public let user: UserID
        public let since: Instant
    }

    public struct AttachedAlert: Hashable, Sendable {
        public let id: AlertID
        public let title: String
        public let attachedAt: Instant
        public internal(set) var resolvedAt: Instant?
    }

    /// The instants from which the clocks of a procedure run.
    public struct Times: Hashable, Sendable {
        public internal(set) var impactStarted: Instant?
        public internal(set) var detected: Instant?
        public internal(set) var declared: Instant
        public internal(set) var acknowledged: Instant?
        public internal(set) var mitigated: Instant?
        public internal(set) var resolved: Instant?
        public internal(set) var closed: Instant?
    }

    public let id: IncidentID
    public let key: String
    public let kind: Kind
    /// The procedure's id. It stays.
    public let procedure: String
    /// The version that was in force at the declaration, until the incident is moved to another on purpose.
    public internal(set) var procedureVersion: Int
    /// Who declared it, where it was a person.
    public let declarer: UserID?
    /// What declared it: equal for alerts that belong to one incident, nil when a person did.
    public let origin: String?
    public internal(set) var title: String
    public internal(set) var severity: Severity
    public internal(set) var status: IncidentStatus
    /// Which of the procedure's statuses it is, where several stand for one state; nil: the state says all.
    public internal(set) var statusName: String?
    public internal(set) var service: ServiceID?
    public internal(set) var times: Times
    /// In the order of assignment. How many may have a role the procedure says.
    public internal(set) var assignments: [Assignment]
    public internal(set) var alerts: [AttachedAlert]
    public internal(set) var pages: [PageID]
    /// What the procedure's clocks and promises are counted from.
    public internal(set) var history: History
    public internal(set) var version: Int64
    public internal(set) var updatedAt: Instant

    /// Folds the first event of a stream, which must be a declaration.
    public init(_ id: IncidentID, from event: IncidentEvent, at now: Instant) {
        guard case .declared(let declaration) = event else {
            preconditionFailure("The first event of an incident is its declaration, not \(event.kind).")
        }
        self.id = id
        self.key = declaration.key
        self.kind = declaration.kind
        self.procedure = declaration.procedure
        self.procedureVersion = declaration.procedureVersion
        self.declarer = declaration.declarer
        self.origin = declaration.origin
        self.title = declaration.title
        self.severity = declaration.severity
        self.status = .declared
        self.service = declaration.service
        self.times = Times(
            impactStarted: declaration.impactStarted, detected: declaration.detected, declared: now)
        self.assignments = []
        self.alerts = []
        self.pages = []
        self.history = History(of: declaration, at: now)
        self.version = 1
        self.updatedAt = now
    }

    /// Folds a later event. Never fails: what was recorded has happened.
    public mutating func apply(_ event: IncidentEvent, at now: Instant) {
        version += 1
        updatedAt = now
        history.apply(event, at: now)
        switch event {
        case .declared:
            preconditionFailure("An incident is declared once.")
        case .alertAttached(let alert, let title):
            alerts.append(AttachedAlert(id: alert, title: title, attachedAt: now, resolvedAt: nil))
        case .alertResolved(let alert, _, _):
            for index in alerts.indices where alerts[index].id == alert { alerts[index].resolvedAt = now }
            if alerts.allSatisfy({ $0.resolvedAt != nil }) { history.happen("alerts-clear", at: now) }
        case .paged(let page, _):
            pages.append(page)
        case .pageAcknowledged:
            if times.acknowledged == nil { times.acknowledged = now }
        case .pageExhausted, .noteAdded, .answered, .updatePosted, .happened, .phaseEntered, .rungReached, .reminded,
            .obligationMet, .obligationWaived, .itemTicked, .itemUnticked:
            break
        case .statusChanged(_, let status, let name, _):
            statusName = name
            entered(status, at: now)
        case .playbookMoved(_, let version, _):
            procedureVersion = version
        case .severityChanged(_, let severity, _):
            self.severity = severity
        case .roleAssigned(let role, let user, let beside):
            assignments.removeAll { $0.role == role && (!beside || $0.user == user) }
            assignments.append(Assignment(role: role, user: user, since: now))
        case .roleReleased(let role, let user):
            assignments.removeAll { $0.role == role && $0.user == user }
        case .retitled(_, let title):
            self.title = title
        }
    }

    private mutating func entered(_ status: IncidentStatus, at now: Instant) {
        self.status = status
        switch status {
        case .resolved:
            times.resolved = now
            if times.mitigated == nil { times.mitigated = now }
        case .monitoring:
            if times.mitigated == nil { times.mitigated = now }
        case .closed:
            times.closed = now
        case .investigating where times.resolved != nil:
            // Taken up again: it was not over after all.
            times.resolved = nil
        case .reported, .triaging, .declared, .investigating, .identified, .mitigating, .paused, .declined, .merged,
            .cancelled:
            break
        }
    }
}
