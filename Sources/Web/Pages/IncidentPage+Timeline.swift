import Chronology

/// One thing that happened, as the timeline shows it.
public struct TimelineRow: Sendable {
    public enum Kind: Sendable {
        case declared, status, severity, role, note, alert, page, acknowledged, escalated, delivery, owed, late,
            resolved
        case closed, correction

        var icon: Icon {
            switch self {
            case .declared: .declared
            case .status: .status
            case .severity: .severity
            case .role: .person
            case .note: .note
            case .alert: .alert
            case .page: .page
            case .acknowledged, .resolved: .check
            case .escalated: .rise
            case .delivery: .message
            case .owed, .late: .clock
            case .closed: .lock
            case .correction: .undo
            }
        }

        /// Entries that a reader looks for first are marked; the rest are quiet.
        var names: StaticString {
            switch self {
            case .declared, .severity: "entry loud"
            case .late: "entry bad"
            case .resolved, .acknowledged: "entry good"
            case .note, .status, .role, .alert, .page, .escalated, .delivery, .owed, .closed, .correction: "entry"
            }
        }
    }

    /// The event's position in the record: unique, and stable over reloads.
    public var sequence: Int
    public var at: Instant
    public var kind: Kind
    public var sentence: Prose
    /// What was written, if it is a note or carries one. Plain text; line ends are kept.
    public var body: String?
    /// Further facts, folded away.
    public var details: [Detail]

    public init(sequence: Int, at: Instant, kind: Kind, sentence: Prose, body: String? = nil, details: [Detail] = []) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.sentence = sentence
        self.body = body
        self.details = details
    }

    public struct Detail: Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

extension IncidentPage {
    /// Entries that are shown at once: what somebody who comes new to it reads, and no more than a phone scrolls in a
    /// moment. The others are folded below them.
    private static let newest = 20

    func timeline(_ html: inout HTML, _ frame: PageFrame) {
        html.part("Timeline", id: "timeline", isLive: true, class: "timeline", note: zoneNote(frame)) { html in
            let folded = entries.dropFirst(Self.newest)
            list(entries.prefix(Self.newest), &html, frame)
            if !folded.isEmpty {
                html.element("details", .id("earlier")) { html in
                    html.element(
                        "summary", .class("button"),
                        text: folded.count == 1 ? "Show 1 earlier entry" : "Show \(folded.count) earlier entries")
                    list(folded, &html, frame)
                }
            }
            if entriesLeftOut > 0 {
                html.element("p", .class("older muted")) { html in
                    html.text("\(entriesLeftOut) earlier entries are not shown. ")
                    html.element("a", .href("/incidents/\(key)/export.md"), text: "Read the whole record")
                }
            }
        }
    }

    private func list(_ entries: ArraySlice<TimelineRow>, _ html: inout HTML, _ frame: PageFrame) {
        var index = entries.startIndex
        while index < entries.endIndex {
            let day = frame.clock.day(entries[index].at)
            html.element("h3", text: day)
            html.element("ol") { html in
                while index < entries.endIndex, frame.clock.day(entries[index].at) == day {
                    html.entry(entries[index], frame.clock)
                    index += 1
                }
            }
        }
    }

    private func zoneNote(_ frame: PageFrame) -> String {
        "newest first, \(frame.clock.abbreviation(at: frame.clock.now))"
    }
}

extension HTML {
    fileprivate mutating func entry(_ entry: TimelineRow, _ clock: ClockFace) {
        element("li", .class(entry.kind.names), .id("e\(entry.sequence)")) { html in
            html.timeOfDay(entry.at, clock)
            html.icon(entry.kind.icon)
            html.element("div", .class("what")) { html in
                html.element("p") { html in html.prose(entry.sentence) }
                if let body = entry.body { html.element("blockquote", text: body) }
                if !entry.details.isEmpty { html.details(entry) }
            }
        }
    }

    private mutating func details(_ entry: TimelineRow) {
        element("details", .id("d\(entry.sequence)")) { html in
            html.raw("<summary>Details</summary>")
            html.element("dl", .class("facts")) { html in
                for detail in entry.details {
                    html.element("dt", text: detail.name)
                    html.element("dd") { $0.code(detail.value) }
                }
            }
        }
    }
}
