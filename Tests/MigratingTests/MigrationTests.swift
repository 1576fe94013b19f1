import Chronology
import Migrating
import Notation
import OnCall
import TestSupport
import Testing

@Suite struct MigrationTests {
    private func fault(_ files: [MigrationFile]) throws -> InputFault? {
        let context = try Exports.plain()
        do throws(InputFault) {
            _ = try Migration(of: files, context)
            return nil
        } catch {
            return error
        }
    }

    private func fault(_ text: String, name: String = "a.json", _ source: MigrationSource? = nil) throws -> InputFault?
    {
        try fault([MigrationFile(name: name, bytes: Array(text.utf8), source: source)])
    }

    @Test(arguments: [
        (#"{"users": ["#, "a.json:1:12", ""), ("{\n  \"users\": [1,]\n}", "a.json:2:15", ""),
        (#"{"users": [{"id": "1", "name": "Ana"}]}"#, "a.json", "say which of pagerduty, opsgenie"),
        (#"{"schedule_layers": [], "rolling_users": []}"#, "a.json", "marks of PagerDuty and of Grafana OnCall"),
        (#"[1, 2]"#, "a.json", "nothing in it tells"), ("", "a.json:1:1", ""),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T000000Z\n", "a.json:2", "cut off"),
        ("BEGIN:VCALENDAR\nEND:VEVENT\n", "a.json:2", "ends nothing"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n", "a.json:2", "no DTSTART"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026-01-01\nEND:VEVENT\nEND:VCALENDAR\n", "a.json:3", "20260131"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260230\nEND:VEVENT\nEND:VCALENDAR\n", "a.json:3", "the day must be"),
        ("BEGIN:VCALENDAR\nX\nEND:VCALENDAR\n", "a.json:2", "NAME:value"),
        ("BEGIN:VCALENDAR\nX;A=\"b:c\nEND:VCALENDAR\n", "a.json:2", "quotation mark"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=DAILY;COUNT=0\nEND:VEVENT\nEND:VCALENDAR\n",
            "a.json:4", "COUNT=0"
        ),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=DAILY;BYDAY=1MO\nEND:VEVENT\nEND:VCALENDAR\n",
            "a.json:4", "numbers its days"
        ),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260102\nDTEND:20260101\nEND:VEVENT\nEND:VCALENDAR\n", "a.json:4",
            "ends before it begins"
        ),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260102\nDURATION:-P1D\nEND:VEVENT\nEND:VCALENDAR\n", "a.json:4",
            "a duration"
        ),
        (
            "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETFROM:1\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n",
            "a.json:6", "+0100"
        ),
    ])
    func `what cannot be read is an error that says where`(text: String, place: String, reason: String) throws {
        let fault = try #require(try fault(text))
        #expect(fault.place == place)
        #expect(reason.isEmpty || fault.reason.contains(reason), "\(fault.reason)")
    }

    @Test func `limits are said`() throws {
        #expect(try fault([])?.reason == "there is nothing to import")
        let many = [MigrationFile](repeating: .init(name: "a", bytes: []), count: MigrationLimits.files + 1)
        #expect(try fault(many)?.reason.contains("500 files") == true)
        let long = [UInt8](repeating: 0x20, count: MigrationLimits.bytes + 1)
        #expect(try fault([.init(name: "a.json", bytes: long)])?.reason.contains("16777216") == true)
        let calendar = Array("BEGIN:VCALENDAR\n".utf8) + long
        #expect(try fault([.init(name: "a.ics", bytes: calendar)])?.reason.contains("16777216") == true)
        let deep = String(repeating: "BEGIN:VCALENDAR\n", count: 9)
        #expect(try fault(deep)?.reason.contains("at most 8 inside") == true)
        let users = (0...MigrationLimits.objects).map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
        #expect(try fault("{\"users\":[\(users)]}", .pagerDuty)?.reason.contains("20000 objects") == true)
        let events = String(
            repeating: "BEGIN:VEVENT\nDTSTART:20260101\nEND:VEVENT\n", count: MigrationLimits.events + 1)
        #expect(try fault("BEGIN:VCALENDAR\n\(events)END:VCALENDAR\n")?.reason.contains("10000 events") == true)
        let often = """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            DTSTART:20260301T000000Z
            DTEND:20260301T000100Z
            RRULE:FREQ=DAILY;BYHOUR=\((0..<24).map(String.init).joined(separator: ","));BYMINUTE=\((0..<60).map(String.init).joined(separator: ","))
            SUMMARY:ana
            END:VEVENT
            END:VCALENDAR
            """
        #expect(try fault(often)?.reason.contains("50000 times") == true)
        let never = """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            DTSTART:16000101T000000Z
            DTEND:16000101T000100Z
            RRULE:FREQ=HOURLY;COUNT=9999999
            SUMMARY:ana
            END:VEVENT
            END:VCALENDAR
            """
        #expect(try fault(never)?.reason.contains("200000 periods") == true)
    }

    @Test(arguments: [
        ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"), ("1960-03-01T00:00:00Z", "1961-03-01T00:00:00Z"),
        ("2026-03-01T00:00:00Z", "2206-03-01T00:00:00Z"), ("2026-03-01T00:00:00Z", "2046-03-01T00:00:00Z"),
    ])
    func `a horizon that cannot be is refused`(from: String, to: String) throws {
        #expect(throws: InputFault.self) { try Exports.context(from, to) }
    }

    @Test func `people who have an account are the same by their address, and no document changes them`() throws {
        let known = MigrationContext.Person(id: UserID("usr_1"), name: "Ana", email: "ANA@example.com")
        let result = try Exports.migrated(
            "pagerduty.json", "2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z", people: [known])
        #expect(result.document(.user, "ana-lopez") == nil)
        #expect(result.sentence("user", "PANA001", .mapped).contains("already"))
        #expect(result.document(.team, "platform")?["members"] == ["usr_1", "ben-ode"])
        #expect(try result.schedule("primary").layers[0].groups.count == 1)
    }

    @Test func `a calendar names people of an export by their user names`() throws {
        let calendar = """
            BEGIN:VCALENDAR
            X-WR-CALNAME:On call
            BEGIN:VEVENT
            UID:1
            DTSTART:20260317T120000Z
            DTEND:20260317T130000Z
            SUMMARY:[L1] ben
            END:VEVENT
            BEGIN:VEVENT
            UID:2
            DTSTART:20260317T120000Z
            DTEND:20260317T150000Z
            SUMMARY:cy
            END:VEVENT
            END:VCALENDAR
            """
        let result = try Migration(
            of: [.init(name: "c.ics", bytes: Array(calendar.utf8)), try Exports.file("grafana.json")],
            try Exports.plain())
        #expect(result.sources.map(\.source) == [.iCalendar, .grafanaOnCall])
        #expect(
            try result.schedule("on-call").lines("2026-03-17T00:00:00Z", "2026-03-18T00:00:00Z") == [
                "ben 2026-03-17T12:00:00Z 1h", "cy 2026-03-17T13:00:00Z 2h",
            ])
    }

    @Test func `ids are made from names, are one's own, and do not depend on the order`() throws {
        func ids(_ names: [(String, String)]) throws -> [String: String] {
            let users = names.map {
                #"{"id": "\#($0.0)", "type": "user", "name": "\#($0.1)", "email": "\#($0.0)@example.com"}"#
            }
            let result = try Migration(
                of: [
                    .init(
                        name: "a.json", bytes: Array("{\"users\": [\(users.joined(separator: ","))]}".utf8),
                        source: .pagerDuty)
                ], try Exports.plain())
            var found: [String: String] = [:]
            for one in result.documents { found[one.body["email"]?.string ?? ""] = one.id }
            return found
        }
        let names = [
            ("P1", "Ana López"), ("P2", "ana lopez"), ("P3", "Jürgen Groß"), ("P4", "山田 太郎"), ("P5", "../../etc"),
            ("P6", String(repeating: "long name ", count: 20)), ("P7", "Łukasz Æsc"),
        ]
        let found = try ids(names)
        #expect(
            found == [
                "P1@example.com": "ana-lopez-P1", "P2@example.com": "ana-lopez-P2",
                "P3@example.com": "juergen-gross", "P4@example.com": "user-P4", "P5@example.com": "etc",
                "P6@example.com": "long-name-long-name-long-name-long-n", "P7@example.com": "lukasz-aesc",
            ])
        #expect(try ids(names.reversed()) == found)
    }

