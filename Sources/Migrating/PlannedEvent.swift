import Chronology
import Notation
import OnCall

/// An event by which people are on call again and again, as far as a rotation might say it.
struct PlannedEvent {
    let users: [UserID]
    let start: CivilDateTime
    let zone: Zone
    let rule: RecurrenceRule
    /// On the clock's face.
    let seconds: Int
    let priority: Int
    /// When the last occurrence ends; nil: it goes on.
    let end: Instant?
    let name: String
}

/// Rotations that say what events say: one event each week or day is a rotation of one group, and events that take turns
/// (every third week, each a week after the other) are one rotation when every turn is somebody's.
struct EventRotations {
    /// Each with the numbers of the events that it says.
    private(set) var all: [(rotation: Rotation, events: [Int])] = []

    init(_ events: [PlannedEvent]) {
        var families: [(key: Key, members: [(event: Int, shape: Shape)])] = []
        for (index, event) in events.enumerated() {
            guard let shape = Shape(event) else { continue }
            let key = Key(event, shape)
            if let family = families.firstIndex(where: { $0.key == key }) {
                families[family].members.append((index, shape))
            } else {
                families.append((key, [(index, shape)]))
            }
        }
        for (key, members) in families {
            guard let first = members.min(by: { $0.shape.anchor < $1.shape.anchor }) else { continue }
            var groups = [[UserID]](repeating: [], count: key.cycle)
            for member in members {
                let turns =
                    (member.shape.minutes(of: member.shape.anchor) - member.shape.minutes(of: first.shape.anchor))
                    .floored(by: key.turnMinutes)
                let phase = turns.remainder(of: key.cycle)
                for user in events[member.event].users where !groups[phase].contains(user) {
                    groups[phase].append(user)
                }
            }
            guard groups.allSatisfy({ !$0.isEmpty && $0.count <= Layer.groupSizeLimit }),
                groups.count <= Layer.groupLimit
            else { continue }
            let event = events[first.event]
            let names = members.map { events[$0.event].name }
            var rotation = Rotation(
                name: names.count == 1 ? names[0] : "\(names[0]) and \(names.count - 1) more", zone: event.zone,
                start: first.shape.anchor, turn: first.shape.turn, groups: groups, windows: first.shape.windows,
                priority: event.priority)
            if event.start != first.shape.anchor { rotation.from = event.zone.start(of: event.start) }
            if key.hasEnd { rotation.end = members.compactMap { events[$0.event].end }.max() }
            all.append((rotation, members.map(\.event)))
        }
    }

    /// What events of one rotation have in common.
    private struct Key: Hashable {
        let zone: String
        let turnMinutes: Int
        let cycle: Int
        let windows: [Rotation.Window]
        let priority: Int
        let hasEnd: Bool
        /// Where turns begin, counted from the beginning of days: turns of one rotation begin at multiples.
        let remainder: Int
        /// Of a rotation of one group: those who begin together are on call together.
        let start: CivilDateTime?
        let end: Instant?

        init(_ event: PlannedEvent, _ shape: Shape) {
            zone = event.zone.name
            turnMinutes = shape.turnMinutes
            cycle = shape.cycle
            windows = shape.windows
            priority = event.priority
            hasEnd = event.end != nil
            remainder = shape.minutes(of: shape.anchor).remainder(of: shape.turnMinutes)
            start = shape.cycle == 1 ? event.start : nil
            end = shape.cycle == 1 ? event.end : nil
        }
    }

    /// How an event would be said.
    private struct Shape {
        let turn: Turn
        let turnMinutes: Int
        /// Every so many turns.
        let cycle: Int
        let anchor: CivilDateTime
        var windows: [Rotation.Window]

        func minutes(of local: CivilDateTime) -> Int { local.date.dayNumber * 1_440 + local.time.secondOfDay / 60 }

        init?(_ event: PlannedEvent) {
            let rule = event.rule
            guard event.seconds >= 60, event.seconds.isMultiple(of: 60), event.start.time.second == 0,
                rule.months.isEmpty, rule.monthDays.isEmpty, rule.hours.isEmpty, rule.minutes.isEmpty,
                rule.seconds.isEmpty, rule.positions.isEmpty, rule.interval <= Layer.groupLimit
            else { return nil }
            let length = event.seconds / 60
            let days = Weekday.allCases.filter { day in rule.days.contains { $0.weekday == day } }
            switch rule.frequency {
            case .weekly: self.init(weekly: event, days.isEmpty ? [event.start.date.weekday] : days, length)
            case .daily: self.init(daily: event, days, length)
            case .hourly, .monthly, .yearly: return nil
            }
        }

