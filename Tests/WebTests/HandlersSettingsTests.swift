import Engine
import HTTPTypes
import Identity
import Notation
import Storage
import Testing
import Web

/// What people configure on the pages.
@Suite struct HandlersSettingsTests {
    // MARK: The way in

    @Test func `the first administrator is made by the link, once (S13)`() async throws {
        let bench = try await HandlersBench()
        guard case .link(let secret, _) = try await bench.base.identity.firstAdministrator.invite() else {
            Issue.record("an empty store invites somebody")
            return
        }
        let path = "/first-sign-in?token=" + secret.reveal()
        var browser = try await bench.browser(nil)
        try await browser.open(path)
        #expect(browser.status == 200)
        try await browser.send("/first-sign-in", ["name": "Ana", "email": "ana@example.com", "password": "short"])
        #expect(browser.status == 422 && browser.page.contains("value=\"ana@example.com\""))
        #expect(!browser.page.contains("short\""))
        try await browser.send(
            "/first-sign-in", ["name": "Ana", "email": "not an address", "password": HandlersBench.password])
        #expect(browser.status == 422 && browser.page.contains("f-email-fault"))
        try await browser.send(
            "/first-sign-in", ["name": "Ana", "email": "ana@example.com", "password": HandlersBench.password])
        #expect(browser.path == "/incidents" && browser.page.contains("Welcome."))
        try await browser.open("/settings/users")
        #expect(browser.status == 200 && browser.page.contains("ana@example.com"))
        var other = try await bench.browser(nil)
        try await other.open(path)
        #expect(other.status == 404)
        try await other.send(
            "/first-sign-in",
            ["token": secret.reveal(), "name": "Eve", "email": "eve@example.com", "password": HandlersBench.password])
        #expect(other.status == 404 && other.cookies["tocsin-0"] == nil)
    }

    @Test func `a person is added, invited, and chooses a password with the link`() async throws {
        let bench = try await HandlersBench()
        var admin = try await bench.browser(.admin)
        try await admin.open("/settings/users")
        try await admin.send("/settings/users", ["name": "Bo", "email": "admin@example.com", "role": "responder"])
        #expect(admin.status == 422 && admin.page.contains("f-email-fault"))
        try await admin.send("/settings/users", ["name": "Bo", "email": "bo@example.com", "role": "responder"])
        #expect(admin.status == 200)
        let start = try #require(admin.page.range(of: "/welcome?token="))
        let path = "/welcome?token=" + admin.page[start.upperBound...].prefix { $0.isLetter || $0.isNumber }
        var browser = try await bench.browser(nil)
        try await browser.open(path)
        #expect(browser.page.contains("For Bo, who signs in as bo@example.com."))
        try await browser.send("/welcome", ["password": "bo@example.com"])
        #expect(browser.status == 422)
        try await browser.send("/welcome", ["password": HandlersBench.password])
        #expect(browser.path == "/incidents" && browser.page.contains("Welcome."))
        try await browser.open("/settings/contact-methods")
        #expect(browser.page.contains("bo@example.com"))
        try await browser.open(path)
        #expect(browser.status == 404)
    }