    @Test func `schedules of one name are told apart, since Tocsin calls them by it`() throws {
        let text = """
            {"schedules": [
              {"id": "S1", "name": "On call", "time_zone": "UTC", "schedule_layers": []},
              {"id": "S2", "name": "On call", "time_zone": "UTC", "schedule_layers": []},
              {"id": "S3", "name": "Other", "time_zone": "Nowhere/Else", "schedule_layers": []}]}
            """
        let result = try Migration(of: [.init(name: "a.json", bytes: Array(text.utf8))], try Exports.plain())
        #expect(result.documents.map { $0.body["name"]?.string } == ["On call", "On call (S2)"])
        #expect(result.documents.map(\.id) == ["on-call-S1", "on-call-S2"])
        #expect(result.sentence("schedule", "S3", .leftOut).contains("Nowhere/Else"))
    }

    @Test func `more overrides than a schedule has are left out with the day from which on`() throws {
        let events = (0..<1_100).map { number -> String in
            let day = CivilDate(dayNumber: 20_520 + number)
            let date = "\(day)".filter { $0 != "-" }
            return
                "BEGIN:VEVENT\nUID:\(number)\nDTSTART:\(date)T080000Z\nDTEND:\(date)T090000Z\nSUMMARY:ana\nEND:VEVENT\n"
        }
        let text = "BEGIN:VCALENDAR\n\(events.joined())END:VCALENDAR\n"
        let result = try Migration(
            of: [.init(name: "a.ics", bytes: Array(text.utf8))],
            try Exports.context("2026-03-01T00:00:00Z", "2029-12-01T00:00:00Z", people: Exports.everybody))
        #expect(result.documents.count { $0.kind == .override } == 1_000)
        #expect(result.findings.contains { $0.verdict == .leftOut && $0.sentence.hasPrefix("100 overrides from ") })
    }

