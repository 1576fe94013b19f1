import HTTPTypes
import HummingbirdTesting
import Identity
import Testing
import Web

@Suite struct HTTPBrowserTests {
    private static let form = "application/x-www-form-urlencoded"

    // MARK: Other sites (S24)

    /// What the browser says about where the request comes from, whether the token is right, and the answer.
    @Test(
        arguments: [
            ("same-origin", nil, "form", 200), ("same-origin", nil, "header", 200),
            ("same-origin", "https://evil.example", "form", 200),
            (nil, "https://t.example", "form", 200), (nil, "HTTPS://T.EXAMPLE", "form", 200),
            ("same-origin", nil, "none", 403), ("same-origin", nil, "wrong", 403), ("same-origin", nil, "twice", 400),
            ("cross-site", nil, "form", 403), ("same-site", nil, "form", 403), ("none", nil, "form", 403),
            ("", nil, "form", 403),
            (nil, "https://evil.example", "form", 403), (nil, "null", "form", 403),
            (nil, "http://t.example", "form", 403),
            (nil, "https://t.example.evil", "form", 403), (nil, nil, "form", 403),
        ] as [(String?, String?, String, Int)])
    func `a form with a cookie needs our origin and the token`(
        site: String?, origin: String?, token: String, status: Int
    ) async throws {
        let bench = try await HTTPBench(address: PublicAddress(isSecure: true, authority: "t.example"))
        let (cookie, session) = try await bench.session(.responder)
        var headers: HTTPFields = [.cookie: cookie, .contentType: Self.form]
        headers[.named("Sec-Fetch-Site")] = site
        headers[.origin] = origin
        var body = "note=hello"
        switch token {
        case "form": body += "&csrf=" + session.csrf
        case "header": headers[.named("X-CSRF-Token")] = session.csrf
        case "wrong": body += "&csrf=" + String(session.csrf.reversed())
        case "twice": body += "&csrf=\(session.csrf)&csrf=\(session.csrf)"
        default: break
        }
        let response = try await bench.send(.post, "/page", headers, body: body)
        #expect(response.status.code == status)
        #expect(bench.calls.all == (status == 200 ? ["POST /page"] : []))
    }

    @Test func `every mutation that a cookie could reach needs the token, whatever its method and body`() async throws {
        let bench = try await HTTPBench()
        let (cookie, _) = try await bench.session(.admin)
        for route in bench.door.routes.routes
        where route.method != .get && route.checkedBy == .caller && route.permission != .publicAccess {
            let type = route.body == .form(["note"]) ? Self.form : "application/json"
            let response = try await bench.send(
                route.method, route.path.replacing("{id}", with: "x"),
                [.cookie: cookie, .contentType: type, .named("Sec-Fetch-Site"): "same-origin"], body: "")
            #expect(response.status == .forbidden, "\(route.method.rawValue) \(route.path)")
        }
        #expect(bench.calls.all == [])
    }

    @Test func `a token in the header needs no form's token`() async throws {
        let bench = try await HTTPBench()
        let response = try await bench.send(
            .post, "/things/x/act", [.authorization: try await bench.bearer(.responder)])
        #expect(response.status == .ok)
    }

    @Test(
        arguments: [
            ("cross-site", nil, 403), ("same-origin", nil, 200), (nil, "https://evil.example", 403), (nil, nil, 200),
        ] as [(String?, String?, Int)])
    func `the sign-in form is not taken from another site`(site: String?, origin: String?, status: Int) async throws {
        let bench = try await HTTPBench(address: PublicAddress(isSecure: true, authority: "t.example"))
        var headers: HTTPFields = [.contentType: Self.form]
        headers[.named("Sec-Fetch-Site")] = site
        headers[.origin] = origin
        #expect(try await bench.send(.post, "/sign-in", headers, body: "email=a").status.code == status)
    }

    @Test func `without a public address the origin must be the host that was asked`() async throws {
        let bench = try await HTTPBench()
        let (cookie, session) = try await bench.session(.responder)
        let bodies = try await bench.application.test(.live) { client in
            var bodies: [String] = []
            for origin in [
                "http://tocsin.internal:8080", "https://TOCSIN.internal:8080", "http://tocsin.internal",
                "http://evil.example",
            ] {
                let form = "csrf=\(session.csrf)"
                let answer = try await HTTPConnection(port: try #require(client.port)).exchange([
                    "POST /page HTTP/1.1\r\nHost: tocsin.internal:8080\r\nOrigin: \(origin)\r\nCookie: \(cookie)\r\nConnection: close\r\n"
                        + "Content-Type: \(Self.form)\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)"
                ])
                bodies.append(String(answer.prefix(12)))
            }
            return bodies
        }
        #expect(bodies == ["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 403", "HTTP/1.1 403"])
    }

    // MARK: Cookies

    @Test func `the cookie's name and flags are these (S23)`() {
        let secure = SessionCookie(PublicAddress(isSecure: true, authority: "t.example"), port: 8080)
        #expect(
            secure.setting(Secret("abc"))
                == "__Host-tocsin=abc; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure")
        #expect(secure.clearing == "__Host-tocsin=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure")
        let local = SessionCookie(PublicAddress(isSecure: false, authority: "localhost"), port: 8081)
        #expect(local.setting(Secret("abc")) == "tocsin-8081=abc; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax")
    }

    @Test func `the right cookie is found among others, and two of one name are none (S76)`() async throws {
        let bench = try await HTTPBench()
        let (cookie, _) = try await bench.session(.viewer)
        var statuses: [Int] = []
        for header in [
            cookie, "theme=dark; \(cookie); x=y", "x\(cookie)", "\(cookie); \(cookie)", cookie + "x", "tocsin-8080", "",
            String(repeating: "a=b; ", count: 2_000) + cookie,
        ] { statuses.append(try await bench.send(.get, "/page", [.cookie: header]).status.code) }
        #expect(statuses == [200, 200, 401, 401, 401, 401, 401, 401])
    }

    @Test(arguments: [
        ("/incidents", "/incidents"), ("/a?b=c", "/a?b=c"), ("//evil.example", "/"), ("/\\evil.example", "/"),
        ("https://evil", "/"),
        ("/\t/evil", "/"), ("", "/"), ("javascript:alert(1)", "/"), ("/%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x"),
        ("/é", "/"),
    ])
    func `a way back leads only to this server (S42)`(next: String, path: String) {
        #expect(ReturnPath.vetted(next) == path)
    }

    @Test(
        arguments: [
            ("https://Tocsin.Example.com", "https://tocsin.example.com"),
            ("http://localhost:8080/", "http://localhost:8080"),
            ("https://t.example:443", "https://t.example"), ("https://[::1]:8443", "https://[::1]:8443"),
            ("ftp://t", nil), ("https://", nil),
            ("https://t/path", nil), ("https://user@t", nil), ("tocsin", nil),
        ] as [(String, String?)])
    func `a public address is a scheme, a host and perhaps a port`(text: String, origin: String?) {
        // What is refused is what the nil means.
        #expect((try? PublicAddress(parsing: text))?.origin == origin)
    }
}
