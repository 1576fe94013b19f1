/// The kernel's states of an incident. A playbook gives them its own labels (X12), may leave some out, and cannot add
/// one.
public enum IncidentState: String, CaseIterable, Hashable, Sendable {
    case reported, triaging, declared, investigating, identified, mitigating, monitoring, resolved, closed
    case declined, merged, cancelled, paused
}

/// What an incident is declared as.
public enum IncidentKind: String, CaseIterable, Hashable, Sendable {
    case real, drill, test
}
