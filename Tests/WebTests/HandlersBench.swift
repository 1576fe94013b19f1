import Chronology
import Engine
import HTTPTypes
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import Notation
import Storage
import Testing
import Web

/// The service of an `APIBench` once more, with the pages for people.
final class HandlersBench: Sendable {
    static let password = "gravel lantern otter pivot"

    let base: APIBench
    let service: WebService
    let links: AcknowledgementLinks

    init(channels: [String] = ["email", "webhook"]) async throws {
        base = try await APIBench()
        let keys = base.keys
        links = try await base.store.write(.engine) { try AcknowledgementLinks.open(on: $0, keys) }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var limits = HTTPLimits()
        limits.rate = 10_000
        limits.burst = 10_000
        service = WebService(
            engine: base.engine, identity: base.identity, settings: WebSettings(port: 0, limits: limits),
            channels: IdleChannel.all(channels), links: links, logger: logger)
    }

    func send(
        _ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields = [:], body: String? = nil
    ) async throws -> TestResponse {
        try await service.application().test(.router) { client in
            try await client.execute(
                uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        }
    }

    /// Takes the oldest message out of the outbox and says what an attempt at it came to.
    func report(_ result: AttemptReport.Result) async throws {
        let claims = try await base.store.write(.shared) { try Outbox.claim(limit: 1, by: "bench", on: $0) }
        let claim = try #require(claims.first)
        let report = AttemptReport(delivery: claim.id, epoch: claim.epoch, result: result)
        _ = try await base.engine.submit(.attempted(report))
    }

    /// Gives a role's person the password.
    func setPassword(_ role: Role) async throws {
        let person = try #require(await base.identity.directory.user(UserID("usr_\(role.rawValue)")))
        try await base.identity.passwords.set(Self.password, of: person, by: .tocsin)
    }

    /// A browser that is signed in; nil for one that is not.
    func browser(_ role: Role?) async throws -> Browser {
        var browser = Browser(bench: self)
        if let role {
            let cookie = try await base.session(role).cookie
            browser.cookies["tocsin-0"] = String(cookie.drop { $0 != "=" }.dropFirst())
        }
        return browser
    }

    /// An incident as bad as wakes somebody, its page, and the link that its responder gets.
    func page() async throws -> (incident: String, page: PageID, link: String) {
        _ = try await base.alert(["title": "Till is down", "severity": "critical", "labels": ["severity": "critical"]])
        let answer = try await base.ask(.get, "/pages?open=true").json
        let id = PageID(try #require(answer?["items"]?.array?.first?["id"]?.string))
        let page = try #require(try await base.store.read { try PageQueries.page(id, on: $0) })
        let key = try #require(try await base.ask(.get, "/pages/\(id)").json?["incident"]?.string)
        let token = links.token(page: id, user: UserID("usr_responder"), openedAt: page.openedAt)
        return (key, id, "/ack/" + token)
    }
}

/// What a browser without scripts does: keeps cookies, follows redirects, and sends the forms of the page that it shows.
struct Browser {
    let bench: HandlersBench
    var cookies: [String: String] = [:]
    /// The page that is shown.
    var page = ""
    var path = ""
    var status = 0

    private var headers: HTTPFields {
        var headers: HTTPFields = [.accept: "text/html", .named("Sec-Fetch-Site"): "same-origin"]
        if !cookies.isEmpty {
            headers[.cookie] = cookies.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; ")
        }
        return headers
    }

    /// Opens an address and follows where it leads.
    mutating func open(_ path: String) async throws {
        try await take(try await bench.send(.get, path, headers), at: path)
    }

    /// Fills in and sends the form of the page that goes to `action`, or makes one up where the page has none.
    mutating func send(_ action: String, _ fields: [String: String] = [:], site: String = "same-origin") async throws {
        var fields = fields
        for (name, value) in hiddenFields(of: action) where fields[name] == nil { fields[name] = value }
        var headers = headers
        headers[.named("Sec-Fetch-Site")] = site
        headers[.contentType] = "application/x-www-form-urlencoded"
        let body = fields.sorted { $0.key < $1.key }.map { "\($0)=\(Self.encode($1))" }.joined(separator: "&")
        try await take(try await bench.send(.post, action, headers, body: body), at: action)
    }

    /// Whether the page has a form that goes there.
    func offers(_ action: String) -> Bool { page.contains("action=\"\(action)\"") }

    private mutating func take(_ response: TestResponse, at path: String) async throws {
        for cookie in response.headers[values: .setCookie] {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1])
        }
        if response.status == .seeOther, let next = response.headers[.location] {
            try await open(next)
            return
        }
        (self.path, page, status) = (path, response.text, Int(response.status.code))
    }

    private func hiddenFields(of action: String) -> [String: String] {
        guard let start = page.range(of: "action=\"\(action)\"") else { return [:] }
        let rest = page[start.upperBound...]
        let form = rest.range(of: "</form>").map { rest[..<$0.lowerBound] } ?? rest
        var fields: [String: String] = [:]
        for input in form.split(separator: "<input ") where input.hasPrefix("type=\"hidden\"") {
            let name = input.split(separator: "name=\"", maxSplits: 1).last?.prefix { $0 != "\"" } ?? ""
            let value = input.split(separator: "value=\"", maxSplits: 1).last?.prefix { $0 != "\"" } ?? ""
            fields[String(name)] = Self.decode(value)
        }
        return fields
    }

    /// What the pages write for the characters that mean something in HTML.
    private static func decode(_ text: some StringProtocol) -> String {
        [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")].reduce(String(text)) {
            $0.replacing($1.0, with: $1.1)
        }
    }

    private static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            return isPlain
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
