import Chronology

extension Playbook {
    /// How the document writes rules.
    var ruleNotation: TimeRuleNotation {
        TimeRuleNotation(
            zone: zone, calendars: calendars.map(\.ruleCalendar), standard: defaultCalendar?.text)
    }

    /// When a rung is due, as short as a document says it: `15m`, `at once`, `next business day by open`.
    func ruleText(_ rule: TimeRule, within calendar: BusinessCalendar? = nil) -> String {
        let hours = calendar.map { " within \($0.name)" } ?? ""
        return (rule.isAtOnce ? "at once" : ruleNotation.text(rule)) + hours
    }

    /// As a document writes it: `15m`, `30m within business`, `on-events`, `nothing` where nothing is said.
    func intervalText(_ interval: UpdateInterval?) -> String {
        switch interval {
        case .every(let interval, let calendar)?:
            "every " + ruleNotation.text(interval) + (calendar.map { " within \($0.name)" } ?? "")
        case .onEvents?: "on events"
        case UpdateInterval.none?: "none"
        case nil: "nothing"
        }
    }
}

extension TimeRule {
    /// At the anchor itself, and never late.
    var isAtOnce: Bool { self == .immediate(bound: nil) || self == .elapsed(.zero) }
}
