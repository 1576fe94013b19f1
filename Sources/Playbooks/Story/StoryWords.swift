import Chronology

/// How stories put the times and the parts of a playbook, in words that are true at any time of the week. A clock time
/// would be true for one incident only.
struct StoryWords {
    let playbook: Playbook
    let severity: ElementID<Playbook.Severity>

    // MARK: Times

    /// `15 min`, `48 h`, `7 d`: up to three days in hours, as people say it.
    static func time(_ duration: Duration) -> String {
        let hours = duration.wholeSeconds / 3_600
        let isWhole = duration == .hours(hours)
        return isWhole && (24...72).contains(hours) ? "\(hours) h" : duration.exactText
    }

    static func span(_ span: DurationSpan) -> String {
        span.shortest == span.longest ? time(span.shortest) : "\(time(span.shortest)) to \(time(span.longest))"
    }

    /// What stands behind "after", or behind "at".
    private struct Noun {
        let text: String
        let isLength: Bool
    }

    private func noun(_ rule: TimeRule) -> Noun {
        switch rule {
        case .immediate(let bound): Noun(text: Self.time(bound ?? .zero), isLength: true)
        case .elapsed(let time): Noun(text: Self.time(time), isLength: true)
        case .businessElapsed(_, let calendar):
            Noun(text: "\(plain(rule)) (\(calendar.name))", isLength: true)
        case .calendarDays: Noun(text: rule.words, isLength: true)
        case .businessDays(let count, let calendar, let point):
            Noun(text: "\(point.noun) the \(count.ordinal) business day (\(calendar.name))", isLength: false)
        case .nextBusinessDay(let calendar, let point):
            Noun(text: "\(point.noun) the next business day (\(calendar.name))", isLength: false)
        case .nextOccurrence(let recurrence):
            Noun(
                text: recurrence.name.map { "the next \($0) (\(recurrence.words))" }
                    ?? "the next of \(recurrence.words)",
                isLength: false)
        case .window(let min, let max):
            Noun(text: "between \(noun(min).text) and \(noun(max).text)", isLength: false)
        case .none: Noun(text: "no time", isLength: false)
        case .unspecified: Noun(text: "a time that nobody has given", isLength: false)
        }
    }

    /// Business time without its calendar.
    private func plain(_ rule: TimeRule) -> String {
        TimeRuleNotation(zone: playbook.zone).text(rule)
            .split(separator: " ").prefix(3).joined(separator: " ")
    }

    /// When something is done: `at once`, `after 15 min`, `at the opening of the next business day (office)`.
    func occurs(_ rule: TimeRule) -> String {
        switch rule {
        case .immediate, .elapsed(.zero): "at once"
        case .window: noun(rule).text
        case .elapsed, .businessElapsed, .calendarDays, .businessDays, .nextBusinessDay, .nextOccurrence, .none,
            .unspecified:
            "\(noun(rule).isLength ? "after" : "at") \(noun(rule).text)"
        }
    }

    /// By when something is owed: `within 15 min`, `by the close of the 3rd business day (office)`.
    func owed(_ rule: TimeRule) -> String {
        switch rule {
        case .immediate(let bound): "at once" + (bound.map { ", within \(Self.time($0))" } ?? "")
        case .window: noun(rule).text
        case .elapsed, .businessElapsed, .calendarDays, .businessDays, .nextBusinessDay, .nextOccurrence, .none,
            .unspecified:
            "\(noun(rule).isLength ? "within" : "by") \(noun(rule).text)"
        }
    }

    /// By when something is owed after an event: `by 48 h after it is resolved`.
    func owed(_ rule: TimeRule, after anchor: Anchor) -> String {
        let event = event(anchor)
        switch rule {
        case .immediate(let bound):
            return "as soon as \(event)" + (bound.map { ", within \(Self.time($0))" } ?? "")
        case .window: return "\(noun(rule).text) after \(event)"
        case .elapsed, .businessElapsed, .calendarDays, .businessDays, .nextBusinessDay, .nextOccurrence, .none,
            .unspecified:
            return "by \(noun(rule).text) after \(event)"
        }
    }

    func every(_ interval: Cadence.Interval) -> String {
        switch interval {
        case .elapsed(let time): "every \(Self.time(time))"
        case .window(let target, let limit): "every \(Self.time(target)) to \(Self.time(limit))"
        case .businessDay: "every business day"
        }
    }

    /// ` within office hours`; nothing for day and night.
    func within(_ calendar: BusinessCalendar?) -> String {
        calendar.map { " within \($0.name)\($0.name.hasSuffix("hours") ? "" : " hours")" } ?? ""
    }

    /// What something counts from, as a sentence of its own: `it is resolved`.
    func event(_ anchor: Anchor) -> String {
        switch anchor {
        case .milestone(let milestone): milestone.present
        case .severityEntered: "it gets this severity"
        case .rungEntered: "the one before"
        case .lastProgress: "the latest progress"
        case .lastUpdate(let audience): "the latest update for \(title(.audience(audience)))"
        case .phase(let phase): "the phase \"\(playbook.phase(phase)?.title ?? phase.text)\" begins"
        case .phaseEntered: "the phase begins"
        }
    }

    // MARK: Parts of a playbook

    func title(_ party: Party) -> String { playbook.title(of: party) }

