import Chronology

/// One rung of an escalation plan as a page climbed it, or will.
public struct LadderRung: Sendable {
    public enum Outcome: Sendable, Equatable {
        /// Not reached yet.
        case ahead
        /// Paged, no answer so far; the current rung.
        case waiting
        /// Paged, and the next rung came before an answer.
        case unanswered
        case acknowledged
        /// Nobody could be paged here; the reason is among the attempts' sentences.
        case skipped
        /// Somebody escalated by hand before an answer came.
        case escalated(by: String)
        /// The page ended for another reason before an answer came.
        case ended

        var label: String {
            switch self {
            case .ahead: "not yet"
            case .waiting: "paged, waiting"
            case .unanswered: "no answer"
            case .acknowledged: "acknowledged"
            case .skipped: "skipped"
            case .escalated(let name): "escalated by \(name)"
            case .ended: "ended before an answer"
            }
        }

        var tone: Tone {
            switch self {
            case .ahead, .skipped, .escalated, .ended: .quiet
            case .waiting: .waiting
            case .unanswered: .bad
            case .acknowledged: .good
            }
        }

        var name: StaticString {
            switch self {
            case .ahead: "rung ahead"
            case .waiting: "rung waiting"
            case .unanswered: "rung unanswered"
            case .acknowledged: "rung acknowledged"
            case .skipped: "rung skipped"
            case .escalated, .ended: "rung"
            }
        }
    }

    public struct Attempt: Sendable {
        public var at: Instant
        /// "mail to ana@…", "webhook".
        public var channel: String
        /// "delivered", "refused: mailbox full", "sending".
        public var result: String
        public var failed: Bool

        public init(at: Instant, channel: String, result: String, failed: Bool = false) {
            self.at = at
            self.channel = channel
            self.result = result
            self.failed = failed
        }
    }

    /// From 1.
    public var number: Int
    /// From 1: how often the plan has been climbed from its foot.
    public var lap: Int
    public var who: String
    public var due: Instant
    public var outcome: Outcome
    public var attempts: [Attempt]

    public init(number: Int, lap: Int = 1, who: String, due: Instant, outcome: Outcome, attempts: [Attempt] = []) {
        self.number = number
        self.lap = lap
        self.who = who
        self.due = due
        self.outcome = outcome
        self.attempts = attempts
    }
}

extension HTML {
    /// The widest picture that still reads on a phone; a longer plan is in the table beside it in full.
    private static var rungsDrawn: Int { 8 }

    /// The ladder as a picture: one bar a rung, from the time it is paged to the time of the next; the current time is
    /// a line. Everything in it is also in the table.
    mutating func ladder(_ rungs: [LadderRung], started: Instant, acknowledged: Instant?, _ clock: ClockFace) {
        let drawn = rungs.prefix(HTML.rungsDrawn)
        guard let last = drawn.last else { return }
        let tail = drawn.count > 1 ? last.due - drawn[drawn.index(before: drawn.endIndex - 1)].due : .minutes(5)
        let end = max(last.due + max(tail, .minutes(1)), started + .minutes(1))
        let scale = LadderScale(start: started, end: end)
        let height = drawn.count * LadderScale.rowHeight + 26
        element(
            "svg", .class("ladder"), .data("viewBox", "0 0 360 \(height)"), .fixed("role", "img"),
            .fixed("aria-labelledby", "ladder-name ladder-about")
        ) { html in
            html.element("title", .id("ladder-name"), text: "Escalation ladder")
            html.element("desc", .id("ladder-about"), text: HTML.describe(drawn, clock))
            html.axis(scale, height: height, clock: clock, acknowledged: acknowledged)
            for (row, rung) in drawn.enumerated() {
                let next = row + 1 < drawn.count ? drawn[drawn.startIndex + row + 1].due : end
                html.rung(rung, row: row, from: scale.x(rung.due), to: scale.x(next))
            }
        }
    }