    @Test func `roles are changed, people disabled, and the last administrator stays`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.admin)
        try await browser.open("/settings/users")
        try await browser.send("/settings/users/usr_viewer/role", ["role": "manager"])
        #expect(browser.page.contains("It is saved."))
        try await browser.send("/settings/users/usr_viewer/disable")
        #expect(browser.page.contains("It is disabled.") && browser.offers("/settings/users/usr_viewer/enable"))
        try await browser.send("/settings/users/usr_viewer/enable")
        let viewer = try #require(try await bench.base.ask(.get, "/users/usr_viewer").json)
        #expect(viewer["role"] == "manager" && viewer["disabled"] == false)
        #expect(viewer["contacts"]?.array?.count == 1)
        let csrf = try await bench.csrf(browser)
        try await browser.send("/settings/users/usr_admin/disable", ["csrf": csrf])
        #expect(browser.status == 409 && browser.page.contains("last administrator"))
    }

    @Test func `people change their own password, which ends their other sessions (S21, S22)`() async throws {
        let bench = try await HandlersBench()
        try await bench.setPassword(.viewer)
        let other = try await bench.browser(.viewer)
        var browser = try await bench.browser(.viewer)
        let path = "/settings/password"
        try await browser.open(path)
        for (current, new, field) in [
            ("velvet harbour anchor", "tundra cobalt saddle", "current"), (HandlersBench.password, "short", "new"),
        ] {
            try await browser.send(path, ["current": current, "new": new])
            #expect(browser.status == 422 && browser.page.contains("f-\(field)-fault"), "\(field)")
            #expect(!browser.page.contains(current) && !browser.page.contains("value=\"\(new)"))
        }
        try await browser.send(path, ["current": HandlersBench.password, "new": "tundra cobalt saddle"])
        #expect(browser.path == path && browser.page.contains("Your password is changed."))
        var stranger = other
        try await stranger.open("/incidents")
        #expect(stranger.path.hasPrefix("/sign-in"))
        try await stranger.send("/sign-in", ["email": "viewer@example.com", "password": "tundra cobalt saddle"])
        #expect(stranger.path == "/incidents")
    }

    @Test func `people say how they are reached, and a webhook's key is never shown`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.viewer)
        let path = "/settings/contact-methods"
        try await browser.open(path)
        for (fields, field) in [
            (["kind": "email", "address": "nobody"], "address"),
            (["kind": "webhook", "address": "ftp://x", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "address"),
            (["kind": "webhook", "address": "https://hooks.example.com/x", "secret": ""], "secret"),
        ] {
            try await browser.send(path, fields)
            #expect(browser.status == 422 && browser.page.contains("f-\(field)-fault"), "\(fields)")
        }
        try await browser.send(
            path,
            [
                "kind": "webhook", "address": "https://hooks.example.com/x",
                "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            ])
        #expect(browser.page.contains("https://hooks.example.com/x") && !browser.page.contains("whsec_Mf"))
        try await browser.send(path, ["kind": "email", "address": "second@example.com"])
        // The key stays when another way is added or removed.
        try await browser.send(path + "/ctm_viewer/remove")
        #expect(!browser.page.contains("viewer@example.com</code>"))
        let contacts = try await bench.base.engine.organisation().user(UserID("usr_viewer"))?.contacts ?? []
        #expect(contacts.map(\.destination) == ["https://hooks.example.com/x", "second@example.com"])
        #expect(contacts.map(\.secret) == ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", nil])
    }

    @Test func `a test is sent by a button, what became of it stands beside it, and the fourth is refused`()
        async throws
    {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.viewer)
        let (path, way) = ("/settings/contact-methods", "/settings/contact-methods/ctm_viewer/test")
        try await browser.open(path)
        #expect(browser.offers(way))
        try await browser.send(way)
        #expect(browser.path == path && browser.page.contains("A test is on its way."))
        #expect(browser.page.contains(": on its way. ") && browser.page.contains(">Look again</a>"))
        for (result, words) in [
            (
                AttemptReport.Result.retry(reason: "unanswered", after: nil),
                ": no answer; it may have arrived; it is tried again. "
            ),
            (.accepted(detail: "accepted"), ": accepted</small>"),
        ] {
            try await bench.report(result)
            try await browser.open(path)
            #expect(browser.page.contains(words))
            bench.base.clock.advance(.seconds(5))
        }
        try await browser.send(way)
        try await bench.report(.refused(reason: "refused"))
        try await browser.open(path)
        #expect(browser.page.contains("failed, refused by the receiver"))
        try await browser.send(way)
        try await browser.send(way)
        #expect(browser.status == 429 && browser.page.contains("3 tests of one way to be reached"))
        #expect(try await bench.base.ask(.get, "/pages").json?["items"] == [])
    }

    @Test func `a way that cannot be used is offered no test`() async throws {
        let bench = try await HandlersBench(channels: ["webhook"])
        var browser = try await bench.browser(.viewer)
        try await browser.open("/settings/contact-methods")
        #expect(browser.page.contains("not set up") && !browser.page.contains("/test\""))
    }

    // MARK: General

    @Test func `everything in the settings is said by a form, kept when it is refused, and audited`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.admin)
        try await browser.open("/settings/general")
        #expect(browser.page.contains("SEV3, the middle of the ladder") && browser.page.contains("nobody is paged"))
        for (field, value) in [
            ("plan", "esc_none"), ("severity", "SEV9"), ("name", String(repeating: "x", count: 600)),
        ] {
            var fields = ["name": "Acme & Sons", "severity": "SEV4", "plan": "esc_main"]
            fields[field] = value
            try await browser.send("/settings/general", fields)
            #expect(browser.status == 422 && browser.page.contains("f-\(field)-fault"), "\(field)")
            #expect(field == "name" || browser.page.contains("value=\"Acme &amp; Sons\""), "\(field)")
        }
        try await browser.send("/settings/general", ["name": "Acme & Sons", "severity": "SEV4", "plan": "esc_main"])
        #expect(browser.path == "/settings/general" && browser.page.contains("It is saved."))
        #expect(browser.page.contains(">Acme &amp; Sons</small>"))
        var settings = try #require(try await bench.base.ask(.get, "/settings").json)
        #expect(settings["organisationName"] == "Acme & Sons" && settings["ordinarySeverity"] == "SEV4")
        #expect(settings["fallbackPlan"] == "esc_main")
        try await browser.send("/settings/general", ["name": "", "severity": "", "plan": ""])
        settings = try #require(try await bench.base.ask(.get, "/settings").json)
        #expect(settings["organisationName"] == "Tocsin" && settings["ordinarySeverity"] == .null)
        #expect(settings["fallbackPlan"] == .null)
        let written = try await bench.base.identity.audit.list(limit: 500).filter { $0.object == "settings:settings" }
        #expect(written.map(\.action) == ["settings.change", "settings.create"])
        #expect(written.map(\.actor) == ["user:usr_admin", "user:usr_admin"])
        var manager = try await bench.browser(.manager)
        try await manager.open("/settings/general")
        #expect(manager.status == 403)
        try await manager.send("/settings/general", ["name": "Mine"])
        #expect(manager.status == 403)
    }

    // MARK: Routing

    @Test func `services and plans are made, used, and kept while they are used`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        try await browser.open("/settings/escalations/new")
        try await browser.send("/settings/escalations", ["name": "Night", "target-1": "", "minutes-1": "5"])
        #expect(browser.status == 422 && browser.page.contains("f-target-1-fault"))
        try await browser.send(
            "/settings/escalations",
            ["name": "Night", "target-1": "user:usr_responder", "minutes-1": "x", "repeat": "1"])
        #expect(browser.status == 422 && browser.page.contains("f-minutes-1-fault"))
        try await browser.send(
            "/settings/escalations",
            [
                "name": "Night", "target-1": "user:usr_responder", "minutes-1": "5", "target-2": "administrators",
                "minutes-2": "10", "repeat": "1",
            ])
        #expect(browser.path == "/settings/escalations" && browser.page.contains("It is added."))
        let organisation = try await bench.base.engine.organisation()
        let plan = try #require(organisation.plans.first { $0.name == "Night" })
        #expect(plan.laps == 2 && plan.rungs.map(\.patience) == [.seconds(300), .seconds(600)])

        try await browser.open("/settings/escalations/\(plan.id)")
        #expect(browser.page.contains("value=\"Night\"") && browser.page.contains("value=\"10\""))
        try await browser.send(
            "/settings/escalations/\(plan.id)",
            ["name": "Night", "target-1": "user:usr_manager", "minutes-1": "7", "repeat": "0"])
        #expect(browser.page.contains("It is saved."))

        try await browser.open("/settings/services")
        try await browser.send("/settings/services", ["name": "Shop", "plan": ""])
        #expect(browser.status == 422 && browser.page.contains("f-name-fault"))
        try await browser.send("/settings/services", ["name": "Search", "plan": plan.id.text])
        #expect(browser.page.contains("It is added."))
        try await browser.send("/settings/services/svc_shop/plan", ["plan": plan.id.text])
        try await browser.send("/settings/services/svc_shop/remove")
        #expect(browser.status == 409 && browser.page.contains("is used by"))
        let shop = try await bench.base.engine.organisation().service(named: "Shop")
        #expect(shop?.plan == plan.id)
    }

    @Test func `a plan that the form has no room for is not flattened by it`() async throws {
        let bench = try await HandlersBench()
        try await bench.base.put(
            .plan, "esc_rich",
            [
                "name": "Rich", "laps": 1,
                "rungs": [["patienceSeconds": 90, "targets": ["user:usr_responder", "user:usr_admin"]]],
            ])
        var browser = try await bench.browser(.manager)
        try await browser.open("/settings/escalations/esc_rich")
        #expect(browser.page.contains("can only be changed through the API"))
        try await browser.send(
            "/settings/escalations/esc_rich",
            ["name": "Rich", "target-1": "user:usr_responder", "minutes-1": "1", "repeat": "0"])
        #expect(browser.status == 409)
        #expect(
            try await bench.base.engine.organisation().plans.first { $0.name == "Rich" }?.rungs[0].targets.count == 2)
    }

    @Test func `routes are written, ordered and removed`() async throws {
        let bench = try await HandlersBench()
        let (integration, _) = try await bench.base.integration("generic")
        var browser = try await bench.browser(.manager)
        try await browser.open("/settings/routes/new")
        for (matchers, line) in [("severity=~\"crit.*\"", 1), ("a=\"b\"\n\nnonsense", 3), ("a=\"open", 1)] {
            try await browser.send("/settings/routes", ["name": "Bad", "matchers": matchers])
            #expect(browser.status == 422 && browser.page.contains("Line \(line): "), "\(matchers)")
        }
        try await browser.send(
            "/settings/routes",
            [
                "name": "Second", "matchers": "env=\"prod\"\r\n team != \"a \\\"b\\\"\"", "service": "svc_shop",
                "severity": "SEV2", "plan": "esc_main", "integration": integration, "declare": "SEV3",
            ])
        #expect(browser.path == "/settings/routes" && browser.page.contains("It is added."))
        let route = try #require(try await bench.base.engine.organisation().routes.first { $0.name == "Second" })
        #expect(route.matchers.map(\.text) == ["env=\"prod\"", "team!=\"a \"b\"\""])
        #expect(route.declaresFrom == "SEV3" && route.integration?.text == integration && route.position == 2)
        #expect(
            browser.page.contains("declares an incident from SEV3 on") && browser.page.contains("from From generic"))

        try await browser.open("/settings/routes/\(route.id)")
        #expect(browser.page.contains("team!=&quot;a \\&quot;b\\&quot;&quot;"))
        #expect(browser.page.contains("<option value=\"SEV3\" selected>for SEV3 and worse</option>"))
        #expect(browser.page.contains("<option value=\"\(integration)\" selected>"))
        try await browser.open("/settings/routes")
        try await browser.send("/settings/routes/\(route.id)/up")
        #expect(browser.page.contains("The order is changed."))
        #expect(try await bench.base.engine.organisation().routes.map(\.name) == ["Second", "Critical"])
        try await browser.send("/settings/routes/\(route.id)/remove")
        #expect(try await bench.base.engine.organisation().routes.map(\.name) == ["Critical"])
    }

    // MARK: Keys and tokens

    @Test func `an integration's key is shown once and can be rotated, and the integration be turned off`() async throws
    {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        try await browser.open("/integrations/new")
        try await browser.send("/integrations", ["name": "", "dialect": "generic", "service": ""])
        #expect(browser.status == 422 && browser.page.contains("f-name-fault"))
        try await browser.send("/integrations", ["name": "Grafana", "dialect": "generic", "service": "svc_shop"])
        #expect(browser.status == 200 && browser.page.contains("shown once"))
        let start = try #require(browser.page.range(of: "/in/"))
        let key = String(browser.page[start.upperBound...].prefix { $0 != "/" })
        // Reloading neither makes another integration nor shows the key again.
        try await browser.open(browser.path)
        #expect(try await bench.base.engine.organisation().integrations.count == 1)
        #expect(browser.page.contains("Last requests") && !browser.page.contains(key))
        let alert = try await bench.base.send(
            .post, "/in/\(key)/generic", [.contentType: "application/json"], body: #"{"title": "x"}"#)
        #expect(alert.status == .accepted)
        _ = try await bench.base.send(.post, "/in/\(key)/generic", [.contentType: "application/json"], body: "{<b>")
        try await browser.open("/integrations")
        #expect(browser.page.contains("Grafana") && browser.page.contains("some refused"))
        let id = try #require(try await bench.base.engine.organisation().integrations.first).id
        try await browser.open("/integrations/\(id)")
        #expect(browser.page.contains("{&lt;b&gt;") && !browser.page.contains(key))
        try await browser.send("/integrations/\(id)/rotate")
        #expect(browser.status == 200 && browser.page.contains("/in/") && !browser.page.contains(key))
        #expect(browser.path == "/integrations/\(id)/key")
        try await browser.open("/integrations/\(id)")
        try await browser.send("/integrations/\(id)/disable")
        #expect(browser.page.contains("disabled") && browser.offers("/integrations/\(id)/enable"))
        try await browser.send("/integrations/\(id)/enable")
        #expect(browser.page.contains("It is enabled."))
    }

    @Test func `a token is shown once, listed without its secret, and revoked`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.admin)
        try await browser.open("/settings/tokens")
        try await browser.send("/settings/tokens", ["name": "ci", "role": "king", "expires": "90"])
        #expect(browser.status == 422 && browser.page.contains("f-role-fault"))
        try await browser.send("/settings/tokens", ["name": "ci", "role": "responder", "expires": "30"])
        let start = try #require(browser.page.range(of: "tcs_svc_"))
        let secret = "tcs_svc_" + browser.page[start.upperBound...].prefix { $0.isLetter || $0.isNumber }
        #expect(secret.utf8.count == 44 && browser.path == "/settings/tokens")
        #expect(try await bench.send(.get, "/api/v1/me", [.authorization: "Bearer " + secret]).status == .ok)
        // Reloading neither makes another token nor shows this one again.
        try await browser.open(browser.path)
        #expect(!browser.page.contains(secret))
        #expect(try await bench.base.identity.tokens.list().filter { $0.name == "ci" }.count == 1)
        let token = try #require(try await bench.base.identity.tokens.list().first { $0.name == "ci" })
        try await browser.send("/settings/tokens/\(token.id)/revoke")
        #expect(
            browser.page.contains("The token is revoked.") && !browser.offers("/settings/tokens/\(token.id)/revoke"))
        #expect(try await bench.send(.get, "/api/v1/me", [.authorization: "Bearer " + secret]).status == .unauthorized)
        try await browser.open("/settings/audit")
        #expect(browser.page.contains("token.revoked <b>ci</b>"))
    }

    @Test func `what is shown once is shown to its own session and on its own page only`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.admin)
        try await browser.open("/settings/tokens")
        let answer = try await bench.send(
            .post, "/settings/tokens",
            [
                .cookie: "tocsin-0=\(try #require(browser.cookies["tocsin-0"]))",
                .contentType: "application/x-www-form-urlencoded", .named("Sec-Fetch-Site"): "same-origin",
            ], body: "csrf=\(try await bench.csrf(browser))&name=ci&role=viewer&expires=30")
        #expect(answer.status == .seeOther && answer.headers[.location] == "/settings/tokens")
        let cookie = try #require(answer.headers[values: .setCookie].first { $0.hasPrefix("tocsin-once=") })
        #expect(cookie.hasSuffix("; Path=/settings/tokens; Max-Age=60; HttpOnly; SameSite=Strict"))
        #expect(!cookie.contains("tcs_") && answer.text.isEmpty)
        let sealed = String(cookie.dropFirst("tocsin-once=".count).prefix { $0 != ";" })
        var other = try await bench.browser(.admin)
        other.cookies["tocsin-once"] = sealed
        try await other.open("/settings/tokens")
        #expect(other.status == 200 && !other.page.contains("shown once"))
        browser.cookies["tocsin-once"] = sealed
        try await browser.open("/settings/users")
        #expect(browser.status == 200 && !browser.page.contains("chooses a password"))
        try await browser.open("/settings/tokens")
        #expect(browser.page.contains("shown once") && browser.cookies["tocsin-once"] == nil)
        for broken in ["", "zz", "abc", String(repeating: "0f", count: 40)] {
            browser.cookies["tocsin-once"] = broken
            try await browser.open("/settings/tokens")
            #expect(browser.status == 200 && !browser.page.contains("shown once"), "\(broken)")
        }
    }

    @Test func `the audit log names what was changed, also when it is gone`() async throws {
        let bench = try await HandlersBench()
        let made = try #require(try await bench.base.ask(.post, "/services", ["name": "Old till"]).json?["id"]?.string)
        _ = try await bench.base.ask(.delete, "/services/\(made)")
        var browser = try await bench.browser(.admin)
        try await browser.open("/settings/audit")
        for act in ["service.create", "service.delete"] {
            #expect(browser.page.contains("\(act) <b>Old till</b>"), "\(act)")
        }
        #expect(browser.page.contains("<small><code>service:\(made)</code></small>"))
        let changes = """
            {"changes": [{"field": "/name", "from": "Ann", "to": "Ana"}, {"field": "/role", "to": "admin"}, \
            {"field": "/contacts/ctm_1/secret", "secret": true}]}
            """
        _ = try await bench.base.store.write(.shared) { connection in
            try AuditLog.append(
                [
                    NewAuditEntry(
                        at: connection.now, actor: "tocsin", ip: nil, request: nil, action: "user.change",
                        object: "user:usr_viewer", detail: changes)
                ], on: connection)
        }
        try await browser.open("/settings/audit")
        #expect(
            browser.page.contains(
                "user.change <b>viewer</b></span><small>/name: Ann → Ana; /role: nothing → admin; "
                    + "/contacts/ctm_1/secret: changed</small>"))
    }

    @Test func `an address that one is reached by already is refused at its field`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.viewer)
        let path = "/settings/contact-methods"
        try await browser.open(path + "?add=webhook")
        #expect(browser.page.contains("Signing key</label>"))
        try await browser.send(path, ["kind": "email", "address": "Viewer@example.com"])
        #expect(browser.status == 422 && browser.page.contains("f-address-fault"))
        #expect(browser.page.contains("is a way to reach viewer already (ctm_viewer)"))
        #expect(try await bench.base.engine.organisation().user(UserID("usr_viewer"))?.contacts.count == 1)
    }

    @Test func `a plan's page says who is told in the end`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.manager)
        try await browser.open("/settings/escalations")
        #expect(browser.page.contains("the administrators will be told."))
        try await browser.open("/settings/escalations/new")
        #expect(browser.page.contains("the administrators will be told, and the page says so."))
        try await bench.base.put(
            .plan, "esc_main",
            [
                "name": "Main", "laps": 1, "fallback": ["user:usr_manager"],
                "rungs": [["patienceSeconds": 60, "targets": ["user:usr_responder"]]],
            ])
        for path in ["/settings/escalations", "/settings/escalations/esc_main"] {
            try await browser.open(path)
            #expect(browser.page.contains("manager will be told"), "\(path)")
        }
    }

    @Test func `an integration's page counts every request and tells a body's whole size`() async throws {
        let bench = try await HandlersBench()
        let (id, key) = try await bench.base.integration("generic")
        let long = "{\"title\": \"\(String(repeating: "x", count: 20_000))"
        for number in 0..<30 {
            _ = try await bench.send(
                .post, "/in/\(key)/generic", [.contentType: "application/json"], body: number == 0 ? long : "{<b>")
        }
        var browser = try await bench.browser(.viewer)
        try await browser.open("/integrations")
        #expect(browser.page.contains(">30</span>"))
        try await browser.open("/integrations/\(id)")
        #expect(browser.page.contains(">30</span>"))
        let (other, theirs) = try await bench.base.integration("generic")
        _ = try await bench.send(.post, "/in/\(theirs)/generic", [.contentType: "application/json"], body: long)
        try await browser.open("/integrations/\(other)")
        #expect(browser.page.contains(">20011 bytes from ") && browser.page.contains("The first 16384 of 20011 bytes."))
    }
}
