/// How people write rules, in playbooks and on forms, and how they are written back.
///
/// What a text means depends on the calendars that it may name, which is why this is a value and not a function. Words of
/// the notation may be in upper or lower case; names are as they are spelled. Whatever the text, reading it ends with a
/// rule or with a fault that says what is wrong, in which column, and what to write instead.
///
/// ```
/// rule       = "none" | "unspecified" | "immediately" [[","] "within" LENGTH] | point [".." point]
/// point      = LENGTH                                          15m, 1h30m, 2d, 15 minutes
///            | N "business" ("hours" | "minutes" | …) [in]     4 business hours in support
///            | N "calendar days" ["at" TIME]                   3 calendar days at 18:30
///            | N "business days" when [in]                     3 business days by close
///            | "next business day" when [in]                   next business day by open
///            | "next" NAME [in]                                next weekly-review
///            | "next" recurrence
/// when       = "by" "open" | "by" "close" | "at" TIME
/// in         = "in" CALENDAR
/// recurrence = period { "on" days | "from" DATE | "at" TIME | "in" ZONE }
/// period     = "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | "every" WEEKDAY | "every" [N] "days" | …
/// ```
///
/// A bare "next day" or "3 days" is refused as ambiguous (X8).
public struct TimeRuleNotation: Sendable {
    /// Those that a rule may name, in the order in which faults list them.
    public let calendars: [BusinessCalendar]
    /// The one that is meant when a rule names none; nil when every rule has to.
    public let standard: BusinessCalendar?
    /// The zone of recurrences that name none.
    public let zone: Zone
    private let zoneNamed: @Sendable (String) -> Zone?

    /// `standard` names one of the calendars. When two have one name, the first one is meant. `zones` finds the zones that
    /// recurrences may name; without it they can name UTC alone.
    public init(
        zone: Zone, calendars: [BusinessCalendar] = [], standard: String? = nil,
        zones: @escaping @Sendable (String) -> Zone? = { _ in nil }
    ) {
        self.zone = zone
        self.calendars = calendars
        self.standard = standard.flatMap { name in calendars.first { $0.name == name } }
        self.zoneNamed = zones
    }

    /// Reads a rule.
    public func rule(_ text: String) throws(TimeNotationFault) -> TimeRule {
        var reader = try NotationReader(text)
        let rule = try rule(&reader)
        try reader.demandEnd()
        return rule
    }

    /// Reads what a recurrence is, without the word "next" before it. The name is for the calendar that it goes into.
    public func recurrence(_ text: String, name: String? = nil) throws(TimeNotationFault) -> Recurrence {
        var reader = try NotationReader(text)
        let recurrence = try recurrence(&reader, name: name)
        try reader.demandEnd()
        return recurrence
    }

    /// Reads how often something is owed: `30m`, `15m..30m`, `business day`.
    public func interval(_ text: String) throws(TimeNotationFault) -> Cadence.Interval {
        var reader = try NotationReader(text)
        _ = reader.skip("every")
        if reader.skip("business") {
            guard reader.skip(anyOf: ["day", "days"]) else { throw reader.missing("the word \"day\"", write: "it") }
            try reader.demandEnd()
            return .businessDay
        }
        let target = try reader.duration()
        guard reader.skip("..") else {
            try reader.demandEnd()
            return .elapsed(target)
        }
        let second = reader.next
        let limit = try reader.duration()
        try reader.demandEnd()
        guard target <= limit else {
            throw TimeNotationFault(at: second.column, "the window ends before it begins")
        }
        return .window(target: target, limit: limit)
    }

    /// Reads what becomes of due times outside hours: `none`, `forward`, `back in support`.
    public func roll(_ text: String) throws(TimeNotationFault) -> Roll {
        var reader = try NotationReader(text)
        let roll: Roll
        if reader.skip("none") {
            roll = .none
        } else if reader.skip("forward") {
            roll = .forward(try calendar(&reader))
        } else if reader.skip("back") {
            roll = .back(try calendar(&reader))
        } else {
            throw reader.missing("a way to roll", write: "none, forward or back")
        }
        try reader.demandEnd()
        return roll
    }

    // MARK: Names

    /// The calendar after "in", or the standard one.
    func calendar(_ reader: inout NotationReader) throws(TimeNotationFault) -> BusinessCalendar {
        if let named = try namedCalendar(&reader) { return named }
        guard let standard else {
            throw reader.fault("no calendar is named and none is the standard: write \"in\" and one of \(names)")
        }
        return standard
    }

    /// Nil when there is no "in".
    func namedCalendar(_ reader: inout NotationReader) throws(TimeNotationFault) -> BusinessCalendar? {
        guard reader.skip("in") else { return nil }
        guard !reader.next.isEnd else { throw reader.missing("the name of a calendar", write: "one of \(names)") }
        guard let named = calendars.first(where: { $0.name == reader.next.text }) else {
            throw reader.fault("there is no calendar \(reader.next.quoted): write one of \(names)")
        }
        _ = reader.take()
        return named
    }

    func namedZone(_ reader: inout NotationReader) throws(TimeNotationFault) -> Zone {
        guard !reader.next.isEnd else { throw reader.missing("the name of a zone", write: "one such as Europe/Berlin") }
        if reader.next.text == zone.name {
            _ = reader.take()
            return zone
        }
        // UTC needs no file, and a zone that is made from one is another value.
        let known = reader.next.text == Zone.utc.name ? .utc : zoneNamed(reader.next.text)
        guard let named = known else {
            throw reader.fault("there is no time zone \(reader.next.quoted): write one such as Europe/Berlin")
        }
        _ = reader.take()
        return named
    }

    /// A fault lists so many names and then counts: the reader looks for a slip, not for the whole list.
    private static let namesTold = 8

    private var names: String { Self.list(calendars.map(\.name)) }

    static func list(_ names: [String]) -> String {
        if names.isEmpty { return "(there are none)" }
        let told = names.prefix(namesTold).joined(separator: ", ")
        return names.count > namesTold ? "\(told) and \(names.count - namesTold) more" : told
    }
}
