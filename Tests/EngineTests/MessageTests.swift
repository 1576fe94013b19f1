import Chronology
import Engine
import Incidents
import Notation
import Playbooks
import Storage
import Testing

/// Messages by the templates of a playbook, and what a phase begins with.
@Suite struct MessageTests {
    /// Friday 8 March 2024, 17:50 in New York.
    private static let friday = Instant(seconds: 1_709_938_200)

    private static func desk(
        _ playbook: String, changed: (String) -> String = { $0 }, cast: [String: String] = [:]
    ) async throws -> Desk {
        let desk = try await Desk(at: friday, zones: InstalledZones(), publicURL: "https://tocsin.example.com")
        let text = String(decoding: try #require(BuiltInPlaybooks.text(named: playbook)).bytes, as: UTF8.self)
        let yaml = changed(text)
        if yaml != text { try await desk.put(.playbook, playbook, ["yaml": .string(yaml), "origin": "uploaded"]) }
        if !cast.isEmpty {
            let names = cast.sorted { $0.key < $1.key }.map { JSON.Member($0.key, [.string("user:\($0.value)")]) }
            try await desk.put(.cast, playbook, ["names": .object(names)])
        }
        return desk
    }

    private static func declare(
        _ desk: Desk, _ playbook: String, _ severity: String, kind: Incident.Kind = .real, service: String? = "shop"
    ) async throws -> Incident {
        let request = DeclareRequest(
            title: "Checkout fails", severity: severity, service: service, playbook: playbook, kind: kind)
        guard case .incident(let incident) = try await desk.command(.declare(request)) else {
            throw InputFault(at: "", "a declaration leads to an incident")
        }
        return incident
    }

    private static func post(_ desk: Desk, _ incident: Incident, _ request: UpdateRequest) async throws -> Incident {
        guard case .incident(let changed) = try await desk.command(.procedure(key: incident.key, .update(request)))
        else { throw InputFault(at: "", "an update leads to an incident") }
        return changed
    }

    private static func refusal(_ desk: Desk, _ incident: Incident, _ request: UpdateRequest) async throws -> Refusal? {
        do {
            _ = try await post(desk, incident, request)
            return nil
        } catch let refusal as Refusal {
            return refusal
        }
    }

    /// What was said to Ben besides pages, in the order in which it was said.
    private static func mailsToBen(_ desk: Desk) async throws -> [JSON] {
        try await desk.store.read { connection in
            try connection.all(
                "SELECT body FROM delivery WHERE destination = ? AND page IS NULL ORDER BY created_at, id",
                [.text("ben@example.com")]
            ) { try JSON(parsing: Array($0.text(0).utf8), limits: .stored) }
        }.compactMap { $0["content"] }
    }

    @Test func `an update is written by its template, with what is known at that moment (S2-26)`() async throws {
        let desk = try await Self.desk("sre", cast: ["internal": "usr_ben"])
        let incident = try await Self.declare(desk, "sre", "SEV2")
        desk.wait(.minutes(12))
        let answers = ["what-we-know": "The pool is exhausted.", "current-actions": "We roll back."]
        let changed = try await Self.post(
            desk, incident, UpdateRequest(audience: nil, template: "status-update", text: nil, answers: answers))
        let posted = try #require(changed.history.updates.last)
        #expect(posted.update.audience == "internal")
        #expect(
            posted.update.text == """
                :hourglass: UPDATE: shop incident
                Status: Investigating
                What we know: The pool is exhausted.
                Current actions: We roll back.
                ETA: TBD
                Next update: 23:32 UTC
                """)
        let agenda = try await desk.agenda(of: changed)
        #expect(agenda.pending.contains { $0.id.text.hasPrefix("update/") && $0.target == desk.now + .minutes(30) })
        let mail = try #require(try await Self.mailsToBen(desk).last)
        #expect(mail["kind"]?.string == "update")
        #expect(mail["lines"]?.array?.first?.string == ":hourglass: UPDATE: shop incident")
    }

    @Test func `no message goes out while a question is open that has to be answered`() async throws {
        let desk = try await Self.desk("sre")
        let incident = try await Self.declare(desk, "sre", "SEV2")
        let open = try await Self.refusal(
            desk, incident,
            UpdateRequest(audience: nil, template: "status-update", text: nil, answers: ["what-we-know": "A little"]))
        #expect(open?.code == "unanswered-question")
        #expect(open?.reason.contains("current-actions") == true)
        #expect(open?.reason.contains("what-we-know") == false)
        // A draft that was sent as it was shown is no better.
        let draft = try await Self.refusal(
            desk, incident,
            UpdateRequest(audience: nil, template: "status-update", text: "What we know: [What we know]"))
        #expect(draft?.code == "unanswered-question")
        let own = UpdateRequest(audience: "Engineering", template: "status-update", text: "In my own words.")
        #expect(try await Self.post(desk, incident, own).history.updates.last?.update.text == "In my own words.")
    }

    @Test(arguments: [
        (UpdateRequest(audience: nil, template: "postcard", text: nil), "unknown-template"),
        (
            UpdateRequest(audience: nil, template: "status-update", text: "x", answers: ["mood": "good"]),
            "unknown-question"
        ),
        (UpdateRequest(audience: "aliens", text: "x"), "unknown-audience"),
        (UpdateRequest(audience: nil, text: "x"), "missing-audience"),
        (UpdateRequest(audience: "internal", text: nil), "missing-message"),
        (UpdateRequest(audience: "internal", text: " \n"), "missing-message"),
        (UpdateRequest(audience: "internal", stage: "gone", text: "x"), "unknown-stage"),
    ])
    func `what cannot be told is refused by name`(request: UpdateRequest, code: String) async throws {
        let desk = try await Self.desk("sre")
        let incident = try await Self.declare(desk, "sre", "SEV2")
        #expect(try await Self.refusal(desk, incident, request)?.code == code)
        #expect(try await desk.incident(key: incident.key).history.updates.isEmpty)
    }

