import Chronology
import TestSupport

/// Calendars that the tests of time rules share.
enum WorkingHours {
    /// The calendar of the golden vectors: Monday to Friday 09:00-18:00 in New York, without holidays, with the two
    /// reviews of S3-09 and S3-10.
    static func support() throws -> BusinessCalendar {
        let zone = try InstalledZones.zone("America/New_York")
        let ten = try LocalTime(hour: 10, minute: 0)
        return try calendar(
            "support", "America/New_York", "09:00-18:00",
            recurrences: [
                Recurrence(.weekly([.wednesday]), at: ten, in: zone, name: "weekly-review"),
                Recurrence(.monthly(.nth(.first, .tuesday)), at: ten, in: zone, name: "monthly-review"),
            ])
    }

    /// The same hours on every day from Monday to Friday, and others, if any, on Saturday and Sunday.
    static func calendar(
        _ name: String, _ zone: String, _ weekdays: String, weekend: String = "closed",
        holidays: [BusinessCalendar.Holiday] = [], recurrences: [Recurrence] = []
    ) throws -> BusinessCalendar {
        let (working, free) = try (
            BusinessCalendar.Span.list(notation: weekdays), BusinessCalendar.Span.list(notation: weekend)
        )
        var hours: [Weekday: [BusinessCalendar.Span]] = [.saturday: free, .sunday: free]
        for day in Weekday.allCases.prefix(5) { hours[day] = working }
        return try BusinessCalendar(
            name: name, zone: try InstalledZones.zone(zone), hours: hours, holidays: holidays, recurrences: recurrences)
    }

    static func holiday(
        _ date: String, _ name: String, _ hours: String = "closed"
    ) throws -> BusinessCalendar.Holiday {
        BusinessCalendar.Holiday(try CivilDate(iso8601: date), name, hours: try .list(hours))
    }

    /// A notation in New York whose standard calendar is `support`, and which knows the zones of this machine.
    static func notation(_ others: [BusinessCalendar] = []) throws -> TimeRuleNotation {
        let support = try support()
        let zones = try ["Europe/Berlin", "Asia/Kathmandu"].map { try InstalledZones.zone($0) }
        return TimeRuleNotation(zone: support.zone, calendars: [support] + others, standard: "support") { name in
            zones.first { $0.name == name }
        }
    }
}

extension [BusinessCalendar.Span] {
    static func list(_ text: String) throws -> [BusinessCalendar.Span] {
        try BusinessCalendar.Span.list(notation: text)
    }
}

extension Instant? {
    /// For tables: nil for an empty text.
    static func at(_ text: String) throws -> Instant? { text.isEmpty ? nil : try Instant(rfc3339: text) }
}
