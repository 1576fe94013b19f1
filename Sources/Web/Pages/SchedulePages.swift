import Chronology

/// Who is on call, schedule by schedule.
public struct ScheduleListPage: WebPage {
    public struct Person: Sendable {
        public var name: String
        public var why: String

        public init(name: String, why: String) {
            self.name = name
            self.why = why
        }
    }

    public struct Row: Sendable {
        public var id: String
        public var name: String
        public var zone: Zone
        /// Empty: nobody is.
        public var now: [Person]
        /// When somebody else is; nil: not within five weeks.
        public var until: Instant?
        public var next: [String]
        public var picture: ShiftPicture
        /// What is wrong in the four weeks to come.
        public var findings: [String]

        public init(
            id: String, name: String, zone: Zone, now: [Person], until: Instant?, next: [String],
            picture: ShiftPicture, findings: [String]
        ) {
            self.id = id
            self.name = name
            self.zone = zone
            self.now = now
            self.until = until
            self.next = next
            self.picture = picture
            self.findings = findings
        }
    }

    public var rows: [Row]
    /// When the reader is on call next, or until when; nil: never in the next weeks.
    public var mine: [ShiftRow]

    public init(rows: [Row], mine: [ShiftRow]) {
        self.rows = rows
        self.mine = mine
    }

    public var section: PageSection? { .onCall }
    public var title: String { "On call" }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canManage else { return }
        html.raw(#"<a class="button primary" href="/schedules/new">New schedule</a>"#)
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        guard !rows.isEmpty else {
            html.empty(
                "No schedules",
                "A schedule says who is on call when. Escalation plans and playbooks then page whoever that is. Make one here, or from a file:",
                command: "tocsin schedule put primary.json")
            return
        }
        if !mine.isEmpty {
            html.part("My shifts", id: "mine") { html in
                html.shifts(mine, "My shifts", frame.clock.now)
                html.form(to: "/my-shifts/feed", frame, class: "act") { $0.button("Calendar address", .quiet) }
            }
        }
        for row in rows {
            let clock = ClockFace(now: frame.clock.now, zone: row.zone)
            html.element("section", .class("plan"), .data("aria-labelledby", "schedule-\(row.id)")) { html in
                html.element("div", .class("plan-head")) { html in
                    html.element("h2", .id("schedule-\(row.id)")) { html in
                        html.element("a", .href("/schedules/\(row.id)"), text: row.name)
                    }
                    html.element("span", .class("muted"), text: row.zone.name)
                }
                html.onCallLine(row.now, until: row.until, next: row.next, clock)
                html.shiftPicture(row.picture, name: row.name, id: row.id)
                for finding in row.findings.prefix(3) { html.element("p", .class("bad"), text: finding) }
                if row.findings.count > 3 {
                    html.element("p", .class("muted"), text: "and \(row.findings.count - 3) more findings")
                }
            }
        }
    }
}

/// One shift in a list.
public struct ShiftRow: Sendable {
    public var who: String
    public var schedule: String?
    public var start: Instant
    public var end: Instant
    public var zone: Zone
    public var why: String
    /// Nil for shifts of rotations; the override's id, which can be ended.
    public var override: String?

    public init(
        who: String, schedule: String? = nil, start: Instant, end: Instant, zone: Zone, why: String,
        override: String? = nil
    ) {
        self.who = who
        self.schedule = schedule
        self.start = start
        self.end = end
        self.zone = zone
        self.why = why
        self.override = override
    }
}

/// Shifts of some days as bars, a row for each person.
public struct ShiftPicture: Sendable {
    public struct Bar: Sendable {
        public var name: String
        public var spans: [(start: Instant, end: Instant)]
        public var isGap: Bool

        public init(name: String, spans: [(start: Instant, end: Instant)], isGap: Bool = false) {
            self.name = name
            self.spans = spans
            self.isGap = isGap
        }
    }

    public var start: Instant
    public var end: Instant
    /// Where days begin, with what they are called.
    public var days: [(at: Instant, label: String)]
    public var bars: [Bar]

    public init(start: Instant, end: Instant, days: [(at: Instant, label: String)], bars: [Bar]) {
        self.start = start
        self.end = end
        self.days = days
        self.bars = bars
    }

    static let width = 700
    static let names = 130
    static let rowHeight = 22
    /// More people than that have no room; the calendar has all of them.
    static let limit = 12

