import Chronology
import HTTPTypes
import HummingbirdTesting
import Identity
import Notation
import Testing
import Web

@Suite struct HTTPFrontDoorTests {
    // MARK: Permissions

    @Test func `every route answers every role as the table says (S1)`() async throws {
        let bench = try await HTTPBench()
        for route in bench.door.routes.routes where !route.path.hasPrefix("/fails") {
            for role in [nil] + Role.allCases.map(Optional.some) {
                var headers: HTTPFields = route.body == .none ? [:] : [.contentType: "application/json"]
                if route.body == .form(["note"]) || route.body == .form(["email"]) {
                    headers[.contentType] = "application/x-www-form-urlencoded"
                }
                if let role { headers[.authorization] = try await bench.bearer(role) }
                let path = route.path.replacing("{rest...}", with: "a/b").replacing("{code}", with: "no-such")
                    .replacing(try Regex(#"\{[a-z]+\}"#), with: "x")
                let body = route.method == .post ? (route.path.contains("/in/") ? "" : "{}") : nil
                let response = try await bench.send(route.method, path, headers, body: body)
                let may =
                    role.map { PermissionTable.permissions(of: $0).contains(route.permission) }
                    ?? (route.permission == .publicAccess)
                let isLetIn = ![401, 403].contains(response.status.code)
                #expect(
                    isLetIn == (may || route.checkedBy == .integrationKey),
                    "\(route.method.rawValue) \(route.path) as \(role?.rawValue ?? "nobody"): \(response.status)")
                if !isLetIn { #expect(response.status.code == (role == nil ? 401 : 403)) }
            }
        }
    }

    @Test func `a bad token is refused even where nobody need sign in`() async throws {
        let response = try await HTTPBench().send(.get, "/public", [.authorization: "Bearer tcs_pat_nonsense"])
        #expect(response.status == .unauthorized)
        #expect(response.headers[.wwwAuthenticate] == "Bearer error=\"invalid_token\"")
        #expect(response.json?["type"] == "urn:tocsin:problem:bad-token")
    }

    // MARK: Headers

    static let everyHeader: [String: String] = [
        "Content-Security-Policy":
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
        "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy":
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
            + "midi=(), payment=(), usb=()",
    ]

    @Test(arguments: [
        ("GET", "/public", 200), ("GET", "/nowhere", 404), ("POST", "/public", 405), ("TRACE", "/public", 405),
        ("GET", "/page", 401),
        ("GET", "/fails", 500), ("GET", "/busy", 503), ("GET", "/waits", 429), ("GET", "/refuses/no-thing", 404),
        ("GET", "/refuses/unknown-severity", 422), ("GET", "/refuses/wrong-transition", 409),
        ("GET", "/refuses/forbidden", 403),
        ("POST", "/in/x/generic", 200), ("HEAD", "/public", 200), ("GET", "/files/p/%zz", 400),
        ("GET", "/public?a=%", 400),
    ])
    func `every answer, errors too, carries every security header (S26)`(method: String, path: String, status: Int)
        async throws
    {
        let method = try #require(HTTPRequest.Method(rawValue: method))
        for address in [
            nil, PublicAddress(isSecure: true, authority: "t.example"),
            PublicAddress(isSecure: false, authority: "t.example"),
        ] {
            let response = try await HTTPBench(address: address).send(method, path)
            #expect(response.status.code == status)
            for (name, value) in Self.everyHeader { #expect(response.headers[.named(name)] == value, "\(name)") }
            #expect(
                response.headers[.strictTransportSecurity]
                    == (address?.isSecure == true ? "max-age=31536000; includeSubDomains" : nil))
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(response.headers[.named("X-Request-Id")]?.hasPrefix("req_") == true)
            #expect(response.headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test func `only what is public may be kept, and an answer to somebody never (S66)`() async throws {
        let bench = try await HTTPBench()
        #expect(try await bench.send(.get, "/public/kept").headers[.cacheControl] == "public, max-age=60")
        let headers: HTTPFields = [.authorization: try await bench.bearer(.viewer)]
        #expect(try await bench.send(.get, "/page/kept", headers).headers[.cacheControl] == "no-store")
    }

    // MARK: Errors

    @Test
    func
        `an error that nobody foresaw tells the sender its id and the log the rest, with secrets blotted out (S70, S72)`()
        async throws
    {
        let bench = try await HTTPBench()
        let response = try await bench.send(.get, "/fails")
        let id = try #require(response.headers[.named("X-Request-Id")])
        #expect(
            response.text
                == #"{"type":"urn:tocsin:problem:internal","title":"Something went wrong on our side.","status":500,"#
                + #""detail":"The server's log says what, under the request id.","errors":[],"requestId":"\#(id)"}"#)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(bench.log.all.count == 1)
        let line = try JSON(parsing: bench.log.all[0], limits: .stored)
        #expect(line["requestId"]?.string == id && line["route"]?.string == "/fails")
        #expect(line["error"]?.string?.hasSuffix("SELECT secret FROM t failed with *** at /var/lib") == true)
    }

    @Test func `foreseen errors are not logged as errors`() async throws {
        let bench = try await HTTPBench()
        for path in ["/nowhere", "/refuses/wrong-state", "/busy", "/page"] { _ = try await bench.send(.get, path) }
        #expect(bench.log.all == [])
    }

    @Test func `a wait is given in whole seconds, rounded up`() async throws {
        let response = try await HTTPBench().send(.get, "/waits")
        #expect(response.status == .tooManyRequests && response.headers[.retryAfter] == "3")
    }

    @Test func `a browser gets a page for an error, and is sent to sign in and back (S42)`() async throws {
        let bench = try await HTTPBench()
        let browser: HTTPFields = [.accept: "text/html,application/xhtml+xml,*/*;q=0.8"]
        let missing = try await bench.send(.get, "/nowhere", browser)
        #expect(missing.status == .notFound && missing.headers[.contentType] == "text/html; charset=utf-8")
        #expect(missing.text.hasPrefix("<h1>404 req_"))
        let page = try await bench.send(.get, "/page?a=b&c=d", browser)
        #expect(page.status == .seeOther && page.headers[.location] == "/sign-in?next=/page%3Fa%3Db%26c%3Dd")
        let api = try await bench.send(.get, "/things", browser)
        #expect(api.status == .unauthorized && api.headers[.contentType] == "application/problem+json")
    }

    // MARK: Routing

    @Test func `an unknown path is 404, and a wrong method 405 with what is possible (S65)`() async throws {
        let bench = try await HTTPBench()
        var answers: [String] = []
        for (method, path) in [
            (HTTPRequest.Method.get, "/nowhere"), (.put, "/things"), (.trace, "/things/x"), (.options, "/public"),
            (.post, "/nowhere"),
            (.connect, "/sign-in"),
        ] {
            let response = try await bench.send(method, path)
            answers.append("\(response.status.code) \(response.headers[.allow] ?? "-")")
        }
        #expect(
            answers == [
                "404 -", "405 GET, HEAD, POST", "405 DELETE, GET, HEAD", "405 GET, HEAD", "404 -", "405 POST",
            ])
    }

    @Test func `HEAD has the headers of GET and no body`() async throws {
        let bench = try await HTTPBench()
        let get = try await bench.send(.get, "/public")
        let head = try await bench.send(.head, "/public")
        #expect(head.status == .ok && head.body.readableBytes == 0)
        #expect(head.headers[.contentLength] == get.headers[.contentLength] && get.headers[.contentLength] != "0")
    }

    @Test func `a literal wins over a parameter, parameters are decoded, and the path itself is not`() async throws {
        let bench = try await HTTPBench()
        let headers: HTTPFields = [.authorization: try await bench.bearer(.viewer)]
        func get(_ path: String) async throws -> String {
            let response = try await bench.send(.get, path, headers)
            return response.status == .ok ? response.json?["id"]?.string ?? response.text : "\(response.status.code)"
        }
        var answers: [String] = []
        for path in [
            "/things/special", "/things/a%2Fb%20c", "/things/%F0%9F%A6%8A", "/things/", "/%74hings/x", "/things/%00",
            "/things/%ff", "/things/%2",
            "/things/x/parts", "/Things/x",
        ] { answers.append(try await get(path)) }
        #expect(answers == ["special", "a/b c", "🦊", "404", "404", "400", "400", "400", "404", "404"])
        let rest = try await bench.send(.get, "/files/p/a/b%20c/")
        #expect(rest.json?["rest"]?.string == "a/b c/")
    }

    @Test func `an address beyond 8 KiB is refused`() async throws {
        let response = try await HTTPBench().send(.get, "/public?a=" + String(repeating: "x", count: 8_200))
        #expect(response.status == .uriTooLong)
    }

    @Test(arguments: [
        ("/public", "/public", "is declared twice"), ("/a/{x}", "/a/{y}", "is declared twice"),
        ("no-slash", "/b", "start with a slash"),
        ("/{rest...}/more", "/b", "goes on behind its rest"), ("/{x}/{x}", "/b", "two parameters"),
    ])
    func `a table with a fault is found out before the server starts (S1)`(first: String, second: String, fault: String)
    {
        let routes = [first, second].map { Route(.get, $0, .readAll, "x") { _ in .noContent } }
        let faults = RouteTable.faults(in: routes)
        #expect(faults.count == 1 && faults[0].contains(fault))
        #expect(RouteTable.faults(in: [routes[1]]).isEmpty)
    }

    @Test func `random paths find a route or nothing, and never trap`() async throws {
        let seed: UInt64 = 20_260_701
        var random = BenchRandom(state: seed)
        let table = try await HTTPBench().door.routes
        let pieces = [
            "/", "things", "%", "%2f", "x", "..", "files", "//", "{id}", "%ff", "é", "", "in", "generic", "\0", "?",
        ]
        var found = 0
        for _ in 0..<20_000 {
            let path = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            if case .found = table.match(.get, path: path) { found += 1 }
        }
        #expect(found > 0, "seed \(seed)")
    }

    // MARK: The client's address

    @Test(arguments: [
        ("192.0.2.1", ["10.9.9.9"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", ["1.1.1.1, 203.0.113.5, 10.0.0.2"], "203.0.113.5"),
        ("10.0.0.1", ["1.1.1.1", "203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", ["203.0.113.5, unknown"], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["203.0.113.5"], "203.0.113.5"),
        ("fd00::7", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", [String(repeating: "1.1.1.1,", count: 40)], "10.0.0.1"),
    ])
    func `forwarded addresses count only from our proxies and from the right (S44)`(
        peer: String, forwarded: [String], client: String
    ) throws {
        let address = ClientAddress(trusting: [try .init(parsing: "10.0.0.0/8"), try .init(parsing: "fd00::/8")])
        #expect(address.client(peer: peer, forwarded: forwarded) == client)
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0/8", "host", "10.0.0.1/", "::/129", "10.0.0.0/+8", "10.0.0.0/8/8"])
    func `what is no range of addresses is refused`(text: String) {
        #expect(throws: InputFault.self) { try ClientAddress.Range(parsing: text) }
    }

    // MARK: The description

    @Test func `the API's description has each tagged route with its permission`() async throws {
        let routes = try await HTTPBench().door.routes
        let description = routes.describe(version: "1")
        var described: [String] = []
        for path in description["paths"]?.members ?? [] {
            for operation in path.value.members ?? [] {
                described.append("\(operation.name) \(path.name) \(operation.value["x-permission"]?.string ?? "?")")
            }
        }
        let declared = routes.routes.filter { $0.tag != nil }.map { route in
            "\(route.method.rawValue.lowercased()) \(route.path.replacing("...", with: "")) \(route.permission.rawValue)"
        }
        #expect(described.sorted() == declared.sorted())
        #expect(description["openapi"] == "3.1.0")
        let make = description["paths"]?["/things"]?["post"]
        #expect(
            make?["requestBody"] == ["required": true, "content": ["application/json": ["schema": ["type": "object"]]]])
        #expect(make?["security"] == [["bearer": []], ["cookie": []]])
        #expect(description["paths"]?["/in/{key}/generic"]?["post"]?["security"] == [])
        #expect(description["paths"]?["/things"]?["get"]?["parameters"]?.array?.count == 1)
        let operations = Set(
            (description["paths"]?.members ?? []).flatMap { $0.value.members ?? [] }.compactMap {
                $0.value["operationId"]?.string
            })
        #expect(operations.count == declared.count)
    }
}
