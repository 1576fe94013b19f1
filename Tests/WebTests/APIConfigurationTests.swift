import Chronology
import Engine
import HTTPTypes
import Identity
import Notation
import Testing
import Web

/// Users, services, routes, plans, playbooks, settings, integrations and tokens over the API.
@Suite struct APIConfigurationTests {
    /// Path, a document, a change of it.
    static let documents: [(String, JSON, (String, JSON))] = [
        ("/services", ["name": "Billing", "description": "Money", "plan": "esc_main"], ("description", "All money")),
        (
            "/routes",
            [
                "name": "Databases", "position": 5, "matchers": [["name": "team", "op": "!=", "value": "db"]],
                "integration": .null, "service": "svc_shop", "severity": "SEV2", "plan": "esc_main",
                "declaresFrom": .null,
            ], ("position", 6)
        ),
        (
            "/escalations",
            [
                "name": "Second", "laps": 2,
                "rungs": [["patienceSeconds": 300, "targets": ["user:usr_responder", "administrators"]]],
                "fallback": ["administrators"],
            ], ("laps", 3)
        ),
        (
            "/users",
            ["name": "Ana", "email": "ana@example.com", "role": "responder", "disabled": false, "contacts": []],
            ("name", "Ann")
        ),
        (
            "/integrations",
            ["name": "Prometheus", "dialect": "alertmanager", "service": "svc_shop", "disabled": false],
            ("name", "Prom")
        ),
    ]

