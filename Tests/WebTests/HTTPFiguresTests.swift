import HTTPTypes
import HummingbirdTesting
import Identity
import Testing
import Web

@Suite struct HTTPFiguresTests {
    @Test func `figures are written in Prometheus's text format, in the order of their names`() {
        let metrics = Metrics()
        let pages = metrics.counter("pages_total", "Pages", labels: [.init("urgency", ["high", "low"])])
        let waits = metrics.histogram("wait_seconds", "Waits", bounds: [0.5, 1], labels: [])
        _ = metrics.counter("a_total", "None yet")
        metrics.gauge("open", "Open") { 3 }
        pages.add(2, "high")
        pages.add(1, "low")
        for wait in [0.25, 0.5, 0.75, 8] { waits.observe(wait) }
        #expect(
            metrics.render() == """
                # HELP a_total None yet
                # TYPE a_total counter
                a_total 0
                # HELP open Open
                # TYPE open gauge
                open 3.0
                # HELP pages_total Pages
                # TYPE pages_total counter
                pages_total{urgency="high"} 2
                pages_total{urgency="low"} 1
                # HELP wait_seconds Waits
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.5"} 2
                wait_seconds_bucket{le="1.0"} 3
                wait_seconds_bucket{le="+Inf"} 4
                wait_seconds_sum 9.5
                wait_seconds_count 4

                """)
    }

    @Test func `a label's value that was not declared counts as other, so that nobody can make series grow (R22)`()
        async throws
    {
        let bench = try await HTTPBench()
        for number in 0..<50 {
            let method = try #require(HTTPRequest.Method(rawValue: "M\(number)"))
            _ = try await bench.send(method, "/made-up/\(number)")
        }
        let lines = bench.metrics.render().split(separator: "\n")
        #expect(
            lines.filter { $0.hasPrefix("tocsin_http_requests_total") } == [
                #"tocsin_http_requests_total{method="other",status="4xx"} 50"#
            ])
        #expect(
            lines.filter { $0.hasPrefix("tocsin_http_request_duration_seconds_count") } == [
                #"tocsin_http_request_duration_seconds_count{route="other"} 50"#
            ])
    }

    @Test func `the figures need a right to read, and health does not (S64)`() async throws {
        let bench = try await HTTPBench()
        #expect(try await bench.send(.get, "/metrics").status == .unauthorized)
        let response = try await bench.send(.get, "/metrics", [.authorization: try await bench.bearer(.viewer)])
        #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try await bench.send(.get, "/livez").text == "alive\n")
        #expect(try await bench.send(.get, "/readyz").text == "ready\n")
    }

    // MARK: Assets

    private static let library = AssetLibrary([
        .init("app.css", Array("body{}".utf8)), .init("app.js", Array("import './theme.js'".utf8)),
    ])

    @Test func `an asset's address names its content, and a browser may keep it for ever`() async throws {
        let bench = try await HTTPBench(adding: [Self.library.route])
        let response = try await bench.send(.get, Self.library.path("app.css"))
        #expect(response.text == "body{}")
        #expect(response.headers[.contentType] == "text/css; charset=utf-8")
        #expect(response.headers[.cacheControl] == "public, max-age=31536000, immutable")
        let tag = try #require(response.headers[.eTag])
        let again = try await bench.send(.get, Self.library.path("app.css"), [.ifNoneMatch: "\"x\", \(tag)"])
        #expect(again.status == .notModified && again.body.readableBytes == 0 && again.headers[.contentLength] == nil)
    }

    @Test func `a page from before an upgrade gets the present asset and may not keep it`() async throws {
        let bench = try await HTTPBench(adding: [Self.library.route])
        let response = try await bench.send(.get, "/assets/0000000000000000/app.js")
        #expect(response.status == .ok && response.headers[.cacheControl] == "no-cache")
        #expect(try await bench.send(.get, "/assets/\(Self.library.digest)/..%2Fapp.js").status == .notFound)
    }

    @Test func `any changed byte or name changes the address`() {
        let digests = [
            Self.library,
            AssetLibrary([.init("app.css", Array("body{} ".utf8)), .init("app.js", Array("import './theme.js'".utf8))]),
            AssetLibrary([.init("app.css", Array("body{}".utf8)), .init("app2.js", Array("import './theme.js'".utf8))]),
            AssetLibrary([]),
        ].map(\.digest)
        #expect(Set(digests).count == 4)
    }

    // MARK: Secrets in texts

    @Test func `what looks like a secret is blotted out of a log's text (S70)`() {
        let key = IntegrationKey.make(random: systemRandom).reveal()
        let token = APIToken.make(.service, random: systemRandom).reveal()
        #expect(
            Redaction.blot(
                "POST /in/\(key)/generic with \(token), tcs_short and PostgreSQLConnectionLostError at 2026-07-01")
                == "POST /in/***/generic with ***, *** and PostgreSQLConnectionLostError at 2026-07-01")
        #expect(Redaction.blot(String(repeating: "a ", count: 5_000)).count == Redaction.longest)
    }
}
