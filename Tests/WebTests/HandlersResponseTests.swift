import Engine
import HTTPTypes
import Identity
import Notation
import Testing
import Web

/// What people do on the pages: signing in, running an incident, taking a page.
@Suite struct HandlersResponseTests {
    @Test func `an incident is run from sign-in to its end by forms alone`() async throws {
        let bench = try await HandlersBench()
        try await bench.setPassword(.responder)
        var browser = try await bench.browser(nil)
        try await browser.open("/incidents/new?service=svc_shop")
        #expect(browser.path == "/sign-in?next=/incidents/new%3Fservice%3Dsvc_shop")
        try await browser.send(
            "/sign-in", ["email": "Responder@example.com", "password": HandlersBench.password])
        #expect(browser.path == "/incidents/new?service=svc_shop")
        #expect(browser.page.contains("<option value=\"svc_shop\" selected>Shop</option>"))

        try await browser.send(
            "/incidents", ["title": "Tills are <down>", "severity": "SEV2", "service": "svc_shop", "note": "a\r\nb"])
        let path = "/incidents/INC-2027-01-15-001"
        #expect(browser.path == path && browser.status == 200)
        #expect(browser.page.contains("The incident is declared."))
        #expect(browser.page.contains("Tills are &lt;down&gt;") && browser.page.contains("a\nb"))
        #expect(!browser.offers(path + "/close"))
        // The message is shown once.
        try await browser.open(path)
        #expect(!browser.page.contains("The incident is declared."))

        let acts: [(String, [String: String], String)] = [
            ("/notes", ["text": "It is the switch"], "The note is in the record."),
            ("/status", ["status": "mitigating"], "The status is changed."),
            ("/severity", ["severity": "SEV1", "reason": "All tills"], "The severity is changed."),
            ("/roles", ["role": "incident-commander", "user": "usr_responder"], "The role is assigned."),
            ("/resolve", [:], "The incident is resolved."), ("/close", [:], "The incident is closed."),
        ]
        for (tail, fields, message) in acts {
            #expect(browser.offers(path + tail), "\(tail)")
            try await browser.send(path + tail, fields)
            #expect(browser.path == path && browser.page.contains(message), "\(tail): \(browser.status)")
        }
        #expect(browser.page.contains("It is the switch") && browser.page.contains("All tills"))
        let incident = try #require(try await bench.base.ask(.get, "/incidents/INC-2027-01-15-001").json)
        #expect(incident["status"] == "closed" && incident["severity"]?["label"] == "SEV1")
        #expect(incident["roles"]?.array?.first?["user"] == "usr_responder")

        try await browser.open(path + "/export.md")
        #expect(browser.page.hasPrefix("# INC-2027-01-15-001: Tills are"))
        try await browser.open(path)
        try await browser.send("/sign-out")
        #expect(browser.path == "/sign-in" && browser.cookies["tocsin-0"] == nil)
        try await browser.open(path)
        #expect(browser.path.hasPrefix("/sign-in?next="))
    }

    @Test(arguments: [
        ("responder@example.com", "velvet harbour anchor"), ("nobody@example.com", HandlersBench.password), ("", ""),
    ])
    func `a refused sign-in keeps the address, not the password`(email: String, password: String) async throws {
        let bench = try await HandlersBench()
        try await bench.setPassword(.responder)
        var browser = try await bench.browser(nil)
        try await browser.open("/sign-in?next=/pages")
        try await browser.send("/sign-in", ["email": email, "password": password])
        #expect(browser.status == 401 && browser.page.contains("The address or the password is wrong."))
        #expect(email.isEmpty || browser.page.contains("value=\"\(email)\""))
        #expect(password.isEmpty || !browser.page.contains(password))
        #expect(browser.page.contains("name=\"next\" value=\"/pages\""))
        #expect(browser.cookies["tocsin-0"] == nil)
    }

