import Chronology
import Notation
import Playbooks
import Testing

/// The five procedures, played from the declaration on: the sequences that the seeds' own texts and the golden vectors
/// demand. All are declared on Friday 2024-03-08, the evening before the clocks change in New York.
@Suite struct RehearsalTests {
    private static let newYork = InstalledZones.find("America/New_York")

    private static func playbook(_ name: String) throws -> Playbook {
        let reading = try #require(BuiltInPlaybooks.read(name, zone: InstalledZones.find))
        return try #require(reading.playbook, "\(reading.faults)")
    }

    private static func rehearse(
        _ name: String, _ severity: String, at time: String = "2024-03-08T17:50:00-05:00", script: String = ""
    ) throws -> Rehearsal {
        let playbook = try playbook(name)
        let start = try Instant(rfc3339: time)
        let zone = try #require(newYork)
        return Rehearsal(
            of: playbook, severity: ElementID(severity), at: start,
            script: try RehearsalScript(script, from: start, zone: zone, under: playbook))
    }

    /// When somebody is called, as "Fri 17:50 who".
    private static func calls(_ rehearsal: Rehearsal) throws -> [String] {
        let zone = try #require(newYork)
        return rehearsal.entries.filter { [.page, .notify, .agenda].contains($0.kind) }.map { entry in
            let local = zone.civil(at: entry.at)
            return "\(local.date.weekday.shortName) \(local.time.shortText) \(entry.to ?? "")"
        }
    }

    @Test(arguments: [
        // S3-07 to S3-10: the row of SEV-2; the CTO's next day is the next business day.
        (
            "pipeline-guard", "SEV-2", "",
            [
                "Fri 17:50 On-call Engineer", "Fri 18:50 Team Lead/Senior Engineer", "Fri 21:50 Engineering Manager",
                "Mon 09:00 CTO/VP Engineering",
            ]
        ),
        // S3-07 to S3-10, SEV-1, and nobody twice although the levels call them again (X5).
        (
            "pipeline-guard", "SEV-1", "",
            [
                "Fri 17:50 On-call Engineer", "Fri 18:05 Team Lead/Senior Engineer", "Fri 18:20 Engineering Manager",
                "Fri 18:50 CTO/VP Engineering",
            ]
        ),
        // S4-15: cumulative windows.
        (
            "autolytiq", "P1", "",
            [
                "Fri 17:50 Primary On-Call, Secondary On-Call", "Fri 18:20 Engineering Manager",
                "Fri 18:50 VP Engineering", "Fri 19:50 CTO",
            ]
        ),
        // S2-29: time on each level (X6), and S2-38: the secondary after 15 minutes without an acknowledgement.
        (
            "sre", "SEV2", "",
            [
                "Fri 17:50 Primary On-Call", "Fri 18:05 Team lead / Senior engineer", "Fri 18:05 Secondary On-Call",
                "Fri 18:35 Engineering Manager", "Fri 19:35 VP Engineering",
            ]
        ),
        // Progress at 18:00 begins the time on the level anew; an acknowledgement keeps the secondary asleep.
        (
            "sre", "SEV2", "+5m acknowledge\n18:00 progress",
            [
                "Fri 17:50 Primary On-Call", "Fri 18:15 Team lead / Senior engineer", "Fri 18:45 Engineering Manager",
                "Fri 19:45 VP Engineering",
            ]
        ),
    ])
    func `people are called when their procedure says`(
        _ playbook: String, _ severity: String, _ script: String, _ expected: [String]
    ) throws {
        #expect(try Self.calls(Self.rehearse(playbook, severity, script: script)) == expected)
    }

    @Test func `a worse severity calls at once whom it would have called by now, and nobody twice`() throws {
        // P2 to P1 at minute 45: the manager is past due (S4-15), the primary has been called.
        let rehearsal = try Self.rehearse("autolytiq", "P2", script: "+5m acknowledge\n+45m severity P1")
        #expect(
            try Self.calls(rehearsal) == [
                "Fri 17:50 Primary On-Call", "Fri 18:20 Secondary On-Call", "Fri 18:35 Engineering Manager",
                "Fri 18:50 VP Engineering", "Fri 19:50 CTO",
            ])
    }

    @Test func `a resolution ends the escalation and begins what is owed afterwards`() throws {
        let rehearsal = try Self.rehearse("sre", "SEV1", script: "+5m acknowledge\n+10m resolve")
        #expect(try Self.calls(rehearsal).allSatisfy { $0.hasPrefix("Fri 17:50") })
        let zone = try #require(Self.newYork)
        // S2-22: within 24 hours; S2-23: within one week.
        let due = rehearsal.entries.filter { $0.kind == .due && $0.title.hasSuffix("review") }.map { entry in
            "\(zone.civil(at: entry.at).date) \(entry.title)"
        }
        #expect(
            due == [
                "2024-03-09 Due: Draft the review", "2024-03-15 Due: Complete the review",
                "2024-03-15 Due: Publish the review",
            ])
    }

    @Test func `updates for the team keep to business hours and roll to the opening (S3-33)`() throws {
        let rehearsal = try Self.rehearse("pipeline-guard", "SEV-2")
        let zone = try #require(Self.newYork)
        let first = try #require(
            rehearsal.entries.first { $0.kind == .update && $0.obligation?.text.hasPrefix("update/internal/") == true })
        #expect(first.at.weekdayText(in: zone) == "Mon 2024-03-11 09:00 EDT")
    }

    @Test(arguments: BuiltInPlaybooks.names)
    func `every severity of every built-in playbook can be rehearsed, twice with the same result`(name: String) throws {
        let playbook = try Self.playbook(name)
        for severity in playbook.ladder {
            let script = "+20m acknowledge\n+40m deploy-fix\n+2h resolve"
            let rehearsal = try Self.rehearse(name, severity.text, script: script)
            #expect(rehearsal.isComplete)
            #expect(try Self.rehearse(name, severity.text, script: script) == rehearsal)
            #expect(zip(rehearsal.entries, rehearsal.entries.dropFirst()).allSatisfy { $0.at <= $1.at })
        }
    }

    @Test(arguments: [
        ("+10m", "line 1", "what happens is missing behind \"+10m\""),
        (
            "\n+10m dance", "line 2",
            "\"dance\" is not known here. Known are severity, status, update, role, done, waive, "
                + "acknowledge, respond, progress, mitigate, deploy-fix, resolve, close, schedule-review, hold-review, publish-review"
        ),
        ("+10m severity SEV9", "line 1", "\"SEV9\" is not a severity of the playbook: SEV1, SEV2, SEV3, SEV4"),
        ("2024-03-08T12:00:00Z progress", "line 1", "\"2024-03-08T12:00:00Z\" is before the incident is declared"),
    ])
    func `a script that cannot be read says where and why`(script: String, place: String, reason: String) throws {
        do {
            _ = try Self.rehearse("sre", "SEV1", script: script)
            Issue.record("the script was taken")
        } catch let fault as InputFault {
            #expect((fault.place, fault.reason) == (place, reason))
        }
    }
}
