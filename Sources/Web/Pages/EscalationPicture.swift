import Chronology

/// Who is called when for an incident of one severity under a playbook, for its picture and the table beside it.
public struct EscalationPicture: Sendable {
    public struct Step: Sendable {
        /// Nil for a step that calls nobody.
        public var who: String?
        /// `at once`, `after 15 min`.
        public var when: String
        /// From the declaration, were it now; nil when the time depends on what has not happened.
        public var after: Duration?
        /// `page`, `notify`, `digest`, `agenda`.
        public var via: String
        public var plan: String
        /// Nil where it is certain.
        public var condition: String?
        /// False for somebody who was called before, or whom another plan alone calls.
        public var isCalled: Bool
        public var note: String?
        public var line: Int?

        public init(
            who: String?, when: String, after: Duration? = nil, via: String, plan: String, condition: String? = nil,
            isCalled: Bool = true, note: String? = nil, line: Int? = nil
        ) {
            self.who = who
            self.when = when
            self.after = after
            self.via = via
            self.plan = plan
            self.condition = condition
            self.isCalled = isCalled
            self.note = note
            self.line = line
        }

        var how: String {
            switch via {
            case "page": "paged"
            case "notify": "told"
            case "digest": "in the digest"
            case "agenda": "on the agenda"
            default: via
            }
        }

        fileprivate var sentence: String {
            "\(who ?? note ?? "nobody"): \(how) \(when)" + (condition.map { ", \($0)" } ?? "") + "."
        }

        /// Filled for pages, grey for what tells, dashed for what depends on a condition.
        fileprivate var name: StaticString {
            if condition != nil { return "rung ahead" }
            return via == "page" ? "rung call" : "rung"
        }
    }

    /// In the order of time.
    public var steps: [Step]
    /// As if it were declared then.
    public var declared: Instant

    public init(steps: [Step], declared: Instant) {
        self.steps = steps
        self.declared = declared
    }

    /// Steps that the picture has room for; the table has all of them.
    private static let limit = 14

    /// Those that are drawn: somebody is called, and it is known when.
    var drawn: [(step: Step, after: Duration)] {
        steps.filter { $0.isCalled && $0.who != nil }.compactMap { step in step.after.map { (step, $0) } }
            .prefix(Self.limit).map { $0 }
    }
}

/// Where a time after the declaration lies: equal steps for 5 min, 15 min, 1 h, …, so that minutes and weeks fit on one
/// picture.
struct EscalationScale {
    private static let marks: [(Duration, String)] = [
        (.zero, "0"), (.minutes(5), "5 min"), (.minutes(15), "15 min"), (.minutes(30), "30 min"), (.hours(1), "1 h"),
        (.hours(2), "2 h"), (.hours(4), "4 h"), (.hours(8), "8 h"), (.days(1), "1 d"), (.days(2), "2 d"),
        (.days(7), "1 w"), (.days(14), "2 w"), (.days(31), "1 month"), (.days(92), "3 months"),
    ]

    /// Of them, those up to the last step and one more.
    let marks: ArraySlice<(Duration, String)>
    static let width = 360

    init(last: Duration) {
        let end = Self.marks.firstIndex { $0.0 > last } ?? Self.marks.count - 1
        marks = Self.marks[0...max(2, end)]
    }

    func x(_ after: Duration) -> Int {
        let parts = Int64(marks.count - 1)
        for index in 1..<marks.count where after < marks[index].0 {
            let (start, end) = (marks[index - 1].0, marks[index].0)
            let part = (after - start).wholeMicroseconds / 1_000_000
            let whole = max(1, (end - start).wholeMicroseconds / 1_000_000)
            return Int((Int64(index - 1) * whole + max(0, part)) * Int64(Self.width) / (parts * whole))
        }
        return Self.width
    }

    func x(mark index: Int) -> Int { index * Self.width / (marks.count - 1) }
}