    func titles(_ parties: [Party]) -> String { parties.map { title($0) }.listed }

    /// `, owed by Communications Lead`; nothing for what whoever leads owes.
    func owner(_ party: Party?) -> String { party.map { ", owed by \(title($0))" } ?? "" }

    /// Nil for what holds for every incident of this severity. `never` is for the caller to leave out.
    func condition(_ condition: Guard) -> String? {
        let rest = condition.reduced(for: severity, in: playbook)
        return rest == .always ? nil : "if \(rest.words { playbook.field($0)?.title })"
    }

    /// From when a condition holds by itself, and what else it takes.
    struct Opening {
        /// How long after the declaration.
        let after: Duration
        /// With what it holds before; nil: with nothing.
        let sooner: Guard?
        /// What has to hold besides.
        let rest: Guard
    }

    func opening(_ condition: Guard) -> Opening {
        let condition = condition.reduced(for: severity, in: playbook)
        switch condition.expression {
        case .condition(.activeFor(let time)): return Opening(after: time, sooner: nil, rest: .always)
        case .all(let parts):
            let (times, rest) = Self.divided(parts)
            return Opening(
                after: times.max() ?? .zero, sooner: nil,
                rest: rest.count < 2 ? Guard(rest.first ?? .always) : Guard(.all(rest)))
        case .any(let parts):
            let (times, rest) = Self.divided(parts)
            guard let first = times.min(), let one = rest.first else { break }
            return Opening(after: first, sooner: rest.count < 2 ? Guard(one) : Guard(.any(rest)), rest: .always)
        case .always, .condition, .not: break
        }
        return Opening(after: .zero, sooner: nil, rest: condition)
    }

    private static func divided(_ parts: [Guard.Expression]) -> (times: [Duration], rest: [Guard.Expression]) {
        var (times, rest): ([Duration], [Guard.Expression]) = ([], [])
        for part in parts {
            if case .condition(.activeFor(let time)) = part { times.append(time) } else { rest.append(part) }
        }
        return (times, rest)
    }

    func isPossible(_ condition: Guard) -> Bool { condition.reduced(for: severity, in: playbook) != .never }

    func label(of status: ElementID<Playbook.Status>) -> String { playbook.status(status)?.label ?? status.text }

    func happens(_ event: IncidentEventName) -> String {
        switch event {
        case .acknowledged: "somebody acknowledges"
        case .declared: "it is declared"
        case .responding: "somebody begins to work on it"
        case .escalated: "somebody is called in"
        case .severitySet: "a severity is given"
        case .severityChanged: "the severity is changed"
        case .statusChanged: "the status is changed"
        case .status(let id): "the status is \(label(of: id))"
        case .roleAssigned(let role): role.map { "\(title(.role($0))) is taken" } ?? "a role is taken"
        case .updatePosted(let audience): "an update for \(title(.audience(audience))) is sent"
        case .messageSent(let template): "\"\(playbook.template(template)?.title ?? template.text)\" is sent"
        case .pagePosted(let stage): "the status page shows \"\(stage)\""
        case .pageDecided: "it is decided whether the status page is updated"
        case .roomOpened: "its room is open"
        case .linked(let id):
            "it is linked to \(playbook.integrations.first { $0.id == id }?.title ?? id.text)"
        case .hypothesisConcluded: "a hypothesis is concluded"
        case .mitigationSucceeded: "a mitigation works"
        case .progressNoted: "somebody notes progress"
        case .mitigated: "it is mitigated"
        case .fixDeployed: "a fix is deployed"
        case .fixVerified: "the fix is verified"
        case .alertsClear: "all of its alerts are resolved"
        case .windowEnded(let id):
            "\"\(playbook.verification?.windows.first { $0.id == id }?.title ?? id.text)\" is over"
        case .resolved: "it is resolved"
        case .closed: "it is closed"
        case .reviewScheduled: "the review is scheduled"
        case .reviewHeld: "the review is held"
        case .reviewPublished: "the review is published"
        case .actionsOwned: "every action item has an owner"
        }
    }
}

extension Milestone {
    /// `it is resolved`.
    fileprivate var present: String {
        switch self {
        case .impactStarted: "the impact begins"
        case .detected: "it is detected"
        case .alertFired: "the alert fires"
        case .acknowledged: "it is acknowledged"
        case .declared: "it is declared"
        case .responding: "somebody responds"
        case .mitigated: "it is mitigated"
        case .fixDeployed: "a fix is deployed"
        case .resolved: "it is resolved"
        case .closed: "it is closed"
        case .reviewScheduled: "the review is scheduled"
        case .reviewHeld: "the review is held"
        case .reviewPublished: "the review is published"
        }
    }
}

extension TimeRule.DayPoint {
    /// `the opening of`.
    fileprivate var noun: String {
        switch self {
        case .open: "the opening of"
        case .close: "the close of"
        case .time(let time): "\(time.shortText) on"
        }
    }
}

extension Int {
    /// `1st`, `2nd`, `3rd`, `11th`.
    fileprivate var ordinal: String {
        if (11...13).contains(self % 100) { return "\(self)th" }
        return switch self % 10 {
        case 1: "\(self)st"
        case 2: "\(self)nd"
        case 3: "\(self)rd"
        default: "\(self)th"
        }
    }
}