        private init?(weekly event: PlannedEvent, _ days: [Weekday], _ length: Int) {
            let interval = event.rule.interval
            let time = event.start.time
            if interval == 1 {
                self.init(
                    .weeks(1), 10_080, cycle: 1, event.start,
                    length >= 10_080 ? [] : Self.windows(days, time, length))
                return
            }
            if days.count == 1 {
                guard days[0] == event.start.date.weekday else { return nil }
                if length.isMultiple(of: 10_080) {
                    let weeks = length / 10_080
                    guard interval.isMultiple(of: weeks) else { return nil }
                    self.init(.weeks(weeks), weeks * 10_080, cycle: interval / weeks, event.start, [])
                } else {
                    guard length < 10_080 else { return nil }
                    self.init(.weeks(1), 10_080, cycle: interval, event.start, Self.windows(days, time, length))
                }
                return
            }
            // A turn is a week from its first day on, and none of its occurrences reaches into the next.
            let first = event.rule.weekStart
            let offsets = days.map { ($0.rawValue - first.rawValue).remainder(of: 7) }
            guard offsets.allSatisfy({ $0 * 1_440 + length <= 10_080 }) else { return nil }
            let back = (event.start.date.weekday.rawValue - first.rawValue).remainder(of: 7)
            self.init(
                .weeks(1), 10_080, cycle: interval, CivilDateTime(event.start.date.adding(days: -back), time),
                Self.windows(days, time, length))
        }

        private init?(daily event: PlannedEvent, _ days: [Weekday], _ length: Int) {
            let interval = event.rule.interval
            let time = event.start.time
            if interval == 1 {
                let isWhole = days.isEmpty && length >= 1_440
                self.init(
                    .days(1), 1_440, cycle: 1, event.start,
                    isWhole
                        ? []
                        : days.isEmpty ? [.days([], from: time, minutes: length)] : Self.windows(days, time, length))
                return
            }
            guard days.isEmpty else { return nil }
            if length.isMultiple(of: 1_440) {
                let count = length / 1_440
                guard interval.isMultiple(of: count) else { return nil }
                self.init(.days(count), count * 1_440, cycle: interval / count, event.start, [])
            } else {
                guard length < 1_440 else { return nil }
                self.init(
                    .days(1), 1_440, cycle: interval, event.start, [.days([], from: time, minutes: length)])
            }
        }

        private init(
            _ turn: Turn, _ minutes: Int, cycle: Int, _ anchor: CivilDateTime, _ windows: [Rotation.Window]
        ) {
            self.turn = turn
            turnMinutes = minutes
            self.cycle = cycle
            self.anchor = anchor
            self.windows = windows
        }

        private static func windows(_ days: [Weekday], _ time: LocalTime, _ length: Int) -> [Rotation.Window] {
            if length <= 1_440 { return [.days(days.count == 7 ? [] : days, from: time, minutes: length)] }
            return days.map { .week(from: $0, time, minutes: min(length, 10_080)) }
        }
    }
}

extension MigrationDraft {
    /// Whether a schedule has room for a rotation, and Tocsin takes it.
    func fits(_ rotation: Rotation, beside others: [Rotation]) -> Bool {
        let layers = (others + [rotation]).reduce(0) { $0 + $1.layers(from: horizon.start).count }
        return layers <= Schedule.layerLimit && fault(of: rotation) == nil
    }

    /// Fills in overrides wherever the rotations of a schedule do not say what is meant, so that within the horizon it is
    /// exactly that, and takes it.
    ///
    /// - Returns: how many overrides were needed; nil where the schedule was not taken.
    /// - Throws: an `InputFault` where there are too many shifts to go through.
    mutating func add(
        _ schedule: inout ScheduleDraft, meaning spans: [DutySpan], why: String
    ) throws(InputFault) -> Int? {
        guard spans.count <= MigrationLimits.shifts else {
            throw InputFault(
                at: schedule.object.file,
                "\(schedule.name) has more than \(MigrationLimits.shifts) shifts in the time that is asked about; ask about less"
            )
        }
        let shifts = try Schedule(
            id: ScheduleID(schedule.id), schedule.json(from: horizon.start), zone: context.zone
        ).shifts(in: horizon)
        let changes = DutySegments.changes(from: shifts, to: spans, in: horizon, why: why)
        schedule.changes += changes
        return add(schedule) ? changes.count : nil
    }
}
