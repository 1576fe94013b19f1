import Engine
import HTTPTypes
import Identity
import Notation
import Storage
import Testing
import Web

/// All pages at once: who may see and send what, and that every link and every form leads somewhere.
@Suite struct HandlersSurfaceTests {
    /// The addresses of a store with something of everything.
    private func furnish(_ bench: HandlersBench) async throws -> [String: String] {
        let (key, page, link) = try await bench.page()
        let alert = try await bench.base.alert()
        let (integration, _) = try await bench.base.integration("alertmanager")
        let schedule: JSON = [
            "name": "Primary", "zone": "UTC",
            "layers": [
                ["start": "2027-01-01T00:00", "every": ["count": 1, "unit": "day"], "members": [["usr_admin"]]]
            ],
        ]
        #expect(try await bench.base.ask(.put, "/schedules/sch_1", schedule).status == .ok)
        let team: JSON = ["name": "Payments", "members": ["usr_admin"]]
        #expect(try await bench.base.ask(.put, "/teams/tea_1", team).status == .ok)
        let handOff = try await bench.base.handOff()
        return [
            "{key}": key, "/schedules/{id}": "/schedules/sch_1", "{override}": "ovr_x", "/pages/{id}": "/pages/\(page)",
            "/alerts/{id}": "/alerts/\(alert)", "/ack/{token}": link,
            "/integrations/{id}": "/integrations/\(integration)",
            "/settings/services/{id}": "/settings/services/svc_shop",
            "/settings/routes/{id}": "/settings/routes/rte_critical",
            "/settings/users/{id}": "/settings/users/usr_viewer",
            "/settings/escalations/{id}": "/settings/escalations/esc_main", "{name}": "tocsin.css",
            "/settings/contact-methods/{id}": "/settings/contact-methods/ctm_x",
            "/settings/tokens/{id}": "/settings/tokens/x", "/settings/channels/{kind}": "/settings/channels/webhook",
            "/playbooks/{id}": "/playbooks/starter", "{version}": "0",
            "/settings/teams/{id}": "/settings/teams/tea_1", "{way}": "ctm_x",
            "/settings/heartbeats/{id}": "/settings/heartbeats/hbt_x", "/hand-offs/{id}": "/hand-offs/\(handOff)",
            "{note}": "x",
        ]
    }

    private func pageRoutes(_ bench: HandlersBench) -> [Web.Route] {
        bench.service.routes.routes.filter { $0.tag == nil }
    }

    private func address(_ path: String, _ known: [String: String]) -> String {
        known.reduce(path) { $0.replacing($1.key, with: $1.value) }
    }

