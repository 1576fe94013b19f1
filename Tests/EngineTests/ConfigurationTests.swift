import Chronology
import Engine
import Notation
import Playbooks
import Storage
import Testing

@Suite struct ConfigurationTests {
    private static let rung: JSON = ["patienceSeconds": 60, "targets": ["user:usr_ana"]]

    private static let faulty: [(DocumentKind, JSON, String)] = [
        (
            DocumentKind.user, ["name": "X", "email": "x@example.com", "role": "king"],
            "/role: \"king\" is not a role: admin, manager, responder, viewer"
        ),
        (.user, ["name": "X", "email": "nobody", "role": "viewer"], "/email: \"nobody\" is not an e-mail address"),
        (
            .user, ["name": "X", "email": "ANA@example.com", "role": "viewer"],
            "/email: Ana has this e-mail address already"
        ),
        (.service, ["name": "shop"], "/name: a service of the name \"shop\" exists already"),
        (.service, ["name": "x", "plan": "esc_none"], "/plan: there is no escalation plan \"esc_none\""),
        (.service, ["name": ""], "/name: a name has 1 to 128 characters on one line"),
        (
            .integration, ["name": "x", "dialect": "morse"],
            "/dialect: \"morse\" is not a dialect: alertmanager, generic"
        ),
        (.route, ["name": "x", "service": "svc_none"], "/service: there is no service \"svc_none\""),
        (.route, ["name": "x", "severity": "P0"], "/severity: \"P0\" is not a severity: SEV1, SEV2, SEV3, SEV4"),
        (
            .route, ["name": "x", "matchers": [["name": "a", "op": "=~", "value": "b"]]],
            "/matchers/0/op: a condition compares with = or !="
        ),
        (
            .plan, ["name": "x", "rungs": [["patienceSeconds": 60, "targets": ["user:usr_zoe"]]]],
            "/rungs/0/targets: there is no user \"usr_zoe\""
        ),
        (
            .user,
            [
                "name": "X", "email": "x@example.com", "role": "viewer",
                "contacts": [
                    ["id": "mail", "channel": "email", "destination": "x@example.com"],
                    ["id": "mail", "channel": "email", "destination": "y@example.com"],
                ],
            ], "/contacts/1/id: another contact method has the id \"mail\" already"
        ),
        (
            .user,
            [
                "name": "X", "email": "x@example.com", "role": "viewer",
                "contacts": [["id": "a.b", "channel": "email", "destination": "x@example.com"]],
            ], "/contacts/0/id: an id is made of at most 64 letters, digits, - and _"
        ),
        (.settings, ["fallbackPlan": "esc_none"], "/plan: there is no escalation plan \"esc_none\""),
    ]

