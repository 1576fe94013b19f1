import Chronology
import Notation

/// The zones that a calendar's times name.
struct CalendarZones {
    enum Found {
        case zone(CalendarZone)
        /// Why there is none.
        case none(String)
    }

    private var own: [String: OwnZone] = [:]
    private let zone: (String) -> Zone?

    /// - Throws: an `InputFault` where a VTIMEZONE is malformed.
    init(_ calendar: CalendarComponent, file: String, zone: @escaping (String) -> Zone?) throws(InputFault) {
        self.zone = zone
        for component in calendar.children where component.name == "VTIMEZONE" {
            guard let id = component["TZID"]?.text, !id.isEmpty else { continue }
            own[id] = try Self.own(component, id, file)
        }
    }

    /// The zone of a TZID. By its name where it has one that this machine knows, or by one that stands in it or is known
    /// for it where the calendar's own rules agree; else by the calendar's own rules (RFC 5545 §3.6.5).
    func zone(_ id: String) -> Found {
        if let named = zone(id) { return .zone(.named(named)) }
        let rules = own[id]
        for name in Self.names(in: id) {
            guard let named = zone(name) else { continue }
            guard let rules else { return .zone(.named(named)) }
            if Self.agree(rules, named) { return .zone(.named(named)) }
        }
        if let rules { return .zone(.own(rules)) }
        return .none(
            "The time zone \"\(MigrationDraft.line(id, 80))\" is not one that this machine knows, and the calendar does not describe it."
        )
    }

    /// Names of the tz database that a TZID stands for: its last parts, as in `/example.org/20240205_1/Europe/Berlin`, or
    /// what the Unicode CLDR has for the name that Windows uses.
    private static func names(in id: String) -> [String] {
        let parts = id.split(separator: "/").map(String.init)
        var names = [3, 2].compactMap { count in
            parts.count >= count ? parts.suffix(count).joined(separator: "/") : nil
        }
        if let name = windowsZones[id] { names.append(name) }
        return names
    }

    /// Whether two zones had the same offset in every week from 2015 to 2035.
    private static func agree(_ rules: OwnZone, _ named: Zone) -> Bool {
        var instant = Instant(seconds: 1_420_070_400)
        let end = Instant(seconds: 2_051_222_400)
        while instant < end {
            if rules.offset(at: instant) != named.offset(at: instant).seconds { return false }
            instant += .hours(7 * 24 + 1)
        }
        return true
    }

    // MARK: A zone of a calendar's own

    /// Changes of clocks are known until then.
    private static let lastYear = 2_200
    /// Programs write rules from 1601 on; what was before is the first offset.
    private static let firstYear = 1_960

    private static func own(
        _ component: CalendarComponent, _ id: String, _ file: String
    ) throws(InputFault) -> OwnZone {
        var changes: [OwnZone.Change] = []
        var first: (at: Instant, offset: Int)?
        for observance in component.children where ["STANDARD", "DAYLIGHT"].contains(observance.name) {
            let place = "\(file):\(observance.line)"
            guard let start = observance["DTSTART"], let from = observance["TZOFFSETFROM"],
                let to = observance["TZOFFSETTO"]
            else { throw InputFault(at: place, "it lacks DTSTART, TZOFFSETFROM or TZOFFSETTO") }
            let before = try offset(from, file)
            let after = try offset(to, file)
            let (civil, _, _) = try CalendarTime.civil(start.value, at: "\(file):\(start.line)")
            var onsets = [civil]
            if let property = observance["RRULE"] {
                onsets = try self.onsets(property, civil, before, file)
            }
            for property in observance.all("RDATE") {
                for value in property.value.split(separator: ",").prefix(MigrationLimits.clockChanges) {
                    onsets.append(try CalendarTime.civil(String(value), at: "\(file):\(property.line)").0)
                }
            }
            for onset in onsets {
                let at = onset.asUTC - .seconds(before)
                changes.append(.init(at: at, offset: after))
                if first.map({ at < $0.at }) ?? true { first = (at, before) }
            }
            guard changes.count <= MigrationLimits.clockChanges else {
                throw InputFault(
                    at: place, "a zone's clocks change at most \(MigrationLimits.clockChanges) times")
            }
        }
        guard let first else {
            throw InputFault(at: "\(file):\(component.line)", "the zone has neither STANDARD nor DAYLIGHT")
        }
        return OwnZone(id: id, first: first.offset, changes: changes.sorted { ($0.at, $0.offset) < ($1.at, $1.offset) })
    }

