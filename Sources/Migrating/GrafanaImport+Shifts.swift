import Chronology
import Notation
import OnCall

/// A shift of Grafana OnCall: of one time, of the same people again and again, or of people who take turns.
struct GrafanaShift {
    let object: ExportObject
    let name: String
    let zone: Zone
    let start: CivilDateTime
    /// On the clock's face: OnCall adds it to the local time.
    let seconds: Int
    let level: Int
    /// Of a shift that does not roll, one group.
    let groups: [[UserID]]
    let isRolling: Bool
    /// nil: it takes place once.
    let rule: RecurrenceRule?
    /// From when on occurrences count.
    let from: CivilDateTime?
    /// Whether those count that have begun before and are not over.
    let isWeb: Bool

    /// Overrides cover every level.
    static let overrideLevel = 1_000

    private func end(of local: CivilDateTime) -> Instant {
        CalendarZone.named(zone).instant(of: local.adding(seconds: seconds), floating: zone)
    }

    private func begin(of local: CivilDateTime) -> Instant {
        CalendarZone.named(zone).instant(of: local, floating: zone)
    }

    // MARK: Occurrences

    /// Who is on call by it within that time.
    func spans(in horizon: TimeSpan) throws(InputFault) -> [DutySpan] {
        let place = object.file
        guard let rule else { return spans(of: start, groups.first ?? []) }
        let reach = CivilDateTime.days(of: seconds) + 2
        let lower = zone.civil(at: horizon.start - .days(Int64(reach)))
        let upper = zone.civil(at: horizon.end + .days(1))
        // Turns of days of the week are counted from the first.
        let isCounted = isRolling && rule.frequency == .daily && !rule.days.isEmpty
        var plain = rule
        if isCounted { plain.interval = 1 }
        guard upper >= first else { return [] }
        let locals = try plain.occurrences(
            from: first, in: (isCounted ? first : min(lower, upper))...upper, isOver: isOver, at: place)
        var spans: [DutySpan] = []
        for (number, local) in locals.enumerated() where local >= lower {
            if let from, local < from, !(isWeb && local.adding(seconds: seconds) > from) { continue }
            let turn = isCounted ? number / rule.interval : period(of: local)
            spans += self.spans(
                of: local, groups.isEmpty ? [] : groups[isRolling ? turn.remainder(of: groups.count) : 0])
        }
        return spans
    }

    private func spans(of local: CivilDateTime, _ users: [UserID]) -> [DutySpan] {
        let span = TimeSpan(begin(of: local), end(of: local))
        return span.isEmpty ? [] : users.map { DutySpan(user: $0, span: span, priority: level) }
    }

    private func isOver(_ local: CivilDateTime) -> Bool {
        guard case .local(let until) = rule?.until else { return false }
        return local > until
    }

    /// The first occurrence of a shift that rolls is on one of its days: OnCall moves it to the first of them in the week,
    /// counted from the week's first day.
    private var first: CivilDateTime {
        guard isRolling, let rule, !rule.days.isEmpty else { return start }
        let days = rule.days.map(\.weekday)
        guard !days.contains(start.date.weekday) else { return start }
        let next = days.min {
            ($0.rawValue - rule.weekStart.rawValue).remainder(of: 7)
                < ($1.rawValue - rule.weekStart.rawValue).remainder(of: 7)
        }
        let ahead = ((next?.rawValue ?? 0) - start.date.weekday.rawValue).remainder(of: 7)
        return CivilDateTime(start.date.adding(days: ahead), start.time)
    }

    /// The number of the period of the rule that a beginning is in; a turn lasts for one.
    private func period(of local: CivilDateTime) -> Int {
        guard let rule else { return 0 }
        let first = first
        switch rule.frequency {
        case .hourly: return local.minutes(since: first).floored(by: 60 * rule.interval)
        case .daily: return (local.date.dayNumber - first.date.dayNumber).floored(by: rule.interval)
        case .weekly:
            let week = week(of: first.date).dayNumber
            return (local.date.dayNumber - week).floored(by: 7 * rule.interval)
        case .monthly:
            return ((local.date.year - first.date.year) * 12 + local.date.month - first.date.month)
                .floored(by: rule.interval)
        case .yearly: return (local.date.year - first.date.year).floored(by: rule.interval)
        }
    }

    private func week(of date: CivilDate) -> CivilDate {
        let back = (date.weekday.rawValue - (rule?.weekStart ?? .monday).rawValue).remainder(of: 7)
        return date.adding(days: -back)
    }

