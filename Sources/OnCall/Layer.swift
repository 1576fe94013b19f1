import Chronology
import Notation

/// A rotation: who is on call in turn. Which turn it is, is a function of time; nothing is counted on and kept.
public struct Layer: Hashable, Sendable {
    /// Who takes a turn when one would fall to somebody who is away.
    public enum Order: String, CaseIterable, Hashable, Sendable {
        /// In the order of the list, present or not; an absence is a warning.
        case list
        /// In the order of the list; whoever is away in their turn is passed over.
        case present
        /// Of those who are present whoever had a turn longest ago, so that whoever was passed over is next.
        case longestAgo = "longest-ago"
    }

    public let id: String
    public let name: String
    public let zone: Zone
    /// The first hand-off, on the wall clock of the zone.
    public let start: CivilDateTime
    /// From when on it is over; nil: it goes on.
    public let end: Instant?
    public let turn: Turn
    /// Who takes a turn together, each group after the one before.
    public let groups: [[UserID]]
    /// When it counts at all; empty: always. The turns go on meanwhile.
    public let windows: [WeekWindow]
    /// A layer covers those of lower priority while it has somebody; those of one priority are on call together.
    public let priority: Int
    public let order: Order

    public static let groupLimit = 200
    public static let groupSizeLimit = 20
    public static let windowLimit = 42

    /// Refuses what could never be on call or what nobody means.
    public init(
        id: String, name: String, zone: Zone, start: CivilDateTime, end: Instant? = nil, turn: Turn,
        groups: [[UserID]], windows: [WeekWindow] = [], priority: Int = 0, order: Order = .list
    ) throws(InputFault) {
        guard (1...Self.groupLimit).contains(groups.count) else {
            throw InputFault(
                at: "/members", "a rotation of nobody: name 1 to \(Self.groupLimit) people or groups that take turns")
        }
        for (index, group) in groups.enumerated() {
            guard (1...Self.groupSizeLimit).contains(group.count), Set(group).count == group.count else {
                throw InputFault(
                    at: "/members/\(index)",
                    "a group that takes a turn has 1 to \(Self.groupSizeLimit) people, each once")
            }
        }
        switch turn {
        case .hours(let count), .days(let count), .weeks(let count), .months(let count):
            guard (1...Turn.countLimit).contains(count) else {
                throw InputFault(at: "/every/count", "a turn is 1 to \(Turn.countLimit) hours, days, weeks or months")
            }
        case .handOffs(let points):
            guard (1...Turn.handOffLimit).contains(points.count), Set(points).count == points.count else {
                throw InputFault(at: "/handOffs", "a week has 1 to \(Turn.handOffLimit) hand-offs, each once")
            }
        }
        guard windows.count <= Self.windowLimit else {
            throw InputFault(at: "/windows", "a week has at most \(Self.windowLimit) windows")
        }
        guard (-100...100).contains(priority) else {
            throw InputFault(at: "/priority", "a priority is -100 to 100")
        }
        self.id = id
        self.name = name
        self.zone = zone
        self.start = start
        self.end = end
        if case .handOffs(let points) = turn { self.turn = .handOffs(points.sorted()) } else { self.turn = turn }
        self.groups = groups
        self.windows = windows
        self.priority = priority
        self.order = order
    }

    private init(endless other: Layer) {
        id = other.id
        name = other.name
        zone = other.zone
        start = other.start
        end = nil
        turn = other.turn
        groups = other.groups
        windows = other.windows
        priority = other.priority
        order = other.order
    }

    /// The layer as it would be if it never ended.
    var endless: Layer { end == nil ? self : Layer(endless: self) }

    // MARK: Turns

    /// When the turn of that number begins. Several that would begin in a gap of the clocks begin behind it, and all but
    /// the last of them are empty.
    func beginning(ofTurn number: Int) -> Instant { zone.start(of: turn.beginning(of: number, from: start)) }

    func turn(_ number: Int) -> TimeSpan {
        let span = TimeSpan(beginning(ofTurn: number), beginning(ofTurn: number + 1))
        return end.map { span.clamped(to: TimeSpan(span.start, max(span.start, $0))) } ?? span
    }

