import Chronology
import Notation
import OnCall

/// A calendar of events (RFC 5545), read: on-call shifts to import, or times at which somebody is away.
public struct CalendarFile: Sendable {
    /// The file's.
    public let name: String
    /// What the calendar calls itself (X-WR-CALNAME, or NAME of RFC 7986); empty where it does not.
    public let title: String
    /// The zone that it names as its own (X-WR-TIMEZONE); empty where it does not.
    public let zoneName: String
    let series: [CalendarSeries]
    let unread: [UnreadEvent]

    /// Whether a text looks like a calendar.
    public static func isCalendar(_ bytes: [UInt8]) -> Bool {
        let mark = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        let text = bytes.dropFirst(mark).drop { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }.prefix(15)
        return String(decoding: text, as: UTF8.self).uppercased() == "BEGIN:VCALENDAR"
    }

    /// - Parameter zone: the zone of a name of the tz database, nil where this machine has none.
    /// - Throws: an `InputFault` at `FILE:line` where the text is malformed or passes a limit. An event that is well written
    ///   and not read is none: `occurrences(in:floating:)` tells of it.
    public init(name: String, bytes: [UInt8], zone: @escaping (String) -> Zone?) throws(InputFault) {
        var title = ""
        var zoneName = ""
        var events: [CalendarEvent] = []
        var unread: [UnreadEvent] = []
        for calendar in try CalendarComponent.read(bytes, file: name) {
            if title.isEmpty { title = (calendar["X-WR-CALNAME"] ?? calendar["NAME"])?.text ?? "" }
            if zoneName.isEmpty { zoneName = calendar["X-WR-TIMEZONE"]?.text ?? "" }
            let zones = try CalendarZones(calendar, file: name, zone: zone)
            for component in calendar.children where component.name == "VEVENT" {
                guard events.count + unread.count < MigrationLimits.events else {
                    throw InputFault(
                        at: "\(name):\(component.line)", "a calendar has at most \(MigrationLimits.events) events")
                }
                switch try CalendarEvent.read(component, zones, file: name) {
                case .event(let event): events.append(event)
                case .unread(let event): unread.append(event)
                }
            }
        }
        self.name = name
        self.title = title
        self.zoneName = zoneName
        (series, self.unread) = Self.series(of: events, unread)
    }

    /// Events of one UID put together. Of several versions the last counts (RFC 5545 §3.8.7.4).
    private static func series(
        of events: [CalendarEvent], _ unread: [UnreadEvent]
    ) -> (series: [CalendarSeries], unread: [UnreadEvent]) {
        var series: [CalendarSeries] = []
        var places: [String: Int] = [:]
        for event in events where event.recurrenceID == nil {
            guard !event.uid.isEmpty, let place = places[event.uid] else {
                if !event.uid.isEmpty { places[event.uid] = series.count }
                series.append(CalendarSeries(master: event))
                continue
            }
            if event.sequence > series[place].master.sequence {
                series[place] = CalendarSeries(master: event)
            } else if event.sequence == series[place].master.sequence {
                // Programs that give every event the same UID mean several events.
                series.append(CalendarSeries(master: event))
            }
        }
        var unread = unread
        for event in events {
            guard event.recurrenceID != nil else { continue }
            if let place = places[event.uid] {
                series[place].changes.append(event)
            } else if !unread.contains(where: { $0.uid == event.uid }) {
                // The occurrence of a series that is not in the calendar, as an invitation to one meeting.
                var single = event
                single.recurrenceID = nil
                single.isThisAndFuture = false
                series.append(CalendarSeries(master: single))
            } else {
                unread.append(
                    UnreadEvent(
                        uid: event.uid, summary: event.summary, line: event.line,
                        reason: "It changes an event that is not read."))
            }
        }
        return (series, unread)
    }
}