    // MARK: As a rotation

    /// The end of the last occurrence; nil: it goes on.
    func lastEnd() throws(InputFault) -> Instant? {
        guard let rule, case .local(let until) = rule.until else { return rule == nil ? end(of: start) : nil }
        let lower = CivilDateTime(until.date.adding(days: -370), until.time)
        let plain = try rule.occurrences(
            from: first, in: min(lower, until)...until, isOver: isOver, at: object.file)
        return end(of: plain.last ?? start)
    }

    /// A rotation that says the same; nil where none does.
    func rotation() throws(InputFault) -> Rotation? {
        guard let rule, seconds >= 60, seconds.isMultiple(of: 60), start.time.second == 0, !groups.isEmpty,
            groups.allSatisfy({ !$0.isEmpty }), rule.months.isEmpty, rule.monthDays.isEmpty
        else { return nil }
        let end = try lastEnd()
        if !isRolling {
            let event = PlannedEvent(
                users: groups[0], start: start, zone: zone, rule: rule, seconds: seconds, priority: level, end: end,
                name: name)
            return EventRotations([event]).all.first?.rotation
        }
        let (length, first) = (seconds / 60, first)
        let days = Weekday.allCases.filter { day in rule.days.contains { $0.weekday == day } }
        var anchor = first
        let turn: Turn
        var windows: [Rotation.Window] = []
        switch rule.frequency {
        case .hourly where days.isEmpty && length == 60 * rule.interval: turn = .hours(rule.interval)
        case .daily where days.isEmpty:
            turn = .days(rule.interval)
            if length != 1_440 * rule.interval {
                guard rule.interval == 1, length < 1_440 else { return nil }
                windows = [.days([], from: first.time, minutes: length)]
            }
        case .daily where rule.interval == 1 && length <= 1_440:
            turn = .handOffs(days.map { Turn.HandOff($0, first.time) })
            windows = [.days(days, from: first.time, minutes: length)]
        case .weekly where days.isEmpty || (days.count == 1 && days[0] == first.date.weekday):
            turn = .weeks(rule.interval)
            if length != 10_080 * rule.interval {
                guard rule.interval == 1, length < 10_080 else { return nil }
                windows = [.week(from: first.date.weekday, first.time, minutes: length)]
            }
        case .weekly where rule.interval == 1 && length <= 1_440:
            let offsets = days.map { ($0.rawValue - rule.weekStart.rawValue).remainder(of: 7) }
            guard offsets.allSatisfy({ $0 * 1_440 + length <= 10_080 }) else { return nil }
            turn = .weeks(1)
            anchor = CivilDateTime(week(of: first.date), first.time)
            windows = [.days(days.count == 7 ? [] : days, from: first.time, minutes: length)]
        case .hourly, .daily, .weekly, .monthly, .yearly: return nil
        }
        var rotation = Rotation(
            name: name, zone: zone, start: anchor, turn: turn, groups: groups, windows: windows, priority: level,
            from: begin(of: first), end: end)
        if let from, from > first {
            if case .handOffs = turn { return try turned(rotation, rule, from) }
            let instant = begin(of: from)
            let number = rotation.number(at: instant)
            let isCut = rotation.beginning(number) < instant && !isWeb && windows.isEmpty
            rotation.from = windows.isEmpty ? rotation.beginning(isCut ? number + 1 : number) : instant
        }
        return rotation
    }
    /// A rotation whose turns are days of the week, counted from the first occurrence and begun with the first that counts.
    private func turned(
        _ rotation: Rotation, _ rule: RecurrenceRule, _ from: CivilDateTime
    ) throws(InputFault) -> Rotation? {
        let locals = try rule.occurrences(
            from: first, in: first...CivilDateTime(from.date.adding(days: 8), from.time), isOver: isOver,
            at: object.file)
        guard
            let number = locals.firstIndex(where: { $0 >= from || (isWeb && $0.adding(seconds: seconds) > from) })
        else { return nil }
        return Rotation(
            name: rotation.name, zone: zone, start: locals[number], turn: rotation.turn,
            groups: groups.indices.map { groups[($0 + number).remainder(of: groups.count)] },
            windows: rotation.windows, priority: level, end: rotation.end)
    }
}

extension CivilDateTime {
    /// Whole days that so many seconds reach into.
    static func days(of seconds: Int) -> Int { seconds / 86_400 + 1 }
}
