import Chronology
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Notation
import Testing
import Web

/// What holds for the whole table of routes: who may what, what it says of itself, and what other tools expect of it.
@Suite struct APISurfaceTests {
    /// S1, S7: the real table, every route, every role. A request that is let in may fail for any other reason.
    @Test func `every route lets in exactly the roles that hold its permission`() async throws {
        let bench = try await APIBench()
        var tokens: [Role: String] = [:]
        for role in Role.allCases { tokens[role] = try await bench.bearer(role) }
        let document = try #require(try await bench.send(.get, "/api/openapi.json").json)
        for route in bench.service.routes.routes where route.checkedBy == .caller && !route.path.hasSuffix("/stream") {
            let uri = Self.filled(route.path)
            var admitted: [JSON] = []
            for role in Role.allCases {
                var headers: HTTPFields = [.authorization: try #require(tokens[role])]
                if route.method != .get { headers[.contentType] = "application/json" }
                let answer = try await bench.send(route.method, uri, headers, body: route.method == .get ? nil : "{}")
                let isAllowed = PermissionTable.permissions(of: role).contains(route.permission)
                let isRefused = answer.status == .forbidden && answer.json?["type"] == "urn:tocsin:problem:forbidden"
                if !isRefused { admitted.append(.string(role.rawValue)) }
                // These look closer than the table: figures are public on this machine only, and some things are one's own.
                if route.path == "/metrics" || Self.isOwn(route.path) { continue }
                #expect(isRefused == !isAllowed, "\(route.method) \(route.path) as \(role): \(answer.status)")
            }
            if route.tag != nil, route.path != "/metrics", !Self.isOwn(route.path) {
                let operation = document["paths"]?[route.path]?[route.method.rawValue.lowercased()]
                #expect(operation?["x-roles"] == .array(admitted), "\(route.method) \(route.path)")
                #expect(operation?["x-permission"] == .string(route.permission.rawValue))
                #expect(operation?["x-integration-key"] == nil)
            }
            let stranger = try await bench.send(route.method, uri)
            #expect(
                (stranger.status == .unauthorized) == (route.permission != .publicAccess || route.path == "/metrics"),
                "\(route.method) \(route.path) as nobody: \(stranger.status)")
        }
    }

    private static func isOwn(_ path: String) -> Bool {
        path.contains("/contacts") || path.contains("/users/{id}/time-off") || path.contains("/users/{id}/rules")
            || path.contains("/users/{id}/feeds")
    }

