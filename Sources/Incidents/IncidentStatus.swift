/// The kernel's states of an incident. A procedure shows them under its own labels (seed conflict X12) and may leave some
/// out; it cannot add one.
public enum IncidentStatus: String, Hashable, Sendable, CaseIterable {
    case reported, triaging, declared, investigating, identified, mitigating, monitoring, paused
    /// The impact is over; what the procedure still owes is not (seed conflict X13).
    case resolved
    /// Everything owed is done or waived. Nothing follows.
    case closed
    case declined, merged, cancelled

    /// Where a change may lead. Work moves freely between the active states, since people learn and unlearn; a resolved
    /// incident may be taken up again; an ended one may not.
    public var successors: [IncidentStatus] {
        let active: [IncidentStatus] = [.investigating, .identified, .mitigating, .monitoring]
        switch self {
        case .reported: return [.triaging, .declared, .declined, .merged]
        case .triaging: return [.declared, .declined, .merged]
        case .declared, .paused: return active + [.resolved, .cancelled, .merged]
        case .investigating, .identified, .mitigating, .monitoring:
            return active.filter { $0 != self } + [.paused, .resolved, .cancelled, .merged]
        case .resolved: return [.investigating, .monitoring, .closed]
        case .closed, .declined, .merged, .cancelled: return []
        }
    }

    /// Whether the incident still asks for people: false from `resolved` on.
    public var isActive: Bool {
        switch self {
        case .reported, .triaging, .declared, .investigating, .identified, .mitigating, .monitoring, .paused: true
        case .resolved, .closed, .declined, .merged, .cancelled: false
        }
    }

    /// Whether nothing may follow.
    public var isFinal: Bool { successors.isEmpty }
}