    /// reliability-security §4.5. More routes here are fewer connections for each.
    @Test func `the last connections are kept for taking a page, what leads to it, and probes`() async throws {
        let bench = try await HandlersBench()
        let urgent = bench.service.routes.routes.filter(\.isUrgent).map { "\($0.method) \($0.path)" }
        #expect(
            urgent.sorted() == [
                "GET /-/healthy", "GET /-/ready", "GET /ack/{token}", "GET /alerts/{id}", "GET /in/{key}/-/healthy",
                "GET /in/{key}/-/ready", "GET /livez", "GET /my-shift", "GET /pages", "GET /pages/{id}", "GET /readyz",
                "GET /sign-in",
                "POST /ack/{token}", "POST /alerts/{id}/acknowledge",
                "POST /api/v1/alerts/{id}/acknowledge", "POST /api/v1/pages/{id}/acknowledge",
                "POST /in/channels/{kind}/{key}/{word}", "POST /pages/{id}/acknowledge", "POST /sign-in",
            ])
    }

    @Test func `every page answers an administrator, and every link and form on it is declared`() async throws {
        let bench = try await HandlersBench()
        let known = try await furnish(bench)
        var browser = try await bench.browser(.admin)
        var opened = 0
        for route in pageRoutes(bench) where route.method == .get {
            if ["/first-sign-in", "/welcome"].contains(route.path) { continue }
            let path = address(route.path, known)
            #expect(!path.contains("{"), "\(path)")
            try await browser.open(path)
            #expect(browser.status == 200, "\(path)")
            opened += 1
            guard browser.page.hasPrefix("<!doctype html>") else { continue }
            for element in try PagesMarkup(Array(browser.page.utf8)).elements {
                for (name, method) in [("href", HTTPRequest.Method.get), ("src", .get), ("action", .post)] {
                    guard element.has(name), element[name].hasPrefix("/") else { continue }
                    let isSearch = name == "action" && element["method"] != "post"
                    let target = element[name].prefix { $0 != "?" && $0 != "#" }
                    guard case .found = bench.service.routes.match(isSearch ? .get : method, path: String(target))
                    else {
                        Issue.record("\(path) leads to \(element[name]), which is not declared")
                        continue
                    }
                }
            }
        }
        #expect(opened > 25)
    }

    @Test func `every list answers on a store with nothing in it`() async throws {
        let bench = try await HandlersBench()
        for kind in [DocumentKind.route, .service, .plan] {
            for document in try await bench.base.store.read({ try ConfigurationQueries.documents(kind, on: $0) }) {
                _ = try await bench.base.engine.submit(
                    .command(
                        .change(DocumentChange(kind: kind, id: document.id, action: .delete, origin: .local)),
                        by: .tocsin))
            }
        }
        var browser = try await bench.browser(.admin)
        for route in pageRoutes(bench) where route.method == .get && !route.path.contains("{") {
            if ["/first-sign-in", "/welcome"].contains(route.path) { continue }
            try await browser.open(route.path)
            #expect(browser.status == 200, "\(route.path)")
        }
    }

    /// What each role gets at each address, by the permission that the address declares (S1).
    @Test(arguments: [Role?.some(.admin), .some(.manager), .some(.responder), .some(.viewer), nil])
    func `pages open to those who may, and forms act for those who may`(role: Role?) async throws {
        let bench = try await HandlersBench()
        let known = try await furnish(bench)
        let permissions = role.map(PermissionTable.permissions(of:)) ?? PermissionTable.anonymous
        for route in pageRoutes(bench) {
            let path = address(route.path, known)
            var browser = try await bench.browser(role)
            if route.method == .get {
                try await browser.open(path)
            } else {
                // Without the session's token nothing is done; whoever may not is turned away before that is looked at.
                try await browser.send(path, ["csrf": "wrong"])
            }
            if !permissions.contains(route.permission) {
                let isSentToSignIn = role == nil && route.method == .get
                #expect(browser.status == (isSentToSignIn ? 200 : role == nil ? 401 : 403), "\(path)")
                if isSentToSignIn { #expect(browser.path.hasPrefix("/sign-in"), "\(path)") }
                #expect(browser.page.hasPrefix("<!doctype html>"), "\(path)")
            } else if route.method == .get {
                #expect(browser.status == (["/first-sign-in", "/welcome"].contains(path) ? 404 : 200), "\(path)")
            } else if role != nil {
                #expect(browser.status == 403 && browser.page.contains("The form&#39;s token"), "\(path)")
            }
        }
    }

    @Test func `opening pages changes nothing (S24)`() async throws {
        let bench = try await HandlersBench()
        let known = try await furnish(bench)
        let before = try await bench.base.store.read { (try EventLog.head(on: $0), try Self.documents($0)) }
        let audit = try await bench.base.identity.audit.list(limit: 500)
        var browser = try await bench.browser(.admin)
        for route in pageRoutes(bench) where route.method == .get { try await browser.open(address(route.path, known)) }
        let after = try await bench.base.store.read { (try EventLog.head(on: $0), try Self.documents($0)) }
        #expect(before.0 == after.0 && before.1 == after.1)
        #expect(try await bench.base.identity.audit.list(limit: 500) == audit)
    }

    private static func documents(_ connection: any Connection) throws -> [StoredDocument] {
        try DocumentKind.allCases.flatMap { try ConfigurationQueries.documents($0, on: connection) }
    }

    @Test func `what is not there is a page that says so`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.admin)
        for path in [
            "/incidents/INC-1", "/incidents/INC-1/timeline", "/incidents/INC-1/export.md", "/alerts/alr_1",
            "/pages/pag_1", "/integrations/itg_1", "/settings/routes/rte_1", "/settings/escalations/esc_1",
            "/playbooks/none", "/playbooks/none/document", "/playbooks/none/people", "/playbooks/none/edit",
            "/playbooks/none/versions", "/playbooks/none/versions/0", "/playbooks/starter/versions/7",
            "/playbooks/starter?version=7", "/incidents/new?playbook=none",
            "/nothing", "/assets/none.css", "/first-sign-in?token=x", "/welcome?token=x",
        ] {
            try await browser.open(path)
            #expect(browser.status == 404 && browser.page.contains("Nothing here"), "\(path)")
            #expect(browser.page.contains("req_"), "\(path)")
        }
        for path in [
            "/incidents/INC-1/notes", "/alerts/alr_1/resolve", "/pages/pag_1/acknowledge", "/integrations/itg_1/rotate",
            "/settings/routes/rte_1/up", "/settings/services/svc_1/plan", "/settings/users/usr_1/role",
            "/settings/contact-methods/ctm_1/remove", "/settings/tokens/tok_1/revoke",
            "/settings/services/svc_1/playbook", "/playbooks/none/people", "/playbooks/none/edit",
        ] {
            try await browser.open("/settings")
            let csrf = try await bench.csrf(browser)
            try await browser.send(
                path, ["csrf": csrf, "text": "x", "status": "resolved", "plan": "", "role": "viewer"])
            #expect(browser.status == 404, "\(path)")
        }
    }

    @Test func `the message after a form is one of ours or none`() async throws {
        let bench = try await HandlersBench()
        var browser = try await bench.browser(.viewer)
        browser.cookies["tocsin-flash"] = "%3Cb%3EYour+account+was+hacked"
        try await browser.open("/incidents")
        #expect(!browser.page.contains("hacked") && !browser.page.contains("class=\"flash done\""))
        browser.cookies["tocsin-flash"] = "saved"
        try await browser.open("/incidents")
        #expect(browser.page.contains("It is saved.") && browser.cookies["tocsin-flash"] == nil)
    }

    @Test func `assets are kept under the address of their version only`() async throws {
        let bench = try await HandlersBench()
        for asset in Asset.all {
            let current = try await bench.send(.get, asset.path.text)
            #expect(current.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(current.headers[.contentType] == asset.contentType)
            #expect(Array(current.body.readableBytesView) == asset.bytes)
            let old = try await bench.send(.get, "/assets/\(asset.name)?v=old")
            #expect(old.status == .ok && old.headers[.cacheControl] == "no-cache")
            let tag = try #require(old.headers[.eTag])
            #expect(try await bench.send(.get, asset.path.text, [.ifNoneMatch: tag]).status == .notModified)
        }
    }
}

extension HandlersBench {
    /// The token of the forms on the page that a browser shows.
    func csrf(_ browser: Browser) async throws -> String {
        let start = try #require(browser.page.range(of: "name=\"csrf\" value=\""))
        return String(browser.page[start.upperBound...].prefix { $0 != "\"" })
    }
}
