import Chronology
import Engine
import Incidents
import Notation
import Paging
import Playbooks
import Storage
import Testing

/// Playbooks in live incidents: the engine itself, on a clock that jumps from deadline to deadline.
@Suite struct LiveProcedureTests {
    /// A desk with somebody for each name that the playbook has.
    private static func desk(_ playbook: String, at start: Instant = friday) async throws -> Desk {
        let desk = try await Desk(at: start, zones: InstalledZones())
        let shelf = desk.decider.shelf
        let organisation = try await desk.store.read { try Organisation.load(on: $0, desk.keys, shelf: shelf) }
        let edition = try #require(organisation.playbook(playbook))
        var members: [JSON.Member] = []
        for name in edition.playbook.targets.map(\.id.text) + edition.playbook.audiences.map(\.id.text) {
            let id = "usr_" + name
            try await desk.put(
                .user, id,
                [
                    "name": .string(name), "email": .string("\(name)@example.com"), "role": "responder",
                    "contacts": [
                        [
                            "id": .string("ctm_" + name), "channel": "email",
                            "destination": .string("\(name)@example.com"),
                        ]
                    ],
                ])
            members.append(JSON.Member(name, [.string("user:" + id)]))
        }
        try await desk.put(.cast, playbook, ["names": .object(members)])
        return desk
    }

    /// A Friday evening two days before the clocks change in America.
    private static let friday = Instant(seconds: 1_709_938_200)

    private static func declare(_ desk: Desk, _ playbook: String, _ severity: String) async throws -> Incident {
        let request = DeclareRequest(title: "Checkout fails", severity: severity, playbook: playbook)
        guard case .incident(let incident) = try await desk.command(.declare(request)) else {
            throw InputFault(at: "", "a declaration leads to an incident")
        }
        return incident
    }

    /// Who was paged when: every notice of every page, in the order of time.
    private static func calls(_ desk: Desk, _ key: String) async throws -> [String] {
        let zone = try #require(InstalledZones().zone(named: "America/New_York"))
        var calls: [(Instant, String)] = []
        for id in try await desk.incident(key: key).pages {
            let page = try await desk.page(id)
            for notice in page.notices where !notice.notice.key.contains("/fallback/") {
                calls.append((page.openedAt, String(notice.notice.contact.user.text.dropFirst(4))))
            }
        }
        return calls.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { at, user in "\(at.text(in: zone)) \(user)" }
    }