    @Test(arguments: faulty)
    func `a document that cannot hold is refused with its place`(_ kind: DocumentKind, _ body: JSON, _ why: String)
        async throws
    {
        let desk = try await Desk()
        await #expect(throws: Refusal("invalid", why)) {
            try await desk.put(kind, kind == .settings ? "settings" : nil, body)
        }
    }

    @Test func `a playbook keeps the severities that routes name`() async throws {
        let desk = try await Desk()
        let text = try #require(BuiltInPlaybooks.text(named: "starter"))
        let yaml = String(decoding: text.bytes, as: UTF8.self).replacing("SEV1", with: "P1")
        let renamed: JSON = ["yaml": .string(yaml)]
        await #expect(
            throws: Refusal("in-use", "The severity SEV1 is used by the route critical; change that first.")
        ) { try await desk.put(.playbook, "starter", renamed) }
    }

    @Test func `a change that was made on an old version is refused`() async throws {
        let desk = try await Desk()
        _ = try await desk.put(
            .service, "svc_shop", ["name": "shop", "plan": "esc_shop", "description": "new"], seen: 1)
        await #expect(throws: Refusal.self) {
            try await desk.put(.service, "svc_shop", ["name": "shop", "plan": "esc_shop"], seen: 1)
        }
    }

    @Test func `the same document again is not a new version`() async throws {
        let desk = try await Desk()
        let body: JSON = ["name": "search", "plan": "esc_shop"]
        let first = try await desk.put(.service, "svc_search", body)
        #expect(try await desk.put(.service, "svc_search", body) == first)
    }

    @Test(arguments: [(DocumentKind.plan, "esc_shop", "the service shop"), (.user, "usr_ben", "the plan Shop")])
    func `what others refer to cannot be taken away`(_ kind: DocumentKind, _ id: String, _ user: String) async throws {
        let desk = try await Desk()
        await #expect(throws: Refusal("in-use", "The \(kind.rawValue) is used by \(user).")) {
            try await desk.delete(kind, id)
        }
    }

    @Test func `the last administrator stays`() async throws {
        let desk = try await Desk()
        await #expect(throws: Refusal.self) {
            try await desk.put(.user, "usr_ana", ["name": "Ana", "email": "ana@example.com", "role": "viewer"])
        }
        await #expect(throws: Refusal.self) { try await desk.delete(.user, "usr_ana") }
    }

    @Test func `every change has its history and its audit row (S68, S71)`() async throws {
        let desk = try await Desk()
        _ = try await desk.put(.service, "svc_search", ["name": "search"])
        _ = try await desk.put(.service, "svc_search", ["name": "find"])
        try await desk.delete(.service, "svc_search")
        let (history, audit, chain) = try await desk.store.read { connection in
            (
                try connection.all(
                    "SELECT version, body FROM document_history WHERE id = 'svc_search' ORDER BY version"
                ) { "\($0.integer(0)) \($0.text(1))" },
                try connection.all("SELECT action, actor FROM audit WHERE object = 'service:svc_search' ORDER BY seq") {
                    "\($0.text(0)) \($0.text(1))"
                }, try AuditLog.verify(on: connection)
            )
        }
        #expect(history == [#"1 {"name":"search"}"#, #"2 {"name":"find"}"#, "3 null"])
        #expect(audit == ["service.create user:usr_ana", "service.change user:usr_ana", "service.delete user:usr_ana"])
        #expect(chain.broken == nil)
    }

    @Test func `an audit row of a document lists what changed, without its secrets (S69, S70)`() async throws {
        let desk = try await Desk()
        func put(_ name: String, secret: String) async throws {
            _ = try await desk.put(
                .user, "usr_cy",
                [
                    "name": .string(name), "email": "cy@example.com", "role": "viewer",
                    "contacts": [
                        [
                            "id": "hook", "channel": "webhook", "destination": "https://hooks.example.com/T0/B0",
                            "secret": .string(secret),
                        ]
                    ],
                ])
        }
        let secrets = [
            "whsec_QW5hJ3MgbGFib3JhdG9yeSBzZWNyZXQga2V5ICMx", "whsec_Qm8ncyBsYWJvcmF0b3J5IHNlY3JldCBrZXkgICMy",
        ]
        try await put("Cy", secret: secrets[0])
        try await put("Cyd", secret: secrets[1])
        try await desk.delete(.user, "usr_cy")
        let details = try await desk.store.read { connection in
            try connection.all("SELECT detail FROM audit WHERE object = 'user:usr_cy' ORDER BY seq") { $0.text(0) }
        }
        let changes = try details.map { FieldChange.read(try JSON(parsing: $0, limits: .stored)).map(\.sentence) }
        #expect(
            changes[1] == [#"/name: "Cy" → "Cyd""#, "/contacts/hook/secret: changed"])
        #expect(changes[0].contains(#"/name: nothing → "Cy""#))
        #expect(changes[0].contains(#"/contacts/hook/destination: nothing → "https://hooks.example.com/…""#))
        #expect(changes[2].contains(#"/name: "Cyd" → nothing"#))
        for detail in details { #expect(!secrets.contains { detail.contains($0) } && !detail.contains("T0")) }
    }

    @Test func `a page that is climbing keeps the plan that it was opened with`() async throws {
        let desk = try await Desk()
        let page = try #require(
            try await desk.alert(try await desk.receive(desk.signal("disk")).alerts.first).alert.page)
        _ = try await desk.put(.plan, "esc_shop", ["name": "Shop", "rungs": [Self.rung]])
        #expect(try await desk.page(page).plan.rungs.count == 2)
    }
}

@Suite struct AcknowledgementLinkTests {
    private let links = AcknowledgementLinks(key: Array(0..<32))
    private let opened = Instant(seconds: 1_800_000_000)

    @Test func `a link gives the right that it was made for, for 24 hours (S83)`() {
        let token = links.token(page: PageID("pag_1"), user: UserID("usr_1"), openedAt: opened)
        let right = links.right(of: token, at: opened)
        #expect(right?.page == PageID("pag_1"))
        #expect(right?.user == UserID("usr_1"))
        #expect(right?.expiresAt == opened + .hours(24))
        #expect(links.right(of: token, at: opened + .hours(24) - .seconds(1)) == right)
        #expect(links.right(of: token, at: opened + .hours(24)) == nil)
    }

    @Test func `an altered link gives no right`() {
        let token = links.token(page: PageID("pag_1"), user: UserID("usr_1"), openedAt: opened)
        let characters = Array(token)
        for index in characters.indices {
            var altered = characters
            altered[index] = altered[index] == "A" ? "B" : "A"
            // The last character of each half carries bits that stand for nothing; those may differ.
            guard links.right(of: String(altered), at: opened) != nil else { continue }
            #expect(index == characters.count - 1 || characters[index + 1] == ".")
        }
        for nonsense in ["", ".", "a.b", token + ".", String(repeating: "A", count: 10_000), "é.é"] {
            #expect(links.right(of: nonsense, at: opened) == nil)
        }
        #expect(AcknowledgementLinks(key: Array(1..<33)).right(of: token, at: opened) == nil)
    }
}
