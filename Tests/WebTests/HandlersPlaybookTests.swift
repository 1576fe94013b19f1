import Engine
import HTTPTypes
import Identity
import Notation
import Playbooks
import Testing
import Web

/// Playbooks on the pages: read, written, filled with people, and followed by whoever declares.
@Suite struct HandlersPlaybookTests {
    private static let starter = BuiltInPlaybooks.text(named: "starter").map {
        String(decoding: $0.bytes, as: UTF8.self)
    }

    /// The starter under another name, with some of its text changed.
    private func document(_ id: String = "starter", _ changes: KeyValuePairs<String, String> = [:]) throws -> String {
        var text = try #require(Self.starter).replacing("playbook: starter", with: "playbook: \(id)")
        for (old, new) in changes {
            try #require(text.contains(old), "\(old)")
            text = text.replacing(old, with: new)
        }
        return text
    }

    private func put(_ text: String, as id: String, _ bench: HandlersBench) async throws {
        try await bench.base.put(.playbook, id, ["yaml": .string(text), "origin": "uploaded"])
    }

    // MARK: Reading

    @Test func `a playbook is read for the severity that is asked for, with the lines that say so`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.viewer)
        try await browser.open("/playbooks")
        #expect(browser.page.contains("href=\"/playbooks/starter\">Starter</a>"))
        #expect(browser.page.contains("the usual one"))
        for (query, label, words) in [
            ("", "SEV1", "after 5\u{A0}min"), ("?severity=sev3", "SEV3", "told"), ("?severity=none", "SEV1", "paged"),
        ] {
            try await browser.open("/playbooks/starter" + query)
            let markup = try PagesMarkup(Array(browser.page.utf8))
            let current = markup.all("a").filter { $0["aria-current"] == "true" }.map(\.text)
            #expect(current == [label], "\(query)")
            let table = try #require(markup.all("table").first { $0["aria-label"] == "Who is called when" })
            #expect(table.text.contains(words) || table.text.contains(words.replacing("\u{A0}", with: " ")), "\(query)")
        }
        try await browser.open("/playbooks/starter")
        let markup = try PagesMarkup(Array(browser.page.utf8))
        let lines = try #require(Self.starter).split(separator: "\n", omittingEmptySubsequences: false)
        let rung = try #require(lines.firstIndex { $0.contains("levels: [{to: on-call}") })
        #expect(markup.all("a").contains { $0["href"] == "/playbooks/starter/document#L\(rung + 1)" })
        try await browser.open("/playbooks/starter/document")
        let document = try PagesMarkup(Array(browser.page.utf8))
        #expect(document.elements.first { $0["id"] == "L\(rung + 1)" }?.text == "\(rung + 1)\(lines[rung])")
    }

    @Test func `names that nobody stands for are told, until somebody does`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        try await browser.open("/playbooks/starter")
        #expect(browser.page.contains("Nobody stands for any of the 3 names"))
        let path = "/playbooks/starter/people"
        try await browser.open(path)
        #expect(browser.page.components("calls nobody</i>") == 3)
        try await browser.send(path, ["who-backup": "user:usr_responder"])
        #expect(browser.page.contains("It is saved."))
        // The on-call has a backup, which is called in their place.
        #expect(browser.page.contains("its backup is called") && browser.page.components("calls nobody</i>") == 1)
        try await browser.open("/playbooks/starter")
        #expect(browser.page.contains("Nobody stands for 1 of the 3 names"))
        let people = try await bench.base.ask(.get, "/playbooks/starter/people").json
        #expect(people?["names"]?["backup"] == ["user:usr_responder"] && people?["names"]?["team-lead"] == [])
        try await browser.open(path)
        try await browser.send(path, ["who-backup": "user:usr_nobody"])
        #expect(browser.status == 422 && browser.page.contains("flash refused"))
        try await browser.send(path, ["who-backup": ""])
        #expect(try await bench.base.ask(.get, "/playbooks/starter/people").json?["names"]?["backup"] == [])
    }

    // MARK: Writing

    @Test func `a mistake is told with its line, column and text, and what was typed stays`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        let path = "/playbooks/starter/edit"
        try await browser.open(path)
        let text = try document("starter", ["owner: Your team": "owners: \"Ana & <Ben>\""])
        try await browser.send(path, ["step": "check", "text": text.replacing("\n", with: "\r\n")])
        #expect(browser.status == 422 && browser.path == path)
        let markup = try PagesMarkup(Array(browser.page.utf8))
        #expect(markup.all("span").contains { $0["class"] == "fault" && $0.text == "Line 7, column 1" })
        #expect(markup.all("code").contains { $0.text == "owners: \"Ana & <Ben>\"" })
        #expect(markup.all("textarea").map(\.text) == [text])
        for (name, id) in [("other", "other"), ("new", "starter")] {
            // The form of one playbook does not write another.
            let path = name == "new" ? "/playbooks/-/new" : path
            try await browser.open(path)
            try await browser.send(path, ["step": "check", "text": try document(id)])
            #expect(browser.status == (name == "new" ? 200 : 422), "\(name)")
        }
        #expect(try await bench.base.ask(.get, "/playbooks/starter").json?["version"] == 0)
    }

    @Test func `what would change is shown before it is in force, and stands in the versions after`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        let path = "/playbooks/starter/edit"
        try await browser.open(path)
        let text = try document("starter", ["ack: 5m, respond: 15m": "ack: 5m, respond: 25m"])
        try await browser.send(path, ["step": "check", "text": text])
        #expect(browser.status == 200 && browser.page.contains("What would change"))
        let change = "SEV2: respond within 25m instead of 15m"
        func shown(_ page: String) -> String { page.replacing("\u{A0}", with: " ") }
        #expect(shown(browser.page).contains(shown(change)), "\(browser.page)")
        #expect(try await bench.base.ask(.get, "/playbooks/starter").json?["version"] == 0)
        // Back to writing, and what was typed is there.
        var back = browser
        try await back.send(path, ["step": "edit"])
        #expect(try PagesMarkup(Array(back.page.utf8)).all("textarea").map(\.text) == [text])
        try await browser.send(path, ["step": "save"])
        #expect(browser.path == "/playbooks/starter" && browser.page.contains("The playbook is in force."))
        #expect(try await bench.base.ask(.get, "/playbooks/starter/document").text == text)
        try await browser.open("/playbooks/starter/versions")
        #expect(browser.page.contains("Version 1") && browser.page.contains(">manager</td>"))
        try await browser.open("/playbooks/starter/versions/1")
        #expect(browser.page.contains("Against the one of Tocsin") && shown(browser.page).contains(shown(change)))
        try await browser.open("/playbooks/starter?version=0")
        #expect(browser.page.contains("This is version 0, as it was."))
    }

    @Test func `a version that came between is told before it is overwritten`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        let path = "/playbooks/starter/edit"
        try await browser.open(path)
        try await browser.send(
            path, ["step": "check", "text": try document("starter", ["title: Starter": "title: Mine"])])
        try await put(try document("starter", ["title: Starter": "title: Theirs"]), as: "starter", bench)
        try await browser.send(path, ["step": "save"])
        #expect(browser.status == 409 && browser.page.contains("Meanwhile version 1 has come into force."))
        #expect(try await bench.base.ask(.get, "/playbooks/starter").json?["title"] == "Theirs")
        try await browser.send(path, ["step": "save"])
        #expect(browser.path == "/playbooks/starter")
        #expect(try await bench.base.ask(.get, "/playbooks/starter").json?["title"] == "Mine")
    }

    @Test func `a document of 200 kB in any script can be sent`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        let text = try document("large") + "\n# " + String(repeating: "備考 ", count: 28_600) + "\n"
        #expect(text.utf8.count > 200_000)
        try await browser.open("/playbooks/-/new")
        try await browser.send("/playbooks/-/new", ["step": "check", "text": text])
        #expect(browser.status == 200 && browser.page.contains("Add large"))
        try await browser.send("/playbooks/-/new", ["step": "save"])
        #expect(browser.path == "/playbooks/large")
        #expect(try await bench.base.ask(.get, "/playbooks/large/document").text == text)
    }

    @Test func `a severity that routes name stays in the usual playbook`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        let path = "/playbooks/starter/edit"
        try await browser.open(path)
        // Everywhere, so that nothing else is wrong with it.
        try await browser.send(path, ["step": "check", "text": try document("starter", ["SEV1": "S1"])])
        #expect(browser.status == 200)
        try await browser.send(path, ["step": "save"])
        #expect(browser.status == 409 && browser.page.contains("The severity SEV1 is used by the route Critical"))
        #expect(browser.page.contains("What would change"))
    }

    // MARK: Who follows it

    @Test func `the usual playbook and a service's own are chosen by forms, and stay when others are saved`()
        async throws
    {
        let bench = try await HandlersBench()
        try await put(try document("till", ["title: Starter": "title: Till"]), as: "till", bench)
        var browser = try await bench.browser(.admin)
        try await browser.open("/settings/general")
        try await browser.send("/settings/general", ["name": "Acme", "playbook": "till", "severity": "", "plan": ""])
        #expect(try await bench.base.ask(.get, "/settings").json?["playbook"] == "till")
        try await browser.send("/settings/general", ["name": "Acme", "playbook": "nothing"])
        #expect(browser.status == 422 && browser.page.contains("f-playbook-fault"))
        try await browser.open("/settings/services")
        try await browser.send("/settings/services/svc_shop/playbook", ["playbook": "starter"])
        try await browser.send("/settings/services/svc_shop/plan", ["plan": ""])
        let service = try await bench.base.ask(.get, "/services/svc_shop").json
        #expect(service?["playbook"] == "starter" && service?["plan"] == .null)
        try await browser.send("/settings/services", ["name": "Desk", "plan": "", "playbook": "till"])
        try await browser.open("/playbooks")
        #expect(browser.page.contains("Desk") && browser.page.contains("Shop"))
    }

    @Test func `the answers tell the severity, and a milder one asks why`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.responder)
        try await browser.open("/incidents/new")
        #expect(!browser.page.contains("aria-label=\"Playbook\"") && browser.page.contains("name=\"field-works\""))
        try await browser.send("/incidents", ["title": "Tills are slow", "severity": ""])
        #expect(browser.status == 422 && browser.page.contains("f-severity-fault"))
        try await browser.send(
            "/incidents",
            ["title": "Tills are down", "severity": "", "field-works": "nothing", "field-workaround": "no"])
        #expect(browser.path == "/incidents/INC-2027-01-15-001")
        let incident = try await bench.base.ask(.get, "/incidents/INC-2027-01-15-001").json
        #expect(incident?["severity"]?["label"] == "SEV1")

        try await browser.open("/incidents/new")
        let milder = ["title": "Tills are down again", "severity": "SEV3", "field-works": "nothing"]
        try await browser.send("/incidents", milder)
        #expect(browser.status == 422 && browser.page.contains("id=\"f-why-fault\""))
        #expect(browser.page.contains("The playbook suggests SEV1") && browser.page.contains("Tills are down again"))
        #expect(browser.page.contains("<option value=\"nothing\" selected>"))
        try await browser.send("/incidents", milder.merging(["why": "It is the test till"]) { $1 })
        #expect(browser.path == "/incidents/INC-2027-01-15-002" && browser.page.contains("It is the test till"))

        try await browser.open("/incidents/new")
        try await browser.send("/incidents", ["title": "x", "severity": "SEV3", "field-works": "maybe"])
        #expect(browser.status == 422 && browser.page.contains("id=\"f-field-works-fault\""))
    }

    @Test func `the form speaks the words of the playbook that the incident will follow`() async throws {
        let bench = try await HandlersBench()
        try await put(
            try document("till", ["title: Starter": "title: Till", "SEV1": "T1", "SEV2": "T2"]), as: "till", bench)
        var browser = try await bench.browser(.responder)
        try await browser.open("/incidents/new")
        #expect(browser.page.contains("href=\"/incidents/new?playbook=till\""))
        #expect(browser.page.contains("<option value=\"SEV1\">"))
        try await browser.open("/incidents/new?playbook=till")
        #expect(browser.page.contains("<option value=\"T1\">") && !browser.page.contains("<option value=\"SEV1\">"))
        try await browser.send("/incidents", ["title": "Tills are down", "severity": "T1", "service": "svc_shop"])
        let key = try #require(browser.path.split(separator: "/").last.map(String.init))
        #expect(try await bench.base.ask(.get, "/incidents/\(key)").json?["severity"]?["label"] == "T1")

        // A service with a playbook of its own brings its words, and what was typed stays.
        try await bench.base.put(
            .service, "svc_shop", ["name": "Shop", "description": "", "plan": "esc_main", "playbook": "till"])
        try await browser.open("/incidents/new")
        #expect(browser.page.contains("Shop (follows Till)"))
        try await browser.send("/incidents", ["title": "Again", "severity": "SEV1", "service": "svc_shop"])
        #expect(browser.status == 422 && browser.page.contains("The incident will follow Till"))
        #expect(browser.page.contains("value=\"Again\"") && browser.page.contains("<option value=\"T1\">"))
        try await browser.send("/incidents", ["title": "Again", "severity": "T2", "service": "svc_shop"])
        #expect(browser.path.hasPrefix("/incidents/INC-"))
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(_ text: String) -> Int {
        var (count, rest) = (0, self[...])
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
