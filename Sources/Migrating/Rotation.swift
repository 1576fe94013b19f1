import Chronology
import Notation
import OnCall

/// A rotation of a foreign schedule, counted from a hand-off that may lie before it begins to count: one layer of Tocsin's,
/// or two where it begins within a turn.
struct Rotation {
    /// A part of each day or week, on the wall clock.
    enum Window: Hashable {
        /// No day is every day. At most a day long.
        case days([Weekday], from: LocalTime, minutes: Int)
        /// At most a week long.
        case week(from: Weekday, LocalTime, minutes: Int)
    }

    let name: String
    let zone: Zone
    /// A hand-off: turn 0 begins, whether it counts or not.
    var start: CivilDateTime
    let turn: Turn
    /// Of turn 0, of turn 1, …; those before turn 0 go round backwards.
    let groups: [[UserID]]
    var windows: [Window] = []
    var priority = 0
    /// From when on it counts; nil: from turn 0 on.
    var from: Instant?
    var end: Instant?

    /// Layers without ids, in order.
    func layers(from now: Instant) -> [JSON] {
        // Tocsin counts from no earlier hand-off, and what was before now is not asked about.
        let wanted = start.date.year < Self.firstYear && minutes != nil ? max(from ?? now, now) : from
        guard let from = wanted, from > beginning(0) else { return [layer(start, groups, end: end)] }
        let number = number(at: from)
        let rotated = groups.indices.map { groups[($0 + number).remainder(of: groups.count)] }
        let begin = civilBeginning(number)
        // What lies before now is not asked about, so the turn that runs then may as well begin where it begins.
        if from <= now || zone.start(of: begin) == from { return [layer(begin, rotated, end: end)] }
        let next = beginning(number + 1)
        let first = layer(
            zone.civil(at: from), [rotated[0]], end: end.map { min($0, next) } ?? next, name: "\(name), first turn")
        if let end, end <= next { return [first] }
        let second = layer(
            civilBeginning(number + 1), groups.indices.map { rotated[($0 + 1) % groups.count] }, end: end)
        return [first, second]
    }

    private static let firstYear = 1970

    // MARK: Turns

    /// Minutes of a turn on the wall clock, where it has a fixed length.
    private var minutes: Int? {
        switch turn {
        case .hours(let count): count * 60
        case .days(let count): count * 1_440
        case .weeks(let count): count * 10_080
        case .months, .handOffs: nil
        }
    }

    /// When a turn begins on the wall clock. Hand-offs at fixed times of the week are not counted from elsewhere.
    private func civilBeginning(_ number: Int) -> CivilDateTime {
        if let minutes { return start.adding(minutes: number * minutes) }
        guard case .months(let count) = turn else { return start }
        return CivilDateTime(start.date.adding(months: number * count), start.time)
    }

    func beginning(_ number: Int) -> Instant { zone.start(of: civilBeginning(number)) }

    /// The turn that runs then.
    func number(at instant: Instant) -> Int {
        let local = zone.civil(at: instant)
        var number: Int
        if let minutes {
            number = local.minutes(since: start).floored(by: minutes)
        } else if case .months(let count) = turn {
            let months = (local.date.year - start.date.year) * 12 + local.date.month - start.date.month
            number = months.floored(by: count)
        } else {
            return 0
        }
        while beginning(number) > instant { number -= 1 }
        while beginning(number + 1) <= instant { number += 1 }
        return number
    }

    // MARK: Documents

    private func layer(_ start: CivilDateTime, _ groups: [[UserID]], end: Instant?, name: String? = nil) -> JSON {
        var members: [JSON.Member] = [
            .init("name", .string(MigrationDraft.name(name ?? self.name, instead: "Layer"))),
            .init("zone", .string(zone.name)), .init("start", .string(start.isoText)),
        ]
        if let end { members.append(.init("end", .string(end.rfc3339()))) }
        switch turn {
        case .hours(let count): members.append(.init("every", Self.every(count, "hour")))
        case .days(let count): members.append(.init("every", Self.every(count, "day")))
        case .weeks(let count): members.append(.init("every", Self.every(count, "week")))
        case .months(let count): members.append(.init("every", Self.every(count, "month")))
        case .handOffs(let points):
            members.append(
                .init("handOffs", .array(points.map { .string(Self.point($0.weekday, $0.time)) })))
        }
        members += [
            .init("members", .array(groups.map { .array($0.map { .string($0.text) }) })),
            .init("windows", .array(windows.map(Self.json))), .init("priority", .integer(Int64(priority))),
            .init("order", "list"),
        ]
        return .object(members)
    }

    private static func every(_ count: Int, _ unit: String) -> JSON {
        ["count": .integer(Int64(count)), "unit": .string(unit)]
    }

    private static func json(_ window: Window) -> JSON {
        switch window {
        case .days(let days, let from, let minutes):
            return [
                "days": .array(days.map { .string($0.shortName) }), "from": .string(from.hourText),
                "to": .string(from.adding(minutes: minutes).hourText),
            ]
        case .week(let day, let from, let minutes):
            let total = from.secondOfDay / 60 + minutes
            let last = Weekday.allCases[(day.rawValue - 1 + total / 1_440) % 7]
            return ["from": .string(point(day, from)), "to": .string(point(last, from.adding(minutes: minutes)))]
        }
    }

    private static func point(_ day: Weekday, _ time: LocalTime) -> String { "\(day.shortName) \(time.hourText)" }
}

extension Int {
    /// Rounded down; the divisor is positive.
    func floored(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// 0 up to the divisor, which is positive.
    func remainder(of divisor: Int) -> Int {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }

    /// With a leading zero.
    var twoDigits: String { self < 10 ? "0\(self)" : "\(self)" }
}

extension LocalTime {
    /// `09:00`; seconds are left out.
    var hourText: String { "\(hour.twoDigits):\(minute.twoDigits)" }
}

extension CivilDateTime {
    /// `2026-01-05T09:00`, with seconds where there are any.
    var isoText: String {
        "\(date)T\(time.hourText)" + (time.second == 0 ? "" : ":\(time.second.twoDigits)")
    }
}
