import AsyncHTTPClient
import Notation

/// Talks to a server's API with a token. A redirection is never followed, for the token would go with it; every request
/// has a deadline.
struct Client {
    /// One answer, whatever its status.
    struct Answer {
        let status: Int
        let body: [UInt8]

        var isGood: Bool { (200..<300).contains(status) }

        /// The body as a value; null when it is not JSON.
        var json: JSON { (try? JSON(parsing: body, limits: Client.limits)) ?? .null }

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// A page of 500 alerts with all their labels is some megabytes.
    private static let largestAnswer = 64 << 20
    /// Seconds; the server answers within a few, or refuses.
    private static let patience: Int64 = 30

    static let limits = JSONLimits(
        bytes: largestAnswer, members: 100_000, values: 4_000_000, stringBytes: 16 << 20)

    let url: ServerURL
    let token: String?
    /// Whether a server that says "not so fast" (429) is asked again a second later, for verbs that send very much.
    var waitsItsTurn = false
    private let http: HTTPClient

    /// Runs the work with a client and releases its connections.
    static func with<Value>(
        _ url: ServerURL, token: String?, _ work: (Client) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5), read: .seconds(patience), write: .seconds(patience)))
        configuration.httpVersion = .http1Only
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let value = try await work(Client(url: url, token: token, waitsItsTurn: false, http: http))
            try await http.shutdown()
            return value
        } catch {
            // What went wrong before is what counts; a connection that does not close ends with the process.
            try? await http.shutdown()
            throw error
        }
    }

    func get(_ path: String, query: [(String, String)] = []) async throws -> Answer {
        let fields = query.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }
        return try await good(try await send("GET", path + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))))
    }

    /// - Parameter words: the names that the request uses, by their kind (`service`, `user`, …): if the server knows none
    ///   of that name, the failure says which one is near.
    func post(_ path: String, _ body: JSON? = nil, words: [String: String] = [:]) async throws -> Answer {
        try await good(try await send("POST", path, body), words: words)
    }

    func put(_ path: String, _ body: JSON, words: [String: String] = [:]) async throws -> Answer {
        try await good(try await send("PUT", path, body), words: words)
    }

    /// Puts a document that is no JSON.
    func put(_ path: String, _ document: [UInt8], type: String) async throws -> Answer {
        try await good(try await send("PUT", path, document, type: type))
    }

    func delete(_ path: String) async throws -> Answer {
        try await good(try await send("DELETE", path))
    }

    /// Sends and gives back whatever is answered. Throws a `Failure` with the status `unreachable` when nothing is.
    func send(_ method: String, _ path: String, _ body: JSON? = nil) async throws(Failure) -> Answer {
        try await send(method, path, body.map { Array($0.text.utf8) }, type: "application/json")
    }

    /// Seconds for which a server that says "not so fast" is asked again.
    private static let longestTurn = 60

    private func send(
        _ method: String, _ path: String, _ body: [UInt8]?, type: String
    ) async throws(Failure) -> Answer {
        for _ in 0..<Self.longestTurn where waitsItsTurn {
            let answer = try await sendOnce(method, path, body, type: type)
            guard answer.status == 429 else { return answer }
            do { try await Task.sleep(for: .seconds(1)) } catch { throw Failure("it was interrupted") }
        }
        return try await sendOnce(method, path, body, type: type)
    }

    private func sendOnce(
        _ method: String, _ path: String, _ body: [UInt8]?, type: String
    ) async throws(Failure) -> Answer {
        var request = HTTPClientRequest(url: url.text + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "user-agent", value: "tocsin/\(Tocsin.version)")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(body)
        }
        do {
            let response = try await http.execute(request, timeout: .seconds(Self.patience))
            let bytes = try await response.body.collect(upTo: Self.largestAnswer)
            return Answer(status: Int(response.status.code), body: Array(bytes.readableBytesView))
        } catch let error as HTTPClientError where error == .invalidURL || error == .unsupportedScheme("") {
            throw Failure("\(url.text) is not the address of a server", .usage)
        } catch {
            throw Failure("the server at \(url.text) cannot be reached: \(Self.reason(error))", .unreachable)
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout: "it does not answer"
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            "it did not answer in time; what was asked may have been done"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "it closed the connection without an answer; what was asked may have been done"
        default: Failure.systemReason(of: error) ?? strangeReason("\(type(of: error)) \(error)")
        }
    }

    /// What the libraries below say of an answer that is none; their types are not of this room.
    private static func strangeReason(_ text: String) -> String {
        if text.hasPrefix("HTTPParserError") { return "what it answers is not HTTP; is this the port of the server?" }
        if text.contains("WRONG_VERSION_NUMBER") { return "it does not answer in TLS; is its address http://?" }
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return "its certificate is not trusted by this machine" }
        if text.contains("UnknownHost") { return "there is no host of this name" }
        return text
    }

    // MARK: What the server refuses

    private func good(_ answer: Answer, words: [String: String] = [:]) async throws -> Answer {
        guard !answer.isGood else { return answer }
        var lines = [told(answer)]
        for fault in answer.json["errors"]?.array ?? [] {
            guard let detail = fault["detail"]?.string, !lines[0].contains(detail) else { continue }
            let pointer = fault["pointer"]?.string ?? ""
            lines.append(pointer.isEmpty ? "  \(detail)" : "  \(pointer): \(detail)")
        }
        if let near = try await suggestion(for: answer, words) { lines.append("Did you mean \(near)?") }
        if answer.status == 401 { lines.append("Set TOCSIN_TOKEN, or sign in again with `tocsin login`.") }
        throw Failure(Wording.lines(lines.joined(separator: "\n")))
    }

    private func told(_ answer: Answer) -> String {
        let problem = answer.json
        guard let title = problem["title"]?.string else {
            return (300..<400).contains(answer.status)
                ? "\(url.text) answers with a redirection, which is not followed: is this the server's own address?"
                : "\(url.text) answered with status \(answer.status) and no reason: is this a Tocsin server?"
        }
        return problem["detail"]?.string ?? title
    }

    /// Where the names of a kind are listed.
    private static let lists = [
        "service": "/api/v1/services", "user": "/api/v1/users", "plan": "/api/v1/escalations",
    ]

    private func suggestion(for answer: Answer, _ words: [String: String]) async throws -> String? {
        let prefix = "urn:tocsin:problem:unknown-"
        guard let type = answer.json["type"]?.string, type.hasPrefix(prefix) else { return nil }
        let kind = String(type.dropFirst(prefix.count))
        guard let word = words[kind], let path = Self.lists[kind] else { return nil }
        // The longest page that the API gives; a name further on is not suggested.
        let listed = try await send("GET", path + "?limit=200")
        let names = listed.json.items.flatMap { [$0["name"]?.string, $0["email"]?.string].compactMap { $0 } }
        return Suggestion.nearest(to: word, among: names).map { "\"\($0)\"" }
    }
}

/// The address of a server, without a slash at its end.
struct ServerURL: Hashable {
    let text: String

    init(_ text: String) throws(Failure) {
        var trimmed = text[...]
        while trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
        guard trimmed.hasPrefix("http://") || trimmed.hasPrefix("https://"), trimmed.utf8.count <= 2_048,
            trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), !trimmed.contains("?"), !trimmed.contains("#"),
            !trimmed.contains("@")
        else { throw Failure("\"\(text)\" is not the address of a server, such as https://tocsin.example.com", .usage) }
        self.text = String(trimmed)
    }
}

/// Percent-encoding of one piece of a path or query (RFC 3986 §2.1).
enum PercentCoding {
    static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                encoded += Array(Hex.text([byte]).uppercased().utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
