import Chronology

/// The form of a schedule. POSTs to `/schedules` or `/schedules/{id}`: name, zone, about, and for each layer N `name-N`,
/// `start-N`, `count-N`, `unit-N`, `handoffs-N`, `members-N`, `windows-N`, `priority-N`, `order-N`, and `handoff`,
/// `handoff-lead`, `slack-group`, `readiness`; with `preview` nothing is saved.
public struct ScheduleFormPage: WebPage {
    /// Layers that the form has room for; a richer schedule is changed from a file.
    public static let layerLimit = 4

    /// Nil for a new one.
    public var id: String?
    public var people: [String]
    /// How many layers are shown.
    public var layers: Int
    public var preview: [ShiftRow]?
    public var findings: [String]
    /// What each change of the clocks in the year to come does to shifts, in sentences.
    public var clockChanges: [String] = []
    public var form: FormState

    public init(
        id: String?, people: [String], layers: Int, preview: [ShiftRow]? = nil, findings: [String] = [],
        form: FormState
    ) {
        self.id = id
        self.people = people
        self.layers = layers
        self.preview = preview
        self.findings = findings
        self.form = form
    }

    public var section: PageSection? { .onCall }
    public var title: String { id == nil ? "New schedule" : "Change a schedule" }
    public var trail: [Crumb] {
        [Crumb("On call", "/schedules")] + (id.map { [Crumb(form.values["name"] ?? $0, "/schedules/\($0)")] } ?? [])
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .flag("data-preview")) { html in write(&html, frame) }
        html.element("script", .type("module"), .src(Asset.preview.path)) { _ in }
        guard let preview else { return }
        html.part("What would be", id: "preview", note: "nothing is saved yet") { html in
            if preview.isEmpty { html.element("p", .class("bad"), text: "Nobody is on call in the next four weeks.") }
            for finding in findings { html.element("p", .class("bad"), text: finding) }
            html.shifts(preview, "What would be", frame.clock.now)
            guard !clockChanges.isEmpty else { return }
            html.element("h3") { $0.raw("When the clocks are changed") }
            html.element("ul", .class("lines")) { html in
                for change in clockChanges { html.element("li", text: change) }
            }
        }
    }

    private func write(_ html: inout HTML, _ frame: PageFrame) {
        let path: LocalPath = id.map { "/schedules/\($0)" } ?? "/schedules"
        html.form(to: path, frame, class: "sheet-form") { html in
            html.formFault(form)
            html.element("div", .class("pair")) { html in
                html.field(
                    FormField(name: "name", label: "Name", placeholder: "Primary", longest: FormField.longestName), form
                )
                html.field(
                    FormField(
                        name: "zone", label: "Time zone",
                        hint: "Hand-offs keep to its wall clock, whatever becomes of summer time.",
                        placeholder: "Europe/Berlin", longest: 64), form)
                html.field(
                    FormField(name: "about", label: "What it is for", isRequired: false, longest: 500), form)
            }
            for number in 1...ScheduleFormPage.layerLimit { layer(number, &html) }
            handOffs(&html)
            html.element("div", .class("row")) { html in
                html.button(id == nil ? "Create schedule" : "Save", .primary)
                html.raw(#"<button name="preview" value="yes">Preview</button>"#)
                html.raw(#"<a class="button quiet" href="/schedules">Cancel</a>"#)
            }
        }
    }

    private func handOffs(_ html: inout HTML) {
        html.element("fieldset") { html in
            html.raw("<legend>At each change</legend>")
            html.field(
                FormField(
                    name: "handoff",
                    label: "A hand-off: what is open goes to both, and whoever comes says that they have it",
                    kind: .check), form)
            html.element("div", .class("pair")) { html in
                html.field(
                    FormField(
                        name: "handoff-lead", label: "Opened so many minutes before", kind: .text("number"),
                        value: "60",
                        hint: "So that whoever leaves can write down what the next should know.", isRequired: false),
                    form)
                html.field(
                    FormField(
                        name: "slack-group", label: "Slack user group of whoever is on call",
                        hint: "Its id. The app needs the scope usergroups:write.", isRequired: false,
                        placeholder: "S0604QSJC", longest: 32), form)
                html.field(
                    FormField(
                        name: "readiness", label: "What whoever comes must have", kind: .lines(4),
                        hint: "A line each; empty is what the playbook asks for, and a single dash is nothing.",
                        isRequired: false, longest: 4_000), form)
            }
        }
    }

    private func layer(_ number: Int, _ html: inout HTML) {
        html.element("details", .class("layer"), .flag("open", number <= max(1, layers))) { html in
            html.element("summary", text: number == 1 ? "First rotation" : "Rotation \(number)")
            html.element("div", .class("pair")) { html in
                func field(_ name: String, _ label: String, _ change: (inout FormField) -> Void = { _ in }) {
                    var field = FormField(name: "\(name)-\(number)", label: label, isRequired: false)
                    change(&field)
                    html.field(field, form)
                }
                field("name", "What it is called") { $0.longest = FormField.longestName }
                field("start", "First hand-off") {
                    $0.kind = .text("datetime-local")
                    $0.condition = "for a rotation"
                }
                field("count", "A turn is") {
                    $0.kind = .text("number")
                    $0.value = "1"
                }
                field("unit", "Hours, days, weeks or months") {
                    $0.kind = .choice([
                        Choice("week", "weeks"), Choice("day", "days"), Choice("hour", "hours"),
                        Choice("month", "months"),
                    ])
                }
                field("members", "Who takes turns") {
                    $0.kind = .lines(4)
                    $0.condition = "for a rotation"
                    $0.longest = 4_000
                    $0.placeholder = "Ana Cruz\nBen Okafor"
                    $0.hint =
                        "A line for each turn; names that share a turn stand on one line with commas. "
                        + "Known: \(people.prefix(20).joined(separator: ", "))"
                }
                field("windows", "Only at these times") {
                    $0.kind = .lines(3)
                    $0.longest = 2_000
                    $0.placeholder = "Mon-Fri 09:00-17:00\nFri 17:00 - Mon 09:00"
                    $0.hint = "A line each; empty is always."
                }
                field("handoffs", "Fixed hand-offs in the week instead") { $0.placeholder = "Mon 09:00, Fri 17:00" }
                field("priority", "Priority") {
                    $0.kind = .text("number")
                    $0.value = "0"
                    $0.hint = "A higher one covers those below it while it has somebody; equals are on call together."
                }
                field("order", "Whoever is away") {
                    $0.kind = .choice([
                        Choice("list", "stays on call, with a warning"),
                        Choice("present", "is passed over"),
                        Choice("longest-ago", "is passed over, and is next then"),
                    ])
                }
            }
        }
    }
}

/// The address at which a calendar program reads shifts, shown once.
public struct CalendarFeedPage: WebPage {
    public var address: String
    public var back: LocalPath

    public init(address: String, back: LocalPath) {
        self.address = address
        self.back = back
    }

    public var section: PageSection? { .onCall }
    public var title: String { "Calendar address" }
    public var trail: [Crumb] { [Crumb("On call", "/schedules")] }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("p") { html in
            html.raw(
                "Subscribe to this address in a calendar program. Whoever knows it can read the shifts, so keep it to yourself; it is shown this once."
            )
        }
        html.copyable(address, label: "Calendar address")
        html.element("p") { html in html.element("a", .class("button"), .href(back), text: "Done") }
    }
}
