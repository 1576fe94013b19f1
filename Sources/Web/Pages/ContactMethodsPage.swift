import Chronology

/// How one person is reached. POSTs to `/settings/contact-methods` (kind, address, secret),
/// `/settings/contact-methods/{id}/test`, `…/code`, `…/verify` (code), `…/remove`, and `/settings/notification-rules`.
public struct ContactMethodsPage: SettingsPage {
    /// The last test of a way, and what became of it.
    public struct Test: Sendable {
        public enum Stage: Sendable { case waiting, accepted, failed }

        public var stage: Stage
        /// "accepted", "refused by the receiver".
        public var words: String
        public var at: Instant

        public init(_ stage: Stage, _ words: String, at: Instant) {
            self.stage = stage
            self.words = words
            self.at = at
        }
    }

    public struct Row: Sendable {
        public var id: String
        /// "Email", "Webhook".
        public var kind: String
        public var address: String
        public var isDisabled: Bool
        /// Whether it has to be verified before pages use it.
        public var awaitsProof: Bool
        public var test: Test?

        public init(
            id: String, kind: String, address: String, isDisabled: Bool = false, awaitsProof: Bool = false,
            test: Test? = nil
        ) {
            self.id = id
            self.kind = kind
            self.address = address
            self.isDisabled = isDisabled
            self.awaitsProof = awaitsProof
            self.test = test
        }
    }

    /// In the order in which they are tried.
    public var rows: [Row]
    public var kinds: [ChannelKind]
    /// The kind whose form is open.
    public var adding: String
    public var rules: NotificationRulesForm
    public var form: FormState
    /// Why a test was not sent, or a code not taken.
    public var refusal: FormState

    public init(
        rows: [Row], kinds: [ChannelKind], adding: String = "email",
        rules: NotificationRulesForm = NotificationRulesForm(), form: FormState = .fresh, refusal: FormState = .fresh
    ) {
        self.rows = rows
        self.kinds = kinds
        self.adding = adding
        self.rules = rules
        self.form = form
        self.refusal = refusal
    }

    public var tab: SettingsTab { .contactMethods }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        if rows.isEmpty {
            html.empty(
                "Nobody can wake you yet",
                "A rung of a plan that reaches only you is skipped, and the next person is woken at once. Add a way below."
            )
        } else {
            html.formFault(refusal)
            html.element("p", .class("muted")) {
                $0.raw("A page uses all of them, or what the rules below say. Send a test after adding one.")
            }
            html.element("div", .id("ways"), .flag("data-part")) { html in
                html.table(
                    "Ways to reach me",
                    [.number("Order"), .word("Way"), .word("State"), .actions]
                ) { html in
                    for (index, row) in rows.enumerated() { self.row(row, index, &html, frame) }
                }
            }
        }
        html.part("Add a way", id: "add") { html in
            html.channelForm(
                kinds, open: adding, list: "/settings/contact-methods", action: "/settings/contact-methods", form, frame
            )
        }
        if !rows.isEmpty {
            html.part("When it is used", id: "rules") { html in rules.write(&html, rows, frame) }
        }
    }

    private func kind(_ label: String) -> ChannelKind? { kinds.first { $0.label == label } }

    private func state(of row: Row) -> StateMark {
        if row.isDisabled { return StateMark("disabled", .quiet) }
        guard kind(row.kind)?.isReady ?? false else { return StateMark("cannot be delivered: not set up", .bad) }
        return row.awaitsProof ? StateMark("not verified: pages do not use it", .bad) : StateMark("in use", .good)
    }

    private func isUsable(_ row: Row) -> Bool { !row.isDisabled && (kind(row.kind)?.isReady ?? false) }

    /// The page's script looks again while it is waiting, and says aloud what came of it.
    private func tested(_ test: Test, of row: Row, _ html: inout HTML, _ frame: PageFrame) {
        html.element("small", .id("test-" + row.id), .flag("data-waiting", test.stage == .waiting)) { html in
            html.text("Last \(row.awaitsProof ? "code" : "test") by \(row.kind.lowercased()) ")
            html.ago(test.at, frame.clock)
            html.raw(": ")
            switch test.stage {
            case .waiting:
                html.text(test.words + ". ")
                html.raw(#"<a href="/settings/contact-methods">Look again</a>"#)
            case .accepted: html.text(test.words)
            case .failed: html.element("span", .class("late"), text: "failed, " + test.words)
            }
        }
    }

    private func row(_ row: Row, _ index: Int, _ html: inout HTML, _ frame: PageFrame) {
        html.element("tr") { html in
            html.element("td", .class("n w")) { $0.text(index + 1) }
            html.element("th") { html in
                html.element("b", text: row.kind)
                html.element("small") { $0.code(row.address) }
            }
            html.element("td", .class("wrap")) { html in
                html.state(state(of: row))
                if let test = row.test { tested(test, of: row, &html, frame) }
                if row.awaitsProof, isUsable(row) { verify(row, &html, frame) }
            }
            html.element("td", .class("n do")) { html in
                if isUsable(row), !row.awaitsProof {
                    html.act("Send a test", to: "/settings/contact-methods/\(row.id)/test", frame, .quiet)
                }
                if isUsable(row), row.awaitsProof {
                    html.act("Send a code", to: "/settings/contact-methods/\(row.id)/code", frame, .quiet)
                }
                html.disclosure(
                    "Remove…", id: "remove-\(row.id)", .quiet,
                    consequence: index == 0 && rows.count == 1
                        ? "This is the last one: pages could not reach you." : "Pages no longer go there."
                ) { html in html.act("Remove", to: "/settings/contact-methods/\(row.id)/remove", frame, .danger) }
            }
        }
    }

    private func verify(_ row: Row, _ html: inout HTML, _ frame: PageFrame) {
        html.form(to: "/settings/contact-methods/\(row.id)/verify", frame, class: "inline") { html in
            let id = "code-\(row.id)"
            html.element("label", .class("unseen"), .for(id), text: "The code that came by \(row.kind.lowercased())")
            html.void(
                "input", .type("text"), .id(id), .name("code"), .fixed("inputmode", "numeric"),
                .fixed("autocomplete", "one-time-code"), .data("placeholder", "123456"), .number("maxlength", 20),
                .class("mono"), .flag("required"))
            html.button("Verify", .quiet)
        }
    }
}