    @Test(arguments: documents)
    func `a document is made, read, sent back changed, and taken away`(
        path: String, document: JSON, change: (String, JSON)
    ) async throws {
        let bench = try await APIBench()
        let made = try await bench.ask(.post, path, document)
        #expect(made.status == .created, "\(made.text)")
        let id = try #require(made.json?["id"]?.string)
        #expect(made.headers[.location] == "/api/v1\(path)/\(id)")
        let read = try #require(try await bench.ask(.get, "\(path)/\(id)", as: .viewer).json)
        for member in document.members ?? [] { #expect(read[member.name] == member.value, "\(member.name)") }
        let listed = try await bench.ask(.get, path, as: .viewer).json?["items"]?.array ?? []
        #expect(listed.contains(read))

        // What was read may be sent back, with a change in it.
        let changed = JSON.object(
            (read.members ?? []).map { $0.name == change.0 ? JSON.Member(change.0, change.1) : $0 })
        let answer = try await bench.ask(.put, "\(path)/\(id)", changed)
        #expect(answer.status == .ok, "\(answer.text)")
        #expect(answer.json?[change.0] == change.1)
        #expect(answer.json?["version"] == 2)
        // Somebody who still holds the first version must look again.
        let late = try await bench.ask(.put, "\(path)/\(id)", changed)
        #expect(late.status == .conflict, "\(late.text)")
        #expect(late.json?["type"] == "urn:tocsin:problem:changed-meanwhile")

        #expect(try await bench.ask(.delete, "\(path)/\(id)").status == .noContent)
        #expect(try await bench.ask(.get, "\(path)/\(id)").status == .notFound)
    }

    private static let overlong = String(repeating: "n", count: OrganisationLimits.name + 1)

    static let faulty: [(String, JSON, Int, String)] = [
        ("/services", [:], 400, "/name"), ("/services", ["name": "x", "plan": "esc_none"], 422, "/plan"),
        ("/services", ["name": "x", "colour": "red"], 400, "/colour"), ("/services", ["name": "Shop"], 422, "/name"),
        ("/services", ["id": "a b", "name": "x"], 422, "/id"),
        ("/routes", ["name": "x", "severity": "SEV9"], 422, "/severity"),
        ("/routes", ["name": "x", "matchers": [["name": "a", "op": "~"]]], 422, "/matchers/0/op"),
        ("/routes", ["name": "x", "matchers": [["name": "a", "op": .null]]], 400, "/matchers/0/op"),
        ("/escalations", ["name": "x", "rungs": []], 400, "/rungs"),
        (
            "/escalations", ["name": "x", "rungs": [["patienceSeconds": 0, "targets": ["administrators"]]]], 400,
            "/rungs/0/patienceSeconds"
        ),
        (
            "/escalations", ["name": "x", "rungs": [["patienceSeconds": 60, "targets": ["user:usr_none"]]]], 422,
            "/rungs/0/targets"
        ),
        (
            "/escalations", ["name": "x", "rungs": [["patienceSeconds": 60, "targets": ["everybody"]]]], 422,
            "/rungs/0/targets/0"
        ),
        ("/users", ["name": "x", "email": "x@example.com", "role": "king"], 422, "/role"),
        ("/users", ["name": "x", "email": "nothing", "role": "viewer"], 422, "/email"),
        ("/users", ["name": "x", "email": "ADMIN@example.com", "role": "viewer"], 422, "/email"),
        ("/users", ["name": "x", "email": "x@example.com", "role": "viewer", "isAdmin": true], 400, "/isAdmin"),
        (
            "/users",
            [
                "name": "x", "email": "x@example.com", "role": "viewer",
                "contacts": [["channel": "pigeon", "destination": "roof"]],
            ], 422, "/contacts/0/channel"
        ),
        (
            "/users",
            [
                "name": "x", "email": "x@example.com", "role": "viewer",
                "contacts": [
                    ["channel": "email", "destination": "x@example.com"],
                    ["channel": "email", "destination": "X@Example.com"],
                ],
            ], 422, "/contacts/1/destination"
        ),
        ("/users", ["name": .string(overlong), "email": "x@example.com", "role": "viewer"], 422, "/name"),
        ("/integrations", ["name": "x", "dialect": "morse"], 422, "/dialect"),
        ("/integrations", ["name": "x", "dialect": "generic", "service": "none"], 422, "/service"),
        ("/integrations", ["name": "x", "dialect": "generic", "keyHashes": ["00"]], 400, "/keyHashes"),
        ("/tokens", ["name": "x", "role": "king"], 400, "/role"),
        ("/tokens", ["name": "x\u{1}", "role": "viewer"], 400, "/name"),
        ("/tokens", ["name": "x", "role": "viewer", "days": 0], 400, "/days"),
    ]

    /// `tocsin apply` and the like come past the API's own reading.
    @Test func `a route whose comparison is null is refused by the engine too`() async throws {
        let bench = try await APIBench()
        do {
            try await bench.put(
                .route, "rte_x", ["name": "x", "matchers": [["name": "a", "op": .null, "value": "b"]]])
            Issue.record("it was taken")
        } catch let refusal as Refusal {
            #expect(refusal.reason == "/matchers/0/op: a condition compares with = or !=")
        }
    }

    @Test(arguments: faulty)
    func `what is wrong with a document is named by its place`(
        path: String, document: JSON, status: Int, pointer: String
    ) async throws {
        let bench = try await APIBench()
        let answer = try await bench.ask(.post, path, document)
        #expect(Int(answer.status.code) == status, "\(answer.text)")
        #expect(answer.json?["errors"]?.array?.first?["pointer"] == .string(pointer), "\(answer.text)")
    }

    @Test func `what others refer to stays, and so does the last administrator`() async throws {
        let bench = try await APIBench()
        for path in ["/escalations/esc_main", "/services/svc_shop", "/users/usr_responder", "/users/usr_admin"] {
            let answer = try await bench.ask(.delete, path)
            #expect(answer.status == .conflict, "\(path): \(answer.text)")
        }
    }

    @Test func `the secret of a contact is written, kept and never read`() async throws {
        let bench = try await APIBench()
        let path = "/users/usr_viewer/contacts"
        let first = try await bench.ask(
            .put, path,
            [
                "contacts": [
                    [
                        "channel": "webhook", "destination": "https://hook.example.com/",
                        "secret": "whsec_aHVzaC1odXNoLWh1c2gtaHVzaC1odXNo",
                    ]
                ]
            ])
        #expect(first.status == .ok, "\(first.text)")
        let contact = try #require(first.json?["contacts"]?.array?.first)
        #expect(contact["secret"] == true)
        let again = try await bench.ask(.put, path, ["contacts": [contact]])
        #expect(again.json?["contacts"] == first.json?["contacts"])
        // A change that does not speak of contacts leaves them alone; a list that is missing is no list.
        let renamed = try await bench.ask(
            .put, "/users/usr_viewer", ["name": "Vera", "email": "viewer@example.com", "role": "viewer"])
        #expect(renamed.json?["contacts"] == first.json?["contacts"], "\(renamed.text)")
        #expect(try await bench.ask(.put, path, [:]).status == .badRequest)
        let stored = try await bench.engine.organisation().user(UserID("usr_viewer"))?.contacts.first
        #expect(stored?.secret == "whsec_aHVzaC1odXNoLWh1c2gtaHVzaC1odXNo")
        #expect(stored?.id.text == contact["id"]?.string)
        for path in ["/users", "/users/usr_viewer", "/audit"] {
            #expect(!(try await bench.ask(.get, path).text.contains("whsec_aHVzaC1odXNoLWh1c2gtaHVzaC1odXNo")))
        }
    }

    @Test func `people change their own contacts; those of others only who manages`() async throws {
        let bench = try await APIBench()
        let body: JSON = ["contacts": [["channel": "email", "destination": "new@example.com"]]]
        let (cookie, csrf) = try await bench.session(.viewer)
        let headers: HTTPFields = [
            .cookie: cookie, .named("X-CSRF-Token"): csrf, .named("Sec-Fetch-Site"): "same-origin",
        ]
        let own = try await bench.ask(.put, "/users/usr_viewer/contacts", body, as: nil, headers)
        #expect(own.status == .ok, "\(own.text)")
        #expect(try await bench.ask(.put, "/users/usr_admin/contacts", body, as: nil, headers).status == .forbidden)
        #expect(try await bench.ask(.put, "/users/usr_viewer/contacts", body, as: .responder).status == .forbidden)
        #expect(try await bench.ask(.put, "/users/usr_viewer/contacts", body, as: .manager).status == .ok)
    }

    @Test func `people test their own ways to be reached, those of others only who manages, and nobody without end`()
        async throws
    {
        let bench = try await APIBench()
        let path = "/users/usr_viewer/contacts/ctm_viewer/tests"
        let (cookie, csrf) = try await bench.session(.viewer)
        let headers: HTTPFields = [
            .cookie: cookie, .named("X-CSRF-Token"): csrf, .named("Sec-Fetch-Site"): "same-origin",
        ]
        let sent = try await bench.ask(.post, path, as: nil, headers)
        #expect(sent.status == .accepted, "\(sent.text)")
        #expect(
            sent.json
                == [
                    "id": sent.json?["id"] ?? .null, "contact": "ctm_viewer", "state": "waiting", "result": .null,
                    "attempts": 0, "requestedBy": "user:usr_viewer", "requestedByName": "viewer",
                    "requestedAt": "2027-01-15T08:00:00Z", "finishedAt": .null,
                ])
        #expect(try await bench.ask(.get, path, as: nil, headers).json?["items"] == [sent.json ?? .null])
        for (role, status) in [(Role.responder, 403), (.viewer, 403), (.manager, 202), (.admin, 202), (.admin, 429)] {
            let answer = try await bench.ask(.post, path, as: role)
            #expect(Int(answer.status.code) == status, "\(role): \(answer.text)")
            #expect(answer.headers[.retryAfter] == (status == 429 ? "600" : nil))
        }
        #expect(try await bench.ask(.get, path, as: .responder).status == .forbidden)
        for place in ["/users/usr_none/contacts/ctm_viewer/tests", "/users/usr_viewer/contacts/ctm_none/tests"] {
            #expect(try await bench.ask(.post, place).status == .notFound, "\(place)")
        }
    }

