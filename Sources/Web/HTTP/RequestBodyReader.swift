import HTTPTypes
import Hummingbird
import NIOCore
import Notation

/// Reads a request's body as its route wants it: within its bound, of its type, well-formed.
struct RequestBodyReader: Sendable {
    struct Content: Sendable {
        var bytes: [UInt8] = []
        var form = Fields.none
    }

    let limits: HTTPLimits

    func read(_ request: Request, for route: Route) async throws -> Content {
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            // A compressed body of a kilobyte can unpack to a gigabyte (F19), and no tool that we know compresses.
            throw HTTPProblem.unsupportedMediaType("The body must not be compressed.")
        }
        switch route.body {
        case .none:
            _ = try await collect(request, upTo: Self.ignored)
            return Content()
        case .json:
            let bytes = try await collect(request, upTo: limits.body)
            try checkType(request, isEmpty: bytes.isEmpty, "application/json") {
                $0 == "application/json" || $0.hasSuffix("+json")
            }
            return Content(bytes: bytes)
        case .form, .longForm:
            let isLong = if case .longForm = route.body { true } else { false }
            let bytes = try await collect(request, upTo: isLong ? limits.longForm : limits.body)
            let type = "application/x-www-form-urlencoded"
            try checkType(request, isEmpty: bytes.isEmpty, type) { $0 == type }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw HTTPProblem.badRequest("The form is not UTF-8.")
            }
            return Content(bytes: bytes, form: try Fields(parsing: text))
        case .raw(let types):
            let limit = route.permission == .ingest ? limits.intakeBody : limits.body
            let bytes = try await collect(request, upTo: limit)
            if !types.isEmpty {
                try checkType(request, isEmpty: bytes.isEmpty, types.joined(separator: ", ")) { types.contains($0) }
            }
            return Content(bytes: bytes)
        }
    }

    /// Clients that always send something, such as `{}`, may do so where nothing is expected.
    private static let ignored = 1_024

    private func checkType(
        _ request: Request, isEmpty: Bool, _ wanted: String, _ isAllowed: (String) -> Bool
    ) throws(HTTPProblem) {
        guard let header = request.headers[.contentType]?.lowercased() else {
            if isEmpty { return }
            throw .unsupportedMediaType("The Content-Type must be \(wanted).")
        }
        let parts = header.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
        guard let type = parts.first, isAllowed(type) else {
            throw .unsupportedMediaType("The Content-Type must be \(wanted).")
        }
        for part in parts.dropFirst() where part.hasPrefix("charset=") {
            guard ["charset=utf-8", "charset=\"utf-8\"", "charset=us-ascii"].contains(part) else {
                throw .unsupportedMediaType("The body must be UTF-8.")
            }
        }
    }

    private static let broken = HTTPProblem(
        .badRequest, "broken-body", "The body is not well-formed HTTP, or the connection broke.")

    private func collect(_ request: Request, upTo limit: Int) async throws -> [UInt8] {
        let tooLarge = HTTPProblem(
            .contentTooLarge, "too-large", "The body is too large.", detail: "At most \(limit) bytes are taken here.")
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw tooLarge }
        var bytes: [UInt8] = []
        do {
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= limit else { throw tooLarge }
                bytes.append(contentsOf: part.readableBytesView)
            }
        } catch let problem as HTTPProblem {
            throw problem
        } catch is ConnectionDeadlines.BodyTooSlow {
            throw HTTPProblem(
                .requestTimeout, "too-slow", "The body did not arrive in time.",
                detail: "A body has \(limits.bodyDeadline.components.seconds) seconds to arrive.")
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // The parser or the network gave up; either way there is no request to answer for.
            throw Self.broken
        }
        // The library takes a stream that just stops, as when this side closes it, for the end of the body. Half an alert
        // must not pass for a whole one.
        if let announced, bytes.count < announced { throw Self.broken }
        return bytes
    }
}
