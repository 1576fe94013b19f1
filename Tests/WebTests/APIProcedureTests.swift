import HTTPTypes
import Notation
import Testing
import Web

/// Playbooks and what incidents owe under them, over the API.
@Suite struct APIProcedureTests {
    @Test func `every built-in playbook is there before anybody has done anything`() async throws {
        let bench = try await APIBench()
        let answer = try await bench.ask(.get, "/playbooks", as: .viewer)
        let items = try #require(answer.json?["items"]?.array)
        let ids = items.compactMap { $0["id"]?.string }
        #expect(ids.contains("starter"))
        let usual = items.filter { $0["usual"]?.bool == true }
        #expect(usual.compactMap { $0["id"]?.string } == ["starter"])
        #expect(try await bench.ask(.get, "/playbooks/starter/document").text.hasPrefix("# A procedure for a team"))
        #expect(try await bench.ask(.get, "/playbooks/starter/findings").json?["items"]?.array != nil)
    }

    @Test func `answers suggest a severity and say why`() async throws {
        let bench = try await APIBench()
        let answer = try await bench.ask(.post, "/playbooks/starter/suggestion", ["fields": ["works": "nothing"]])
        #expect(answer.json?["severity"] == "SEV1", "\(answer.text)")
        #expect(answer.json?["because"] == "Nobody can use the service")
        let unknown = try await bench.ask(.post, "/playbooks/starter/suggestion", ["fields": ["works": "somehow"]])
        #expect(unknown.status == .unprocessableContent)
        #expect(unknown.json?["errors"]?.array?.first?["pointer"] == "/fields")
        let declared = try await bench.ask(
            .post, "/incidents", ["title": "Shop", "fields": ["works": "nothing"]], as: .responder)
        #expect(declared.json?["severity"]?["label"] == "SEV1", "\(declared.text)")
        let milder: JSON = ["title": "Shop", "severity": "SEV4", "fields": ["works": "nothing"]]
        #expect(try await bench.ask(.post, "/incidents", milder).json?["errors"]?.array?.first?["pointer"] == "/why")
    }

    @Test func `people stand for the names of a playbook, and for no others`() async throws {
        let bench = try await APIBench()
        let written = try await bench.ask(
            .put, "/playbooks/starter/people", ["names": ["on-call": ["user:usr_admin"], "backup": []]], as: .manager)
        #expect(written.json?["names"]?["on-call"] == ["user:usr_admin"], "\(written.text)")
        #expect(
            try await bench.ask(.get, "/playbooks/starter/people").json?["names"]?["team-lead"]?.array?.isEmpty == true)
        for (names, pointer) in [
            (["nobody": ["user:usr_admin"]] as JSON, "/names/nobody"), (["on-call": ["user:usr_9"]], "/names/on-call"),
            (["on-call": ["ana"]], "/names/on-call/0"), (["on-call": "ana"], "/names/on-call"),
        ] {
            let refused = try await bench.ask(.put, "/playbooks/starter/people", ["names": names])
            #expect(refused.status == .unprocessableContent, "\(refused.text)")
            #expect(refused.json?["errors"]?.array?.first?["pointer"] == .string(pointer), "\(refused.text)")
        }
    }

    @Test func `what is owed is listed, met, waived and ticked`() async throws {
        let bench = try await APIBench()
        let key = try await bench.incident("SEV1")
        let owed = try #require(try await bench.ask(.get, "/obligations").json?["items"]?.array)
        #expect(owed.allSatisfy { $0["incident"] == .string(key) && $0["state"] == "pending" })
        #expect(owed.contains { $0["id"] == "update/internal/1" })
        let path = "/incidents/\(key)"
        let met = try await bench.ask(
            .post, path + "/obligations/met", ["obligation": "message/tell-declared"], as: .responder)
        #expect(Self.state(of: "message/tell-declared", in: met.json) == "met", "\(met.text)")
        let waived = try await bench.ask(
            .post, path + "/obligations/waived", ["obligation": "clock/resolve", "why": "An exercise"])
        #expect(Self.state(of: "clock/resolve", in: waived.json) == "waived")
        let updated = try await bench.ask(
            .post, path + "/updates", ["audience": "internal", "message": "We look into it."])
        #expect(updated.status == .created, "\(updated.text)")
        #expect(Self.state(of: "update/internal/1", in: updated.json) == "met")
        #expect(updated.json?["updates"]?.array?.first?["message"] == "We look into it.")
        _ = try await bench.ask(.post, path + "/roles", ["role": "incident-commander", "user": "usr_admin"])
        let ticked = try await bench.ask(.post, path + "/tasks", ["task": "role/incident-commander/1"])
        let task = ticked.json?["tasks"]?.array?.first { $0["id"] == "role/incident-commander/1" }
        #expect(task?["done"] == true, "\(ticked.text)")
        let answered = try await bench.ask(.put, path + "/fields", ["fields": ["customer-facing": "yes"]])
        #expect(answered.json?["fields"]?["customer-facing"] == "yes", "\(answered.text)")
        let marked = try await bench.ask(.post, path + "/events", ["event": "fix-deployed", "detail": "4.1.3"])
        #expect(marked.status == .created, "\(marked.text)")
    }

    static let faulty: [(String, JSON, String)] = [
        ("/updates", ["audience": "press", "message": "x"], "/audience"),
        ("/updates", ["audience": "internal", "message": "x", "stage": "fine"], "/stage"),
        ("/updates", ["audience": "internal", "message": "x", "template": "none"], "/template"),
        ("/events", ["event": "resolved"], "/event"), ("/events", ["event": "weather"], "/event"),
        ("/obligations/met", ["obligation": "clock/none"], "/obligation"),
        ("/tasks", ["task": "closure/none"], "/task"),
    ]

    @Test(arguments: faulty)
    func `a word that the playbook does not know is named by its place`(
        path: String, body: JSON, pointer: String
    ) async throws {
        let bench = try await APIBench()
        let key = try await bench.incident("SEV1")
        let answer = try await bench.ask(.post, "/incidents/\(key)\(path)", body)
        #expect(answer.status == .unprocessableContent, "\(answer.text)")
        #expect(answer.json?["errors"]?.array?.first?["pointer"] == .string(pointer), "\(answer.text)")
    }

    private static func state(of obligation: String, in incident: JSON?) -> JSON? {
        incident?["obligations"]?.array?.first { $0["id"] == .string(obligation) }?["state"]
    }
}