    /// The turn that is running then; nil before the first and after the end.
    func number(at instant: Instant) -> Int? {
        if let end, instant >= end { return nil }
        var number = turn.number(at: zone.civil(at: instant), from: start)
        while beginning(ofTurn: number) > instant { number -= 1 }
        while beginning(ofTurn: number + 1) <= instant { number += 1 }
        return number < 0 ? nil : number
    }

    // MARK: Windows

    func isOpen(at instant: Instant) -> Bool {
        guard !windows.isEmpty else { return true }
        let offset = zone.offset(at: instant).seconds
        let isQuiet =
            zone.offset(at: instant - Self.nearby).seconds == offset
            && zone.offset(at: instant + Self.nearby).seconds == offset
        let local = zone.civil(at: instant)
        guard isQuiet else {
            return windows.contains { window in
                // A beginning of the next day may lie before this instant where the clocks leave out a day.
                [local.date, local.date.adding(days: 1), local.date.adding(days: -7)].contains { date in
                    window.span(from: window.beginning(before: date), in: zone).contains(instant)
                }
            }
        }
        let minute = (local.date.weekday.rawValue - 1) * Turn.minutesPerDay + local.time.secondOfDay / 60
        return windows.contains { $0.contains(minuteOfWeek: minute) }
    }

    /// Longer than a window and than any change of clocks: within it the face of the clock says all.
    private static let nearby = Duration.days(8)

    /// When it counts within that time: in order, and apart from one another.
    func openings(in span: TimeSpan) -> [TimeSpan] {
        guard !windows.isEmpty else { return span.isEmpty ? [] : [span] }
        var found: [TimeSpan] = []
        let last = zone.civil(at: span.end).date.adding(days: 1)
        for window in windows {
            var beginning = window.beginning(before: zone.civil(at: span.start).date.adding(days: -7))
            while beginning.date <= last {
                let part = window.span(from: beginning, in: zone).clamped(to: span)
                if !part.isEmpty { found.append(part) }
                beginning = CivilDateTime(beginning.date.adding(days: 7), beginning.time)
            }
        }
        found.sort { ($0.start, $0.end) < ($1.start, $1.end) }
        var merged: [TimeSpan] = []
        for part in found {
            if let end = merged.last, part.start <= end.end {
                merged[merged.count - 1] = TimeSpan(end.start, max(end.end, part.end))
            } else {
                merged.append(part)
            }
        }
        return merged
    }

    // MARK: People

    /// Whose turn it is.
    func group(ofTurn number: Int, _ absences: Absences) -> [UserID] {
        let count = groups.count
        switch order {
        case .list: return groups[number % count]
        case .present:
            let span = turn(number)
            for step in 0..<count {
                let group = groups[(number + step) % count]
                if absences.arePresent(group, during: span) { return group }
            }
            return groups[number % count]
        case .longestAgo: return groups[fairOrder(until: number, absences).last ?? 0]
        }
    }

    /// After so many turns everybody is as if they had never had one: nobody remembers who was passed over by then, and
    /// looking back stays cheap.
    static let fairMemory = 2_000

    /// Which group takes each turn, from the last time at which all began anew until that turn.
    func fairOrder(until number: Int, _ absences: Absences) -> [Int] {
        var last = [Int](repeating: -1, count: groups.count)
        var taken: [Int] = []
        for turn in (number - number % Self.fairMemory)...number {
            let span = self.turn(turn)
            let present = groups.indices.filter { absences.arePresent(groups[$0], during: span) }
            // With nobody present the turn falls to whom it would fall otherwise; the warning says so.
            let candidates = present.isEmpty ? Array(groups.indices) : present
            let next = candidates.min { (last[$0], $0) < (last[$1], $1) } ?? 0
            last[next] = turn
            taken.append(next)
        }
        return taken
    }
}

/// When people are away.
public struct Absences: Hashable, Sendable {
    private let spans: [UserID: [TimeSpan]]

    public static let none = Absences([:])

    public init(_ spans: [UserID: [TimeSpan]]) {
        self.spans = spans
    }

    public func spans(of user: UserID) -> [TimeSpan] { spans[user] ?? [] }

    public var isEmpty: Bool { spans.isEmpty }

    func arePresent(_ group: [UserID], during span: TimeSpan) -> Bool {
        !group.contains { user in spans[user]?.contains { $0.overlaps(span) } ?? false }
    }
}
