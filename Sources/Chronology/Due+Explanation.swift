// Why it is due then, in sentences that somebody reads who was paged by it.

extension Due {
    /// The rule, the anchor, what went by until when, what was moved and why, and the result, in this order. Every
    /// instant with its zone.
    public var explanation: [String] { steps.map(\.sentence) + [result] }

    private var result: String {
        if let target, let limit {
            if target == limit { return "It is due \(target.weekdayText(in: zone))." }
            return "The target is \(target.weekdayText(in: zone)) and the limit \(limit.weekdayText(in: zone))."
        }
        if let since = pausedSince {
            let known = target.map { "The target is \($0.weekdayText(in: zone)). " } ?? ""
            let unknown = target == nil ? "when it is due is" : "the limit is"
            return known + "The clock stands still since \(since.weekdayText(in: zone)): "
                + "\(unknown) not known until it runs again."
        }
        if let target { return "The target is \(target.weekdayText(in: zone)), and there is no limit." }
        if let limit { return "The limit is \(limit.weekdayText(in: zone)), and there is no target." }
        return "Nothing is due."
    }

    // MARK: Verbs of the evaluation

    /// More holidays than these are counted, not listed.
    private static let holidaysTold = 5

    /// Holidays from the one date to the other that change what a working day would have been.
    mutating func sayHolidays(of calendar: BusinessCalendar, from first: CivilDate, to last: CivilDate) {
        guard first <= last else { return }
        let telling = calendar.holidays(in: first...last).filter { $0.hours != calendar.hours(on: $0.date.weekday) }
        for holiday in telling.prefix(Self.holidaysTold) { say(.holiday(holiday, in: calendar.name)) }
        if telling.count > Self.holidaysTold { say(.moreHolidays(telling.count - Self.holidaysTold)) }
    }

    mutating func sayPauses(_ pauses: Pauses, from start: Instant, to end: Instant) {
        for pause in pauses.past where pause.upperBound > start && pause.lowerBound < end { say(.pause(pause, zone)) }
    }

    /// When the clocks are not as far from UTC at the end as they were at the anchor, the hours look wrong without it.
    mutating func sayClocksMoved(since anchor: Instant) {
        guard let end = target ?? limit else { return }
        let (before, after) = (zone.offset(at: anchor), zone.offset(at: end))
        if before.seconds != after.seconds { say(.clocksMoved(from: before, to: after)) }
    }

    /// The instant of a local time, with a word about it when no clock shows it.
    mutating func sayingSkipped(_ local: CivilDateTime, in zone: Zone) -> Instant {
        let resolution = zone.resolve(local)
        switch resolution {
        case .gap: say(.timeSkipped(local, zone))
        case .ordinary, .overlap: break
        }
        return resolution.start
    }
}

extension Due.Step {
    fileprivate var sentence: String {
        switch self {
        case .rule(let rule): return "The rule is \(rule.words)."
        case .cadence(let words): return "An update is owed \(words)."
        case .decay(let after, let start, let zone):
            return "This holds from \(after.text) after the start on, which was \(start.weekdayText(in: zone))."
        case .anchor(let instant, let zone): return "It counts from \(instant.weekdayText(in: zone))."
        case .part(let part, let rule): return "The \(part) is \(rule.words)."
        case .begins(let instant, let zone, let calendar):
            let reason = calendar.map { "\($0.name) is closed before" } ?? "it stands still before"
            return "The clock begins to run at \(instant.weekdayText(in: zone)): \(reason)."
        case .pause(let pause, let zone):
            return "The clock stands still for \((pause.upperBound - pause.lowerBound).text), from "
                + "\(pause.lowerBound.weekdayText(in: zone)) until \(pause.upperBound.weekdayText(in: zone))."
        case .holiday(let holiday, let calendar):
            let change =
                holiday.hours.isEmpty
                ? "is a holiday in \(calendar)"
                : "has other hours in \(calendar), " + holiday.hours.map(\.description).joined(separator: " and ")
            return "\(holiday.date.weekdayText) \(change): \(holiday.name)."
        case .moreHolidays(let count):
            return "\(count.counted("later holiday")) change\(count == 1 ? "s" : "") the hours too."
        case .ran(let stretch, let more, let left, let from, let zone):
            let then = more.map { ", \($0.time.hoursText) more until \($0.until.weekdayText(in: zone))" } ?? ""
            return
                "It uses \(stretch.time.hoursText) until \(stretch.until.weekdayText(in: zone))\(then), which leaves "
                + "\(left.hoursText) from \(from.weekdayText(in: zone))."
        case .clocksMoved(let before, let after):
            let change = Duration.seconds(after.seconds - before.seconds)
            let direction = change < .zero ? "back" : "forward"
            return "In between the clocks are put \(direction) by \((change < .zero ? .zero - change : change).text), "
                + "from \(before.abbreviation) to \(after.abbreviation)."
        case .businessDay(let count, let after, let date):
            let day = count == 1 ? "The next business day" : "Business day \(count)"
            return "\(day) after \(after.weekdayText) is \(date.weekdayText)."
        case .timeSkipped(let local, let zone):
            return "The clocks of \(zone.name) skip \(local.date.weekdayText) \(local.time.shortText): the first "
                + "instant after takes its place."
        case .occurrencePaused(let instant, let zone):
            return "The occurrence of \(instant.weekdayText(in: zone)) falls into the pause and does not count."
        case .heldAtAnchor(let instant, let zone):
            return "\(instant.weekdayText(in: zone)) has passed by then: it is due at once."
        case .rolled(let from, let to, let calendar):
            let direction = from < to ? "on" : "back"
            return
                "\(from.weekdayText(in: calendar.zone)) is outside the hours of \(calendar.name): moved \(direction) "
                + "to \(to.weekdayText(in: calendar.zone))."
        case .closedForYears(let calendar):
            return "\(calendar.name) is not open for long enough in the \(BusinessCalendar.horizon) days around it: "
                + "there is no due time."
        }
    }
}
