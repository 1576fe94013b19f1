import Chronology
import Notation

// How a schedule and an override are written: JSON objects, whose members the descriptions below name.

extension Schedule {
    /// - Parameters:
    ///   - overrides: they are documents of their own, so that a person on call may make one who may not change the rotations.
    ///   - zone: the zone of a name, nil where there is none.
    public init(
        id: ScheduleID, _ json: JSON, overrides: [Override] = [], zone: (String) -> Zone?
    ) throws(InputFault) {
        let usual = try Self.zone(json["zone"], at: "/zone", zone)
        var layers: [Layer] = []
        for (index, element) in (json["layers"]?.array ?? []).enumerated() {
            do throws(InputFault) {
                layers.append(try Layer(element, number: index + 1, usual: usual, zone: zone))
            } catch {
                throw InputFault(at: "/layers/\(index)\(error.place)", error.reason)
            }
        }
        let name = try json.text("name")
        guard !name.isEmpty, name.unicodeScalars.count <= Self.nameLimit,
            !name.unicodeScalars.contains(where: { $0.value < 32 })
        else { throw InputFault(at: "/name", "a name has 1 to \(Self.nameLimit) characters on one line") }
        try self.init(
            id: id, name: name, description: json["description"]?.string ?? "", zone: usual, layers: layers,
            overrides: overrides, handOff: try HandOffRules(json["handOff"]), slackGroup: try Self.slackGroup(json))
    }

    /// Slack calls its groups `S` and capital letters and digits.
    private static func slackGroup(_ json: JSON) throws(InputFault) -> String? {
        guard let text = json["slackGroup"]?.string, !text.isEmpty else { return nil }
        let isGroup =
            text.utf8.count <= 32 && text.hasPrefix("S")
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) }
        guard isGroup else {
            throw InputFault(at: "/slackGroup", "a Slack user group is told by its id, such as S0604QSJC")
        }
        return text
    }

    /// Unicode scalars: one line of a list.
    public static let nameLimit = 128

    static func zone(
        _ json: JSON?, at place: String, _ zone: (String) -> Zone?
    ) throws(InputFault) -> Zone {
        guard let name = json?.string, !name.isEmpty else {
            throw InputFault(at: place, "say in which time zone it is, such as Europe/Berlin")
        }
        guard let found = zone(name) else {
            throw InputFault(at: place, "\"\(name)\" is not a time zone that this machine knows")
        }
        return found
    }
}

