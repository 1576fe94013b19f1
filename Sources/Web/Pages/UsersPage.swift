import Chronology

/// The people. POSTs to `/settings/users` (name, email, role), `/settings/users/{id}/role`, `…/invite`, `…/disable`,
/// `…/enable`.
public struct UsersPage: SettingsPage {
    public struct Row: Sendable {
        public var id: String
        public var name: String
        public var email: String
        public var role: String
        public var isDisabled: Bool
        /// Whether this is the reader, who cannot disable themselves.
        public var isViewer: Bool

        public init(
            id: String, name: String, email: String, role: String, isDisabled: Bool = false,
            isViewer: Bool = false
        ) {
            self.id = id
            self.name = name
            self.email = email
            self.role = role
            self.isDisabled = isDisabled
            self.isViewer = isViewer
        }
    }

    public var rows: [Row]
    public var roles: [Choice]
    /// The link that was just made, shown this once.
    public var invitation: Invitation?
    public var form: FormState

    public struct Invitation: Sendable {
        public var name: String
        public var url: String

        public init(name: String, url: String) {
            self.name = name
            self.url = url
        }
    }

    public init(rows: [Row], roles: [Choice], invitation: Invitation? = nil, form: FormState = .fresh) {
        self.rows = rows
        self.roles = roles
        self.invitation = invitation
        self.form = form
    }

    public var tab: SettingsTab { .users }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        if let invitation {
            html.element("section", .class("part"), .label("Invitation")) { html in
                html.element("p", .class("flash keep")) { html in
                    html.icon(.lock)
                    html.element(
                        "span",
                        text:
                            "With this link \(invitation.name) chooses a password. It works once, for an hour, and is "
                            + "shown only now.")
                }
                html.copyable(invitation.url, label: "Invitation link")
            }
        }
        html.table("Users", [.word("Person"), .word("Role"), .word("State"), .actions]) { html in
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
                    html.element("td", .class("n do")) { html in end(row, &html, frame) }
                }
            }
        }
        html.part("Add a person", id: "add") { html in
            html.form(to: "/settings/users", frame, class: "sheet-form") { html in
                html.formFault(form)
                html.element("div", .class("pair")) { html in
                    html.field(FormField(name: "name", label: "Name", longest: FormField.longestName), form)
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
            html.act("Invite", to: "/settings/users/\(row.id)/invite", frame)
            html.disclosure(
                "Disable…", id: "disable-\(row.id)",
                consequence:
                    "Signs \(row.name) out everywhere at once and pages them no more. Rungs that name only them are skipped."
            ) { html in html.act("Disable \(row.name)", to: "/settings/users/\(row.id)/disable", frame, .danger) }
        }
    }
}