    func x(_ instant: Instant) -> Int {
        let whole = max(1, (end - start).wholeMicroseconds / 1_000_000)
        let part = max(0, min(whole, (instant - start).wholeMicroseconds / 1_000_000))
        return Self.names + Int(part * Int64(Self.width - Self.names) / whole)
    }
}

extension HTML {
    mutating func onCallLine(
        _ now: [ScheduleListPage.Person], until: Instant?, next: [String], _ clock: ClockFace
    ) {
        element("p", .class("oncall")) { html in
            if now.isEmpty {
                html.state(StateMark("nobody is on call", .bad))
            } else {
                for (index, person) in now.enumerated() {
                    if index > 0 { html.raw(", ") }
                    html.element("b", .title(person.why), text: person.name)
                }
            }
            if let until {
                html.raw(" until ")
                html.absolute(until, clock)
                html.text(next.isEmpty ? ", then nobody" : ", then \(next.joined(separator: ", "))")
            }
        }
    }

    /// Everything in it is also in the calendar and in the list of shifts.
    mutating func shiftPicture(_ picture: ShiftPicture, name: String, id: String) {
        let bars = picture.bars.prefix(ShiftPicture.limit)
        guard !bars.isEmpty else { return }
        let height = bars.count * ShiftPicture.rowHeight + 20
        element("div", .class("scroll")) { html in
            html.element(
                "svg", .class("shifts"), .data("viewBox", "0 0 \(ShiftPicture.width) \(height)"),
                .fixed("role", "img"), .data("aria-labelledby", "picture-\(id)")
            ) { html in
                html.element("title", .id("picture-\(id)"), text: "The next days of \(name)")
                for day in picture.days {
                    let x = String(picture.x(day.at))
                    html.element(
                        "line", .data("x1", x), .data("x2", x), .fixed("y1", "14"), .data("y2", String(height))
                    ) { _ in }
                    html.element("text", .class("day"), .data("x", x), .fixed("y", "10"), text: day.label)
                }
                for (index, bar) in bars.enumerated() {
                    let y = 18 + index * ShiftPicture.rowHeight
                    html.element(
                        "text", .class(bar.isGap ? "gap" : nil), .fixed("x", "0"), .data("y", String(y + 12)),
                        text: String(bar.name.prefix(20)))
                    for span in bar.spans {
                        let (left, right) = (picture.x(span.start), picture.x(span.end))
                        html.element(
                            "rect", .class(bar.isGap ? "gap" : nil), .data("x", String(left)), .data("y", String(y)),
                            .data("width", String(max(2, right - left - 1))), .fixed("height", "16"),
                            .fixed("rx", "3")
                        ) { _ in }
                    }
                }
            }
        }
    }

    mutating func shifts(_ shifts: [ShiftRow], _ name: String, _ now: Instant) {
        let first: Column = shifts.contains { $0.schedule != nil } ? .word("Schedule") : .word("Who")
        table(name, [first, .word("From"), .word("To"), .word("Why")]) { html in
            for shift in shifts {
                let clock = ClockFace(now: now, zone: shift.zone)
                html.element("tr") { html in
                    html.element("th") { html in
                        html.element("b", text: shift.schedule ?? shift.who)
                    }
                    html.element("td") { html in html.absolute(shift.start, clock) }
                    html.element("td") { html in html.absolute(shift.end, clock) }
                    html.element("td", .class("muted"), text: shift.why)
                }
            }
        }
    }
}

/// One schedule: who is on call, a calendar of four weeks, what is wrong with it, and overrides. POSTs to
/// `/schedules/{id}/overrides` (kind, user, for, from, to, why), `/schedules/{id}/overrides/{override}/end`,
/// `/schedules/{id}/remove`.
public struct SchedulePage: WebPage {
    public struct Day: Sendable {
        public struct Entry: Sendable {
            public var name: String
            /// `09:00–17:00`, `from 09:00`, `until 09:00`; nil: all day.
            public var time: String?
            public var isOverride: Bool
            public var isMine: Bool

            public init(name: String, time: String?, isOverride: Bool, isMine: Bool) {
                self.name = name
                self.time = time
                self.isOverride = isOverride
                self.isMine = isMine
            }
        }

        public var date: CivilDate
        public var isToday: Bool
        public var isPast: Bool
        public var entries: [Entry]
        /// Times without anybody, as they are told.
        public var gaps: [String]
        /// `23 h`: only where a day is not as long as others.
        public var length: String?

        public init(
            date: CivilDate, isToday: Bool, isPast: Bool, entries: [Entry], gaps: [String], length: String?
        ) {
            self.date = date
            self.isToday = isToday
            self.isPast = isPast
            self.entries = entries
            self.gaps = gaps
            self.length = length
        }
    }