extension Layer {
    init(
        _ json: JSON, number: Int, usual: Zone, zone: (String) -> Zone?
    ) throws(InputFault) {
        let isOwn = json["zone"]?.string?.isEmpty == false
        let own = isOwn ? try Schedule.zone(json["zone"], at: "/zone", zone) : usual
        let start: CivilDateTime
        do throws(TimeFault) {
            start = try CivilDateTime(iso8601: json["start"]?.string ?? "")
        } catch {
            throw InputFault(
                at: "/start", "the first hand-off is a local date and time such as 2026-01-05T09:00 (\(error.reason))")
        }
        guard Self.sensibleYears.contains(start.date.year) else {
            throw InputFault(at: "/start", "the first hand-off lies between 1970 and 2200")
        }
        var end: Instant?
        if let text = json["end"]?.string, !text.isEmpty { end = try Instant(member: text, at: "/end") }
        var groups: [[UserID]] = []
        for (index, element) in (json["members"]?.array ?? []).enumerated() {
            let names = element.string.map { [$0] } ?? (element.array ?? []).compactMap(\.string)
            guard !names.isEmpty else { throw InputFault(at: "/members/\(index)", "nobody takes this turn") }
            groups.append(names.map { UserID($0) })
        }
        var windows: [WeekWindow] = []
        for (index, element) in (json["windows"]?.array ?? []).enumerated() {
            windows += try WeekWindow.windows(element, at: "/windows/\(index)")
        }
        let order = try json["order"]?.string.map { word throws(InputFault) in
            guard let order = Order(rawValue: word) else {
                throw InputFault(
                    at: "/order",
                    "\"\(word)\" is not an order: \(Order.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return order
        }
        let id = json["id"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "layer-\(number)"
        let name = json["name"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "Layer \(number)"
        guard id.utf8.count <= 64, name.unicodeScalars.count <= Schedule.nameLimit else {
            throw InputFault(at: "/name", "a layer's name has at most \(Schedule.nameLimit) characters")
        }
        try self.init(
            id: id, name: name, zone: own, start: start, end: end, turn: try Turn(json), groups: groups,
            windows: windows, priority: Int(json["priority"]?.integer ?? 0), order: order ?? .list)
    }

    private static let sensibleYears = 1970...2200
}

extension Turn {
    fileprivate init(_ json: JSON) throws(InputFault) {
        if let points = json["handOffs"]?.array, !points.isEmpty {
            var handOffs: [HandOff] = []
            for (index, point) in points.enumerated() {
                handOffs.append(try HandOff(text: point.string ?? "", at: "/handOffs/\(index)"))
            }
            self = .handOffs(handOffs)
            return
        }
        guard let every = json["every"], let unit = every["unit"]?.string else {
            throw InputFault(
                at: "/every", "say how long a turn is, such as {\"count\": 1, \"unit\": \"week\"}, or give handOffs")
        }
        let count = Int(every["count"]?.integer ?? 1)
        switch unit {
        case "hour": self = .hours(count)
        case "day": self = .days(count)
        case "week": self = .weeks(count)
        case "month": self = .months(count)
        default: throw InputFault(at: "/every/unit", "\"\(unit)\" is not hour, day, week or month")
        }
    }
}

extension Turn.HandOff {
    /// `Mon 09:00`.
    init(text: String, at place: String) throws(InputFault) {
        let halves = text.split(separator: " ").map(String.init)
        guard halves.count == 2, let weekday = Weekday(word: halves[0]), let time = try? LocalTime(iso8601: halves[1])
        else { throw InputFault(at: place, "\"\(text)\" is not a point of the week; write it as Mon 09:00") }
        self.init(weekday, time)
    }
}

extension WeekWindow {
    /// From one point of the week to another, or on some days from one time to another; no day is every day.
    fileprivate static func windows(_ json: JSON, at place: String) throws(InputFault) -> [WeekWindow] {
        let (from, to) = (json["from"]?.string ?? "", json["to"]?.string ?? "")
        if let start = try? LocalTime(iso8601: from), let end = try? LocalTime(iso8601: to) {
            var days: [Weekday] = []
            for (index, element) in (json["days"]?.array ?? []).enumerated() {
                guard let day = Weekday(word: element.string ?? "") else {
                    throw InputFault(
                        at: "\(place)/days/\(index)", "\"\(element.string ?? "")\" is not a day such as Mon")
                }
                days.append(day)
            }
            return (days.isEmpty ? Weekday.allCases : days).map { WeekWindow(on: $0, from: start, to: end) }
        }
        return [
            WeekWindow(
                from: try Turn.HandOff(text: from, at: place + "/from"),
                to: try Turn.HandOff(text: to, at: place + "/to"))
        ]
    }
}

extension Override {
    public enum Kind: String, CaseIterable, Sendable {
        case add, remove, replace
        case standIn = "stand-in"
        case offer
    }

    public init(id: String, _ json: JSON) throws(InputFault) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init) else {
            throw InputFault(
                at: "/kind", "an override is one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let users = (json["users"]?.array ?? []).compactMap(\.string).map { UserID($0) }
        let change: Change
        switch kind {
        case .add: change = .add(users)
        case .remove: change = .remove(users)
        case .replace: change = .replace(users)
        case .standIn:
            guard users.count == 1, let present = users.first else {
                throw InputFault(at: "/users", "one person stands in")
            }
            guard let absent = json["for"]?.string, !absent.isEmpty else {
                throw InputFault(at: "/for", "say for whom \(present) stands in")
            }
            change = .standIn(present, for: UserID(absent))
        case .offer:
            guard let absent = json["for"]?.string, !absent.isEmpty else {
                throw InputFault(at: "/for", "say whose shift is offered")
            }
            change = .offer(of: UserID(absent), to: users)
        }
        let span = try TimeSpan(json, at: "")
        try self.init(
            id: id, span, change, why: json["why"]?.string.flatMap { $0.isEmpty ? nil : $0 },
            by: try json["by"]?.string.map { text throws(InputFault) in try Actor(text: text) } ?? .tocsin,
            made: try json["made"]?.string.map { text throws(InputFault) in try Instant(member: text, at: "/made") }
                ?? span.start)
    }

    /// Everybody whom it names.
    public var users: [UserID] {
        switch change {
        case .add(let users), .remove(let users), .replace(let users): users
        case .standIn(let present, let absent): [present, absent]
        case .offer(let absent, let users): [absent] + users
        }
    }

    public var kind: Kind {
        switch change {
        case .add: .add
        case .remove: .remove
        case .replace: .replace
        case .standIn: .standIn
        case .offer: .offer
        }
    }
}

extension TimeSpan {
    /// From the members `from` and `to`.
    public init(_ json: JSON, at place: String) throws(InputFault) {
        self.init(
            try Instant(member: json["from"]?.string, at: place + "/from"),
            try Instant(member: json["to"]?.string, at: place + "/to"))
    }
}

extension Instant {
    init(member text: String?, at place: String) throws(InputFault) {
        do throws(TimeFault) {
            self = try Instant(rfc3339: text ?? "")
        } catch {
            throw InputFault(at: place, "a time such as 2026-01-31T18:00:00Z is expected (\(error.reason))")
        }
    }
}