    /// What fits into the picture; the table beside it has the whole.
    private static func shortened(_ name: String) -> String {
        name.count > 40 ? name.prefix(39) + "…" : name
    }

    private static func describe(_ rungs: ArraySlice<LadderRung>, _ clock: ClockFace) -> String {
        rungs.map { "\($0.who) at \(clock.timeOfDay($0.due)): \($0.outcome.label)." }.joined(separator: " ")
    }

    private mutating func rung(_ rung: LadderRung, row: Int, from left: Int, to right: Int) {
        let top = row * LadderScale.rowHeight
        // A label that begins far to the right would leave the picture; it ends at the edge instead.
        let isFar = left > 200
        element("g", .class(rung.outcome.name)) { html in
            html.element(
                "text", .number("x", isFar ? 359 : left), .number("y", top + 13),
                .fixed("text-anchor", isFar ? "end" : nil)
            ) { html in
                let who = HTML.shortened(rung.who)
                html.text(rung.lap > 1 ? "\(rung.number). \(who), lap \(rung.lap)" : "\(rung.number). \(who)")
            }
            html.element(
                "rect", .number("x", left), .number("y", top + 19), .number("width", max(3, right - left - 2)),
                .number("height", 9), .number("rx", 2)
            ) { _ in }
        }
    }

    private mutating func axis(_ scale: LadderScale, height: Int, clock: ClockFace, acknowledged: Instant?) {
        let base = height - 18
        element("line", .class("axis"), .number("x1", 0), .number("y1", base), .number("x2", 360), .number("y2", base))
        { _ in }
        element("text", .class("tick"), .number("x", 0), .number("y", height - 4)) {
            $0.text(clock.timeOfDay(scale.start))
        }
        let mark = acknowledged ?? clock.now
        guard mark >= scale.start, mark <= scale.end else { return }
        let x = scale.x(mark)
        element(
            "line", .class(acknowledged == nil ? "current" : "current good"), .number("x1", x), .number("y1", 0),
            .number("x2", x), .number("y2", base)
        ) { _ in }
        let label = acknowledged == nil ? "now" : "acknowledged " + clock.timeOfDay(mark)
        element(
            "text", .class("tick"), .number("x", max(70, min(x, 350))), .number("y", height - 4),
            .fixed("text-anchor", x > 300 ? "end" : "middle"), text: label)
    }

    mutating func ladderTable(_ rungs: [LadderRung], _ clock: ClockFace) {
        table("Rungs of the escalation plan", [.word("Step"), .word("Who and how"), .number("Due"), .word("Outcome")]) {
            html in
            for rung in rungs {
                html.element("tr") { html in
                    html.element("td") { html in
                        html.raw("Rung ")
                        html.text(rung.number)
                        if rung.lap > 1 { html.text(", lap \(rung.lap)") }
                    }
                    html.element("th") { html in
                        html.element("b", text: rung.who)
                        for attempt in rung.attempts {
                            html.element("small") { html in
                                html.timeOfDay(attempt.at, clock)
                                html.text(" \(attempt.channel): ")
                                html.element("span", .class(attempt.failed ? "late" : nil), text: attempt.result)
                            }
                        }
                    }
                    html.element("td", .class("n")) { $0.timeOfDay(rung.due, clock) }
                    html.element("td") { $0.state(StateMark(rung.outcome.label, rung.outcome.tone)) }
                }
            }
        }
    }
}

/// Where an instant lies on a picture 360 units wide.
struct LadderScale {
    static let rowHeight = 34

    let start: Instant
    let end: Instant

    /// From 0 to 360; an instant outside of the picture lies on its edge.
    func x(_ instant: Instant) -> Int {
        let whole = max(1, (end - start).wholeMicroseconds / 1_000)
        let part = min(max(0, (instant - start).wholeMicroseconds / 1_000), whole)
        return Int(part * 360 / whole)
    }
}