    @Test func `pipeline-guard SEV-2 on a Friday evening climbs to the CTO on Monday morning (S3-07 to S3-10)`()
        async throws
    {
        let desk = try await Self.desk("pipeline-guard")
        let incident = try await Self.declare(desk, "pipeline-guard", "SEV-2")
        try await desk.run(until: Self.friday + .days(4))
        let calls = try await Self.calls(desk, incident.key)
        #expect(
            calls == [
                "8 Mar 2024 17:50:00 EST on-call", "8 Mar 2024 18:50:00 EST team-lead",
                "8 Mar 2024 21:50:00 EST engineering-manager", "11 Mar 2024 09:00:00 EDT cto",
            ])
    }

    @Test func `autolytiq P1 calls at once, and after 30, 60 and 120 minutes (S4-15)`() async throws {
        let desk = try await Self.desk("autolytiq")
        let incident = try await Self.declare(desk, "autolytiq", "P1")
        try await desk.run(until: Self.friday + .hours(3))
        let times = try await Self.calls(desk, incident.key).map { $0.timeOfDay }
        #expect(times == ["17:50", "17:50", "18:20", "18:50", "19:50"])
    }

    @Test(arguments: [
        (false, ["17:50", "18:05", "18:05", "18:35", "19:35"]), (true, ["17:50", "18:05", "18:15", "18:45", "19:45"]),
    ])
    func `sre climbs by the time on a level, and progress begins it anew (S2-29, S2-38, X6, X7)`(
        progress: Bool, times: [String]
    ) async throws {
        let desk = try await Self.desk("sre")
        let incident = try await Self.declare(desk, "sre", "SEV2")
        try await desk.run(until: Self.friday + .minutes(10))
        if progress {
            try await desk.command(.procedure(key: incident.key, .mark("progress-noted", detail: "Found the query")))
        }
        try await desk.run(until: Self.friday + .hours(3))
        let calls = try await Self.calls(desk, incident.key).map { $0.timeOfDay }
        #expect(calls == times)
    }

    /// What a rehearsal says and what a live incident does are the same: every rung, at its very instant.
    @Test(arguments: BuiltInPlaybooks.names)
    func `a live incident takes the rungs that its rehearsal prints`(playbook: String) async throws {
        let reading = try #require(BuiltInPlaybooks.read(playbook) { InstalledZones().zone(named: $0) }?.playbook)
        for severity in reading.severities {
            let desk = try await Self.desk(playbook)
            let incident = try await Self.declare(desk, playbook, severity.id.text)
            try await desk.run(until: Self.friday + .hours(8))
            var live: [String] = []
            for (id, settlement) in try await desk.incident(key: incident.key).history.settlements {
                if case .reached(let at, _, _) = settlement { live.append("\(at.rfc3339()) \(id)") }
            }
            let rehearsed = Rehearsal(
                of: reading, severity: severity.id, at: Self.friday, sendsUpdates: false, length: .hours(8)
            ).entries.compactMap { entry -> String? in
                guard let id = entry.obligation?.text, id.hasPrefix("rung/") else { return nil }
                return "\(entry.at.rfc3339()) \(id)"
            }
            #expect(live.sorted() == rehearsed.sorted(), "\(playbook) \(severity.id)")
        }
    }

    @Test func `an acknowledgement ends the climb, and the pages of the rungs before it (S0-22)`() async throws {
        let desk = try await Self.desk("starter")
        let incident = try await Self.declare(desk, "starter", "SEV1")
        try await desk.run(until: Self.friday + .minutes(6))
        let pages = try await desk.incident(key: incident.key).pages
        #expect(pages.count == 2)
        try await desk.command(.acknowledgePage(pages[1], via: "test"), by: .user(UserID("usr_backup")))
        #expect(try await desk.page(pages[0]).isOpen == false)
        try await desk.run(until: Self.friday + .hours(2))
        #expect(try await desk.incident(key: incident.key).pages == pages)
    }

    @Test func `asked again about the same instant nothing is done twice`() async throws {
        let desk = try await Self.desk("sre")
        let incident = try await Self.declare(desk, "sre", "SEV1")
        try await desk.run(until: Self.friday + .hours(1))
        let before = try await desk.incident(key: incident.key)
        _ = try await desk.decide(.deadlinesPassed, .deadlinesPassed)
        #expect(try await desk.incident(key: incident.key) == before)
    }
}

/// What people do to an incident in the words of its playbook.
@Suite struct ProcedureCommandTests {
    private static func declared(
        _ playbook: String, _ severity: String, answers: [IncidentEvent.Answer] = [], why: String? = nil
    ) async throws -> (Desk, Incident) {
        let desk = try await Desk(zones: InstalledZones())
        let request = DeclareRequest(
            title: "Checkout fails", severity: severity, playbook: playbook, answers: answers, why: why)
        guard case .incident(let incident) = try await desk.command(.declare(request)) else {
            throw InputFault(at: "", "a declaration leads to an incident")
        }
        return (desk, incident)
    }

    @Test func `the severity is suggested by the answers when nobody chooses one (S4-02)`() async throws {
        let (desk, incident) = try await Self.declared("starter", "", answers: [.init("works", "nothing")])
        #expect(incident.severity.label == "SEV1")
        let shelf = desk.decider.shelf
        let timeline = try await desk.store.read {
            try Timeline.of(
                incident, organisation: try Organisation.load(on: $0, desk.keys, shelf: shelf), shelf: shelf, on: $0)
        }
        #expect(timeline.first?.detail == "Declared by Ana.\nSEV1, for: Nobody can use the service.")
    }

