import Chronology
import Notation

// How hours, urgency and a person's rules are written: JSON objects, whose members the initialisers name.

extension WeeklyHours {
    /// `{"zone": "Europe/Berlin", "days": ["Mon", "Tue"], "from": "09:00", "to": "17:00"}`; without days it is every day.
    ///
    /// - Parameters:
    ///   - usual: the zone where the object names none.
    ///   - zone: the zone of a name, nil where this machine has none.
    public init(
        _ json: JSON, at place: String, usual: Zone? = nil, zone: (String) -> Zone?
    ) throws(InputFault) {
        guard json.members != nil else {
            throw InputFault(at: place, "hours are an object with from, to, days and zone")
        }
        let from = try Self.time(json["from"], at: place + "/from")
        let to = try Self.time(json["to"], at: place + "/to")
        let found: Zone
        if let name = json["zone"]?.string, !name.isEmpty {
            guard let known = zone(name) else {
                throw InputFault(at: place + "/zone", "\"\(name)\" is not a time zone that this machine knows")
            }
            found = known
        } else if let usual {
            found = usual
        } else {
            throw InputFault(at: place + "/zone", "say in which time zone it is, such as Europe/Berlin")
        }
        var days: Set<Weekday> = []
        if let listed = json["days"], !listed.isNull {
            guard let elements = listed.array else {
                throw InputFault(at: place + "/days", "days are an array such as [\"Mon\", \"Tue\"]")
            }
            for (index, element) in elements.enumerated() {
                guard let day = Weekday(word: element.string ?? "") else {
                    throw InputFault(
                        at: "\(place)/days/\(index)", "\"\(element.string ?? "")\" is not a day such as Mon")
                }
                days.insert(day)
            }
        }
        try self.init(
            zone: found, days: days.isEmpty ? Set(Weekday.allCases) : days,
            from: from, to: to)
    }

    public var json: JSON {
        let sorted = days.sorted { $0.rawValue < $1.rawValue }
        return [
            "zone": .string(zone.name), "days": .array(sorted.map { .string($0.shortName) }),
            "from": .string(Self.text(from)), "to": .string(Self.text(to)),
        ]
    }

    private static func time(_ json: JSON?, at place: String) throws(InputFault) -> LocalTime {
        do throws(TimeFault) { return try LocalTime(iso8601: json?.string ?? "") } catch {
            throw InputFault(at: place, "a time of day such as 09:00 is needed")
        }
    }

    private static func text(_ time: LocalTime) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(time.hour)):\(two(time.minute))"
    }
}

extension NotificationRules {
    /// `{"high": [{"contact": "ctm_1", "delaySeconds": 0, "hours": {…}}], "low": […], "sleep": {…}}`.
    public init(_ json: JSON, usual: Zone?, zone: (String) -> Zone?) throws(InputFault) {
        let sleep = json["sleep"].flatMap { $0.isNull ? nil : $0 }
        self.init(
            high: try Self.steps(json["high"], at: "/rules/high", usual: usual, zone: zone),
            low: try Self.steps(json["low"], at: "/rules/low", usual: usual, zone: zone),
            sleep: try sleep.map { json throws(InputFault) in
                try WeeklyHours(json, at: "/rules/sleep", usual: usual, zone: zone)
            }, reminders: try Self.reminders(json["reminders"]))
    }

    private static func reminders(_ json: JSON?) throws(InputFault) -> [Duration] {
        guard let json, !json.isNull else { return usualReminders }
        guard let elements = json.array, elements.count <= reminderLimit else {
            throw InputFault(
                at: "/rules/reminders", "there are at most \(reminderLimit) reminders of a shift, in seconds before it")
        }
        var reminders: [Duration] = []
        for (index, element) in elements.enumerated() {
            guard let seconds = element.integer, (0...earliestReminder.wholeSeconds).contains(seconds),
                !reminders.contains(.seconds(seconds))
            else {
                throw InputFault(
                    at: "/rules/reminders/\(index)", "a reminder is 0 seconds to 7 days before the shift, each once")
            }
            reminders.append(.seconds(seconds))
        }
        return reminders
    }

    public var json: JSON {
        [
            "high": .array(high.map(\.json)), "low": .array(low.map(\.json)), "sleep": sleep?.json ?? .null,
            "reminders": .array(reminders.map { .integer($0.wholeSeconds) }),
        ]
    }

    private static func steps(
        _ json: JSON?, at place: String, usual: Zone?, zone: (String) -> Zone?
    ) throws(InputFault) -> [Step] {
        guard let json, !json.isNull else { return [] }
        guard let elements = json.array else { throw InputFault(at: place, "rules are an array of steps") }
        guard elements.count <= maximumSteps else {
            throw InputFault(at: place, "there are at most \(maximumSteps) steps")
        }
        var steps: [Step] = []
        for (index, element) in elements.enumerated() {
            let place = "\(place)/\(index)"
            guard let contact = element["contact"]?.string, !contact.isEmpty else {
                throw InputFault(at: place + "/contact", "the id of a contact method is missing")
            }
            let seconds = element["delaySeconds"]?.integer ?? 0
            guard (0...longestDelay.wholeSeconds).contains(seconds) else {
                throw InputFault(at: place + "/delaySeconds", "a step waits for at most an hour")
            }
            let hours = element["hours"].flatMap { $0.isNull ? nil : $0 }
            steps.append(
                Step(
                    method: ContactMethodID(contact), delay: .seconds(seconds),
                    hours: try hours.map { json throws(InputFault) in
                        try WeeklyHours(json, at: place + "/hours", usual: usual, zone: zone)
                    }))
        }
        return steps
    }
}

extension NotificationRules.Step {
    var json: JSON {
        [
            "contact": .string(method.text), "delaySeconds": .integer(delay.wholeSeconds),
            "hours": hours?.json ?? .null,
        ]
    }
}