    /// S1, S7: where a token does instead of an integration's key, it must hold what the description says.
    @Test func `a token does for a key exactly where it holds a permission that the route names`() async throws {
        let bench = try await APIBench()
        _ = try await bench.integration()
        let document = try #require(try await bench.send(.get, "/api/openapi.json").json)
        var told: [String: [JSON]] = [:]
        for route in bench.service.routes.routes where route.checkedBy == .integrationKey {
            let operation = document["paths"]?[route.path]?[route.method.rawValue.lowercased()]
            let names = operation?["x-token-permissions"]?.array
            #expect((names == nil) == route.path.hasPrefix("/in/"), "\(route.method) \(route.path)")
            #expect(operation?["x-integration-key"] == true)
            guard let names else {
                #expect(operation?["x-permission"] == "ingest" && operation?["x-roles"] == nil)
                continue
            }
            #expect(operation?["x-permission"] == names.first)
            #expect(operation?["security"] == [["bearer": []]])
            var admitted: [JSON] = []
            told["\(route.method) \(route.path)"] = names
            for role in Role.allCases {
                let headers: HTTPFields = [
                    .authorization: try await bench.bearer(role), .contentType: "application/json",
                ]
                let answer = try await bench.send(
                    route.method, route.path, headers, body: route.method == .get ? nil : "[]")
                let isAllowed = PermissionTable.permissions(of: role).contains { names.contains(.string($0.rawValue)) }
                #expect(answer.status == (isAllowed ? .ok : .forbidden), "\(route.path) as \(role): \(answer.text)")
                if answer.status != .forbidden { admitted.append(.string(role.rawValue)) }
            }
            #expect(operation?["x-roles"] == .array(admitted), "\(route.method) \(route.path)")
        }
        #expect(
            told == [
                "POST /api/v2/alerts": ["ingest"], "GET /api/v2/alerts": ["readAll"],
                "GET /api/v2/status": ["readAll", "ingest"], "GET /api/v2/receivers": ["readAll", "ingest"],
            ])
    }

    @Test func `the description tells which bodies may be left out, and of what type the fields of queries are`()
        async throws
    {
        let bench = try await APIBench()
        let document = try #require(try await bench.send(.get, "/api/openapi.json").json)
        func operation(_ method: String, _ path: String) -> JSON? { document["paths"]?[path]?[method] }
        #expect(operation("post", "/api/v1/alerts/{id}/declare")?["requestBody"]?["required"] == false)
        #expect(operation("post", "/api/v1/incidents")?["requestBody"]?["required"] == true)
        let parameters = operation("get", "/api/v1/alerts")?["parameters"]?.array ?? []
        var types: [String: JSON] = [:]
        for parameter in parameters { types[parameter["name"]?.string ?? ""] = parameter["schema"] }
        #expect(types["open"] == ["type": "boolean"])
        #expect(types["state"] == ["enum": ["firing", "acknowledged", "resolved"]])
        #expect(types["limit"] == ["type": "integer", "minimum": 1, "maximum": 200])
        #expect(types["label"]?["type"] == "array")
        #expect(types["q"] == ["type": "string"])
    }

    private static func filled(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map { $0.hasPrefix("{") ? "none" : String($0) }
            .joined(separator: "/")
    }

    /// S24
    @Test func `a cookie alone changes nothing`() async throws {
        let bench = try await APIBench()
        let (cookie, csrf) = try await bench.session(.responder)
        let body: JSON = ["title": "x", "severity": "SEV3"]
        let site = HTTPField.Name.named("Sec-Fetch-Site")
        let token = HTTPField.Name.named("X-CSRF-Token")
        let cases: [(HTTPFields, HTTPResponse.Status)] = [
            ([:], .forbidden), ([site: "same-origin"], .forbidden), ([token: csrf], .forbidden),
            ([site: "cross-site", token: csrf], .forbidden),
            ([site: "same-origin", token: String(csrf.reversed())], .forbidden),
            ([site: "same-origin", token: csrf], .created),
        ]
        for (headers, status) in cases {
            var headers = headers
            headers[.cookie] = cookie
            #expect(try await bench.ask(.post, "/incidents", body, as: nil, headers).status == status)
        }
    }

    @Test func `the description is OpenAPI 3.1, names every route, and no operation twice`() async throws {
        let bench = try await APIBench()
        let answer = try await bench.send(.get, "/api/openapi.json")
        let document = try #require(answer.json)
        #expect(document["openapi"] == "3.1.0")
        #expect(document["info"]?["version"] == "9.9.9")
        var operations: [String] = []
        for path in document["paths"]?.members ?? [] {
            for operation in path.value.members ?? [] {
                operations.append(try #require(operation.value["operationId"]?.string))
            }
        }
        let described = bench.service.routes.routes.filter { $0.tag != nil }
        #expect(operations.count == described.count)
        #expect(Set(operations).count == operations.count)
        for route in described {
            #expect(
                document["paths"]?[route.path]?[route.method.rawValue.lowercased()]?["responses"] != nil,
                "\(route.path)")
            #expect(!route.responses.isEmpty, "\(route.method) \(route.path) says nothing of its answer")
        }
        let page = try await bench.send(.get, "/api/docs")
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        for route in described { #expect(page.text.contains(route.path)) }
        #expect(!page.text.contains("<script>") && !page.text.contains("http:"))
    }

    /// Answers are compared with the schemas of the description: every member that is promised is there, of its type.
    @Test func `answers are what the description says`() async throws {
        let bench = try await APIBench()
        let key = try await bench.incident("SEV1")
        let alert = try await bench.alert()
        let (integration, _) = try await bench.integration("generic")
        let page = try #require(try await bench.ask(.get, "/incidents/\(key)").json?["pages"]?.array?.first?.string)
        let document = try #require(try await bench.send(.get, "/api/openapi.json").json)
        let known = [
            "{key}": key, "/alerts/{id}": alert, "/pages/{id}": page, "/integrations/{id}": integration,
            "/users/{id}": "usr_admin", "/services/{id}": "svc_shop", "/routes/{id}": "rte_critical",
            "/escalations/{id}": "esc_main", "/playbooks/{id}": "starter", "{contact}": "ctm_admin",
            "{template}": "status-update", "/schedules/{id}": "sch_1", "{kind}": "webhook", "/teams/{id}": "tea_1",
            "/heartbeats/{id}": "hbt_1", "/hand-offs/{id}": try await bench.handOff(),
        ]
        _ = try await bench.ask(.post, "/users/usr_admin/contacts/ctm_admin/tests")
        let schedule: JSON = [
            "name": "Primary", "zone": "UTC",
            "layers": [
                [
                    "start": "2027-01-01T00:00", "every": ["count": 1, "unit": "day"], "members": [["usr_admin"]],
                    "windows": [["from": "08:00", "to": "20:00"]],
                ]
            ],
        ]
        #expect(try await bench.ask(.put, "/schedules/sch_1", schedule).status == .ok)
        let heartbeat: JSON = ["name": "backup", "integration": .string(integration), "intervalSeconds": 60]
        #expect(try await bench.ask(.put, "/heartbeats/hbt_1", heartbeat).status == .ok)
        let monitor: JSON = ["plan": "esc_main", "url": "https://hc.example.com/ping/secret"]
        #expect(try await bench.ask(.put, "/self-monitor", monitor).json?["url"] == "https://hc.example.com:443/…")
        let team: JSON = ["name": "Payments", "members": ["usr_admin"]]
        #expect(try await bench.ask(.put, "/teams/tea_1", team).status == .ok)
        for (end, status) in [("2099-01-01T00:00:00Z", 422), ("2027-12-01T00:00:00Z", 201)] {
            let added: JSON = [
                "kind": "add", "users": ["admin@example.com"], "from": "2027-01-01T00:00:00Z", "to": .string(end),
            ]
            #expect(try await bench.ask(.post, "/schedules/sch_1/overrides", added).status.code == status)
        }
        var checked = 0
        for route in bench.service.routes.routes
        where route.method == .get && route.path.hasPrefix("/api/v1") && !route.path.hasSuffix("/stream") {
            var path = String(route.path.dropFirst("/api/v1".count))
            for (place, id) in known where path.contains(place) {
                path = path.replacing(place, with: place.hasPrefix("{") ? id : place.replacing("{id}", with: id))
            }
            let answer = try await bench.ask(.get, path)
            #expect(answer.status == .ok, "\(path): \(answer.text)")
            let content = document["paths"]?[route.path]?["get"]?["responses"]?["200"]?["content"]
            guard let schema = content?["application/json"]?["schema"] else { continue }
            let faults = Self.faults(in: try #require(answer.json), against: schema, at: path)
            #expect(faults.isEmpty, "\(faults)")
            checked += 1
        }
        #expect(checked > 20)
    }

    /// Types, required members and items: what our schemas use of JSON Schema.
    private static func faults(in value: JSON, against schema: JSON, at place: String) -> [String] {
        var faults: [String] = []
        if let words = schema["enum"]?.array, !words.contains(value) { faults.append("\(place) is \(value.text)") }
        let types = schema["type"]?.array ?? schema["type"].map { [$0] } ?? []
        if !types.isEmpty, !types.contains(.string(typeName(of: value))) {
            faults.append("\(place) is a \(typeName(of: value))")
        }
        for name in schema["required"]?.array ?? [] where value.members != nil {
            guard let name = name.string else { continue }
            if value[name] == nil { faults.append("\(place)/\(name) is missing") }
        }
        for property in schema["properties"]?.members ?? [] {
            if let member = value[property.name] {
                faults += Self.faults(in: member, against: property.value, at: "\(place)/\(property.name)")
            }
        }
        if let items = schema["items"] {
            for (index, element) in (value.array ?? []).enumerated() {
                faults += Self.faults(in: element, against: items, at: "\(place)/\(index)")
            }
        }
        return faults
    }

    private static func typeName(of value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    @Test func `health, readiness and figures are told to whom they concern`() async throws {
        let bench = try await APIBench()
        _ = try await bench.incident("SEV1")
        _ = try await bench.alert()
        #expect(try await bench.send(.get, "/livez").text == "alive\n")
        #expect(try await bench.send(.get, "/readyz").text == "ready\nchannels: email\n")
        #expect(try await bench.send(.get, "/metrics").status == .unauthorized)
        #expect(
            try await bench.send(.get, "/metrics", [.authorization: try await bench.bearer(.intake)]).status
                == .forbidden)
        let figures = try await bench.send(.get, "/metrics", [.authorization: try await bench.bearer(.viewer)]).text
        for line in [
            "tocsin_signals_total 1", "tocsin_open_alerts 1.0", "tocsin_open_incidents{severity=\"SEV1\"} 1",
            "incidents_total{severity=\"SEV1\"} 1", "incidents_total{severity=\"SEV2\"} 0",
            "incident_resolution_time_seconds_count{severity=\"SEV1\"} 0",
        ] {
            #expect(figures.split(separator: "\n").contains(Substring(line)), "\(line)")
        }
    }

    @Test func `a probe that shows a token is answered however often it asks`() async throws {
        var limits = HTTPLimits()
        limits.rate = 1
        limits.burst = 2
        let bench = try await APIBench(limits: limits)
        let headers: HTTPFields = [.authorization: try await bench.bearer(.viewer)]
        for path in ["/livez", "/readyz", "/-/healthy", "/-/ready"] {
            for _ in 0..<4 { #expect(try await bench.send(.get, path, headers).status == .ok) }
        }
        var answers: [HTTPResponse.Status] = []
        for _ in 0..<3 { answers.append(try await bench.send(.get, "/api/v1/me", headers).status) }
        #expect(answers == [.ok, .ok, .tooManyRequests])
    }

    // MARK: Upkeep

    /// S21. The clock stands still, so that nothing is forgotten for its age.
    @Test func `a token that another node revoked is forgotten when it says so`() async throws {
        let bench = try await APIBench()
        let address = AsyncStream.makeStream(of: Int.self)
        let server = Task { [service = bench.service] in try await service.run { address.continuation.yield($0) } }
        defer { server.cancel() }
        var ports = address.stream.makeAsyncIterator()
        _ = await ports.next()
        let headers: HTTPFields = [.authorization: try await bench.bearer(.viewer)]
        #expect(try await bench.send(.get, "/api/v1/me", headers).status == .ok)
        try await bench.store.write(.shared) { connection in
            try connection.execute("UPDATE token SET revoked_at = created_at")
        }
        #expect(try await bench.send(.get, "/api/v1/me", headers).status == .ok)
        var status = HTTPResponse.Status.ok
        while status == .ok {
            bench.store.hear(.sessionsChanged)
            status = try await bench.send(.get, "/api/v1/me", headers).status
        }
        #expect(status == .unauthorized)
    }

    @Test func `once an hour what is over is deleted`() async throws {
        let bench = try await APIBench(hours: 1)
        _ = try await bench.session(.viewer)
        bench.clock.advance(.days(30))
        _ = try await bench.session(.responder)
        let server = Task { [service = bench.service] in try await service.run() }
        defer { server.cancel() }
        var left: [String] = []
        while left != ["usr_responder"] {
            left = try await bench.store.read { connection in
                try connection.all("SELECT user_id FROM session ORDER BY user_id") { $0.text(0) }
            }
            #expect(left.contains("usr_responder"))
        }
    }

    // MARK: The stream

    @Test func `the stream tells everything behind a place, in order`() async throws {
        let bench = try await APIBench()
        let key = try await bench.incident()
        let service = bench.service
        let token = try await bench.bearer(.viewer)
        let address = AsyncStream.makeStream(of: Int.self)
        let server = Task { try await service.run { address.continuation.yield($0) } }
        defer { server.cancel() }
        var ports = address.stream.makeAsyncIterator()
        let port = try #require(await ports.next())
        #expect(service.port == port)
        #expect(service.origin == "http://127.0.0.1:\(port)")
        let entries = try await bench.ask(.get, "/incidents/\(key)/timeline").json?["items"]?.array ?? []
        let kinds = entries.compactMap { $0["kind"]?.string }
        let lines = try await HTTPConnection(port: port).read(
            "GET /api/v1/stream?after=0 HTTP/1.1\r\nHost: x\r\nAuthorization: \(token)\r\n\r\n", until: kinds.count
        ) { line in
            line.hasPrefix("data: ")
        }
        let told = try lines.map { try JSON(parsing: String($0.dropFirst(6)), limits: .stored)["kind"]?.string }
        #expect(Set(told) == Set(kinds))
    }
}