    @Test func `a milder severity than the suggested one asks why`() async throws {
        await #expect(throws: Refusal.self) {
            _ = try await Self.declared("starter", "SEV3", answers: [.init("works", "nothing")])
        }
        let (_, incident) = try await Self.declared(
            "starter", "SEV3", answers: [.init("works", "nothing")], why: "Only the test shop")
        #expect(incident.severity.label == "SEV3")
    }

    @Test(arguments: [
        (IncidentEvent.Answer("weather", "fine"), "unknown-field"), (.init("works", "somehow"), "invalid-field"),
        (.init("workaround", "perhaps"), "invalid-field"), (.init("type", "outage"), "invalid-field"),
    ])
    func `an answer that the playbook does not know is refused`(answer: IncidentEvent.Answer, code: String) async throws
    {
        do {
            _ = try await Self.declared("starter", "SEV2", answers: [answer])
            Issue.record("\(answer) was taken")
        } catch let refusal as Refusal {
            #expect(refusal.code == code)
        }
    }

    @Test func `an update is kept as a promise that was met, and the next one is owed (S3-26)`() async throws {
        let (desk, incident) = try await Self.declared("starter", "SEV1")
        let first = try #require(try await desk.agenda(of: incident)[Obligation.ID("update/internal/1")])
        #expect(first.target == desk.now + .minutes(30))
        desk.wait(.minutes(20))
        try await desk.command(
            .procedure(key: incident.key, .update(.init(audience: "internal", text: "We look into it."))))
        let agenda = try await desk.agenda(of: try await desk.incident(key: incident.key))
        #expect(agenda[Obligation.ID("update/internal/1")]?.state == .met(at: desk.now, isLate: false))
        #expect(agenda[Obligation.ID("update/internal/2")]?.target == desk.now + .minutes(30))
    }

    @Test func `what is owed is met or waived, with a reason, and stays so`() async throws {
        let (desk, incident) = try await Self.declared("starter", "SEV1")
        try await desk.command(.procedure(key: incident.key, .meet("message/tell-declared", note: "By phone")))
        try await desk.command(.procedure(key: incident.key, .waive("clock/resolve", why: "A drill of ours")))
        let agenda = try await desk.agenda(of: try await desk.incident(key: incident.key))
        #expect(agenda[Obligation.ID("message/tell-declared")]?.state == .met(at: desk.now, isLate: false))
        #expect(agenda[Obligation.ID("clock/resolve")]?.state == .waived(at: desk.now, reason: "A drill of ours"))
        await #expect(throws: Refusal.self) {
            try await desk.command(.procedure(key: incident.key, .meet("clock/nothing", note: nil)))
        }
        await #expect(throws: Refusal.self) {
            try await desk.command(.procedure(key: incident.key, .waive("clock/resolve", why: " ")))
        }
    }

    @Test func `an incident keeps its version of the playbook until it is moved on purpose`() async throws {
        let (desk, incident) = try await Self.declared("starter", "SEV1")
        let text = try #require(BuiltInPlaybooks.text(named: "starter"))
        let yaml = String(decoding: text.bytes, as: UTF8.self)
        let changed = yaml.replacing("every: {SEV1: 30m,", with: "every: {SEV1: 10m,")
        #expect(changed != yaml)
        try await desk.put(.playbook, "starter", ["yaml": .string(changed), "origin": "uploaded"])
        #expect(
            try await desk.agenda(of: incident)[Obligation.ID("update/internal/1")]?.target == desk.now + .minutes(30))
        guard
            case .incident(let moved) = try await desk.command(
                .procedure(key: incident.key, .upgrade(why: "The new promise holds for it too")))
        else { throw InputFault(at: "", "an incident") }
        #expect(moved.procedureVersion == 2)
        #expect(try await desk.agenda(of: moved)[Obligation.ID("update/internal/1")]?.target == desk.now + .minutes(10))
    }

    @Test func `a playbook that is taken away stays with its incidents, and one of the binary's is as it came`()
        async throws
    {
        let (desk, old) = try await Self.declared("starter", "SEV1")
        let text = String(decoding: try #require(BuiltInPlaybooks.text(named: "starter")).bytes, as: UTF8.self)
        let own = text.replacing("playbook: starter\n", with: "playbook: own\n")
        try await desk.put(.playbook, "own", ["yaml": .string(own), "origin": "uploaded"])
        guard
            case .incident(let incident) = try await desk.command(
                .declare(DeclareRequest(title: "Slow", severity: "SEV1", playbook: "own")))
        else { throw InputFault(at: "", "an incident") }
        try await desk.delete(.playbook, "own")
        #expect(try await desk.agenda(of: incident)[Obligation.ID("update/internal/1")] != nil)
        try await desk.command(.incident(key: incident.key, .changeStatus("investigating", message: nil)))
        await #expect(throws: Refusal.self) {
            try await desk.command(.declare(DeclareRequest(title: "Slow", severity: "SEV1", playbook: "own")))
        }
        try await desk.put(.playbook, "own", ["yaml": .string(own), "origin": "uploaded"])
        try await desk.put(.settings, "settings", ["playbook": "own"])
        await #expect(throws: Refusal.self, "The settings name it.") { try await desk.delete(.playbook, "own") }
        try await desk.delete(.playbook, "starter")
        _ = try await Self.declare(desk, "workflow", "P2")
        try await desk.delete(.playbook, "workflow")
        let again = try await Self.declare(desk, "workflow", "P2")
        #expect(again.procedureVersion == 3)
        #expect(try await desk.incident(key: old.key).procedureVersion == 1)
    }

    private static func declare(_ desk: Desk, _ playbook: String, _ severity: String) async throws -> Incident {
        guard
            case .incident(let incident) = try await desk.command(
                .declare(DeclareRequest(title: "Slow", severity: severity, playbook: playbook)))
        else { throw InputFault(at: "", "an incident") }
        return incident
    }

    @Test func `a playbook that cannot be read is refused with its place, and the one in force stays`() async throws {
        let (desk, incident) = try await Self.declared("starter", "SEV1")
        for (yaml, sign) in [
            ("playbook: starter\ntitle: [", "2:8"), ("a: &a [*a]", "1:8"), ("playbook: other", "1:1"), ("", "1:1"),
        ] {
            do {
                try await desk.put(.playbook, "starter", ["yaml": .string(yaml)])
                Issue.record("\(yaml) was taken")
            } catch let refusal as Refusal {
                #expect(refusal.code == "invalid")
                #expect(refusal.reason.contains(sign))
            }
        }
        #expect(try await desk.agenda(of: incident)[Obligation.ID("update/internal/1")] != nil)
    }

    @Test func `a gate of the playbook asks for what is missing, or for a reason (S1-32)`() async throws {
        let (desk, incident) = try await Self.declared("workflow", "P2")
        try await desk.command(.incident(key: incident.key, .changeStatus("resolved", message: "It is over")))
        do {
            try await desk.command(.incident(key: incident.key, .changeStatus("closed", message: nil)))
            Issue.record("It was closed with things open.")
        } catch let refusal as Refusal {
            #expect(refusal.code == "gate-open")
        }
        guard
            case .incident(let closed) = try await desk.command(
                .incident(key: incident.key, .changeStatus("closed", message: "The rest is done elsewhere")))
        else { throw InputFault(at: "", "an incident") }
        #expect(closed.status == .closed)
    }

    @Test func `the words of the pinned version stay on the timeline and in the list`() async throws {
        let (desk, incident) = try await Self.declared("starter", "SEV1")
        try await desk.command(.incident(key: incident.key, .changeStatus("investigating", message: nil)))
        let text = try #require(BuiltInPlaybooks.text(named: "starter"))
        let yaml = String(decoding: text.bytes, as: UTF8.self)
        let changed = yaml.replacing("label: Investigating,", with: "label: Digging,")
        #expect(changed != yaml)
        try await desk.put(.playbook, "starter", ["yaml": .string(changed), "origin": "uploaded"])
        let (shelf, keys) = (desk.decider.shelf, desk.keys)
        func words(_ key: String) async throws -> [String] {
            try await desk.store.read { connection in
                let organisation = try Organisation.load(on: connection, keys, shelf: shelf)
                let incident = try #require(try IncidentQueries.incident(key: key, on: connection))
                let timeline = try Timeline.of(
                    incident, organisation: organisation, shelf: shelf, on: connection)
                let export = try IncidentExport.markdown(
                    of: incident, organisation: organisation, shelf: shelf, generatedAt: connection.now, on: connection)
                let listed = try IncidentQueries.list(IncidentFilter(), on: connection)
                return timeline.map(\.sentence).filter { $0.hasPrefix("Status: ") }
                    + export.split(separator: "\n").filter { $0.hasPrefix("| Status |") }.map(String.init)
                    + (try IncidentQueries.statusLabels(
                        of: listed, organisation: organisation, shelf: shelf, on: connection))
            }
        }
        #expect(
            try await words(incident.key) == [
                "Status: Declared → Investigating", "| Status | Investigating |", "Investigating",
            ])
        try await desk.command(.procedure(key: incident.key, .upgrade(why: "The new words are better")))
        #expect(
            try await words(incident.key) == ["Status: Declared → Digging", "| Status | Digging |", "Digging"])
    }

    @Test func `a task that a field answers is done when the field was answered`() async throws {
        let (desk, incident) = try await Self.declared("pipeline-guard", "SEV-3")
        try await desk.command(.incident(key: incident.key, .changeStatus("resolved", message: "It is over")))
        let at = desk.now
        let field = "root-cause-category"
        let shelf = desk.decider.shelf
        let organisation = try await desk.store.read { try Organisation.load(on: $0, desk.keys, shelf: shelf) }
        let playbook = try #require(organisation.playbook("pipeline-guard")).playbook
        let choice = try #require(playbook.fields.first { $0.id.text == field }?.choices.first)
        try await desk.command(.procedure(key: incident.key, .answer([.init(field, choice)])))
        desk.wait(.minutes(5))
        try await desk.command(.incident(key: incident.key, .note("Something else")))
        let changed = try await desk.incident(key: incident.key)
        let entry = ItemList.all(of: changed, under: playbook, in: organisation, at: desk.now).flatMap(\.entries)
            .first { $0.id == "closure/cause" }
        #expect(entry?.state == .done(at: at, answer: choice))
    }

    @Test func `silence ticks what asks for it (S1-34)`() async throws {
        let desk = try await Desk(zones: InstalledZones())
        let id = try #require(try await desk.receive(desk.signal("db", severity: "critical")).alerts.first)
        let key = try await desk.incident(try await desk.alert(id).alert.incident).key
        let shelf = desk.decider.shelf
        let organisation = try await desk.store.read { try Organisation.load(on: $0, desk.keys, shelf: shelf) }
        let playbook = try #require(organisation.playbook("workflow")).playbook
        func state() async throws -> ItemList.Entry.State? {
            let incident = try await desk.incident(key: key)
            return ItemList.all(of: incident, under: playbook, in: organisation, at: desk.now).flatMap(\.entries)
                .first { $0.id == "closure/stable" }?.state
        }
        try await desk.command(.incident(key: key, .changeStatus("resolved", message: "It is over")))
        #expect(try await state() == .waiting(for: "no alert for 1h"))
        desk.wait(.hours(2))
        #expect(try await state() == .waiting(for: "no alert for 1h"), "The alert still fires.")
        try await desk.command(.resolveAlert(id))
        let end = desk.now
        desk.wait(.minutes(59))
        #expect(try await state() == .waiting(for: "no alert for 1h"))
        desk.wait(.minutes(2))
        #expect(try await state() == .done(at: end + .hours(1), answer: nil))
    }

    @Test func `a sign-off is given by those who sign, and resolving waits for it (S2-20)`() async throws {
        let (desk, incident) = try await Self.declared("sre", "SEV1")
        for (role, user) in [("ic", "usr_ana"), ("tech-lead", "usr_ben")] {
            try await desk.command(.incident(key: incident.key, .assign(role: role, UserID(user))))
        }
        func missing() async throws -> String {
            do {
                try await desk.command(.incident(key: incident.key, .changeStatus("resolved", message: nil)))
                return ""
            } catch let refusal as Refusal {
                #expect(refusal.code == "gate-open")
                return refusal.reason
            }
        }
        let (ic, lead) = ("signoff/resolution/role(ic)", "signoff/resolution/role(tech-lead)")
        #expect(try await missing().contains(ic))
        do {
            try await desk.command(.procedure(key: incident.key, .tick(lead, answer: nil)), by: Desk.ana)
            Issue.record("Ana signed for Ben.")
        } catch let refusal as Refusal {
            #expect(refusal.code == "not-yours")
        }
        try await desk.command(.procedure(key: incident.key, .tick(lead, answer: nil)), by: .user(UserID("usr_ben")))
        #expect(try await missing().contains(ic))
        #expect(try await !missing().contains(lead))
        try await desk.command(.procedure(key: incident.key, .tick(ic, answer: nil)), by: Desk.ana)
        #expect(try await !missing().contains("signoff/resolution"))
    }

    @Test func `what is told outside waits for whoever has to allow it (S3-44)`() async throws {
        let (desk, incident) = try await Self.declared("pipeline-guard", "SEV-1")
        let update = Command.procedure(
            key: incident.key,
            .update(.init(audience: "internal", stage: "investigating", text: "We look into it.")))
        try await desk.command(update)
        desk.wait(.hours(3))
        do {
            try await desk.command(update)
            Issue.record("It was told without a signature.")
        } catch let refusal as Refusal {
            #expect(refusal.code == "gate-open")
            #expect(refusal.reason.contains("signoff/external-communication/target(cto)"))
        }
        try await desk.command(
            .procedure(key: incident.key, .tick("signoff/external-communication/target(cto)", answer: nil)))
        try await desk.command(update)
        try await desk.command(.incident(key: incident.key, .assign(role: "comms", UserID("usr_ana"))))
        do {
            try await desk.command(update, by: .user(UserID("usr_ben")))
            Issue.record("It was told by somebody else than the communications lead.")
        } catch let refusal as Refusal {
            #expect(refusal.code == "not-yours")
        }
    }

    @Test func `what is owed is reminded of once: ahead, when it is due, when it is late`() async throws {
        let (desk, incident) = try await Self.declared("starter", "SEV1")
        try await desk.command(.incident(key: incident.key, .assign(role: "communications-lead", UserID("usr_ben"))))
        let start = desk.now
        try await desk.run(until: start + .minutes(40))
        let told = try await desk.incident(key: incident.key).history.told
            .filter { $0.obligation == "update/internal/1" }.map { "\($0.notice) \($0.reachedSomebody)" }
        #expect(told.sorted() == ["ahead true", "due true"])
        var intents: [String] = []
        while case let claims = try await desk.claim(200), !claims.isEmpty {
            for claim in claims {
                if claim.kind == .incident, claim.user == UserID("usr_ben") { intents.append(claim.intent) }
                try await desk.report(claim, .accepted(detail: "taken"))
            }
        }
        #expect(intents.contains { $0.contains("update/internal/1/due") }, "\(intents)")
    }
}