    public struct Load: Sendable {
        public var name: String
        public var time: String
        public var shifts: Int
        public var nights: Int
        public var weekendDays: Int

        public init(name: String, time: String, shifts: Int, nights: Int, weekendDays: Int) {
            self.name = name
            self.time = time
            self.shifts = shifts
            self.nights = nights
            self.weekendDays = weekendDays
        }
    }

    public var id: String
    public var name: String
    public var about: String
    public var zone: Zone
    public var now: [ScheduleListPage.Person]
    public var until: Instant?
    public var next: [String]
    /// Weeks of seven days.
    public var days: [Day]
    public var earlier: LocalPath
    public var later: LocalPath
    public var findings: [String]
    public var load: [Load]
    public var overrides: [ShiftRow]
    public var people: [Choice]
    public var usedBy: [String]
    public var form: FormState

    public init(
        id: String, name: String, about: String, zone: Zone, now: [ScheduleListPage.Person], until: Instant?,
        next: [String], days: [Day], earlier: LocalPath, later: LocalPath, findings: [String], load: [Load],
        overrides: [ShiftRow], people: [Choice], usedBy: [String], form: FormState = .fresh
    ) {
        self.id = id
        self.name = name
        self.about = about
        self.zone = zone
        self.now = now
        self.until = until
        self.next = next
        self.days = days
        self.earlier = earlier
        self.later = later
        self.findings = findings
        self.load = load
        self.overrides = overrides
        self.people = people
        self.usedBy = usedBy
        self.form = form
    }

