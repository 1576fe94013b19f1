import Chronology
import Engine
import Notation
import OnCall
import Paging
import Storage
import Testing

/// What becomes of a page that is climbing while somebody edits what it was made of: the table in docs/paging.md, row by row.
@Suite struct EditingTests {
    private static let plan: JSON = [
        "name": "Shop",
        "rungs": [
            ["patienceSeconds": 300, "targets": ["schedule:sch_1"]],
            ["patienceSeconds": 300, "targets": ["team:tea_1"]],
        ],
    ]

    private static func user(_ name: String, _ ways: [String], rules: JSON = .null, disabled: Bool = false) -> JSON {
        let id = name.lowercased()
        return [
            "name": .string(name), "email": .string("\(id)@example.com"), "role": id == "ana" ? "admin" : "responder",
            "disabled": .bool(disabled), "rules": rules,
            "contacts": .array(
                ways.map { way in
                    [
                        "id": .string("ctm_\(way)"), "channel": "email",
                        "destination": .string("\(id)-\(way)@example.com"),
                    ]
                }),
        ]
    }

    private static func rotation(_ people: String...) -> JSON {
        [
            "name": "Primary", "zone": "UTC", "handOff": ["disabled": true],
            "layers": [
                [
                    "start": "2027-01-01T00:00", "every": ["count": 1_000, "unit": "day"],
                    "members": .array(people.map { .array([.string($0)]) }),
                ]
            ],
        ]
    }

    /// Ana is on call; behind her is the team of Ben. One alert, whose first rung has been taken.
    private static func climbing() async throws -> (Desk, PageID) {
        let desk = try await Desk()
        try await desk.put(.user, "usr_ana", user("Ana", ["one", "two"]))
        try await desk.put(.user, "usr_ben", user("Ben", ["three"]))
        try await desk.put(.user, "usr_cy", user("Cy", ["four"]))
        try await desk.put(.schedule, "sch_1", rotation("usr_ana"))
        try await desk.put(.team, "tea_1", ["name": "Team", "members": ["usr_ben"]])
        try await desk.put(.plan, "esc_shop", plan)
        let alert = try #require(try await desk.receive(desk.signal("disk")).alerts.first)
        return (desk, try #require(try await desk.alert(alert).alert.page))
    }

    /// Who was told, rung by rung, in the ways' words.
    private static func told(_ desk: Desk, _ page: PageID) async throws -> [[String]] {
        var rungs: [[String]] = []
        for record in try await desk.page(page).notices {
            let rung = Int(record.notice.key.split(separator: "/")[2]) ?? 0
            while rungs.count <= rung { rungs.append([]) }
            rungs[rung].append("\(record.notice.contact.user.text) \(record.notice.contact.method.text)")
        }
        return rungs
    }

    private static func climb(_ desk: Desk) async throws { try await desk.run(until: desk.now + .minutes(6)) }

    @Test func `another plan, or none: the page climbs the plan that it began with`() async throws {
        let (desk, page) = try await Self.climbing()
        try await desk.put(
            .plan, "esc_shop", ["name": "Shop", "rungs": [["patienceSeconds": 60, "targets": ["user:usr_cy"]]]])
        try await Self.climb(desk)
        #expect(
            try await Self.told(desk, page) == [["usr_ana ctm_one", "usr_ana ctm_two"], ["usr_ben ctm_three"]])
        let (other, second) = try await Self.climbing()
        try await other.put(.service, "svc_shop", ["name": "shop", "plan": .null, "bundles": false])
        try await other.delete(.plan, "esc_shop")
        try await Self.climb(other)
        #expect(try await Self.told(other, second).last == ["usr_ben ctm_three"])
    }

    @Test func `another rotation, an override or another team: whoever it is when the rung is reached`() async throws {
        let (desk, page) = try await Self.climbing()
        try await desk.put(.schedule, "sch_1", Self.rotation("usr_cy"))
        #expect(try await Self.told(desk, page) == [["usr_ana ctm_one", "usr_ana ctm_two"]], "nobody is told anew")
        try await desk.put(.team, "tea_1", ["name": "Team", "members": ["usr_cy", "usr_ben"]])
        try await Self.climb(desk)
        #expect(try await Self.told(desk, page).last == ["usr_cy ctm_four", "usr_ben ctm_three"])
    }

    @Test func `a schedule or a team that is taken away while a plan names it: refused`() async throws {
        let (desk, _) = try await Self.climbing()
        await #expect(throws: Refusal.self) { try await desk.delete(.schedule, "sch_1") }
        await #expect(throws: Refusal.self) { try await desk.delete(.team, "tea_1") }
    }

    @Test func `a team without anybody, or a person whose account is disabled: the rung is passed over at once`()
        async throws
    {
        let (desk, page) = try await Self.climbing()
        try await desk.put(.team, "tea_1", ["name": "Team", "members": []])
        try await Self.climb(desk)
        #expect(try await desk.page(page).phase.word == "exhausted")
        let (other, second) = try await Self.climbing()
        try await other.put(.user, "usr_ben", Self.user("Ben", ["three"], disabled: true))
        try await Self.climb(other)
        #expect(try await other.page(second).phase.word == "exhausted")
    }

    @Test func `a way that is taken away: what was to go there fails, and the person's next way is used at once`()
        async throws
    {
        let (desk, page) = try await Self.climbing()
        let later: JSON = [
            "high": [["contact": "ctm_one", "delaySeconds": 0], ["contact": "ctm_two", "delaySeconds": 120]], "low": [],
            "sleep": .null,
        ]
        _ = page
        try await desk.put(.user, "usr_ana", Self.user("Ana", ["one", "two"], rules: later))
        let alert = try #require(try await desk.receive(desk.signal("second")).alerts.first)
        let second = try #require(try await desk.alert(alert).alert.page)
        try await desk.put(.user, "usr_ana", Self.user("Ana", ["two"]))
        let claim = try #require(
            try await desk.claim().first { $0.page == second && $0.method.text == "ctm_one" })
        try await desk.report(claim, .refused(reason: "the contact method is not there any more"))
        let due = try await desk.claim().first { $0.page == second && $0.method.text == "ctm_two" }
        #expect(due != nil, "two minutes early")
    }

    @Test func `a new way, or other rules: from the next rung on`() async throws {
        let (desk, page) = try await Self.climbing()
        try await desk.put(.user, "usr_ana", Self.user("Ana", ["one", "two", "five"]))
        try await desk.put(.user, "usr_ben", Self.user("Ben", ["three", "six"]))
        #expect(try await Self.told(desk, page) == [["usr_ana ctm_one", "usr_ana ctm_two"]])
        try await Self.climb(desk)
        #expect(try await Self.told(desk, page).last == ["usr_ben ctm_three", "usr_ben ctm_six"])
    }

    @Test func `another service, route or urgency: for alerts that open after it`() async throws {
        let (desk, page) = try await Self.climbing()
        try await desk.put(
            .plan, "esc_other", ["name": "Other", "rungs": [["patienceSeconds": 60, "targets": ["user:usr_cy"]]]])
        try await desk.put(.service, "svc_shop", ["name": "shop", "plan": "esc_other", "bundles": false])
        let alert = try #require(try await desk.receive(desk.signal("second")).alerts.first)
        let second = try #require(try await desk.alert(alert).alert.page)
        #expect(try await Self.told(desk, second) == [["usr_cy ctm_four"]])
        try await Self.climb(desk)
        #expect(try await Self.told(desk, page).last == ["usr_ben ctm_three"])
    }
}