    @Test(arguments: ["pagerduty.json", "opsgenie.json", "grafana.json", "goalert.json", "rotation.ics", "outlook.ics"])
    func `an import is the same whenever it is made, and no document has a word that Tocsin refuses`(name: String)
        throws
    {
        let first = try Exports.migrated(
            name, "2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z", people: Exports.everybody)
        let second = try Exports.migrated(
            name, "2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z", people: Exports.everybody)
        #expect(first.documents == second.documents)
        #expect(first.findings == second.findings)
        for one in first.documents {
            #expect(
                one.id.utf8.count <= 64
                    && one.id.utf8.allSatisfy {
                        $0 == 0x2d || $0 == 0x5f || Character(UnicodeScalar($0)).isLetter
                            || Character(UnicodeScalar($0)).isNumber
                    })
            if one.kind == .override { _ = try first.schedule(one.body["schedule"]?.string ?? "") }
            if one.kind == .plan { _ = try first.plan(one.id) }
        }
        for finding in first.findings {
            #expect(finding.sentence.hasSuffix(".") || finding.sentence.hasSuffix(")"), "\(finding)")
            #expect(finding.sentence.first?.isLowercase == false || finding.sentence.hasPrefix("u-"), "\(finding)")
        }
    }
}

/// What is broken on its way is an error or a report, never the end of the process.
@Suite struct BrokenExportTests {
    @Test(arguments: [
        "pagerduty.json", "opsgenie.json", "grafana.json", "goalert.json", "rotation.ics", "outlook.ics", "rules.ics",
    ])
    func `mutated exports are read or refused`(name: String) throws {
        let bytes = try Exports.bytes(name)
        let source: MigrationSource? =
            switch name {
            case "pagerduty.json": .pagerDuty
            case "opsgenie.json": .opsgenie
            case "grafana.json": .grafanaOnCall
            case "goalert.json": .goAlert
            default: .iCalendar
            }
        let context = try Exports.context(
            "2026-03-01T00:00:00Z", "2026-04-15T00:00:00Z", people: Exports.everybody, usual: "Europe/Berlin")
        var generator = SeededGenerator(seed: 20_261_127)
        var refused = 0
        let rounds = name == "rules.ics" ? 25 : 100
        for round in 0..<rounds {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.mutate(&mutated, &generator) }
            do throws(InputFault) {
                let result = try Migration(
                    of: [.init(name: name, bytes: mutated, source: source)], context)
                for one in result.documents where one.kind == .override {
                    _ = try Override(id: one.id, one.body)
                }
            } catch {
                refused += 1
                #expect(error.place.hasPrefix(name) || error.place.isEmpty, "round \(round): \(error)")
            }
        }
        #expect(refused < rounds, "Some are readable still.")
    }

    private static let numbers = [
        "0", "-1", "9223372036854775807", "-9223372036854775808", "1e300", "0.5", "null", "\"\"", "[]", "{}", "true",
        "9999999999",
        "604800", "1",
    ]

    private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0x20..<0x7f, using: &generator)
        case 1: bytes.remove(at: place)
        case 2:
            // A number becomes another value.
            guard let start = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
            let end = bytes[start...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.count
            let word = numbers[Int.random(in: 0..<numbers.count, using: &generator)]
            bytes.replaceSubrange(start..<end, with: Array(word.utf8))
        case 3:
            guard let start = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
            bytes[start] = UInt8.random(in: 0x30...0x39, using: &generator)
        case 4:
            let end = min(bytes.count, place + Int.random(in: 1...60, using: &generator))
            let part = Array(bytes[place..<end])
            bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &generator))
        default:
            guard let start = bytes[place...].firstIndex(of: 0x22) else { return }
            let end = bytes[(start + 1)...].firstIndex(of: 0x22) ?? bytes.count
            bytes.replaceSubrange((start + 1)..<end, with: Array("x".utf8))
        }
    }
}
