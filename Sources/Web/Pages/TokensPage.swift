import Chronology

/// API tokens. POSTs to `/settings/tokens` (name, role, and days until it expires), `/settings/tokens/{id}/revoke`.
public struct TokensPage: SettingsPage {
    public struct Row: Sendable {
        public var id: String
        public var name: String
        public var role: String
        /// The first characters and the last four, never more.
        public var hint: String
        public var created: Instant
        public var expires: Instant?
        public var lastUsed: Instant?

        public init(
            id: String, name: String, role: String, hint: String, created: Instant, expires: Instant? = nil,
            lastUsed: Instant? = nil
        ) {
            self.id = id
            self.name = name
            self.role = role
            self.hint = hint
            self.created = created
            self.expires = expires
            self.lastUsed = lastUsed
        }
    }

    public var rows: [Row]
    public var roles: [Choice]
    /// The token that was just made, shown this once.
    public var made: String?
    public var form: FormState

    public init(rows: [Row], roles: [Choice], made: String? = nil, form: FormState = .fresh) {
        self.rows = rows
        self.roles = roles
        self.made = made
        self.form = form
    }

    public var tab: SettingsTab { .tokens }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        if let made {
            html.element("section", .class("part"), .label("New token")) { html in
                html.element("p", .class("flash keep")) { html in
                    html.icon(.lock)
                    html.raw("<span>This token is shown once. Tocsin stores only its hash.</span>")
                }
                html.copyable(made, label: "Token")
            }
        }
        if rows.isEmpty {
            html.empty(
                "No API tokens", "A token lets a program act with a role of its own. Make one below, or on the server:",
                command: "tocsin token create --name ci --role responder --expires 90d")
        } else {
            table(&html, frame)
        }
        html.part("Create a token", id: "create") { html in
            html.form(to: "/settings/tokens", frame, class: "sheet-form") { html in
                html.formFault(form)
                html.element("div", .class("pair")) { html in
                    html.field(FormField(name: "name", label: "Name", placeholder: "ci", longest: 100), form)
                    html.field(FormField(name: "role", label: "Role", kind: .choice(roles)), form)
                    html.field(
                        FormField(
                            name: "expires", label: "Expires after",
                            kind: .choice([
                                Choice("30", "30 days"), Choice("90", "90 days"), Choice("365", "a year"),
                                Choice("3650", "ten years"),
                            ]), value: "90"), form)
                }
                html.element("div", .class("row")) { $0.button("Create token", .primary) }
            }
        }
    }

    private func table(_ html: inout HTML, _ frame: PageFrame) {
        html.table("API tokens", [.word("Token"), .word("Role"), .number("Expires"), .number("Last used"), .actions]) {
            html in
            for row in rows {
                html.element("tr") { html in
                    html.element("th") { html in
                        html.element("b", text: row.name)
                        html.element("small") { html in
                            html.code(row.hint)
                            html.raw(" · created ")
                            html.ago(row.created, frame.clock)
                        }
                    }
                    html.element("td", text: row.role)
                    html.element("td", .class("n"), .fixed("data-th", "expires")) { html in
                        if let expires = row.expires { html.ago(expires, frame.clock) } else { html.nothing("never") }
                    }
                    html.element("td", .class("n"), .fixed("data-th", "used")) { html in
                        if let lastUsed = row.lastUsed {
                            html.ago(lastUsed, frame.clock)
                        } else {
                            html.nothing("never")
                        }
                    }
                    html.element("td", .class("n do")) { html in
                        html.disclosure(
                            "Revoke…", id: "revoke-\(row.id)",
                            consequence: "What still uses \(row.name) is refused at once."
                        ) { html in html.act("Revoke", to: "/settings/tokens/\(row.id)/revoke", frame, .danger) }
                    }
                }
            }
        }
    }
}
