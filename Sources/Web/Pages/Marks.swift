/// How bad it is: the number that is compared and the word that the team uses. Rank 0 is the worst.
public struct SeverityMark: Sendable, Hashable {
    public var rank: Int
    public var label: String

    public init(rank: Int, label: String) {
        self.rank = rank
        self.label = label
    }
}

/// The hue of a state; the word beside it says the same.
public enum Tone: Sendable {
    /// Needs somebody now.
    case bad
    /// Somebody has it, or time is running.
    case waiting
    case good
    case quiet

    var name: StaticString {
        switch self {
        case .bad: "bad"
        case .waiting: "waiting"
        case .good: "good"
        case .quiet: "quiet"
        }
    }
}

/// A state as a word and a hue.
public struct StateMark: Sendable {
    public var label: String
    public var tone: Tone

    public init(_ label: String, _ tone: Tone) {
        self.label = label
        self.tone = tone
    }
}

/// The state of an alert.
public enum AlertMark: String, CaseIterable, Sendable {
    case firing, acknowledged, snoozed, suppressed, resolved

    var mark: StateMark {
        switch self {
        case .firing: StateMark("firing", .bad)
        case .acknowledged: StateMark("acknowledged", .waiting)
        case .snoozed: StateMark("snoozed", .quiet)
        case .suppressed: StateMark("suppressed", .quiet)
        case .resolved: StateMark("resolved", .good)
        }
    }
}

/// The state of a page.
public enum PageMark: String, CaseIterable, Sendable {
    case waiting, climbing, snoozed, acknowledged, exhausted, ended
    /// Exhausted because somebody escalated past the last rung, not because everybody slept.
    case passedOn = "passed-on"
    /// Ended after every rung had been tried and nobody had answered.
    case unanswered

    /// Whether it can be put off or given to somebody.
    var canMove: Bool {
        switch self {
        case .waiting, .climbing, .snoozed, .acknowledged: true
        case .exhausted, .passedOn, .ended, .unanswered: false
        }
    }

    /// Whether somebody should take it.
    var isOpen: Bool {
        switch self {
        case .waiting, .climbing, .exhausted, .passedOn: true
        case .snoozed, .acknowledged, .ended, .unanswered: false
        }
    }

    var mark: StateMark {
        switch self {
        case .waiting: StateMark("waits for its hours", .waiting)
        case .climbing: StateMark("not acknowledged", .bad)
        case .snoozed: StateMark("snoozed", .waiting)
        case .acknowledged: StateMark("acknowledged", .good)
        case .exhausted: StateMark("nobody answered", .bad)
        case .ended: StateMark("ended", .quiet)
        case .passedOn: StateMark("escalated past the last rung", .bad)
        case .unanswered: StateMark("nobody answered, ended", .quiet)
        }
    }
}

extension HTML {
    /// A mark is an `i`: a word in another voice than the text around it, as HTML has it; lists hold many.
    ///
    /// The shape of the rank (octagon, triangle, diamond, circle) in its colour, and the label: colour is never alone.
    public mutating func severity(_ severity: SeverityMark) {
        let name: StaticString =
            switch severity.rank {
            case ...0: "sev0"
            case 1: "sev1"
            case 2: "sev2"
            default: "sev3"
            }
        element("i", .class(name), text: severity.label)
    }

    public mutating func state(_ state: StateMark) {
        element("i", .class(state.tone.name), text: state.label)
    }

    /// An id, a key or a hash.
    public mutating func code(_ text: String) {
        element("code", text: text)
    }

    /// What a table shows where there is no value.
    mutating func nothing(_ words: StaticString = "none") {
        element("span", .class("muted")) { $0.raw(words) }
    }

    /// A text to copy: a command, a key, a snippet of configuration.
    mutating func copyable(_ text: String, label: String) {
        element("div", .class("copyable")) { html in
            html.element("pre", .fixed("tabindex", "0"), .fixed("role", "region"), .label(label)) { html in
                html.element("code", text: text)
            }
            html.element("button", .type("button"), .class("quiet scripted"), .flag("data-copy")) { html in
                html.icon(.copy)
                html.raw("Copy")
            }
        }
    }

    /// What a list shows when it is empty: what would be here, and the next step.
    mutating func empty(_ title: String, _ sentence: String, command: String? = nil) {
        element("div", .class("empty")) { html in
            html.element("h2", text: title)
            html.element("p", text: sentence)
            if let command { html.copyable(command, label: "Command") }
        }
    }
}