    @Test(arguments: ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
    func `signing in leads to no other site (S42)`(next: String) async throws {
        let bench = try await HandlersBench()
        try await bench.setPassword(.viewer)
        var browser = try await bench.browser(nil)
        try await browser.send(
            "/sign-in", ["email": "viewer@example.com", "password": HandlersBench.password, "next": next])
        #expect(browser.path == "/incidents" && browser.status == 200)
    }

    /// Path below the incident, fields, status, what the page says.
    static let refusals: [(String, [String: String], Int, String)] = [
        ("/notes", ["text": "  "], 422, "fault"), ("/status", ["status": "closed"], 409, "it cannot become Closed"),
        ("/status", ["status": "flying"], 422, "is not a status"),
        ("/severity", ["severity": "SEV1", "reason": ""], 422, "severity-reason-fault"),
        ("/severity", ["severity": "SEV9", "reason": "Kept <typed>"], 422, "value=\"Kept &lt;typed&gt;\""),
        ("/roles", ["role": "pilot", "user": "usr_admin"], 422, "role-role-fault"),
        ("/roles", ["role": "scribe", "user": "usr_none"], 422, "role-user-fault"),
        ("/close", [:], 409, "it cannot become Closed"),
    ]

    @Test(arguments: refusals)
    func `a refused form comes back with its reasons and what was typed`(
        tail: String, fields: [String: String], status: Int, text: String
    ) async throws {
        let bench = try await HandlersBench()
        let key = try await bench.base.incident()
        var browser = try await bench.browser(.responder)
        try await browser.open("/incidents/\(key)")
        let csrf = try await csrf(of: browser)
        try await browser.send("/incidents/\(key)\(tail)", fields.merging(["csrf": csrf]) { $1 })
        #expect(browser.status == status)
        #expect(browser.page.contains(text), "\(tail)")
        #expect(browser.page.contains("id=\"timeline\""))
    }

    private func csrf(of browser: Browser) async throws -> String {
        let start = try #require(browser.page.range(of: "name=\"csrf\" value=\""))
        return String(browser.page[start.upperBound...].prefix { $0 != "\"" })
    }

    @Test func `a declaration that is refused comes back as it was typed`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.responder)
        try await browser.open("/incidents/new")
        try await browser.send("/incidents", ["title": "", "severity": "SEV2", "service": "", "note": "Since noon"])
        #expect(browser.status == 422)
        #expect(browser.page.contains("id=\"f-title-fault\"") && browser.page.contains(">Since noon</textarea>"))
    }

    // MARK: Pages

    @Test func `a link asks first, acts once, and says who was first (S24, S83)`() async throws {
        let bench = try await HandlersBench()
        let (key, id, link) = try await bench.page()
        // A mail scanner opens the link: nothing happens.
        var scanner = try await bench.browser(nil)
        for _ in 0..<2 { try await scanner.open(link) }
        #expect(scanner.status == 200 && scanner.offers(link))
        #expect(try await bench.base.ask(.get, "/pages/\(id)").json?["phase"] == "climbing")

        var phone = try await bench.browser(nil)
        try await phone.open(link)
        try await phone.send(link, site: "cross-site")
        #expect(phone.status == 403)
        try await phone.open(link)
        try await phone.send(link)
        #expect(phone.status == 200 && phone.page.contains("You have it"))
        let page = try #require(try await bench.base.ask(.get, "/pages/\(id)").json)
        #expect(page["phase"] == "acknowledged" && page["acknowledgedBy"] == "user:usr_responder")

        let taken = try #require(try await bench.base.store.read { try PageQueries.page(id, on: $0) })
        let other = "/ack/" + bench.links.token(page: id, user: UserID("usr_admin"), openedAt: taken.openedAt)
        var second = try await bench.browser(nil)
        try await second.open(other)
        #expect(second.page.contains("responder has it") && !second.offers(other))
        try await second.send(other)
        #expect(second.status == 200 && second.page.contains("responder was first"))
        try await second.open("/incidents/\(key)")
        #expect(second.path.hasPrefix("/sign-in"))
    }

    @Test func `a link works beside somebody's session, and not with another site's form`() async throws {
        let bench = try await HandlersBench()
        let (_, _, link) = try await bench.page()
        var browser = try await bench.browser(.viewer)
        try await browser.open(link)
        try await browser.send(link, ["csrf": "guessed"])
        #expect(browser.status == 403)
        try await browser.open(link)
        try await browser.send(link)
        #expect(browser.status == 200 && browser.page.contains("You have it"))
    }

    @Test func `a link that is altered, too old, or of somebody who left does nothing`() async throws {
        let bench = try await HandlersBench()
        let (key, id, link) = try await bench.page()
        var browser = try await bench.browser(nil)
        for broken in ["/ack/x", "/ack/" + String(repeating: "a", count: 600), link + "a"] {
            try await browser.send(broken)
            #expect(browser.status == 404 && browser.page.contains("This link no longer works"))
        }
        try await bench.base.put(
            .user, "usr_responder",
            ["name": "Left", "email": "responder@example.com", "role": "responder", "disabled": true, "contacts": []])
        try await browser.send(link)
        #expect(browser.status == 404)
        #expect(try await bench.base.ask(.get, "/pages/\(id)").json?["phase"] == "climbing")
        let admin = "/ack/" + bench.links.token(page: id, user: UserID("usr_admin"), openedAt: bench.base.clock.now)
        _ = try await bench.base.ask(.post, "/incidents/\(key)/status", ["status": "resolved"])
        try await browser.send(admin)
        #expect(browser.status == 409 && browser.page.contains("Already over"))
        bench.base.clock.advance(.hours(25))
        try await browser.open(admin)
        #expect(browser.status == 404)
    }

    @Test func `a page is escalated and taken by forms, and a second press says who was first`() async throws {
        let bench = try await HandlersBench()
        try await bench.base.put(
            .plan, "esc_main",
            [
                "name": "Main", "laps": 2,
                "rungs": [
                    ["patienceSeconds": 60, "targets": ["user:usr_responder"]],
                    ["patienceSeconds": 60, "targets": ["user:usr_manager"]],
                ],
            ])
        let (_, id, _) = try await bench.page()
        var late = try await bench.browser(.admin)
        try await late.open("/pages/\(id)")
        var browser = try await bench.browser(.manager)
        try await browser.open("/pages")
        #expect(browser.page.contains("waiting for responder") && browser.offers("/pages/\(id)/acknowledge"))
        try await browser.open("/pages/\(id)")
        try await browser.send("/pages/\(id)/escalate", ["reason": ""])
        #expect(browser.status == 422 && browser.page.contains("escalate-reason-fault"))
        try await browser.send("/pages/\(id)/escalate", ["reason": "I am on a train"])
        #expect(browser.page.contains("The next rung is being paged.") && browser.page.contains("I am on a train"))
        // Somebody who still sees the first rung must not wake a third person.
        try await late.send("/pages/\(id)/escalate", ["reason": "Nobody answers"])
        #expect(late.status == 409 && late.page.contains("look again before you escalate"))
        var window = browser
        try await browser.send("/pages/\(id)/acknowledge")
        #expect(browser.page.contains("You have acknowledged the page."))
        try await late.send("/pages/\(id)/acknowledge")
        #expect(late.page.contains("Somebody else was first") && late.page.contains("manager"))
        try await window.send("/pages/\(id)/acknowledge")
        #expect(window.page.contains("You had acknowledged it before"))
    }

    // MARK: How a page ends

    /// One rung, once, and an administrator behind it; the page is opened.
    private func shortPage(_ bench: HandlersBench) async throws -> (incident: String, page: PageID, link: String) {
        try await bench.base.put(
            .plan, "esc_main",
            [
                "name": "Main", "laps": 1, "fallback": ["user:usr_admin"],
                "rungs": [["patienceSeconds": 60, "targets": ["user:usr_responder"]]],
            ])
        return try await bench.page()
    }

    @Test func `a plan of one rung says that the fallback is next`() async throws {
        let bench = try await HandlersBench()
        let (_, id, link) = try await shortPage(bench)
        var browser = try await bench.browser(.manager)
        for path in ["/pages/\(id)", link] {
            try await browser.open(path)
            #expect(browser.page.contains("</time>: the fallback (admin)</dd>"), "\(path)")
        }
    }

    @Test func `a page that nobody answered says that all rungs were tried`() async throws {
        let bench = try await HandlersBench()
        let (key, id, _) = try await shortPage(bench)
        bench.base.clock.advance(.seconds(61))
        _ = try await bench.base.engine.submit(.deadlinesPassed)
        var browser = try await bench.browser(.manager)
        try await browser.open("/pages/\(id)")
        #expect(
            browser.page.contains("<dt>Outcome</dt><dd class=\"outcome\">Nobody answered: the only rung was tried."))
        #expect(browser.page.contains("<i class=\"bad\">nobody answered</i>"))
        #expect(browser.offers("/pages/\(id)/acknowledge"))
        try await browser.open("/incidents/\(key)")
        #expect(browser.page.contains("Nobody answered on any rung; paging the fallback: admin"))
        #expect(
            try await bench.base.ask(.get, "/pages/\(id)").json?["endedBecause"]
                == "Nobody answered: the only rung was tried.")
        _ = try await bench.base.ask(.post, "/incidents/\(key)/status", ["status": "resolved"])
        try await browser.open("/pages/\(id)")
        #expect(
            browser.page.contains("nobody answered, ended")
                && browser.page.contains("Nobody answered:"))
    }

    @Test func `a page that somebody escalated to its end says who, and not that nobody answered`() async throws {
        let bench = try await HandlersBench()
        let (key, id, _) = try await shortPage(bench)
        var browser = try await bench.browser(.manager)
        try await browser.open("/pages/\(id)")
        try await browser.send("/pages/\(id)/escalate", ["reason": "I am on a train"])
        #expect(browser.page.contains("manager escalated by hand past the last rung: every rung was tried."))
        #expect(browser.page.contains("<i class=\"quiet\">escalated by manager</i>"))
        try await browser.open("/incidents/\(key)")
        #expect(browser.page.contains("manager escalated past the last rung; paging the fallback: admin"))
        for path in ["/pages/\(id)", "/incidents/\(key)", "/pages"] {
            try await browser.open(path)
            #expect(!browser.page.lowercased().contains("nobody answered"), "\(path)")
            #expect(browser.page.contains("escalated"), "\(path)")
        }
    }

    @Test func `a page whose subject is over ends without blame, and says why`() async throws {
        let bench = try await HandlersBench()
        let (key, id, link) = try await shortPage(bench)
        _ = try await bench.base.ask(.post, "/incidents/\(key)/status", ["status": "resolved"])
        var browser = try await bench.browser(.manager)
        try await browser.open("/pages/\(id)")
        #expect(
            browser.page.contains(
                "<dt>Outcome</dt><dd class=\"outcome\">\(key) is resolved, said the token admin (tcs_svc_"))
        #expect(browser.page.contains("<i class=\"quiet\">ended before an answer</i>"))
        #expect(!browser.page.contains("no answer</i>") && !browser.page.contains("class=\"rung unanswered\""))
        try await browser.open(link)
        #expect(
            browser.page.contains("\(key) is resolved, said the token admin (tcs_svc_")
                && !browser.page.contains("obody answered"))
    }

    // MARK: Alerts

    @Test func `what an alert carries reaches the page as text (S28, S29)`() async throws {
        let bench = try await HandlersBench()
        let script = "<script>alert(1)</script>"
        let alert = try await bench.base.alert([
            "title": .string(script), "severity": .string("\"><img src=x onerror=alert(2)>"),
            "labels": ["host": .string(script), "link": "javascript:alert(3)"],
            "annotations": ["summary": .string("'\"><svg onload=alert(4)>")], "url": "javascript:alert(5)",
        ])
        var browser = try await bench.browser(.responder)
        for path in ["/alerts", "/alerts/\(alert)", "/alerts?state=all&q=%3Cscript%3Ealert"] {
            try await browser.open(path)
            #expect(browser.status == 200)
            #expect(browser.page.contains("&lt;script&gt;alert"))
            for evil in [script, "<img src=x", "<svg onload", "href=\"javascript:"] {
                #expect(!browser.page.contains(evil), "\(evil) on \(path)")
            }
        }
        try await browser.open("/alerts/\(alert)")
        try await browser.send("/alerts/\(alert)/declare", ["title": script, "severity": "SEV3"])
        #expect(browser.path.hasPrefix("/incidents/INC-") && !browser.page.contains(script))
    }

    @Test func `an alert is acknowledged and resolved by forms`() async throws {
        let bench = try await HandlersBench()
        let alert = try await bench.base.alert()
        var browser = try await bench.browser(.responder)
        try await browser.open("/alerts/\(alert)")
        var late = try await bench.browser(.manager)
        try await late.open("/alerts/\(alert)")
        try await browser.send("/alerts/\(alert)/acknowledge")
        #expect(browser.page.contains("The alert is acknowledged."))
        try await late.send("/alerts/\(alert)/acknowledge")
        #expect(late.page.contains("Somebody else was first") && late.page.contains("responder"))
        try await browser.send("/alerts/\(alert)/resolve")
        #expect(browser.page.contains("The alert is resolved.") && !browser.offers("/alerts/\(alert)/resolve"))
    }
}
