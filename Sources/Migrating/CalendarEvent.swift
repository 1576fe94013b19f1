import Chronology
import Notation

/// A VEVENT (RFC 5545 §3.6.1): a series, or one changed occurrence of it.
struct CalendarEvent {
    struct Attendee: Hashable {
        let address: String
        let name: String
    }

    let uid: String
    let line: Int
    let sequence: Int
    let summary: String
    let start: CalendarTime
    let length: CalendarLength
    var rule: RecurrenceRule?
    /// Further beginnings, with a length of their own where they are periods.
    var dates: [(time: CalendarTime, length: CalendarLength?)] = []
    var exceptions: [CalendarTime] = []
    /// Of a changed occurrence: which one.
    var recurrenceID: CalendarTime?
    /// Whether it changes all that follow as well (RANGE=THISANDFUTURE).
    var isThisAndFuture = false
    let isCancelled: Bool
    let isTentative: Bool
    let isTransparent: Bool
    /// Without those who declined.
    let attendees: [Attendee]
    let organizer: Attendee?
}

/// A series with its changed occurrences, or why it is not read.
struct CalendarSeries {
    let master: CalendarEvent
    /// In the order of what they change.
    var changes: [CalendarEvent] = []
}

/// An event that is well written and is not read.
struct UnreadEvent {
    let uid: String
    let summary: String
    let line: Int
    let reason: String
}

extension CalendarEvent {
    enum Reading {
        case event(CalendarEvent)
        case unread(UnreadEvent)
    }

    /// - Throws: an `InputFault` at `FILE:line` where it is malformed.
    static func read(
        _ component: CalendarComponent, _ zones: CalendarZones, file: String
    ) throws(InputFault) -> Reading {
        let summary = component["SUMMARY"]?.text ?? ""
        let uid = component["UID"]?.text ?? ""
        func unread(_ reason: String) -> Reading {
            .unread(UnreadEvent(uid: uid, summary: summary, line: component.line, reason: reason))
        }
        guard let begin = component["DTSTART"] else {
            throw InputFault(at: "\(file):\(component.line)", "the event has no DTSTART")
        }
        let start: CalendarTime
        switch try time(begin, begin.value, zones, file) {
        case .found(let time): start = time
        case .unread(let reason): return unread(reason)
        }
        let length: CalendarLength
        switch try self.length(component, start, zones, file) {
        case .found(let found): length = found
        case .unread(let reason): return unread(reason)
        }
        let status = component["STATUS"]?.value.uppercased() ?? ""
        var event = CalendarEvent(
            uid: uid, line: component.line, sequence: Int(component["SEQUENCE"]?.value ?? "") ?? 0, summary: summary,
            start: start, length: length, isCancelled: status == "CANCELLED", isTentative: status == "TENTATIVE",
            isTransparent: component["TRANSP"]?.value.uppercased() == "TRANSPARENT",
            attendees: component.all("ATTENDEE").filter { $0.parameter("PARTSTAT").uppercased() != "DECLINED" }
                .map(Attendee.init), organizer: component["ORGANIZER"].map(Attendee.init))
        for property in component.all("RRULE") {
            if event.rule != nil { return unread("It has two rules.") }
            do {
                event.rule = try RecurrenceRule(property.value, at: "\(file):\(property.line)")
            } catch let fault as InputFault {
                throw fault
            } catch let unsupported as UnsupportedRule {
                return unread("Tocsin does not read it: \(unsupported.reason).")
            } catch {
                return unread("Its rule is not read.")
            }
        }
        if component["EXRULE"] != nil { return unread("It has an EXRULE, which the standard has taken away.") }
        for property in component.all("RDATE") + component.all("EXDATE") {
            let values = property.value.split(separator: ",").map(String.init)
            guard values.count <= MigrationLimits.values else {
                throw InputFault(
                    at: "\(file):\(property.line)", "it names more than \(MigrationLimits.values) dates")
            }
            for value in values {
                let halves = value.split(separator: "/").map(String.init)
                guard let first = halves.first else { continue }
                switch try time(property, first, zones, file) {
                case .unread(let reason): return unread(reason)
                case .found(let time) where property.name == "EXDATE": event.exceptions.append(time)
                case .found(let time):
                    var own: CalendarLength?
                    if halves.count > 1 {
                        if let duration = CalendarLength(halves[1]) {
                            own = duration
                        } else {
                            let (civil, _, _) = try CalendarTime.civil(halves[1], at: "\(file):\(property.line)")
                            own = .clock(max(civil.seconds(since: time.civil), 0))
                        }
                    }
                    event.dates.append((time, own))
                }
            }
        }
        if let property = component["RECURRENCE-ID"] {
            switch try time(property, property.value, zones, file) {
            case .found(let time): event.recurrenceID = time
            case .unread(let reason): return unread(reason)
            }
            event.isThisAndFuture = property.parameter("RANGE").uppercased() == "THISANDFUTURE"
        }
        return .event(event)
    }

    private enum Value<Found> {
        case found(Found)
        case unread(String)
    }

    private static func time(
        _ property: CalendarProperty, _ value: String, _ zones: CalendarZones, _ file: String
    ) throws(InputFault) -> Value<CalendarTime> {
        let (civil, isDate, isUTC) = try CalendarTime.civil(value, at: "\(file):\(property.line)")
        if isUTC { return .found(CalendarTime(civil: civil, isDate: false, zone: .named(.utc))) }
        let id = property.parameter("TZID")
        if isDate || id.isEmpty { return .found(CalendarTime(civil: civil, isDate: isDate, zone: .floating)) }
        switch zones.zone(id) {
        case .zone(let zone): return .found(CalendarTime(civil: civil, isDate: false, zone: zone))
        case .none(let reason): return .unread(reason)
        }
    }

    private static func length(
        _ component: CalendarComponent, _ start: CalendarTime, _ zones: CalendarZones, _ file: String
    ) throws(InputFault) -> Value<CalendarLength> {
        if let property = component["DTEND"] {
            switch try time(property, property.value, zones, file) {
            case .unread(let reason): return .unread(reason)
            case .found(let end):
                // The face of the start's clock at the end.
                var seconds = end.civil.seconds(since: start.civil)
                if end.zone != start.zone {
                    let instant = end.zone.instant(of: end.civil, floating: .utc)
                    seconds = start.zone.civil(at: instant, floating: .utc).seconds(since: start.civil)
                }
                guard seconds >= 0 else {
                    throw InputFault(at: "\(file):\(property.line)", "the event ends before it begins")
                }
                guard seconds <= CalendarLength.longestDays * 86_400 else {
                    return .unread("It lasts longer than ten years.")
                }
                return .found(.clock(seconds))
            }
        }
        if let property = component["DURATION"] {
            guard let length = CalendarLength(property.value) else {
                throw InputFault(
                    at: "\(file):\(property.line)", "a duration is written as P1D or PT8H, and at most ten years")
            }
            return .found(length)
        }
        return .found(start.isDate ? .clock(86_400) : .clock(0))
    }
}

extension CalendarEvent.Attendee {
    fileprivate init(_ property: CalendarProperty) {
        let value = property.value
        let email = property.parameter("EMAIL")
        let isMail = value.lowercased().hasPrefix("mailto:")
        address = email.isEmpty ? (isMail ? String(value.dropFirst("mailto:".count)) : value) : email
        name = property.parameter("CN")
    }
}
