import Chronology
import HTTPTypes
import Identity
import Notation
import Testing
import Web

/// Incidents, alerts and pages over the API.
@Suite struct APIResponseTests {
    // MARK: Incidents

    @Test func `an incident is declared, worked on and resolved`() async throws {
        let bench = try await APIBench()
        let declared = try await bench.ask(
            .post, "/incidents",
            ["title": "Shop is down", "severity": "sev1", "service": "shop", "note": "Since lunch"])
        #expect(declared.status == .created)
        let key = try #require(declared.json?["key"]?.string)
        #expect(key == "INC-2027-01-15-001")
        #expect(declared.headers[.location] == "/api/v1/incidents/\(key)")
        #expect(declared.json?["severity"] == ["label": "SEV1", "rank": 0])
        #expect(declared.json?["service"] == "svc_shop")

        let path = "/incidents/\(key)"
        let changes: [(HTTPRequest.Method, String, JSON)] = [
            (.post, "/status", ["status": "Investigating", "message": "Looking"]),
            (.post, "/severity", ["severity": "SEV2", "why": "Only some"]),
            (.post, "/notes", ["text": "It was the cache"]),
            (.post, "/roles", ["role": "incident-commander", "user": "responder@example.com"]),
            (.patch, "", ["title": "Shop is slow"]), (.post, "/status", ["status": "resolved"]),
        ]
        for (method, tail, body) in changes {
            let answer = try await bench.ask(method, path + tail, body, as: .responder)
            #expect(answer.status.code / 100 == 2, "\(tail): \(answer.text)")
        }
        let now = try #require(try await bench.ask(.get, path, as: .viewer).json)
        #expect(now["title"] == "Shop is slow")
        #expect(now["status"] == "resolved")
        #expect(now["severity"] == ["label": "SEV2", "rank": 1])
        #expect(now["roles"]?.array?.first?["user"] == "usr_responder")
        #expect(now["times"]?["resolved"]?.string == "2027-01-15T08:00:00Z")

        let released = try await bench.ask(.delete, path + "/roles/incident-commander")
        #expect(released.json?["roles"] == [])
        let chain = try #require(try await bench.ask(.get, path + "/verify").json)
        #expect(chain["sound"] == true)
        let last = try #require(try await bench.ask(.get, path).json)
        #expect(last["chain"]?["head"] == chain["head"])
        #expect(last["chain"]?["length"] == chain["length"])

        let entries = try await bench.ask(.get, path + "/timeline").json?["items"]?.array ?? []
        #expect(
            entries.contains {
                $0["detail"] == "It was the cache" && APIBench.names($0["actorName"], "the token ", .responder)
            })
        let document = try await bench.ask(.get, path + "/export.md")
        #expect(document.headers[.contentType] == "text/markdown; charset=utf-8")
        #expect(document.text.hasPrefix("# \(key): Shop is slow"))
    }

    @Test func `a transition that is not allowed is a 409 that lists those that are`() async throws {
        let bench = try await APIBench()
        let key = try await bench.incident()
        let answer = try await bench.ask(.post, "/incidents/\(key)/status", ["status": "closed"])
        #expect(answer.status == .conflict)
        #expect(
            answer.json?["detail"]
                == .string(
                    "\(key) is Declared; it cannot become Closed. Allowed: Investigating, Identified, "
                        + "Mitigating, Monitoring, Resolved, Cancelled."))
    }

    /// Path under the incident, body, status, pointer of the first error.
    static let faultyChanges: [(String, JSON, Int, String)] = [
        ("/status", ["status": "flying"], 422, "/status"), ("/status", [:], 400, "/status"),
        ("/status", ["status": "resolved", "extra": 1], 400, "/extra"),
        ("/severity", ["severity": "SEV9", "why": "x"], 422, "/severity"),
        ("/severity", ["severity": "SEV1"], 400, "/why"),
        ("/roles", ["role": "pilot", "user": "usr_admin"], 422, "/role"),
        ("/roles", ["role": "scribe", "user": "nobody@example.com"], 422, "/user"),
        ("/notes", ["text": " "], 422, "/text"),
        ("/notes", ["text": .string(String(repeating: "é", count: 16_385))], 422, "/text"),
        ("/severity", ["severity": "SEV1", "why": .string(String(repeating: "x", count: 16_385))], 422, "/why"),
        ("/notes", ["text": 1], 400, "/text"), ("/pages", ["plan": "esc_none"], 422, "/plan"),
    ]

    @Test(arguments: faultyChanges)
    func `what is wrong with a change is named by its place`(tail: String, body: JSON, status: Int, pointer: String)
        async throws
    {
        let bench = try await APIBench()
        let key = try await bench.incident()
        let answer = try await bench.ask(.post, "/incidents/\(key)" + tail, body)
        #expect(Int(answer.status.code) == status, "\(answer.text)")
        #expect(answer.json?["errors"]?.array?.first?["pointer"] == .string(pointer), "\(answer.text)")
        #expect(answer.headers[.contentType] == "application/problem+json")
    }

    static let faultyDeclarations: [(JSON, Int, String)] = [
        (["title": "x"], 422, "/severity"), (["title": "x", "severity": "SEV9"], 422, "/severity"),
        (["title": "x", "severity": "SEV1", "service": "nothing"], 422, "/service"),
        (["title": "x", "severity": "SEV1", "playbook": "nothing"], 422, "/playbook"),
        (["title": "x", "severity": "SEV1", "kind": "party"], 400, "/kind"),
        (["title": .string(String(repeating: "x", count: 300)), "severity": "SEV1"], 422, "/title"),
        (["title": "a\nb", "severity": "SEV1"], 422, "/title"), (["title": "a\tb", "severity": "SEV1"], 422, "/title"),
        (["title": "a\u{202e}b", "severity": "SEV1"], 400, "/title"),
    ]

    @Test func `an incident that an alert declares has a title of one line`() async throws {
        let bench = try await APIBench()
        _ = try await bench.alert([
            "title": "Till\n\tis down\r\n", "severity": "critical", "labels": ["severity": "critical"],
        ])
        let titles = try await bench.ask(.get, "/incidents").json?["items"]?.array?.map { $0["title"] }
        #expect(titles == [.string("Till is down")])
    }

    @Test(arguments: faultyDeclarations)
    func `a declaration that cannot be is refused by its place`(body: JSON, status: Int, pointer: String) async throws {
        let bench = try await APIBench()
        let answer = try await bench.ask(.post, "/incidents", body)
        #expect(Int(answer.status.code) == status, "\(answer.text)")
        #expect(answer.json?["errors"]?.array?.first?["pointer"] == .string(pointer), "\(answer.text)")
    }

    @Test func `what is not there is a 404`() async throws {
        let bench = try await APIBench()
        for path in [
            "/incidents/INC-1", "/incidents/INC-1/timeline", "/incidents/INC-1/verify", "/incidents/INC-1/export.md",
            "/alerts/alr_1", "/pages/pag_1", "/users/usr_1", "/services/svc_1", "/integrations/itg_1",
            "/integrations/itg_1/requests", "/routes/rte_1", "/escalations/esc_1", "/playbooks/none",
        ] {
            #expect(try await bench.ask(.get, path).status == .notFound, "\(path)")
        }
        let commands: [(String, JSON)] = [
            ("/incidents/INC-1/notes", ["text": "x"]), ("/incidents/INC-1/pages", ["plan": "esc_main"]),
            ("/alerts/alr_1/acknowledge", [:]), ("/alerts/alr_1/resolve", [:]), ("/alerts/alr_1/declare", [:]),
            ("/pages/pag_1/acknowledge", [:]), ("/pages/pag_1/escalate", ["why": "x"]), ("/users/usr_1/invite", [:]),
        ]
        for (path, body) in commands {
            #expect(try await bench.ask(.post, path, body).status == .notFound, "\(path)")
        }
        for path in [
            "/users/usr_1", "/services/svc_1", "/routes/rte_1", "/escalations/esc_1", "/integrations/itg_1",
            "/tokens/tok_1",
        ] {
            #expect(try await bench.ask(.delete, path).status == .notFound, "\(path)")
        }
    }

    @Test func `a list is walked page by page without a gap`() async throws {
        let bench = try await APIBench()
        var keys: [JSON] = []
        for _ in 0..<5 {
            keys.insert(.string(try await bench.incident()), at: 0)
            bench.clock.advance(.seconds(1))
        }
        var seen: [JSON] = []
        var path = "/incidents?limit=2"
        while true {
            let page = try #require(try await bench.ask(.get, path).json)
            seen += (page["items"]?.array ?? []).compactMap { $0["key"] }
            guard let next = page["next"]?.string else { break }
            path = "/incidents?limit=2&after=\(next)"
        }
        #expect(seen == keys)
    }

    @Test(arguments: [
        ("open=true", 1), ("open=false", 0), ("severity=sev2", 1), ("severity=SEV1", 0), ("service=Shop", 1),
        ("q=SHOP", 1), ("q=100%25", 0), ("limit=1&open=true", 1),
    ])
    func `incidents are found by filters`(query: String, count: Int) async throws {
        let bench = try await APIBench()
        _ = try await bench.incident()
        let items = try await bench.ask(.get, "/incidents?" + query).json?["items"]?.array
        #expect(items?.count == count)
    }

    @Test(arguments: [
        "limit=0", "limit=x", "limit=201", "open=maybe", "open=true&open=false", "severity=SEV9", "service=none",
        "after=zzz",
    ])
    func `a query that means nothing is a 400`(query: String) async throws {
        let bench = try await APIBench()
        #expect(try await bench.ask(.get, "/incidents?" + query).status == .badRequest)
    }

    // MARK: Alerts

    @Test func `an alert is read, acknowledged, declared from and resolved`() async throws {
        let bench = try await APIBench()
        let id = try await bench.alert()
        let fresh = try #require(try await bench.ask(.get, "/alerts/\(id)").json)
        #expect(fresh["state"] == "firing")
        #expect(fresh["labels"] == ["host": "db-1"])
        #expect(fresh["explanation"]?.array?.isEmpty == false)
        #expect(fresh["timeline"]?.array?.first?["sentence"] == "Opened as SEV3")
        let acknowledged = try await bench.ask(.post, "/alerts/\(id)/acknowledge", as: .responder)
        #expect(acknowledged.json?["state"] == "acknowledged")
        #expect(APIBench.names(acknowledged.json?["acknowledgedByName"], "the token ", .responder))
        #expect(acknowledged.json?["first"] == true)
        let late = try await bench.ask(.post, "/alerts/\(id)/acknowledge", as: .manager)
        #expect(late.status == .ok)
        #expect(
            late.json?["first"] == false && late.json?["acknowledgedByName"] == acknowledged.json?["acknowledgedByName"]
        )
        let declared = try await bench.ask(.post, "/alerts/\(id)/declare", ["severity": "SEV2"])
        #expect(declared.status == .created)
        let again = try await bench.ask(.post, "/alerts/\(id)/declare")
        #expect(again.status == .conflict)
        let resolved = try await bench.ask(.post, "/alerts/\(id)/resolve")
        #expect(resolved.json?["state"] == "resolved")
        #expect(resolved.json?["incident"] == declared.json?["key"])
        #expect(try await bench.ask(.post, "/alerts/\(id)/acknowledge").status == .conflict)
    }

    @Test(arguments: [
        ("open=true", 1), ("state=firing", 1), ("state=resolved", 0), ("label=host%3Ddb-1", 1),
        ("label=host%3Ddb-2", 0),
        ("label=host%3Ddb-1&label=x%3Dy", 0), ("q=disk", 1), ("service=Shop", 0),
    ])
    func `alerts are found by filters`(query: String, count: Int) async throws {
        let bench = try await APIBench()
        _ = try await bench.alert()
        #expect(try await bench.ask(.get, "/alerts?" + query).json?["items"]?.array?.count == count)
    }

    @Test(arguments: [
        "state=sleeping", "label=host", "label=%3Dx", "service=none", "incident=INC-1", "integration=itg_none",
        "after=zzz",
    ])
    func `an alert filter that means nothing is a 400`(query: String) async throws {
        let bench = try await APIBench()
        #expect(try await bench.ask(.get, "/alerts?" + query).status == .badRequest)
    }

    // MARK: Pages

    @Test func `the second acknowledgement of a page is no error and says who was first`() async throws {
        let bench = try await APIBench()
        let key = try await bench.incident()
        let page = try #require(try await bench.ask(.get, "/incidents/\(key)").json?["pages"]?.array?.first?.string)
        let climbing = try #require(try await bench.ask(.get, "/pages/\(page)").json)
        #expect(climbing["phase"] == "climbing")
        #expect(climbing["incident"] == .string(key))
        #expect(climbing["rungs"] == [["patienceSeconds": 60, "answer": "one", "targets": ["user:usr_responder"]]])
        #expect(climbing["deliveries"]?.array?.map { $0["user"] } == ["usr_responder"])
        let first = try await bench.ask(.post, "/pages/\(page)/acknowledge", as: .responder)
        #expect(first.json?["first"] == true)
        let second = try await bench.ask(.post, "/pages/\(page)/acknowledge", as: .manager)
        #expect(second.status == .ok)
        #expect(second.json?["first"] == false)
        #expect(APIBench.names(second.json?["acknowledgedBy"], "token:", .responder))
        #expect(second.json?["acknowledgedAt"] == "2027-01-15T08:00:00Z")
    }

    /// The same person with many devices at once: who was before whom, only the engine knows.
    @Test(arguments: ["page", "alert"])
    func `of many acknowledgements at the same moment exactly one is told that it was first`(kind: String) async throws
    {
        let bench = try await APIBench()
        let alert = try await bench.alert([
            "title": "Till is down", "severity": "warning", "labels": ["service": "Shop"],
        ])
        let page = try #require(try await bench.ask(.get, "/alerts/\(alert)").json?["page"]?.string)
        let path = "/api/v1/" + (kind == "page" ? "pages/\(page)" : "alerts/\(alert)") + "/acknowledge"
        let headers: HTTPFields = [.authorization: try await bench.bearer(.responder)]
        let answers = try await withThrowingTaskGroup(of: JSON?.self) { group in
            for _ in 0..<20 { group.addTask { try await bench.send(.post, path, headers).json } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0?["first"] == true }.count == 1)
        #expect(answers.filter { $0?["first"] == false }.count == 19)
        let who = Set(answers.map { $0?["acknowledgedBy"] })
        #expect(who.count == 1 && APIBench.names(answers[0]?["acknowledgedBy"], "token:", .responder), "\(who)")
        #expect(Set(answers.map { $0?["acknowledgedAt"] }) == ["2027-01-15T08:00:00Z"])
    }

    @Test func `a page is escalated by hand, with a reason`() async throws {
        let bench = try await APIBench()
        let key = try await bench.incident()
        let made = try await bench.ask(.post, "/incidents/\(key)/pages", ["plan": "Main"])
        #expect(made.status == .created)
        let page = try #require(made.json?["id"]?.string)
        #expect(try await bench.ask(.post, "/pages/\(page)/escalate", [:]).status == .badRequest)
        let escalated = try await bench.ask(.post, "/pages/\(page)/escalate", ["why": "No answer", "seenRung": 0])
        #expect(escalated.json?["phase"] == "exhausted")
        #expect(try await bench.ask(.post, "/pages/\(page)/escalate", ["why": "Again"]).status == .conflict)
        let items = try await bench.ask(.get, "/pages?open=true").json?["items"]?.array ?? []
        #expect(items.contains { $0["id"] == .string(page) })
    }
}