    @Test func `somebody whom the playbook names is told too, and what was owed to them is done (S1-44)`() async throws
    {
        let desk = try await Self.desk("workflow", cast: ["legal": "usr_ben"])
        let incident = try await Self.declare(desk, "workflow", "P1")
        let template = try #require(
            BuiltInPlaybooks.read("workflow") { InstalledZones().zone(named: $0) }?.playbook?.templates
                .first { $0.id.text == "internal-alert" })
        let answers = Dictionary(uniqueKeysWithValues: template.asks.map { ($0.id.text, "Something") })
        let changed = try await Self.post(
            desk, incident, UpdateRequest(audience: "legal", template: "internal-alert", text: nil, answers: answers))
        #expect(changed.history.happenings.contains { $0.name == "message-sent(internal-alert)" })
        #expect(try await Self.mailsToBen(desk).contains { $0["kind"]?.string == "update" })
    }

    @Test func `a draft holds what is known and marks what is not`() async throws {
        let desk = try await Self.desk("starter")
        let incident = try await Self.declare(desk, "starter", "SEV1")
        try await desk.command(.incident(key: incident.key, .assign(role: "incident-commander", Self.ben)))
        desk.wait(.minutes(95))
        let shelf = desk.decider.shelf
        let drafts = try await desk.store.read { connection in
            let incident = try #require(try IncidentQueries.incident(key: incident.key, on: connection))
            let organisation = try Organisation.load(on: connection, desk.keys, shelf: shelf)
            let writer = try MessageWriter(
                incident, organisation, shelf: shelf, publicURL: "https://tocsin.example.com", on: connection)
            return try #require(writer).templates.map { try #require(writer).draft($0) }
        }
        #expect(drafts.map(\.template.id.text).contains("review-document") == false)
        let declared = try #require(drafts.first { $0.template.id.text == "incident-declared" })
        #expect(
            declared.text == """
                SEV1: Checkout fails (\(incident.key)), since 2024-03-08 22:50 UTC
                Ben leads. Next update: 00:55 UTC
                https://tocsin.example.com/incidents/\(incident.key)
                """)
        #expect(declared.gaps.isEmpty)
        let update = try #require(drafts.first { $0.template.id.text == "status-update" })
        #expect(update.text.contains("SEV1 \(incident.key) is Declared, for 1 h 35 min now."))
        #expect(update.text.contains("[What do we know, what did we do, what is next?]"))
        #expect(update.unanswered.map(\.id.text) == ["news"])
    }

    private static let ben = UserID("usr_ben")

    // MARK: Phases

    /// The starter with a phase that wakes and tells.
    private static func withPhase(_ text: String) -> String {
        text.replacing(
            "\nroles:\n",
            with: """

                phases:
                  - id: response
                    title: Response
                    states: [declared, investigating]
                    enter:
                      - {page: team-lead, title: Wake the team lead, when: severity at least SEV2}
                      - {notify: backup, template: incident-declared}
                      - {post: internal, title: Tell the colleagues}

                roles:

                """)
    }

    @Test func `a phase begins with waking and telling people`() async throws {
        let desk = try await Self.desk(
            "starter", changed: Self.withPhase, cast: ["team-lead": "usr_ana", "backup": "usr_ben"])
        let incident = try await Self.declare(desk, "starter", "SEV3", service: nil)
        #expect(try await desk.incident(key: incident.key).pages.isEmpty, "The condition does not hold.")
        let told = try await Self.mailsToBen(desk).filter { $0["title"]?.string == "Incident declared" }
        #expect(told.count == 1)
        #expect(told.first?["lines"]?.array?.first?.string?.hasPrefix("SEV3: Checkout fails") == true)

        let severe = try await Self.declare(desk, "starter", "SEV1")
        let woken = try await desk.incident(key: severe.key).pages
        var people: [String] = []
        for page in woken { people += try await desk.page(page).notices.map { $0.notice.contact.user.text } }
        #expect(people.contains("usr_ana"))
    }

    @Test func `nobody is woken for a drill`() async throws {
        let desk = try await Self.desk(
            "starter", changed: Self.withPhase, cast: ["team-lead": "usr_ana", "backup": "usr_ben"])
        let incident = try await Self.declare(desk, "starter", "SEV1", kind: .drill)
        #expect(try await desk.incident(key: incident.key).pages.isEmpty)
        #expect(try await Self.mailsToBen(desk).isEmpty)
    }

    @Test func `what a phase asks for is done when it was done`() async throws {
        let desk = try await Self.desk("starter", changed: Self.withPhase)
        let incident = try await Self.declare(desk, "starter", "SEV3")
        func state() async throws -> ItemList.Entry.State? {
            let shelf = desk.decider.shelf
            let organisation = try await desk.store.read { try Organisation.load(on: $0, desk.keys, shelf: shelf) }
            let playbook = try #require(organisation.playbook("starter")).playbook
            let lists = ItemList.all(
                of: try await desk.incident(key: incident.key), under: playbook, in: organisation, at: desk.now)
            return lists.flatMap(\.entries).first { $0.text == "Tell the colleagues" }?.state
        }
        #expect(try await state() == .open)
        desk.wait(.minutes(2))
        _ = try await Self.post(desk, incident, UpdateRequest(audience: "internal", text: "We look into it."))
        #expect(try await state() == .done(at: desk.now, answer: nil))
    }
}