    /// S21
    @Test func `a person who is disabled is signed out`() async throws {
        let bench = try await APIBench()
        let (cookie, _) = try await bench.session(.viewer)
        #expect(try await bench.ask(.get, "/me", as: nil, [.cookie: cookie]).json?["name"] == "viewer")
        let answer = try await bench.ask(
            .put, "/users/usr_viewer",
            ["name": "viewer", "email": "viewer@example.com", "role": "viewer", "disabled": true])
        #expect(answer.status == .ok, "\(answer.text)")
        #expect(try await bench.ask(.get, "/me", as: nil, [.cookie: cookie]).status == .unauthorized)
    }

    @Test func `a user is invited by a link that works once`() async throws {
        let bench = try await APIBench()
        let answer = try await bench.ask(.post, "/users/usr_viewer/invite")
        #expect(answer.status == .created)
        let url = try #require(answer.json?["url"]?.string)
        let secret = try #require(url.split(separator: "=").last.map(String.init))
        #expect(try await bench.identity.links.find(secret)?.user == UserID("usr_viewer"))
        _ = try await bench.ask(.post, "/users/usr_viewer/invite")
        #expect(try await bench.identity.links.find(secret) == nil)
        #expect(try await bench.ask(.post, "/users/usr_viewer/invite", as: .manager).status == .forbidden)
    }

    @Test func `an integration shows its key once, and no hash ever`() async throws {
        let bench = try await APIBench()
        let made = try await bench.ask(.post, "/integrations", ["name": "Scripts", "dialect": "generic"])
        let key = try #require(made.json?["key"]?.string)
        #expect(made.json?["url"]?.string?.hasSuffix("/in/\(key)/generic") == true)
        let id = try #require(made.json?["id"]?.string)
        let read = try await bench.ask(.get, "/integrations/\(id)")
        #expect(read.json?["keyHint"] == .string("…" + key.suffix(4)))
        #expect(read.json?["keys"] == 1)
        #expect(!read.text.contains(key))
        #expect(!read.text.contains("keyHashes"))
    }

    /// R2
    @Test func `an Idempotency-Key makes one incident of two requests`() async throws {
        let bench = try await APIBench()
        let token = try await bench.bearer(.responder)
        let headers: HTTPFields = [
            .authorization: token, .contentType: "application/json", .named("Idempotency-Key"): "deploy-17",
        ]
        let body = "{\"title\":\"Once\",\"severity\":\"SEV3\"}"
        let first = try await bench.send(.post, "/api/v1/incidents", headers, body: body)
        let second = try await bench.send(.post, "/api/v1/incidents", headers, body: body)
        #expect(second.status == .created)
        #expect(second.text == first.text)
        #expect(try await bench.ask(.get, "/incidents").json?["items"]?.array?.count == 1)
        let other = try await bench.send(
            .post, "/api/v1/incidents", headers, body: body.replacing("Once", with: "Twice"))
        #expect(other.status == .unprocessableContent)
    }

