import Chronology

/// The people. POSTs to `/settings/users` (name, email, role), `/settings/users/{id}/role`, `…/disable`, `…/enable`.
public struct UsersPage: SettingsPage {
    public struct Row: Sendable {
        public var id: String
        public var name: String
        public var email: String
        public var role: String
        public var isDisabled: Bool
        public var lastSeen: Instant?
        /// Whether this is the reader, who cannot disable themselves.
        public var isViewer: Bool

        public init(
            id: String, name: String, email: String, role: String, isDisabled: Bool = false, lastSeen: Instant? = nil,
            isViewer: Bool = false
        ) {
            self.id = id
            self.name = name
            self.email = email
            self.role = role
            self.isDisabled = isDisabled
            self.lastSeen = lastSeen
            self.isViewer = isViewer
        }
    }

    public var rows: [Row]
    public var roles: [Choice]
    public var form: FormState

    public init(rows: [Row], roles: [Choice], form: FormState = .fresh) {
        self.rows = rows
        self.roles = roles
        self.form = form
    }

    public var tab: SettingsTab { .users }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.table("Users", [.word("Person"), .word("Role"), .word("State"), .number("Last seen"), .actions]) { html in
            for row in rows {
                html.element("tr") { html in
                    html.element("th") { html in
                        html.element("b", text: row.name)
                        html.element("small", text: row.email)
                    }
                    html.element("td") { html in role(row, &html, frame) }
                    html.element("td") {
                        $0.state(row.isDisabled ? StateMark("disabled", .quiet) : StateMark("active", .good))
                    }
                    html.element("td", .class("n"), .fixed("data-th", "seen")) { html in
                        if let lastSeen = row.lastSeen {
                            html.ago(lastSeen, frame.clock)
                        } else {
                            html.nothing("never")
                        }
                    }
                    html.element("td", .class("n do")) { html in end(row, &html, frame) }
                }
            }
        }
        html.part("Add a person", id: "add") { html in
            html.form(to: "/settings/users", frame, class: "sheet-form") { html in
                html.formFault(form)
                html.element("div", .class("pair")) { html in
                    html.field(FormField(name: "name", label: "Name", longest: 100), form)
                    html.field(FormField(name: "email", label: "Email", kind: .text("email"), longest: 254), form)
                    html.field(
                        FormField(name: "role", label: "Role", kind: .choice(roles), value: "responder"), form)
                }
                html.element("div", .class("row")) { $0.button("Add person", .primary) }
            }
        }
    }

    private func role(_ row: Row, _ html: inout HTML, _ frame: PageFrame) {
        guard frame.canAdminister, !row.isViewer else {
            html.text(row.role)
            return
        }
        html.form(to: "/settings/users/\(row.id)/role", frame, class: "inline") { html in
            html.element("label", .class("unseen"), .for("role-\(row.id)"), text: "Role of \(row.name)")
            html.element("select", .id("role-\(row.id)"), .name("role")) { html in
                for role in roles {
                    html.element(
                        "option", .value(role.value), .flag("selected", role.value == row.role), text: role.label)
                }
            }
            html.button("Set", .quiet)
        }
    }

    private func end(_ row: Row, _ html: inout HTML, _ frame: PageFrame) {
        guard frame.canAdminister, !row.isViewer else { return }
        if row.isDisabled {
            html.act("Enable", to: "/settings/users/\(row.id)/enable", frame)
        } else {
            html.disclosure(
                "Disable…", id: "disable-\(row.id)",
                consequence:
                    "Signs \(row.name) out everywhere at once and pages them no more. Rungs that name only them are skipped."
            ) { html in html.act("Disable \(row.name)", to: "/settings/users/\(row.id)/disable", frame, .danger) }
        }
    }
}
