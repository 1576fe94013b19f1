import Chronology

extension Playbook {
    /// When the team works, and the meetings that rules may name.
    public struct Calendar: Hashable, Sendable {
        public let id: ElementID<Calendar>
        public let title: String?
        public let zone: Zone
        /// Nil for a calendar that only has occasions: no rule counts in its hours.
        public let hours: BusinessCalendar?
        public let occasions: [Occasion]
        public let source: SourcePlace

        /// The calendar as rules see it. Without hours it is open day and night, which the check of the document keeps
        /// every rule from using.
        let ruleCalendar: BusinessCalendar
    }

    /// A meeting or another thing that comes again and again, by a name that rules use.
    public struct Occasion: Hashable, Sendable {
        public let id: ElementID<Occasion>
        public let title: String?
        public let when: Recurrence
        public let source: SourcePlace
    }
}

/// A calendar as it stands in the document. Whether its days fit together, `BusinessCalendar` says.
struct CalendarRecord: DocumentRecord {
    struct Holiday: DocumentRecord {
        let holiday: BusinessCalendar.Holiday

        static let shape = RecordShape(
            "holiday", "A date whose hours are not those of its weekday.",
            [
                .required("date", .leaf(.date), "the date"),
                .required("name", .leaf(.text), "what explanations call it"),
                .optional(
                    "hours", .leaf(.spans), "its hours, where it is open for a part of the day", otherwise: "closed"),
            ])

        init(_ record: inout RecordReader) {
            holiday = BusinessCalendar.Holiday(
                record.value("date"), record.value("name"), hours: record.optional("hours") ?? [])
        }
    }

    struct Occasion: DocumentRecord {
        let id: String
        let title: String?
        let when: Recurrence
        let source: SourcePlace

        static let shape = RecordShape(
            "occasion", "A meeting or another thing that comes again and again; rules and agendas name it.",
            [
                .required("id", .id(.occasion), "the name by which rules call it, as in `next weekly-review`"),
                .optional("title", .leaf(.text), "what people call it"),
                .required("when", .leaf(.occasion), "when it is, on the wall clock of the calendar's zone"),
            ])

        init(_ record: inout RecordReader) {
            id = record.value("id")
            title = record.optional("title")
            when = record.value("when")
            source = record.source
        }
    }

    struct Hours {
        let days: [Weekday]
        let spans: [BusinessCalendar.Span]
        let place: DocumentPlace
    }

    let id: String
    let title: String?
    let zone: Zone?
    let hours: [Hours]
    let holidays: [Holiday]
    let occasions: [Occasion]
    let source: SourcePlace

    static let shape = RecordShape(
        "calendar",
        "When the team works. Rules about business time count in its hours, updates and rungs may keep to them.",
        [
            .required("id", .id(.calendar), "the name by which rules call it"),
            .optional("title", .leaf(.text), "what people call it"),
            .optional("zone", .leaf(.zone), "whose wall clock it is", otherwise: "the zone of the playbook"),
            .optional(
                "hours",
                .table(
                    key: .leaf(.days), value: .either(scalar: .leaf(.spans), list: .list(of: .leaf(.spans)), map: nil)),
                "the opening hours of days and ranges of days", otherwise: "it has occasions only"),
            .optional("holidays", .list(of: .record(Holiday.shape)), "dates that differ"),
            .optional("occasions", .list(of: .record(Occasion.shape)), "what comes again and again"),
        ])

    init(_ record: inout RecordReader) {
        id = record.value("id")
        title = record.optional("title")
        zone = record.optional("zone")
        hours =
            record.reading("hours")?.rows.map { row in
                guard let days = row.key as? [Weekday] else { preconditionFailure("the keys of hours are days") }
                return Hours(
                    days: days, spans: row.value.elements.flatMap { $0.leaf([BusinessCalendar.Span].self) },
                    place: row.value.place)
            } ?? []
        holidays = record.records("holidays")
        occasions = record.records("occasions")
        source = record.source
    }

    /// The calendar that this describes.
    ///
    /// - Throws: a fault when a day has two entries, spans overlap, a holiday is there twice, …
    func calendar(home: Zone) throws(PlaybookFault) -> Playbook.Calendar {
        var week: [Weekday: [BusinessCalendar.Span]] = [:]
        for entry in hours {
            for day in entry.days {
                guard week.updateValue(entry.spans, forKey: day) == nil else {
                    throw PlaybookFault(
                        .badValue, at: entry.place, "\(day.name) has its hours twice: divide the ranges of days")
                }
            }
        }
        let zone = zone ?? home
        do throws(TimeFault) {
            var recurrences: [Recurrence] = []
            for occasion in occasions {
                let when = occasion.when
                recurrences.append(
                    try Recurrence(
                        when.pattern, every: when.every, at: when.time, in: when.zone, from: when.from,
                        name: occasion.id))
            }
            let isOpen = !hours.isEmpty
            if !isOpen { for day in Weekday.allCases { week[day] = [.wholeDay] } }
            let calendar = try BusinessCalendar(
                name: id, zone: zone, hours: week, holidays: holidays.map(\.holiday), recurrences: recurrences)
            return Playbook.Calendar(
                id: ElementID(id), title: title, zone: zone, hours: isOpen ? calendar : nil,
                occasions: zip(occasions, recurrences).map {
                    Playbook.Occasion(id: ElementID($0.id), title: $0.title, when: $1, source: $0.source)
                }, source: source, ruleCalendar: calendar)
        } catch {
            let place = error.place.isEmpty ? "" : "\(error.place): "
            throw PlaybookFault(.badValue, at: source.place, "\(place)\(error.reason)")
        }
    }
}
