import Chronology
import Playbooks
import Testing

/// What an incident owes at one time, computed from its course.
@Suite struct AgendaTests {
    private static let declared = Instant(seconds: 1_800_000_000)

    private static func playbook(_ name: String = "sre") throws -> Playbook {
        let reading = try #require(BuiltInPlaybooks.read(name, zone: InstalledZones.find))
        return try #require(reading.playbook)
    }

    private static func course(_ severity: String) -> Course {
        Course(declared: declared, severity: ElementID(severity))
    }

    @Test func `a clock is met by its event, in time or late`() throws {
        let playbook = try Self.playbook()
        for (minutes, isLate) in [(5, false), (15, false), (16, true)] as [(Int64, Bool)] {
            var course = Self.course("SEV1")
            let at = Self.declared + .minutes(minutes)
            course.happenings.append(.init(.responding, at: at))
            course.milestones[.responding] = at
            let respond = Agenda(of: course, under: playbook, at: at + .hours(1))[Obligation.ID("clock/respond")]
            #expect(respond?.state == .met(at: at, isLate: isLate))
            #expect(respond?.target == Self.declared + .minutes(15))
        }
    }

    @Test func `the next update is promised from the last one, and lateness is kept`() throws {
        let playbook = try Self.playbook()
        var course = Self.course("SEV1")
        let audience = try #require(playbook.cadences.first).audience
        let rule = try #require(playbook.cadences.first).id
        course.updates = [
            .init(to: audience, at: Self.declared + .minutes(30)),
            .init(to: audience, at: Self.declared + .minutes(65)),
        ]
        let agenda = Agenda(of: course, under: playbook, at: Self.declared + .minutes(70))
        let states = (1...3).map { agenda[Obligation.ID("update/\(rule)/\($0)")]?.state }
        #expect(
            states == [
                .met(at: Self.declared + .minutes(30), isLate: false),
                .met(at: Self.declared + .minutes(65), isLate: true),
                .pending,
            ])
        #expect(agenda[Obligation.ID("update/\(rule)/3")]?.target == Self.declared + .minutes(95))
    }

    @Test func `what was waived stays waived, with its reason`() throws {
        let playbook = try Self.playbook()
        var course = Self.course("SEV1")
        let waived = Course.Settlement.waived(at: Self.declared, reason: "Everybody is in the room.")
        course.settlements[Obligation.ID("clock/respond")] = waived
        let respond = Agenda(of: course, under: playbook, at: Self.declared + .hours(2))[Obligation.ID("clock/respond")]
        #expect(respond?.state == .waived(at: Self.declared, reason: "Everybody is in the room."))
    }

    @Test func `whoever has had a role for eight hours is relieved, and the next has eight of their own (S4-12)`()
        throws
    {
        let playbook = try Self.playbook("autolytiq")
        let role = try #require(playbook.roles.first).id
        var course = Self.course("P1")
        course.roles = [.init(role, since: Self.declared)]
        func relief(_ number: Int, after hours: Int64) -> Obligation? {
            Agenda(of: course, under: playbook, at: Self.declared + .hours(hours))[
                Obligation.ID("relief/\(role)/\(number)")]
        }
        #expect(relief(1, after: 1)?.state == .pending && relief(1, after: 1)?.target == Self.declared + .hours(8))
        #expect(relief(1, after: 9)?.isOverdue(at: Self.declared + .hours(9)) ?? false)
        course.roles.append(.init(role, since: Self.declared + .hours(9)))
        #expect(relief(1, after: 10)?.state == .met(at: Self.declared + .hours(9), isLate: true))
        #expect(relief(2, after: 10)?.target == Self.declared + .hours(17))
        let other = Agenda(of: course, under: try Self.playbook(), at: Self.declared + .hours(10))
        #expect(!other.obligations.contains { $0.id.text.hasPrefix("relief/") }, "no playbook but S4's asks for it")
    }

    @Test func `an incident that was cancelled owes nothing`() throws {
        for name in BuiltInPlaybooks.names {
            let playbook = try Self.playbook(name)
            var course = Self.course(playbook.ladder[0].text)
            course.statuses.append(.init("cancelled", since: Self.declared + .minutes(1)))
            let pending = Agenda(of: course, under: playbook, at: Self.declared + .minutes(2)).pending
            #expect(pending.map(\.id) == [], "\(name)")
        }
    }

    @Test func `a clock that waits for a vendor stands still (S1-26)`() throws {
        let playbook = try Self.playbook("workflow")
        let waiting = try #require(playbook.statuses.first { !$0.pauses.isEmpty })
        var course = Self.course("P0")
        course.statuses.append(.init(waiting.id, since: Self.declared + .minutes(10)))
        let id = Obligation.ID("clock/resolve")
        #expect(Agenda(of: course, under: playbook, at: Self.declared + .minutes(20))[id]?.target == nil)
        course.statuses.append(.init("investigating", since: Self.declared + .minutes(40)))
        let resolve = Agenda(of: course, under: playbook, at: Self.declared + .minutes(50))[id]
        // S1-03: 1 to 4 hours, and the half hour of waiting behind each.
        #expect(resolve?.target == Self.declared + .minutes(90))
        #expect(resolve?.limit == Self.declared + .minutes(270))
    }

    @Test func `every obligation of every built-in playbook has a name of its own and says why`() throws {
        for name in BuiltInPlaybooks.names {
            let playbook = try Self.playbook(name)
            for severity in playbook.ladder {
                let agenda = Agenda(of: Self.course(severity.text), under: playbook, at: Self.declared)
                let ids = agenda.obligations.map(\.id)
                #expect(Set(ids).count == ids.count, "\(name) \(severity)")
                #expect(agenda.obligations.allSatisfy { !$0.explanation.isEmpty && !$0.title.isEmpty })
            }
        }
    }

    @Test func `the next turn is never in the past and never missing while something is owed`() throws {
        for name in BuiltInPlaybooks.names {
            let playbook = try Self.playbook(name)
            for severity in playbook.ladder {
                for minutes in stride(from: 0, to: 600, by: 7) as StrideTo<Int64> {
                    let now = Self.declared + .minutes(minutes)
                    let agenda = Agenda(of: Self.course(severity.text), under: playbook, at: now)
                    if let turn = agenda.nextTurn { #expect(turn > now) }
                    let ahead = agenda.pending.filter { $0.target.map { $0 > now } ?? false }
                    #expect(ahead.isEmpty || agenda.nextTurn != nil, "\(name) \(severity) \(minutes)")
                }
            }
        }
    }
}
