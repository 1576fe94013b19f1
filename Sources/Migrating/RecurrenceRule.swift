import Chronology
import Notation

/// A RRULE (RFC 5545 §3.3.10).
struct RecurrenceRule: Hashable {
    enum Frequency: String {
        case hourly = "HOURLY"
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    enum Until: Hashable {
        /// That day is the last.
        case date(CivilDate)
        /// On the clock of DTSTART.
        case local(CivilDateTime)
        case instant(Instant)
    }

    struct Day: Hashable {
        /// The n-th of the month or year, from its end when negative; nil: each.
        let ordinal: Int?
        let weekday: Weekday
    }

    var frequency: Frequency
    var interval = 1
    var count: Int?
    var until: Until?
    var days: [Day] = []
    var monthDays: [Int] = []
    var months: [Int] = []
    var hours: [Int] = []
    var minutes: [Int] = []
    var seconds: [Int] = []
    var positions: [Int] = []
    var weekStart = Weekday.monday

    init(_ frequency: Frequency, interval: Int = 1) {
        self.frequency = frequency
        self.interval = interval
    }
}

/// Why a rule that is well written is not read.
struct UnsupportedRule: Error {
    let reason: String
}

extension RecurrenceRule {
    /// - Throws: an `InputFault` at `place` where it is malformed, an `UnsupportedRule` where it has parts that are not read.
    init(_ text: String, at place: String) throws {
        func fault(_ reason: String) -> InputFault { InputFault(at: place, "the rule \(reason)") }
        var parts: [(name: String, value: String)] = []
        for part in text.uppercased().split(separator: ";") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else {
                throw fault("has a part \"\(MigrationDraft.line(String(part), 40))\" that is not NAME=value")
            }
            guard !parts.contains(where: { $0.name == String(halves[0]) }) else {
                throw fault("says \(MigrationDraft.line(String(halves[0]), 40)) twice")
            }
            parts.append((String(halves[0]), String(halves[1])))
        }
        guard let word = parts.first(where: { $0.name == "FREQ" })?.value else { throw fault("has no FREQ") }
        if ["SECONDLY", "MINUTELY"].contains(word) { throw UnsupportedRule(reason: "it happens \(word)") }
        guard let frequency = Frequency(rawValue: word) else {
            throw fault("happens \"\(MigrationDraft.line(word, 20))\", which is no frequency")
        }
        self.init(frequency)
        for (name, value) in parts {
            func numbers(_ range: ClosedRange<Int>, orNegative: Bool = false) throws -> [Int] {
                let words = value.split(separator: ",", omittingEmptySubsequences: false)
                guard words.count <= MigrationLimits.values else {
                    throw fault("has more than \(MigrationLimits.values) values in \(name)")
                }
                return try words.map { word in
                    guard word.utf8.count <= 10, let number = Int(word),
                        range.contains(orNegative ? abs(number) : number)
                    else { throw fault("has \(name)=\(MigrationDraft.line(value, 40)), which is no such number") }
                    return number
                }
            }
            switch name {
            case "FREQ": continue
            case "INTERVAL": interval = try numbers(1...10_000)[0]
            case "COUNT": count = try numbers(1...10_000_000)[0]
            case "UNTIL":
                let (civil, isDate, isUTC) = try CalendarTime.civil(value, at: place)
                until = isDate ? .date(civil.date) : isUTC ? .instant(civil.asUTC) : .local(civil)
            case "BYDAY": days = try Self.days(value, fault)
            case "BYMONTHDAY": monthDays = try numbers(1...31, orNegative: true)
            case "BYMONTH": months = try numbers(1...12)
            case "BYHOUR": hours = try numbers(0...23)
            case "BYMINUTE": minutes = try numbers(0...59)
            case "BYSECOND": seconds = try numbers(0...59)
            case "BYSETPOS": positions = try numbers(1...366, orNegative: true)
            case "WKST":
                guard let day = Self.weekday(Substring(value)) else { throw fault("has no day in WKST") }
                weekStart = day
            case "BYWEEKNO", "BYYEARDAY", "RSCALE", "SKIP":
                throw UnsupportedRule(reason: "its rule has \(name)")
            default:
                if name.hasPrefix("X-") { continue }
                throw UnsupportedRule(reason: "its rule has \(MigrationDraft.line(name, 40))")
            }
        }
        guard count == nil || until == nil else { throw fault("has both COUNT and UNTIL") }
        let isLong = frequency == .monthly || frequency == .yearly
        guard isLong || days.allSatisfy({ $0.ordinal == nil }) else {
            throw fault("numbers its days, which only those of months and years do")
        }
        guard frequency != .weekly || monthDays.isEmpty else { throw fault("has BYMONTHDAY in weeks") }
    }

    private static func days(_ value: String, _ fault: (String) -> InputFault) throws(InputFault) -> [Day] {
        var days: [Day] = []
        for word in value.split(separator: ",", omittingEmptySubsequences: false) {
            let number = word.dropLast(2)
            guard let weekday = weekday(word.suffix(2)) else {
                throw fault("has \"\(MigrationDraft.line(String(word), 20))\" in BYDAY")
            }
            if number.isEmpty {
                days.append(Day(ordinal: nil, weekday: weekday))
                continue
            }
            guard number.utf8.count <= 3, let ordinal = Int(number), (1...53).contains(abs(ordinal)) else {
                throw fault("has \"\(MigrationDraft.line(String(word), 20))\" in BYDAY")
            }
            days.append(Day(ordinal: ordinal, weekday: weekday))
        }
        guard days.count <= MigrationLimits.values else { throw fault("has more than \(MigrationLimits.values) days") }
        return days
    }

    /// `MO`.
    static func weekday(_ word: Substring) -> Weekday? {
        Weekday.allCases.first { $0.shortName.uppercased().hasPrefix(word) && word.utf8.count == 2 }
    }
}
