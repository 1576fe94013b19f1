import Chronology

/// What came of reading a document.
public struct PlaybookReading: Sendable {
    /// Nil when there is an error among the faults.
    public let playbook: Playbook?
    /// In the order of the document.
    public let faults: [PlaybookFault]

    public var errors: [PlaybookFault] { faults.filter { $0.severity == .error } }
}

extension Playbook {
    /// Reads a playbook from its document, YAML in UTF-8.
    ///
    /// It tells all faults that it finds, not only the first, but for faults of the YAML itself, behind which nothing
    /// can be told. It never traps and needs time that grows with the length of the document, whatever the bytes are.
    ///
    /// - Parameters:
    ///   - file: how faults call the document.
    ///   - zone: finds a time zone by its name in the tz database; nil when there is none.
    public static func read(
        _ yaml: [UInt8], file: String? = nil, zone: @escaping @Sendable (String) -> Zone?
    ) -> PlaybookReading {
        let (playbook, faults) = read(yaml, zone)
        return PlaybookReading(
            playbook: playbook,
            faults: faults.inOrder().map { fault in
                var fault = fault
                fault.file = file
                return fault
            })
    }

    private static func read(
        _ yaml: [UInt8], _ zone: @escaping @Sendable (String) -> Zone?
    ) -> (Playbook?, [PlaybookFault]) {
        let tree: DocumentTree
        do throws(PlaybookFault) {
            tree = try DocumentTree(yaml: yaml)
        } catch {
            return (nil, [error])
        }
        guard case .map = tree.root.content else {
            return (
                nil,
                [
                    PlaybookFault(
                        .wrongKind, at: tree.root.place,
                        "a playbook is a map that begins with \"playbook:\", not \(tree.root.kindWords)")
                ]
            )
        }
        let names = Vocabulary(tree.root, .record(shape))
        var check = ShapeCheck(tree, names, zone: zone)
        var calendars: [Calendar] = []
        let record = check.record(tree.root, shape) { check, field, reading in
            if field.key == "zone", let zone: Zone = reading?.leaf() { check.notation = TimeRuleNotation(zone: zone) }
            if field.key == "calendars" { calendars = check.setCalendars(reading) }
        }
        guard let record, check.faults.isEmpty else { return (nil, check.faults) }
        var clockReader = RecordReader(record)
        let clocks: [Clock]
        do throws(PlaybookFault) {
            clocks = try ClockRecord.merged(clockReader.records("clocks")) { name in
                names.kind(of: name, among: [.role, .target]).map {
                    $0 == .role ? .role(ElementID(name)) : .target(ElementID(name))
                }
            }
        } catch {
            return (nil, [error])
        }
        var reader = RecordReader(record)
        let playbook = Playbook(&reader, calendars: calendars, clocks: clocks)
        reader.finish()
        let faults = playbook.inconsistencies()
        return (faults.contains { $0.severity == .error } ? nil : playbook, faults)
    }
}

extension ShapeCheck {
    /// Makes the calendars, and with them the notation of rules. When one of them is faulty, rules are not judged: a
    /// slip in a holiday would be told again at every rule that counts in its calendar.
    fileprivate mutating func setCalendars(_ reading: Reading?) -> [Playbook.Calendar] {
        let home = notation.zone
        var calendars: [Playbook.Calendar] = []
        for record: CalendarRecord in reading?.elements.map({ $0.record() }) ?? [] {
            do throws(PlaybookFault) {
                calendars.append(try record.calendar(home: home))
            } catch {
                add(error)
            }
        }
        let known = names.names(.calendar)
        judgesRules = calendars.count == known.count
        closedCalendars = Set(calendars.filter { $0.hours == nil }.map(\.id.text))
        notation = TimeRuleNotation(
            zone: home, calendars: calendars.map(\.ruleCalendar),
            standard: tree.root["default-calendar"]?.text ?? (known.count == 1 ? known[0] : nil), zones: zone)
        return calendars
    }
}
