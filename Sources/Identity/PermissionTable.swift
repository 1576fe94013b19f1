/// Which role holds which permission: the only place where that is decided (S1, S7). A permission that a role's row does
/// not name is refused.
public enum PermissionTable {
    public struct Row: Hashable, Sendable {
        public let permission: Permission
        public let meaning: String
        /// In the order of `Role.allCases`.
        public let roles: [Role]
        /// Whether somebody without any role, not signed in at all, holds it.
        public let isPublic: Bool
    }

    public static let rows: [Row] = [
        Row(.publicAccess, "See what is public and sign in", Role.allCases, isPublic: true),
        Row(
            .signedIn, "Look after one's own session, password and contact methods",
            [.admin, .manager, .responder, .viewer]),
        Row(
            .readAll, "Read alerts, pages, incidents, schedules and settings", [.admin, .manager, .responder, .viewer]),
        Row(.respond, "Acknowledge, escalate, declare and run incidents", [.admin, .manager, .responder]),
        Row(.manage, "Change services, routes, plans, integrations and silences", [.admin, .manager]),
        Row(.administer, "Change users, roles, tokens and settings; read the audit log", [.admin]),
        Row(.ingest, "Send signals, changes and heartbeats", [.admin, .manager, .intake]),
    ]

    public static func permissions(of role: Role) -> Set<Permission> {
        Set(rows.filter { $0.roles.contains(role) }.map(\.permission))
    }

    /// What somebody who has not signed in may do.
    public static let anonymous: Set<Permission> = Set(rows.filter(\.isPublic).map(\.permission))

    /// The table for the documentation, as Markdown.
    public static var markdown: String {
        var lines = [
            "| permission | what it allows | " + Role.allCases.map(\.rawValue).joined(separator: " | ")
                + " | nobody signed in |",
            "| --- | --- | " + Role.allCases.map { _ in "---" }.joined(separator: " | ") + " | --- |",
        ]
        for row in rows {
            let marks = Role.allCases.map { row.roles.contains($0) ? "yes" : "" }
            lines.append(
                "| `\(row.permission.rawValue)` | \(row.meaning) | " + marks.joined(separator: " | ")
                    + " | \(row.isPublic ? "yes" : "") |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension PermissionTable.Row {
    fileprivate init(_ permission: Permission, _ meaning: String, _ roles: [Role], isPublic: Bool = false) {
        self.init(permission: permission, meaning: meaning, roles: roles, isPublic: isPublic)
    }
}
