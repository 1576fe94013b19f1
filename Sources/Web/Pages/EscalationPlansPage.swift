import Chronology

/// Escalation plans: who is paged, and who next. POSTs to `/settings/escalations/{id}/remove`.
public struct EscalationPlansPage: SettingsPage {
    public struct Rung: Sendable {
        public var targets: [String]
        /// How long this rung has before the next is paged.
        public var patience: Duration

        public init(targets: [String], patience: Duration) {
            self.targets = targets
            self.patience = patience
        }
    }

    public struct Row: Sendable {
        public var id: String
        public var name: String
        public var rungs: [Rung]
        /// How often the plan is climbed again after the last rung.
        public var repeats: Int
        /// Who is paged after all of that.
        public var fallback: String
        public var usedBy: [String]

        public init(
            id: String, name: String, rungs: [Rung], repeats: Int, fallback: String = "the administrators",
            usedBy: [String]
        ) {
            self.id = id
            self.name = name
            self.rungs = rungs
            self.repeats = repeats
            self.fallback = fallback
            self.usedBy = usedBy
        }
    }

    public var rows: [Row]

    public init(rows: [Row]) {
        self.rows = rows
    }

    public var tab: SettingsTab { .escalations }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canManage else { return }
        html.raw(#"<a class="button primary" href="/settings/escalations/new" data-key="n">New plan</a>"#)
    }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        guard !rows.isEmpty else {
            html.empty(
                "No escalation plans",
                "A plan says who is woken first, and who next if nobody answers. Make one here.")
            return
        }
        for row in rows { plan(row, &html, frame) }
    }

    private func plan(_ row: Row, _ html: inout HTML, _ frame: PageFrame) {
        html.element("section", .class("plan"), .data("aria-labelledby", "plan-\(row.id)")) { html in
            html.element("div", .class("plan-head")) { html in
                html.element("h2", .id("plan-\(row.id)")) { html in
                    html.element("a", .href("/settings/escalations/\(row.id)"), text: row.name)
                }
                html.element(
                    "span", .class("muted grow"),
                    text: row.usedBy.isEmpty ? "not used" : "used by \(row.usedBy.joined(separator: ", "))")
                if frame.canManage {
                    html.disclosure(
                        "Remove…", id: "remove-\(row.id)", .quiet,
                        consequence: row.usedBy.isEmpty
                            ? "Nothing uses it."
                            : "It is used, and so cannot be removed: \(row.usedBy.joined(separator: ", "))."
                    ) { html in html.act("Remove", to: "/settings/escalations/\(row.id)/remove", frame, .danger) }
                }
            }
            html.element("ol", .class("rungs")) { html in
                for rung in row.rungs {
                    html.element("li") { html in
                        html.element("b", text: rung.targets.joined(separator: ", "))
                        html.element("span", .class("muted"), text: "then waits \(ClockFace.span(rung.patience))")
                    }
                }
            }
            html.element("p", .class("muted"), text: row.afterwards)
        }
    }
}

extension EscalationPlansPage.Row {
    var afterwards: String {
        let again =
            switch repeats {
            case ..<1: "If nobody has answered after the last rung,"
            case 1: "After the last rung it starts again, once. If nobody has answered then,"
            default: "After the last rung it starts again, \(repeats) times. If nobody has answered then,"
            }
        return "\(again) \(fallback) will be told."
    }
}

/// The form of one plan. POSTs to `/settings/escalations` or `/settings/escalations/{id}`: name, `target-N` and
/// `minutes-N` for N from 1 to `rungLimit` (a rung without a target is none), repeat.
public struct EscalationPlanFormPage: SettingsPage {
    /// Rungs that the form has room for; a longer plan is applied from a file.
    public static let rungLimit = 8

    /// Nil for a new plan.
    public var id: String?
    public var targets: [Choice]
    /// Who is paged after the last rung of the last lap.
    public var fallback: String
    public var form: FormState
    /// What happens when; nil: the form does not say enough yet.
    public var picture: EscalationPicture?

