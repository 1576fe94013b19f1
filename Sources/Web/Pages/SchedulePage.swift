import Chronology

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
            /// The id of whoever it is.
            public var user: String

            public init(name: String, time: String?, isOverride: Bool, isMine: Bool, user: String = "") {
                self.user = user
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

    /// How much of the calendar is seen.
    public enum View: String, CaseIterable, Sendable {
        case weeks, month, week

        var title: String {
            switch self {
            case .weeks: "Four weeks"
            case .month: "Month"
            case .week: "Week"
            }
        }
    }

    public struct Load: Sendable {
        /// The id of whoever it is.
        public var user: String
        public var name: String
        public var time: String
        public var shifts: Int
        public var nights: Int
        public var weekendDays: Int
        /// In the four weeks that are over: how often they were paged, and how often at night.
        public var pages: Int
        public var nightPages: Int

        public init(
            user: String = "", name: String, time: String, shifts: Int, nights: Int, weekendDays: Int, pages: Int = 0,
            nightPages: Int = 0
        ) {
            self.pages = pages
            self.nightPages = nightPages
            self.user = user
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
    public var offerForm = FormState.fresh
    public var view = View.weeks
    /// Of a week: its hours.
    public var week: WeekPicture?
    /// What the calendar shows: `November 2026`.
    public var period = ""
    /// Whose shifts alone are shown: an id and a name; nil: everybody's.
    public var who: (id: String, name: String)?
    /// The reader's id; nil: a program.
    public var reader: String?
    /// Hand-offs that are to come or not acknowledged: their page, and a sentence.
    public var handOffs: [(path: LocalPath, text: String)] = []

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
            html.element("div", .class("acts")) { html in
                overrideForm(&html, frame)
                offer(&html, frame)
                html.act("Calendar address", to: "/schedules/\(id)/feed", frame, .quiet)
            }
        }
        for handOff in handOffs {
            html.element("p", .class("aside")) { html in
                html.element("a", .href(handOff.path), text: "Hand-off")
                html.text(" " + handOff.text)
            }
        }
        html.part("Calendar", id: "calendar", note: "times in \(zone.name)") { html in calendar(&html, frame) }
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
        html.part("Load", id: "load", note: "in the four weeks to come; pages of the four before") { html in
            html.table(
                "Load",
                [
                    .word("Who"), .number("On call"), .number("Shifts"), .number("Nights"), .number("Weekend days"),
                    .number("Paged before"), .number("At night"),
                ]
            ) { html in
                for one in load {
                    html.element("tr") { html in
                        html.element("th") { html in
                            html.element("a", .href(address(who: one.user).at("calendar")), text: one.name)
                        }
                        html.element("td", .class("n"), .fixed("data-th", "on call"), text: one.time)
                        html.element("td", .class("n"), .fixed("data-th", "shifts")) { $0.text(one.shifts) }
                        html.element("td", .class("n"), .fixed("data-th", "nights")) { $0.text(one.nights) }
                        html.element("td", .class("n"), .fixed("data-th", "weekend days")) { $0.text(one.weekendDays) }
                        html.element("td", .class("n"), .fixed("data-th", "paged before")) { $0.text(one.pages) }
                        html.element("td", .class("n"), .fixed("data-th", "at night")) { $0.text(one.nightPages) }
                    }
                }
            }
        }
    }

    /// The same calendar, otherwise.
    private func address(view: View? = nil, who: String? = nil) -> LocalPath {
        let (view, who) = (view ?? self.view, who ?? self.who?.id ?? "")
        let path: LocalPath = "/schedules/\(id)"
        return path.with("view", view == .weeks ? nil : view.rawValue).with("who", who.isEmpty ? nil : who)
    }

    private func calendar(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .class("filters")) { html in
            html.tabs(View.allCases.map { ($0.title, address(view: $0), $0 == view) }, label: "How much")
            var people: [(text: String, path: LocalPath, isCurrent: Bool)] = [
                ("Everybody", address(who: ""), who == nil)
            ]
            if let reader { people.append(("Mine", address(who: reader), who?.id == reader)) }
            if let who, who.id != reader { people.append((who.name, address(who: who.id), true)) }
            html.tabs(people, label: "Who")
        }
        html.element("div", .class("row")) { html in
            html.element("b", .class("period"), text: period)
            html.element("a", .class("button quiet"), .rel("prev"), .href(earlier), text: "Earlier")
            html.element("a", .class("button quiet"), .rel("next"), .href(later), text: "Later")
        }
        if let week { html.week(week) }
        if frame.canRespond {
            html.element("p", .class("hint desktop")) { html in
                html.raw("Draw over the days or hours to override them; start on somebody to stand in for them.")
            }
            html.element("script", .type("module"), .src(Asset.calendar.path)) { _ in }
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
        html.element(
            "td", .class(day.isToday ? "today" : day.isPast ? "past" : nil), .data("data-date", day.date.description)
        ) { html in
            html.element("span", .class("date")) { html in
                html.element("span", .class("phone"), text: day.date.weekday.shortName + " ")
                html.text(day.date.day == 1 || day.isToday ? day.date.shortText : String(day.date.day))
                if let length = day.length { html.element("small", text: " \(length)") }
            }
            for entry in day.entries {
                html.element(
                    "span", .class(entry.isMine ? "shift mine" : entry.isOverride ? "shift over" : "shift"),
                    .data("data-user", entry.user.isEmpty ? nil : entry.user)
                ) { html in
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

    private func offer(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure(
            "Offer my shift…", id: "offer", isOpen: offerForm.fault != nil || !offerForm.faults.isEmpty,
            consequence: "You stay on call until somebody takes it over. Times are in \(zone.name)."
        ) { html in
            html.form(to: "/schedules/\(id)/offers", frame) { html in
                html.formFault(offerForm)
                html.field(
                    FormField(
                        name: "users", label: "To", kind: .choice([Choice("", "anybody")] + people), isRequired: false),
                    offerForm, scope: "s")
                html.field(
                    FormField(name: "from", label: "From", kind: .text("datetime-local")), offerForm, scope: "s")
                html.field(FormField(name: "to", label: "Until", kind: .text("datetime-local")), offerForm, scope: "s")
                html.field(FormField(name: "why", label: "Why", isRequired: false, longest: 500), offerForm, scope: "s")
                html.button("Offer", .primary)
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
                    html.element("td", .class("wrap muted"), text: one.why)
                    html.element("td", .class("n do")) { html in
                        guard frame.canRespond, let id = one.override else { return }
                        if one.isOffer {
                            html.act("Take it over", to: "/schedules/\(self.id)/overrides/\(id)/take", frame)
                        }
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