/// A kind of channel as a form offers it: what its description says.
public struct ChannelKind: Sendable {
    public struct Field: Sendable {
        public var name: String
        public var label: String
        public var hint: String
        public var example: String
        public var isRequired: Bool
        public var isSecret: Bool
        public var choices: [String]
        public var longest: Int

        public init(
            name: String, label: String, hint: String = "", example: String = "", isRequired: Bool = true,
            isSecret: Bool = false, choices: [String] = [], longest: Int = 2_048
        ) {
            self.name = name
            self.label = label
            self.hint = hint
            self.example = example
            self.isRequired = isRequired
            self.isSecret = isSecret
            self.choices = choices
            self.longest = longest
        }
    }

    public var kind: String
    public var label: String
    public var about: String
    /// Whether this server can deliver by it.
    public var isReady: Bool
    /// Of a destination: the address first, then its secret where there is one.
    public var fields: [Field]
    /// What a browser gives for Web Push; nil for every other kind.
    public var pushKey: String?

    public init(
        kind: String, label: String, about: String, isReady: Bool, fields: [Field], pushKey: String? = nil
    ) {
        self.kind = kind
        self.label = label
        self.about = about
        self.isReady = isReady
        self.fields = fields
        self.pushKey = pushKey
    }
}

extension HTML {
    /// The form of one kind, and the way to the others. It works without scripts: each kind is a link to its own form.
    ///
    /// - Parameters:
    ///   - list: the page that has the form; `?add=KIND` opens another one.
    ///   - action: where it is sent: kind, address, secret.
    mutating func channelForm(
        _ kinds: [ChannelKind], open: String, list: LocalPath, action: LocalPath, _ state: FormState, _ frame: PageFrame
    ) {
        let open = state.values["kind"] ?? open
        element("ul", .class("kinds"), .label("Kinds")) { html in
            for kind in kinds {
                html.element("li") { html in
                    html.element(
                        "a", .class(kind.isReady ? nil : "muted"), .href(list.with("add", kind.kind)),
                        .fixed("aria-current", kind.kind == open ? "true" : nil)
                    ) { html in
                        html.text(kind.label)
                        if !kind.isReady { html.element("small") { $0.raw("not set up") } }
                    }
                }
            }
        }
        guard let kind = kinds.first(where: { $0.kind == open }) ?? kinds.first else { return }
        element("p", .class("muted"), text: kind.about)
        guard kind.isReady else {
            element("p") { html in
                html.raw("It has to be set up for everybody first")
                if frame.canAdminister {
                    html.raw(": ")
                    html.element("a", .href("/settings/channels/\(kind.kind)"), text: "set up \(kind.label)")
                } else {
                    html.raw("; ask an administrator.")
                }
            }
            return
        }
        form(to: action, frame, class: "sheet-form") { html in
            html.formFault(state)
            html.void("input", .type("hidden"), .name("kind"), .value(kind.kind))
            if let key = kind.pushKey {
                html.element("div", .data("data-push-key", key), .class("push")) { html in
                    html.raw(#"<p class="muted">It needs a browser with scripts.</p>"#)
                }
                html.element("script", .type("module"), .src(Asset.subscribe.path)) { _ in }
            }
            html.element("div", .class(kind.pushKey == nil ? "pair" : "pair unseen")) { html in
                for (field, name) in zip(kind.fields, ["address", "secret"]) {
                    html.field(
                        FormField(
                            name: name, label: field.label, kind: .text(field.isSecret ? "password" : "text"),
                            hint: field.hint.isEmpty ? nil : field.hint, isRequired: field.isRequired,
                            placeholder: field.example.isEmpty ? nil : field.example, longest: field.longest,
                            isCode: true), state)
                }
            }
            if kind.pushKey == nil { html.element("div", .class("row")) { $0.button("Add", .primary) } }
        }
    }
}