    public var section: PageSection? { .onCall }
    public var title: String { name }
    public var trail: [Crumb] { [Crumb("On call", "/schedules")] }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canManage else { return }
        html.element("a", .class("button"), .href("/schedules/\(id)/edit"), text: "Change")
        html.disclosure(
            "Remove…", id: "remove", .quiet,
            consequence: usedBy.isEmpty
                ? "Nothing uses it. Past shifts are kept."
                : "It is used, and so cannot be removed: \(usedBy.joined(separator: ", "))."
        ) { html in html.act("Remove \(name)", to: "/schedules/\(id)/remove", frame, .danger) }
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        let clock = ClockFace(now: frame.clock.now, zone: zone)
        html.onCallLine(now, until: until, next: next, clock)
        if !about.isEmpty { html.element("p", .class("muted"), text: about) }
        if frame.canRespond {
            html.element("div", .class("row")) { html in
                overrideForm(&html, frame)
                html.act("Calendar address", to: "/schedules/\(id)/feed", frame, .quiet)
            }
        }
        html.part("Calendar", id: "calendar", note: "times in \(zone.name)") { html in calendar(&html) }
        if !findings.isEmpty {
            html.part("What to look at", id: "findings") { html in
                html.element("ul", .class("lines")) { html in
                    for finding in findings { html.element("li", text: finding) }
                }
            }
        }
        if !overrides.isEmpty {
            html.part("Overrides", id: "overrides") { html in self.overrides(&html, frame, clock) }
        }
        guard !load.isEmpty else { return }
        html.part("Load", id: "load", note: "in the four weeks shown") { html in
            html.table(
                "Load",
                [.word("Who"), .number("On call"), .number("Shifts"), .number("Nights"), .number("Weekend days")]
            ) { html in
                for one in load {
                    html.element("tr") { html in
                        html.element("th") { html in html.element("b", text: one.name) }
                        html.element("td", .class("n"), .fixed("data-th", "on call"), text: one.time)
                        html.element("td", .class("n"), .fixed("data-th", "shifts")) { $0.text(one.shifts) }
                        html.element("td", .class("n"), .fixed("data-th", "nights")) { $0.text(one.nights) }
                        html.element("td", .class("n"), .fixed("data-th", "weekend days")) { $0.text(one.weekendDays) }
                    }
                }
            }
        }
    }

    private func calendar(_ html: inout HTML) {
        html.element("div", .class("row")) { html in
            html.element("a", .class("button quiet"), .rel("prev"), .href(earlier), text: "Earlier")
            html.element("a", .class("button quiet"), .rel("next"), .href(later), text: "Later")
        }
        html.element("table", .class("calendar"), .label("Who is on call, day by day")) { html in
            html.element("thead") { html in
                html.element("tr") { html in
                    for day in Weekday.allCases {
                        html.element("th", .fixed("scope", "col"), text: day.shortName)
                    }
                }
            }
            html.element("tbody") { html in
                for week in stride(from: 0, to: days.count, by: 7) {
                    html.element("tr") { html in
                        for day in days[week..<min(week + 7, days.count)] { cell(day, &html) }
                    }
                }
            }
        }
    }

    private func cell(_ day: Day, _ html: inout HTML) {
        html.element("td", .class(day.isToday ? "today" : day.isPast ? "past" : nil)) { html in
            html.element("span", .class("date")) { html in
                html.element("span", .class("phone"), text: day.date.weekday.shortName + " ")
                html.text(day.date.day == 1 || day.isToday ? day.date.shortText : String(day.date.day))
                if let length = day.length { html.element("small", text: " \(length)") }
            }
            for entry in day.entries {
                html.element("span", .class(entry.isMine ? "shift mine" : entry.isOverride ? "shift over" : "shift")) {
                    html in
                    html.element("b", text: entry.name)
                    if let time = entry.time { html.element("small", text: " " + time) }
                }
            }
            for gap in day.gaps { html.element("span", .class("shift gap"), text: "nobody \(gap)") }
        }
    }

    private func overrideForm(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure(
            "Override…", id: "override", isOpen: form.fault != nil || !form.faults.isEmpty,
            consequence: "Changes who is on call for a time, whatever the rotations say. Times are in \(zone.name)."
        ) { html in
            html.form(to: "/schedules/\(id)/overrides", frame) { html in
                html.formFault(form)
                html.field(FormField(name: "users", label: "Who", kind: .choice(people)), form, scope: "o")
                html.field(
                    FormField(
                        name: "kind", label: "Does what",
                        kind: .choice([
                            Choice("stand-in", "stands in for"), Choice("add", "is on call as well"),
                            Choice("replace", "is on call instead of everybody"), Choice("remove", "is not on call"),
                        ])), form, scope: "o")
                html.field(
                    FormField(
                        name: "for", label: "For whom", kind: .choice([Choice("", "nobody")] + people),
                        isRequired: false, condition: "where somebody stands in"), form, scope: "o")
                html.field(FormField(name: "from", label: "From", kind: .text("datetime-local")), form, scope: "o")
                html.field(FormField(name: "to", label: "Until", kind: .text("datetime-local")), form, scope: "o")
                html.field(
                    FormField(name: "why", label: "Why", isRequired: false, longest: 500), form, scope: "o")
                html.button("Override", .primary)
            }
        }
    }

    private func overrides(_ html: inout HTML, _ frame: PageFrame, _ clock: ClockFace) {
        html.table("Overrides", [.word("Who"), .word("From"), .word("To"), .word("Why"), .actions]) { html in
            for one in overrides {
                html.element("tr") { html in
                    html.element("th") { html in html.element("b", text: one.who) }
                    html.element("td") { html in html.absolute(one.start, clock) }
                    html.element("td") { html in html.absolute(one.end, clock) }
                    html.element("td", .class("muted"), text: one.why)
                    html.element("td", .class("n do")) { html in
                        guard frame.canRespond, let id = one.override else { return }
                        let isRunning = one.start < clock.now
                        html.act(
                            isRunning ? "End now" : "Take back", to: "/schedules/\(self.id)/overrides/\(id)/end", frame,
                            .quiet)
                    }
                }
            }
        }
    }
}

extension CivilDate {
    /// `1 Dec`.
    var shortText: String { text.split(separator: " ").prefix(2).joined(separator: " ") }
}

/// The form of a schedule. POSTs to `/schedules` or `/schedules/{id}`: name, zone, about, and for each layer N `name-N`,
/// `start-N`, `count-N`, `unit-N`, `handoffs-N`, `members-N`, `windows-N`, `priority-N`, `order-N`; with `preview` nothing is
/// saved.
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
            html.element("div", .class("row")) { html in
                html.button(id == nil ? "Create schedule" : "Save", .primary)
                html.raw(#"<button name="preview" value="yes">Preview</button>"#)
                html.raw(#"<a class="button quiet" href="/schedules">Cancel</a>"#)
            }
        }
        guard let preview else { return }
        html.part("What would be", id: "preview", note: "nothing is saved yet") { html in
            if preview.isEmpty { html.element("p", .class("bad"), text: "Nobody is on call in the next four weeks.") }
            for finding in findings { html.element("p", .class("bad"), text: finding) }
            html.shifts(preview, "What would be", frame.clock.now)
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
                        Choice("list", "is on call all the same; a warning says so"),
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