    private static func onsets(
        _ property: CalendarProperty, _ start: CivilDateTime, _ before: Int, _ file: String
    ) throws(InputFault) -> [CivilDateTime] {
        let place = "\(file):\(property.line)"
        let rule: RecurrenceRule
        do {
            rule = try RecurrenceRule(property.value, at: place)
        } catch let fault as InputFault {
            throw fault
        } catch {
            throw InputFault(at: place, "the zone's rule is of a kind that is not read")
        }
        guard rule.frequency == .yearly else {
            throw InputFault(at: place, "a zone's clocks change by rules of years")
        }
        let lower: CivilDateTime
        let upper: CivilDateTime
        do {
            lower = try CivilDateTime(year: firstYear, month: 1, day: 1)
            upper = try CivilDateTime(year: lastYear, month: 1, day: 1)
        } catch {
            throw InputFault(at: place, error.reason)
        }
        return try rule.occurrences(
            from: start, in: min(lower, upper)...upper,
            isOver: { local in
                switch rule.until {
                case nil: false
                case .date(let date): local.date > date
                case .local(let end): local > end
                // UNTIL is in UTC here (§3.6.5).
                case .instant(let end): local.asUTC - .seconds(before) > end
                }
            }, at: place)
    }

    /// `+0100`, `-053730` (RFC 5545 §3.3.14), in seconds.
    private static func offset(_ property: CalendarProperty, _ file: String) throws(InputFault) -> Int {
        let digits = property.value.utf8.dropFirst()
        let sign = property.value.utf8.first
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), digits.count == 4 || digits.count == 6,
            digits.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(property.value.dropFirst())
        else {
            throw InputFault(at: "\(file):\(property.line)", "an offset is written as +0100")
        }
        let full = digits.count == 4 ? number * 100 : number
        let seconds = full / 10_000 * 3_600 + full / 100 % 100 * 60 + full % 100
        guard seconds <= 26 * 3_600 else {
            throw InputFault(at: "\(file):\(property.line)", "no zone is more than 26 hours from UTC")
        }
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// Names that Windows uses, with the zone that the Unicode CLDR has for them where no territory is said
    /// (windowsZones, territory 001).
    private static let windowsZones: [String: String] = [
        "AUS Central Standard Time": "Australia/Darwin", "AUS Eastern Standard Time": "Australia/Sydney",
        "Alaskan Standard Time": "America/Anchorage", "Arab Standard Time": "Asia/Riyadh",
        "Arabian Standard Time": "Asia/Dubai", "Argentina Standard Time": "America/Buenos_Aires",
        "Atlantic Standard Time": "America/Halifax", "Canada Central Standard Time": "America/Regina",
        "Cen. Australia Standard Time": "Australia/Adelaide", "Central America Standard Time": "America/Guatemala",
        "Central Europe Standard Time": "Europe/Budapest", "Central European Standard Time": "Europe/Warsaw",
        "Central Standard Time": "America/Chicago", "China Standard Time": "Asia/Shanghai",
        "E. Africa Standard Time": "Africa/Nairobi", "E. Australia Standard Time": "Australia/Brisbane",
        "E. South America Standard Time": "America/Sao_Paulo", "Eastern Standard Time": "America/New_York",
        "Egypt Standard Time": "Africa/Cairo", "FLE Standard Time": "Europe/Kiev",
        "GMT Standard Time": "Europe/London", "GTB Standard Time": "Europe/Bucharest",
        "Greenwich Standard Time": "Atlantic/Reykjavik", "Hawaiian Standard Time": "Pacific/Honolulu",
        "India Standard Time": "Asia/Calcutta", "Israel Standard Time": "Asia/Jerusalem",
        "Korea Standard Time": "Asia/Seoul", "Mountain Standard Time": "America/Denver",
        "New Zealand Standard Time": "Pacific/Auckland", "Newfoundland Standard Time": "America/St_Johns",
        "Pacific SA Standard Time": "America/Santiago", "Pacific Standard Time": "America/Los_Angeles",
        "Romance Standard Time": "Europe/Paris", "Russian Standard Time": "Europe/Moscow",
        "SA Pacific Standard Time": "America/Bogota", "SE Asia Standard Time": "Asia/Bangkok",
        "Singapore Standard Time": "Asia/Singapore", "South Africa Standard Time": "Africa/Johannesburg",
        "Taipei Standard Time": "Asia/Taipei", "Tasmania Standard Time": "Australia/Hobart",
        "Tokyo Standard Time": "Asia/Tokyo", "Turkey Standard Time": "Europe/Istanbul",
        "US Mountain Standard Time": "America/Phoenix", "UTC": "UTC", "Coordinated Universal Time": "UTC",
        "W. Australia Standard Time": "Australia/Perth", "W. Central Africa Standard Time": "Africa/Lagos",
        "W. Europe Standard Time": "Europe/Berlin", "West Asia Standard Time": "Asia/Tashkent",
    ]
}