    @Test func `a token is shown once, works, and is dead when revoked`() async throws {
        let bench = try await APIBench()
        let made = try await bench.ask(.post, "/tokens", ["name": "deploys", "role": "responder", "days": 7])
        #expect(made.status == .created)
        let token = try #require(made.json?["token"]?.string)
        #expect(made.json?["expiresAt"] == "2027-01-22T08:00:00Z")
        let headers: HTTPFields = [.authorization: "Bearer \(token)"]
        let me = try await bench.send(.get, "/api/v1/me", headers).json
        #expect(me?["actor"] == .string("token:deploys (\(token.prefix(12)))"))
        let list = try await bench.ask(.get, "/tokens")
        #expect(!list.text.contains(token))
        let id = try #require(made.json?["id"]?.string)
        #expect(try await bench.ask(.delete, "/tokens/\(id)").status == .noContent)
        #expect(try await bench.send(.get, "/api/v1/me", headers).status == .unauthorized)
    }

    @Test func `a password is changed by whoever knows the present one, in a session`() async throws {
        let bench = try await APIBench()
        let person = try #require(await bench.identity.directory.user(UserID("usr_viewer")))
        try await bench.identity.passwords.set("gravel lantern otter pivot", of: person, by: .tocsin)
        let (cookie, csrf) = try await bench.session(.viewer)
        let headers: HTTPFields = [
            .cookie: cookie, .named("X-CSRF-Token"): csrf, .named("Sec-Fetch-Site"): "same-origin",
        ]
        let cases: [(String, String, Int)] = [
            ("wrong one here", "thimble orchard comet", 422), ("gravel lantern otter pivot", "password1234", 422),
            ("gravel lantern otter pivot", "thimble orchard comet", 204),
        ]
        for (current, new, status) in cases {
            let answer = try await bench.ask(
                .put, "/me/password", ["current": .string(current), "new": .string(new)], as: nil, headers)
            #expect(Int(answer.status.code) == status, "\(answer.text)")
        }
        #expect(
            try await bench.ask(.put, "/me/password", ["current": "x", "new": "y"], as: .viewer).status == .forbidden)
    }

    @Test func `the playbook and the settings are always there and can be replaced`() async throws {
        let bench = try await APIBench()
        let playbook = try #require(try await bench.ask(.get, "/playbooks/starter").json)
        #expect(playbook["severities"]?.array?.first?["label"] == "SEV1")
        let text = try await bench.ask(.get, "/playbooks/starter/document").text
        let changed = text.replacing("INC-{date}-{seq:3}", with: "OUT-{seq:4}")
        let answer = try await bench.upload(changed, as: .manager)
        #expect(answer.status == .ok, "\(answer.text)")
        #expect(try await bench.incident() == "OUT-0001")
        let broken = try await bench.upload(changed.replacing("OUT-{seq:4}", with: "no number"))
        #expect(broken.status == .unprocessableContent)
        #expect(broken.json?["errors"]?.array?.first?["pointer"] == "/yaml", "\(broken.text)")
        #expect(try await bench.upload(changed, as: .responder).status == .forbidden)
        let settings = try await bench.ask(
            .put, "/settings", ["organisationName": "Acme", "ordinarySeverity": "SEV4", "fallbackPlan": "esc_main"])
        #expect(settings.json?["organisationName"] == "Acme", "\(settings.text)")
        #expect(try await bench.ask(.put, "/settings", ["ordinarySeverity": "SEV9"]).status == .unprocessableContent)
        #expect(try await bench.ask(.get, "/settings", as: .viewer).json?["fallbackPlan"] == "esc_main")
    }

    /// S69
    @Test func `every change of configuration is in the audit log with who and what`() async throws {
        let bench = try await APIBench()
        let made = try await bench.ask(.post, "/services", ["name": "Billing"], as: .manager)
        let id = try #require(made.json?["id"]?.string)
        let items = try await bench.ask(.get, "/audit?limit=10").json?["items"]?.array ?? []
        let row = try #require(items.first { $0["object"] == .string("service:\(id)") })
        #expect(row["action"] == "service.create")
        #expect(APIBench.names(row["actor"], "token:", .manager))
        #expect(row["request"]?.string?.hasPrefix("req_") == true)
        #expect(row["detail"]?["after"]?.string?.count == 64)
        #expect(row["detail"]?["changes"]?.array?.first == ["field": "/name", "to": "Billing"])
    }
}