extension HTML {
    /// One bar a step, from when somebody is called to the end: whoever was called stays. Everything in it is also in the
    /// table beside it.
    mutating func escalation(_ picture: EscalationPicture, severity: String) {
        let drawn = picture.drawn
        guard let last = drawn.map(\.after).max() else { return }
        let scale = EscalationScale(last: last)
        let height = drawn.count * LadderScale.rowHeight + 22
        element(
            "svg", .class("ladder"), .data("viewBox", "0 0 \(EscalationScale.width) \(height)"),
            .fixed("role", "img"), .fixed("aria-labelledby", "escalation-name escalation-about")
        ) { html in
            html.element("title", .id("escalation-name"), text: "Who is called when, for \(severity)")
            html.element("desc", .id("escalation-about"), text: drawn.map(\.step.sentence).joined(separator: " "))
            html.marks(scale, height: height)
            for (row, each) in drawn.enumerated() { html.bar(each.step, row: row, from: scale.x(each.after)) }
        }
    }

    private mutating func marks(_ scale: EscalationScale, height: Int) {
        let base = height - 16
        var free = 0
        for (index, mark) in scale.marks.enumerated() {
            let x = scale.x(mark: index)
            element(
                "line", .class("axis"), .number("x1", x), .number("y1", 0), .number("x2", x), .number("y2", base)
            ) { _ in }
            // The last one is the edge; one that would run into its neighbour is left out.
            guard x >= free, index + 1 < scale.marks.count else { continue }
            element("text", .class("tick"), .number("x", x), .number("y", height - 4), text: mark.1)
            free = x + 12 + mark.1.count * 6
        }
    }

    /// Longer labels would leave the picture.
    private static var longestLabel: Int { 50 }

    private mutating func bar(_ step: EscalationPicture.Step, row: Int, from left: Int) {
        let top = row * LadderScale.rowHeight
        let isFar = left > 150
        let label = "\(step.who ?? "") · \(step.when)"
        let shown = label.count > Self.longestLabel ? label.prefix(Self.longestLabel - 1) + "…" : label[...]
        element("g", .class(step.name)) { html in
            html.element(
                "text", .number("x", isFar ? EscalationScale.width - 1 : left), .number("y", top + 13),
                .fixed("text-anchor", isFar ? "end" : nil), text: String(shown))
            html.element(
                "rect", .number("x", left), .number("y", top + 19),
                .number("width", max(6, EscalationScale.width - left - 1)), .number("height", 9), .number("rx", 2)
            ) { _ in }
        }
    }

    /// Who is called when; behind it, to be opened, what is said besides and calls nobody.
    mutating func escalationTable(_ picture: EscalationPicture, document: LocalPath) {
        let called = picture.steps.filter { $0.isCalled || $0.who == nil }
        let others = picture.steps.filter { !$0.isCalled && $0.who != nil }
        element("div") { html in
            html.steps(called, name: "Who is called when", document: document)
            guard !others.isEmpty else { return }
            html.element("details", .class("request")) { html in
                html.element("summary") { html in
                    html.element(
                        "span", .class("grow"),
                        text: "\(others.count) more: said, but called before or by another plan alone")
                }
                html.element("div", .class("fold")) { html in
                    html.steps(others, name: "Said, and not called", document: document)
                }
            }
        }
    }

    private mutating func steps(_ steps: [EscalationPicture.Step], name: String, document: LocalPath) {
        table(name, [.word("Who"), .word("When"), .word("Said in")]) { html in
            for step in steps {
                html.element("tr") { html in
                    html.element("th") { html in
                        html.element("b", text: step.who ?? step.note ?? "nobody is called")
                        if let condition = step.condition { html.element("small", text: condition) }
                        if step.who != nil, let note = step.note { html.element("small", text: note) }
                    }
                    html.element(
                        "td", .class("wrap"), text: step.who == nil ? step.when : "\(step.how) \(step.when)")
                    html.element("td", .class("wrap")) { html in
                        html.element("span", .class("hint"), text: step.plan + " ")
                        html.line(step.line, document)
                    }
                }
            }
        }
    }
}
