import Chronology

/// The course of an incident so far, as its playbook sees it: what happened when. Everything that is owed is computed from
/// this and the playbook, at any time anew, so that nothing that is owed can be forgotten by a restart.
public struct Course: Hashable, Sendable {
    /// Something that has happened, at the time at which it was recorded.
    public struct Happening: Hashable, Sendable {
        public let name: IncidentEventName
        public let at: Instant

        public init(_ name: IncidentEventName, at instant: Instant) {
            self.name = name
            at = instant
        }
    }

    /// A severity or a status, and since when it has been the one.
    public struct Stay<Value: Hashable & Sendable>: Hashable, Sendable {
        public let value: Value
        public let since: Instant

        public init(_ value: Value, since: Instant) {
            self.value = value
            self.since = since
        }
    }

    public struct Update: Hashable, Sendable {
        public let audience: ElementID<Playbook.Audience>
        public let at: Instant

        public init(to audience: ElementID<Playbook.Audience>, at instant: Instant) {
            self.audience = audience
            at = instant
        }
    }

    /// What was recorded of an obligation. It stays, whatever the severity or the playbook becomes.
    public enum Settlement: Hashable, Sendable {
        case met(at: Instant)
        case waived(at: Instant, reason: String)
        /// A rung was reached, and these were called.
        case reached(at: Instant, [Party], Rung.Delivery)
    }

    public let declared: Instant
    public var kind: IncidentKind
    public var type: ElementID<Playbook.IncidentType>?
    public var service: String?
    public var fields: [ElementID<Playbook.Field>: FieldValue]
    /// The first of each, but the latest deployment of a fix. What was taken back, as a resolution is when the incident is
    /// taken up again, is not among them.
    public var milestones: [Milestone: Instant]
    /// In the order of time; the first is that of the declaration.
    public var severities: [Stay<ElementID<Playbook.Severity>>]
    public var statuses: [Stay<ElementID<Playbook.Status>>]
    public var happenings: [Happening]
    public var updates: [Update]
    public var phases: [Stay<ElementID<Playbook.Phase>>]
    public var roles: [Stay<ElementID<Playbook.Role>>]
    public var settlements: [Obligation.ID: Settlement]

    public init(
        declared: Instant, severity: ElementID<Playbook.Severity>, status: ElementID<Playbook.Status> = "declared",
        kind: IncidentKind = .real, type: ElementID<Playbook.IncidentType>? = nil, service: String? = nil,
        fields: [ElementID<Playbook.Field>: FieldValue] = [:]
    ) {
        self.declared = declared
        self.kind = kind
        self.type = type
        self.service = service
        self.fields = fields
        milestones = [.declared: declared, .detected: declared]
        severities = [Stay(severity, since: declared)]
        statuses = [Stay(status, since: declared)]
        happenings = [Happening(.declared, at: declared)]
        updates = []
        phases = []
        roles = []
        settlements = [:]
    }

    public var severity: ElementID<Playbook.Severity>? { severities.last?.value }
    public var status: ElementID<Playbook.Status>? { statuses.last?.value }
}

// MARK: What has happened

extension Course {
    /// When an event of that name happened first, at or after the instant if one of them did, else before it.
    func first(_ name: IncidentEventName, from instant: Instant) -> Instant? {
        switch name {
        case .resolved: return milestones[.resolved]
        case .closed: return milestones[.closed]
        default:
            let all = happenings.filter { $0.name.isMeant(by: name) }
            return (all.first { $0.at >= instant } ?? all.first)?.at
        }
    }

    /// The latest event that the playbook counts as progress, in the time given; nil: none.
    func lastProgress(after instant: Instant, under playbook: Playbook) -> Instant? {
        happenings.last { happening in
            happening.at > instant && playbook.progress.contains { happening.name.isMeant(by: $0) }
        }?.at
    }

    public func lastUpdate(to audience: ElementID<Playbook.Audience>) -> Instant? {
        updates.last { $0.audience == audience }?.at
    }

    /// When the incident stood in one of these statuses, for clocks that stand still then.
    func pauses(in statuses: [ElementID<Playbook.Status>]) -> Pauses {
        guard !statuses.isEmpty else { return .none }
        var past: [Range<Instant>] = []
        var openSince: Instant?
        for (index, stay) in self.statuses.enumerated() where statuses.contains(stay.value) {
            if index + 1 < self.statuses.count {
                past.append(stay.since..<self.statuses[index + 1].since)
            } else {
                openSince = stay.since
            }
        }
        return Pauses(past, openSince: openSince)
    }

    /// What guards are asked about.
    public func facts(under playbook: Playbook) -> GuardFacts {
        var names: [ElementID<Playbook.Status>] = []
        if let status {
            names.append(status)
            if let state = playbook.status(status)?.state.rawValue, state != status.text {
                names.append(ElementID(state))
            }
        }
        return GuardFacts(
            ladder: playbook.ladder, severity: severity, type: type, statuses: names, kind: kind, service: service,
            fields: fields, declaredAt: declared, isActive: isActive(under: playbook))
    }

    /// Declared, and neither resolved nor ended.
    public func isActive(under playbook: Playbook) -> Bool {
        guard let state = state(under: playbook) else { return milestones[.resolved] == nil }
        switch state {
        case .declared, .investigating, .identified, .mitigating, .monitoring, .paused, .triaging, .reported:
            return true
        case .resolved, .closed, .declined, .merged, .cancelled: return false
        }
    }

    /// Whether the incident has ended in a way that leaves nothing to be owed.
    func isDropped(under playbook: Playbook) -> Bool {
        switch state(under: playbook) {
        case .declined, .merged, .cancelled: true
        case .reported, .triaging, .declared, .investigating, .identified, .mitigating, .monitoring, .resolved, .closed,
            .paused, nil:
            false
        }
    }

    private func state(under playbook: Playbook) -> IncidentState? {
        status.flatMap { playbook.status($0)?.state ?? IncidentState(rawValue: $0.text) }
    }
}

extension IncidentEventName {
    /// `role-assigned` without a role means any of them.
    func isMeant(by name: IncidentEventName) -> Bool {
        if self == name { return true }
        if case .roleAssigned = self, case .roleAssigned(nil) = name { return true }
        if case .status = self, name == .statusChanged { return true }
        return false
    }
}