    public init(
        id: String? = nil, targets: [Choice], fallback: String = "the administrators", form: FormState = .fresh,
        picture: EscalationPicture? = nil
    ) {
        self.picture = picture
        self.id = id
        self.targets = targets
        self.fallback = fallback
        self.form = form
    }

    public var tab: SettingsTab { .escalations }
    public var title: String { id == nil ? "New escalation plan" : "Change an escalation plan" }
    public var trail: [Crumb] { [Crumb("Settings", "/settings"), Crumb("Escalation plans", "/settings/escalations")] }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .flag("data-preview")) { html in write(&html, frame) }
        html.element("script", .type("module"), .src(Asset.preview.path)) { _ in }
        guard let picture else { return }
        html.part("What happens when", id: "preview", note: "if nobody answers") { html in
            html.element("div", .class("ladder-columns")) { html in
                html.escalation(picture, severity: "this plan")
                html.table("What happens when", [.word("When"), .word("Who is paged")]) { html in
                    for step in picture.steps {
                        html.element("tr") { html in
                            html.element("th") { html in html.element("b", text: step.when) }
                            html.element("td", .class("wrap")) { html in
                                html.text(step.who ?? "")
                                if let note = step.note { html.element("small", text: note) }
                            }
                        }
                    }
                }
            }
        }
    }

    private func write(_ html: inout HTML, _ frame: PageFrame) {
        let path: LocalPath = id.map { "/settings/escalations/\($0)" } ?? "/settings/escalations"
        html.form(to: path, frame, class: "sheet-form") { html in
            html.formFault(form)
            html.field(
                FormField(
                    name: "name", label: "Name", placeholder: "Checkout, around the clock",
                    longest: FormField.longestName), form)
            html.element("fieldset", .class("rung-fields")) { html in
                html.raw(
                    """
                    <legend>Rungs, first to last</legend><div class="rung-field muted" aria-hidden="true"><span></span>\
                    <small>Pages</small><small>then waits, minutes</small><small>Answered by</small></div>
                    """)
                for number in 1...EscalationPlanFormPage.rungLimit {
                    html.element("div", .class("rung-field")) { html in
                        html.element("span", .class("number"), .fixed("aria-hidden", "true")) { $0.text(number) }
                        html.field(
                            FormField(
                                name: "target-\(number)", label: "Rung \(number) pages",
                                kind: .choice([Choice("", "nobody")] + targets), isRequired: number == 1,
                                isLabelSeen: false), form)
                        html.field(
                            FormField(
                                name: "minutes-\(number)", label: "Rung \(number) waits, minutes",
                                kind: .text("number"), value: "5",
                                isRequired: number == 1, longest: 4, isLabelSeen: false), form)
                        html.field(
                            FormField(
                                name: "answer-\(number)", label: "Rung \(number) is answered by",
                                kind: .choice([Choice("one", "one is enough"), Choice("all", "everybody must")]),
                                isRequired: false, isLabelSeen: false), form)
                    }
                }
            }
            html.field(
                FormField(
                    name: "repeat", label: "After the last rung",
                    kind: .choice([
                        Choice("0", "do not start again"), Choice("1", "start again, once"),
                        Choice("2", "start again, twice"), Choice("3", "start again, three times"),
                    ]), value: "1",
                    hint: "When nobody has answered in the end, \(fallback) will be told, and the page says so."), form)
            html.field(
                FormField(
                    name: "holds", label: "An acknowledgement holds for, minutes", kind: .text("number"),
                    hint:
                        "What is not over by then, nor acknowledged again, climbs anew. Empty: it holds until the end.",
                    isRequired: false, longest: 5), form)
            html.element("div", .class("row")) { html in
                html.button(id == nil ? "Create plan" : "Save", .primary)
                html.raw(#"<button name="preview" value="yes">Preview</button>"#)
                html.raw(#"<a class="button quiet" href="/settings/escalations">Cancel</a>"#)
            }
        }
    }
}
