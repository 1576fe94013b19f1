import Chronology

/// How one person is reached. POSTs to `/settings/contact-methods` (kind, address, secret),
/// `/settings/contact-methods/{id}/test` and `…/remove`.
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
        public var test: Test?

        public init(id: String, kind: String, address: String, isDisabled: Bool = false, test: Test? = nil) {
            self.id = id
            self.kind = kind
            self.address = address
            self.isDisabled = isDisabled
            self.test = test
        }
    }

    /// In the order in which they are tried.
    public var rows: [Row]
    public var kinds: [Choice]
    /// Kinds that this server is not set up to deliver by.
    public var missing: [String]
    public var form: FormState
    /// Why a test was not sent.
    public var refusal: FormState

    public init(
        rows: [Row], kinds: [Choice], missing: [String] = [], form: FormState = .fresh, refusal: FormState = .fresh
    ) {
        self.rows = rows
        self.kinds = kinds
        self.missing = missing
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
                $0.raw("A page uses all of them, in this order. Send a test after adding one.")
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
            html.form(to: "/settings/contact-methods", frame, class: "sheet-form") { html in
                html.formFault(form)
                html.element("div", .class("pair")) { html in
                    html.field(FormField(name: "kind", label: "Kind", kind: .choice(kinds)), form)
                    html.field(
                        FormField(
                            name: "address", label: "Address",
                            hint: "An email address, or the https address of a webhook.",
                            placeholder: "ana@example.com", longest: 2_048, isCode: true), form)
                    html.field(
                        FormField(
                            name: "secret", label: "Signing key", kind: .text("password"),
                            hint:
                                "The key with which the receiver checks signatures. It is never shown again.",
                            isRequired: false, condition: "needed for a webhook", placeholder: "whsec_…", longest: 512,
                            isCode: true), form)
                }
                html.element("div", .class("row")) { $0.button("Add", .primary) }
            }
        }
    }

    private func state(of row: Row) -> StateMark {
        if row.isDisabled { return StateMark("disabled", .quiet) }
        return missing.contains(row.kind)
            ? StateMark("cannot be delivered: not set up", .bad) : StateMark("in use", .good)
    }

    private func isUsable(_ row: Row) -> Bool { !row.isDisabled && !missing.contains(row.kind) }

    /// The page's script looks again while it is waiting, and says aloud what came of it.
    private func tested(_ test: Test, of row: Row, _ html: inout HTML, _ frame: PageFrame) {
        html.element("small", .id("test-" + row.id), .flag("data-waiting", test.stage == .waiting)) { html in
            html.text("Last test of \(row.kind.lowercased()) ")
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
            }
            html.element("td", .class("n do")) { html in
                if isUsable(row) {
                    html.act("Send a test", to: "/settings/contact-methods/\(row.id)/test", frame, .quiet)
                }
                html.disclosure(
                    "Remove…", id: "remove-\(row.id)", .quiet,
                    consequence: index == 0 && rows.count == 1
                        ? "This is the last one: pages could not reach you." : "Pages no longer go there."
                ) { html in html.act("Remove", to: "/settings/contact-methods/\(row.id)/remove", frame, .danger) }
            }
        }
    }
}