extension String {
    /// `17:50` of `8 Mar 2024 17:50:00 EST on-call`.
    fileprivate var timeOfDay: String { String(split(separator: " ")[3].prefix(5)) }
}

@Suite struct RoomNameTests {
    @Test(arguments: [
        ("Checkout fails", "SEV1", "#incident-2027-01-15-checkout-fails"),
        ("Zahlung  «fällt» aus!", "SEV2", "#incident-2027-01-15-zahlung-f-llt-aus"),
        ("…", "SEV1", "#incident-2027-01-15-incident"), ("Checkout fails", "SEV3", nil),
    ])
    func `the room is named by the playbook's pattern, for incidents that have one (S1-10, S2-15)`(
        title: String, severity: String, room: String?
    ) async throws {
        let desk = try await Desk(zones: InstalledZones())
        guard
            case .incident(let incident) = try await desk.command(
                .declare(DeclareRequest(title: title, severity: severity)))
        else { throw InputFault(at: "", "a declaration leads to an incident") }
        let (shelf, keys, now) = (desk.decider.shelf, desk.keys, desk.now)
        let name = try await desk.store.read { connection in
            let organisation = try Organisation.load(on: connection, keys, shelf: shelf)
            return try organisation.edition(of: incident, shelf: shelf, on: connection)?
                .room(of: incident, in: organisation, at: now)
        }
        #expect(name == room)
    }
}
