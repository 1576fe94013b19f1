import Chronology
import Notation

/// A DATE or DATE-TIME of a calendar (RFC 5545 §3.3.4, §3.3.5).
struct CalendarTime: Hashable {
    /// Midnight of a date.
    let civil: CivilDateTime
    let isDate: Bool
    let zone: CalendarZone
}

/// How long an event lasts.
enum CalendarLength: Hashable {
    /// Seconds on the clock's face, as DTSTART and DTEND of one zone say. The standard would have it exact at each
    /// occurrence (§3.8.5.3); every calendar program keeps to the clock, and people mean it.
    case clock(Int)
    /// A DURATION (§3.3.6): days of the calendar, then seconds that pass.
    case nominal(days: Int, seconds: Int)

    /// On the clock's face, where clocks are not changed.
    var seconds: Int {
        switch self {
        case .clock(let seconds): seconds
        case .nominal(let days, let seconds): days * 86_400 + seconds
        }
    }

    func end(from start: CivilDateTime, in zone: CalendarZone, floating: Zone) -> Instant {
        switch self {
        case .clock(let seconds): zone.instant(of: start.adding(seconds: seconds), floating: floating)
        case .nominal(let days, let seconds):
            zone.instant(of: CivilDateTime(start.date.adding(days: days), start.time), floating: floating)
                + .seconds(seconds)
        }
    }
}

/// In which zone a time of a calendar is.
enum CalendarZone: Hashable {
    case named(Zone)
    /// A VTIMEZONE whose rules are not those of a zone that has a name.
    case own(OwnZone)
    /// That of whoever looks at it.
    case floating

    /// The instant of a local time: the first of two, and one that the clocks leave out is counted with the offset before
    /// the gap (RFC 5545 §3.3.5).
    func instant(of local: CivilDateTime, floating: Zone) -> Instant {
        switch self {
        case .named(let zone): Self.instant(of: local, in: zone)
        case .floating: Self.instant(of: local, in: floating)
        case .own(let zone): zone.instant(of: local)
        }
    }

    private static func instant(of local: CivilDateTime, in zone: Zone) -> Instant {
        switch zone.resolve(local) {
        case .ordinary(let instant): return instant
        case .overlap(let earlier, _): return earlier
        case .gap(let after):
            let offset = zone.offset(at: after - .seconds(1)).seconds
            return local.asUTC - .seconds(offset)
        }
    }

    func civil(at instant: Instant, floating: Zone) -> CivilDateTime {
        switch self {
        case .named(let zone): zone.civil(at: instant)
        case .floating: floating.civil(at: instant)
        case .own(let zone): zone.civil(at: instant)
        }
    }
}

/// A zone of a calendar's own: when its clocks change, and to what.
struct OwnZone: Hashable {
    struct Change: Hashable {
        let at: Instant
        /// Seconds to add to UTC from then on.
        let offset: Int
    }

    let id: String
    /// Before the first change.
    let first: Int
    /// In order.
    let changes: [Change]

    func offset(at instant: Instant) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at <= instant { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : changes[low - 1].offset
    }

    func civil(at instant: Instant) -> CivilDateTime { (instant + .seconds(offset(at: instant))).asClock }

    func instant(of local: CivilDateTime) -> Instant {
        let clock = local.asUTC
        // No offset is larger than a day, so those in force nearby are all that can have shown it.
        var offsets: [Int] = []
        for instant in [clock - .days(1), clock + .days(1)]
            + changes.map(\.at).filter({
                $0 > clock - .days(2) && $0 < clock + .days(2)
            })
        {
            let offset = offset(at: instant)
            if !offsets.contains(offset) { offsets.append(offset) }
        }
        let found = offsets.map { clock - .seconds($0) }.filter { civil(at: $0) == local }
        return found.min() ?? clock - .seconds(offset(at: clock - .days(1)))
    }
}

extension CivilDateTime {
    /// What the same clock shows that many seconds later.
    func adding(seconds: Int) -> CivilDateTime { (asUTC + .seconds(seconds)).asClock }

    /// The instant at which a clock at UTC shows it.
    var asUTC: Instant {
        Instant(seconds: Int64(date.dayNumber) * 86_400 + Int64(time.secondOfDay))
    }

    /// Seconds on the clock's face since another time.
    func seconds(since other: CivilDateTime) -> Int { Int((asUTC - other.asUTC).wholeSeconds) }
}

extension Instant {
    /// What a clock at UTC shows.
    var asClock: CivilDateTime { Zone.utc.civil(at: self) }
}

// MARK: Reading

extension CalendarTime {
    /// One value of a property that holds dates or times.
    static func civil(_ text: String, at place: String) throws(InputFault) -> (CivilDateTime, isDate: Bool, isUTC: Bool)
    {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) throws(InputFault) -> Int {
            var number = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else {
                    throw InputFault(at: place, "\"\(MigrationDraft.line(text, 40))\" is not a date or a time")
                }
                number = number * 10 + Int(byte - 0x30)
            }
            return number
        }
        let isDate = bytes.count == 8
        let isUTC = bytes.count == 16 && bytes[15] == UInt8(ascii: "Z")
        guard isDate || ((bytes.count == 15 || isUTC) && bytes[8] == UInt8(ascii: "T")) else {
            throw InputFault(
                at: place,
                "\"\(MigrationDraft.line(text, 40))\" is not a date or a time such as 20260131 or 20260131T180000Z")
        }
        do {
            let date = try CivilDate(year: try number(0..<4), month: try number(4..<6), day: try number(6..<8))
            guard date.year >= 1583 else { throw InputFault(at: place, "the year \(date.year) is before calendars") }
            if isDate { return (CivilDateTime(date, .midnight), true, false) }
            // A leap second is the second after it (§3.3.12).
            let second = min(try number(13..<15), 59)
            let time = try LocalTime(hour: try number(9..<11), minute: try number(11..<13), second: second)
            return (CivilDateTime(date, time), false, isUTC)
        } catch let fault as TimeFault {
            throw InputFault(at: place, "\"\(MigrationDraft.line(text, 40))\": \(fault.reason)")
        } catch let fault as InputFault {
            throw fault
        } catch {
            throw InputFault(at: place, "\"\(MigrationDraft.line(text, 40))\" is not a date or a time")
        }
    }
}

extension CalendarLength {
    /// A DURATION (RFC 5545 §3.3.6): `P1DT12H`, `PT30M`, `P2W`; nil where it is not one, or negative.
    init?(_ text: String) {
        var days = 0
        var seconds = 0
        var isTime = false
        var digits = ""
        var hasAny = false
        var rest = Substring(text)
        if rest.hasPrefix("+") { rest = rest.dropFirst() }
        guard rest.hasPrefix("P") else { return nil }
        for character in rest.dropFirst() {
            switch character {
            case "0"..."9":
                digits.append(character)
                guard digits.utf8.count <= 6 else { return nil }
            case "T" where !isTime && digits.isEmpty: isTime = true
            case "W", "D", "H", "M", "S":
                guard let count = Int(digits) else { return nil }
                digits = ""
                hasAny = true
                switch (character, isTime) {
                case ("W", false): days += count * 7
                case ("D", false): days += count
                case ("H", true): seconds += count * 3_600
                case ("M", true): seconds += count * 60
                case ("S", true): seconds += count
                default: return nil
                }
            default: return nil
            }
        }
        guard digits.isEmpty, hasAny, days <= Self.longestDays, seconds <= Self.longestDays * 86_400 else { return nil }
        self = .nominal(days: days, seconds: seconds)
    }

    /// Ten years; longer is no event.
    static let longestDays = 3_660
}
