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

    /// A time in which the reader is away; `number` names it.
    public struct Away: Sendable {
        public var number: Int
        public var start: Instant
        public var end: Instant
        public var why: String?

        public init(number: Int, start: Instant, end: Instant, why: String?) {
            self.number = number
            self.start = start
            self.end = end
            self.why = why
        }
    }

    public var rows: [Row]
    /// Whose clock the times of `away` are told and typed in.
    public var zone: Zone
    public var away: [Away]
    public var form: FormState
    /// When the reader is on call next, or until when; nil: never in the next weeks.
    public var mine: [ShiftRow]

    public init(rows: [Row], mine: [ShiftRow], zone: Zone = .utc, away: [Away] = [], form: FormState = .fresh) {
        self.rows = rows
        self.mine = mine
        self.zone = zone
        self.away = away
        self.form = form
    }

    public var section: PageSection? { .onCall }
    public var title: String { "On call" }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        html.raw(#"<a class="button" href="/my-shift">My shift</a>"#)
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
        html.part("My shifts", id: "mine") { html in
            if mine.isEmpty {
                html.element("p", .class("muted"), text: "You are not on call in the next two weeks.")
            } else {
                html.shifts(mine, "My shifts", frame.clock.now)
            }
            html.element("div", .class("acts")) { html in
                awayForm(&html, frame)
                html.act("Calendar address", to: "/my-shifts/feed", frame, .quiet)
            }
            awayList(&html, frame)
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

extension ScheduleListPage {
    private func awayForm(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure(
            "I am away…", id: "away", isOpen: form.fault != nil || !form.faults.isEmpty,
            consequence:
                "A rotation that passes over whoever is away does so; others warn. Times are in \(zone.name)."
        ) { html in
            html.form(to: "/my-shifts/away", frame) { html in
                html.formFault(form)
                html.field(FormField(name: "from", label: "From", kind: .text("datetime-local")), form, scope: "a")
                html.field(FormField(name: "to", label: "Until", kind: .text("datetime-local")), form, scope: "a")
                html.field(FormField(name: "why", label: "Why", isRequired: false, longest: 500), form, scope: "a")
                html.button("Save", .primary)
            }
        }
    }

    private func awayList(_ html: inout HTML, _ frame: PageFrame) {
        guard !away.isEmpty else { return }
        let clock = ClockFace(now: frame.clock.now, zone: zone)
        html.table("When I am away", [.word("Away"), .word("From"), .word("To"), .actions]) { html in
            for one in away {
                html.element("tr") { html in
                    html.element("th") { html in html.element("b", text: one.why ?? "Away") }
                    html.element("td") { html in html.absolute(one.start, clock) }
                    html.element("td") { html in html.absolute(one.end, clock) }
                    html.element("td", .class("n do")) { html in
                        html.form(to: "/my-shifts/away", frame, class: "act") { html in
                            html.void("input", .type("hidden"), .name("remove"), .value(String(one.number)))
                            html.button("Take back", .quiet)
                        }
                    }
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
    /// It is offered, and may be taken over.
    public var isOffer = false

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
                    html.element("td", .class("wrap muted"), text: shift.why)
                }
            }
        }
    }
}
