/// One kind of access. The set is closed: every route names exactly one, and the server refuses to start with a route
/// that names none (S1).
public enum Permission: String, Hashable, Sendable, CaseIterable {
    /// Anybody, signed in or not: the sign-in page, the health checks, the public status pages.
    case publicAccess
    /// Anybody who is signed in, about themselves: signing out, one's own sessions, password and contact methods.
    case signedIn
    /// Reading alerts, pages, incidents, schedules and settings that hold no secret.
    case readAll
    /// Acknowledging, escalating, writing notes, declaring and running incidents.
    case respond
    /// Changing services, routes, escalation plans, schedules, integrations and silences.
    case manage
    /// Changing users, roles, tokens and settings, and reading the audit log.
    case administer
    /// Sending signals, changes and heartbeats.
    case ingest
}
