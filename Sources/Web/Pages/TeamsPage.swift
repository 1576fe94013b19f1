/// Teams: people who are told together. POSTs to `/settings/teams` (name, members).
public struct TeamsPage: SettingsPage {
    public struct Row: Sendable {
        public var id: String
        public var name: String
        public var members: [String]
        /// The kinds of its shared ways: `Slack`, `Webhook`.
        public var ways: [String]

        public init(id: String, name: String, members: [String], ways: [String]) {
            self.id = id
            self.name = name
            self.members = members
            self.ways = ways
        }
    }

    public var rows: [Row]
    public var people: [String]
    public var form: FormState

    public init(rows: [Row], people: [String], form: FormState = .fresh) {
        self.rows = rows
        self.people = people
        self.form = form
    }

    public var tab: SettingsTab { .teams }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.element("p", .class("muted")) {
            $0.raw(
                "A rung that names a team tells each of its members by their own ways, and the ways that the team shares."
            )
        }
        if rows.isEmpty {
            html.empty("No teams", "Add one below; then a rung of an escalation plan can name it.")
        } else {
            html.table("Teams", [.word("Team"), .word("Members"), .word("Shared ways"), .actions]) { html in
                for row in rows {
                    html.element("tr") { html in
                        html.element("th") { html in
                            html.element("a", .href("/settings/teams/\(row.id)"), text: row.name)
                        }
                        html.element("td", .class("wrap")) { html in
                            if row.members.isEmpty { html.nothing("nobody") }
                            html.text(row.members.joined(separator: ", "))
                        }
                        html.element("td", .class("wrap"), .fixed("data-th", "shared ways")) { html in
                            if row.ways.isEmpty { html.nothing() }
                            html.text(row.ways.joined(separator: ", "))
                        }
                        html.element("td", .class("n do")) { html in
                            html.element("a", .class("button quiet"), .href("/settings/teams/\(row.id)"), text: "Open")
                        }
                    }
                }
            }
        }
        html.part("Add a team", id: "add") { html in
            html.form(to: "/settings/teams", frame, class: "sheet-form") { html in
                html.formFault(form)
                TeamPage.fields(&html, people, form)
                html.element("div", .class("row")) { $0.button("Add team", .primary) }
            }
        }
    }
}

/// One team: its name, its members and the ways that it shares. POSTs to `/settings/teams/{id}` (name, members),
/// `/settings/teams/{id}/ways` (kind, address, secret), `/settings/teams/{id}/ways/{way}/remove`, `/settings/teams/{id}/remove`.
public struct TeamPage: SettingsPage {
    public struct Way: Sendable {
        public var id: String
        public var kind: String
        public var address: String

        public init(id: String, kind: String, address: String) {
            self.id = id
            self.kind = kind
            self.address = address
        }
    }

    public var id: String
    public var name: String
    /// The form as the team is: `name`, and `members` with a line each.
    public var form: FormState
    public var people: [String]
    public var ways: [Way]
    public var kinds: [ChannelKind]
    public var adding: String
    public var wayForm: FormState

    public init(
        id: String, name: String, form: FormState, people: [String], ways: [Way], kinds: [ChannelKind], adding: String,
        wayForm: FormState = .fresh
    ) {
        self.id = id
        self.name = name
        self.form = form
        self.people = people
        self.ways = ways
        self.kinds = kinds
        self.adding = adding
        self.wayForm = wayForm
    }

    public var tab: SettingsTab { .teams }
    public var title: String { name }
    public var trail: [Crumb] { [Crumb("Settings", "/settings"), Crumb("Teams", "/settings/teams")] }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure(
            "Remove…", id: "remove", .quiet, consequence: "Only a team that no escalation plan names can be removed."
        ) { html in html.act("Remove \(name)", to: "/settings/teams/\(id)/remove", frame, .danger) }
    }

    static func fields(_ html: inout HTML, _ people: [String], _ form: FormState) {
        html.field(
            FormField(name: "name", label: "Name", placeholder: "Payments", longest: FormField.longestName), form)
        html.field(
            FormField(
                name: "members", label: "Members", kind: .lines(4),
                hint: "A line each. Known: \(people.prefix(20).joined(separator: ", "))", isRequired: false,
                placeholder: "Ana Cruz\nBen Okafor", longest: 8_000), form)
    }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.part("Who", id: "who") { html in
            html.form(to: "/settings/teams/\(id)", frame, class: "sheet-form") { html in
                html.formFault(form)
                TeamPage.fields(&html, people, form)
                html.element("div", .class("row")) { $0.button("Save", .primary) }
            }
        }
        html.part("Shared ways", id: "ways", note: "a room, a mailing list, a webhook") { html in
            if !ways.isEmpty {
                html.table("Shared ways", [.word("Way"), .actions]) { html in
                    for way in ways {
                        html.element("tr") { html in
                            html.element("th") { html in
                                html.element("b", text: way.kind)
                                html.element("small") { $0.code(way.address) }
                            }
                            html.element("td", .class("n do")) { html in
                                html.disclosure(
                                    "Remove…", id: "remove-\(way.id)", .quiet, consequence: "Pages no longer go there."
                                ) { html in
                                    html.act(
                                        "Remove", to: "/settings/teams/\(id)/ways/\(way.id)/remove", frame, .danger)
                                }
                            }
                        }
                    }
                }
            }
            html.channelForm(
                kinds, open: adding, list: "/settings/teams/\(id)", action: "/settings/teams/\(id)/ways", wayForm, frame
            )
        }
    }
}
