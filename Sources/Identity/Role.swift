/// What somebody may do in general. A person has exactly one role, and so has a token; the table `PermissionTable` says
/// what each may do.
public enum Role: String, Hashable, Sendable, CaseIterable {
    /// Users, tokens, settings and the audit log, and everything below.
    case admin
    /// Services, routes, escalation plans, integrations and silences, and everything below.
    case manager
    /// Acknowledges, escalates, declares and runs incidents, and reads everything.
    case responder
    /// Reads everything and changes nothing.
    case viewer
    /// Sends signals and heartbeats, and can read nothing at all.
    case intake
}
