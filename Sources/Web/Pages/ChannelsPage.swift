/// The ways out of the server: what each needs, and whether it works.
public struct ChannelsPage: SettingsPage {
    public struct Row: Sendable {
        public var kind: String
        public var label: String
        public var about: String
        public var state: StateMark
        /// "a button in the message".
        public var acknowledgement: String
        public var receipts: String
        /// "1 in 1 s".
        public var rate: String?
        /// How many people and teams have a way by it.
        public var users: Int

        public init(
            kind: String, label: String, about: String, state: StateMark, acknowledgement: String, receipts: String,
            rate: String? = nil, users: Int = 0
        ) {
            self.kind = kind
            self.label = label
            self.about = about
            self.state = state
            self.acknowledgement = acknowledgement
            self.receipts = receipts
            self.rate = rate
            self.users = users
        }
    }

    public var rows: [Row]

    public init(rows: [Row]) { self.rows = rows }

    public var tab: SettingsTab { .channels }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.element("p", .class("muted")) {
            $0.raw("Each is off until it is set up. People choose among them under “How I am reached”.")
        }
        html.table(
            "Channels",
            [
                .word("Channel"), .word("State"), .word("Acknowledged by"), .word("Known after sending"),
                .number("Used by"), .actions,
            ]
        ) { html in
            for row in rows {
                html.element("tr") { html in
                    html.element("th") { html in
                        html.element("b", text: row.label)
                        html.element("small", text: row.about)
                    }
                    html.element("td") { $0.state(row.state) }
                    html.element("td", .class("wrap"), .fixed("data-th", "acknowledged by"), text: row.acknowledgement)
                    html.element("td", .class("wrap"), .fixed("data-th", "known")) { html in
                        html.text(row.receipts)
                        if let rate = row.rate { html.element("small", text: "at most \(rate)") }
                    }
                    html.element("td", .class("n"), .fixed("data-th", "used by")) { $0.text(row.users) }
                    html.element("td", .class("n do")) { html in
                        html.element(
                            "a", .class("button quiet"), .href("/settings/channels/\(row.kind)"),
                            .label("Set up \(row.label)")
                        ) { $0.raw("Set up") }
                    }
                }
            }
        }
    }
}

/// One channel's account: a form made from the channel's own description. POSTs to `/settings/channels/{kind}` (`field-NAME`,
/// messages, seconds, disabled), `…/check` and `…/remove`.
public struct ChannelPage: SettingsPage {
    public var kind: String
    public var label: String
    public var about: String
    public var state: StateMark
    public var fields: [ChannelKind.Field]
    /// Plain settings by field.
    public var values: [String: String]
    /// Names of the secrets that are set.
    public var secrets: [String]
    /// Where its far end calls back; nil: it does not.
    public var callback: String?
    public var isSet: Bool
    public var isDisabled: Bool
    public var usualRate: String?
    /// What the far end said when it was asked.
    public var check: (works: Bool, detail: String)?
    public var form: FormState

    public init(
        kind: String, label: String, about: String, state: StateMark, fields: [ChannelKind.Field],
        values: [String: String] = [:], secrets: [String] = [], callback: String? = nil, isSet: Bool = false,
        isDisabled: Bool = false, usualRate: String? = nil, check: (works: Bool, detail: String)? = nil,
        form: FormState = .fresh
    ) {
        self.kind = kind
        self.label = label
        self.about = about
        self.state = state
        self.fields = fields
        self.values = values
        self.secrets = secrets
        self.callback = callback
        self.isSet = isSet
        self.isDisabled = isDisabled
        self.usualRate = usualRate
        self.check = check
        self.form = form
    }

    public var tab: SettingsTab { .channels }
    public var title: String { label }
    public var trail: [Crumb] { [Crumb("Settings", "/settings"), Crumb("Channels", "/settings/channels")] }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.element("p", .class("marks")) { $0.state(state) }
        html.element("p", .class("muted"), text: about)
        if let check {
            html.element("p", .class(check.works ? "flash" : "flash refused"), .fixed("role", "status")) { html in
                html.icon(check.works ? .check : .cross)
                html.element("span", text: check.detail)
            }
        }
        html.form(to: "/settings/channels/\(kind)", frame, class: "sheet-form") { html in
            html.formFault(form)
            if fields.isEmpty { html.raw("<p>It needs nothing but the addresses of those who use it.</p>") }
            html.element("div", .class("pair")) { html in
                for field in fields { self.field(field, &html) }
            }
            html.element("fieldset", .class("rate")) { html in
                html.raw("<legend>How much the provider takes</legend>")
                html.element("div", .class("pair")) { html in
                    html.field(
                        FormField(
                            name: "messages", label: "Messages", kind: .text("number"), value: values["messages"] ?? "",
                            hint: usualRate.map { "Empty: \($0), as its documents say." }
                                ?? "Empty: as many as there are.",
                            isRequired: false, longest: 6), form)
                    html.field(
                        FormField(
                            name: "seconds", label: "in so many seconds", kind: .text("number"),
                            value: values["seconds"] ?? "", isRequired: false, longest: 5), form)
                }
            }
            html.field(
                FormField(
                    name: "disabled", label: "Switched off: nothing is sent by it", kind: .check,
                    value: isDisabled ? "yes" : ""), form)
            html.element("div", .class("row")) { html in
                html.button("Save", .primary)
                html.raw(#"<a class="button quiet" href="/settings/channels">Back</a>"#)
            }
        }
        if let callback {
            html.part("Calls back at", id: "callback") { html in
                html.element("p", .class("muted")) {
                    $0.raw("Give this address to the provider where it asks for one. It holds a secret.")
                }
                html.copyable(callback, label: "Address")
            }
        }
        html.element("div", .class("row")) { html in
            html.act("Check the account", to: "/settings/channels/\(kind)/check", frame)
            if isSet {
                html.disclosure(
                    "Forget the account…", id: "remove", .quiet,
                    consequence: "Messages by it fail at once, and people are reached by their other ways."
                ) { html in html.act("Forget it", to: "/settings/channels/\(kind)/remove", frame, .danger) }
            }
        }
    }

    private func field(_ field: ChannelKind.Field, _ html: inout HTML) {
        let isKept = secrets.contains(field.name)
        let hints = [field.hint, isKept ? "Set; leave it empty to keep it." : ""].filter { !$0.isEmpty }
        let kind: FormField.Kind =
            field.choices.isEmpty
            ? .text(field.isSecret ? "password" : "text")
            : .choice((field.isRequired ? [] : [Choice("", "not set")]) + field.choices.map { Choice($0) })
        html.field(
            FormField(
                name: "field-\(field.name)", label: field.label, kind: kind, value: values[field.name] ?? "",
                hint: hints.isEmpty ? nil : hints.joined(separator: " "), isRequired: field.isRequired && !isKept,
                placeholder: field.example.isEmpty ? nil : field.example, longest: field.longest, isCode: true), form)
    }
}
