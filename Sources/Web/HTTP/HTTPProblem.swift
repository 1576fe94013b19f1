import HTTPTypes
import Notation

/// A request that cannot be answered as asked. Thrown by handlers and by the server itself; it becomes
/// `application/problem+json` (RFC 9457) for programs and a page for people. Everything in it is shown to the sender.
public struct HTTPProblem: Error, Hashable, Sendable {
    public let status: HTTPResponse.Status
    /// A stable word for programs. The problem's `type` is `urn:tocsin:problem:` and this.
    public let code: String
    public let title: String
    public let detail: String?
    /// What is wrong with the input, place by place.
    public let errors: [InputFault]
    /// Further header fields: Allow, Retry-After, WWW-Authenticate.
    public var headers: HTTPFields

    public init(
        _ status: HTTPResponse.Status, _ code: String, _ title: String, detail: String? = nil,
        errors: [InputFault] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    public func json(requestID: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", "urn:tocsin:problem:" + code)
            writer.member("title", title)
            writer.member("status", status.code)
            if let detail { writer.member("detail", detail) }
            writer.member(
                "errors",
                array: { writer in
                    for fault in errors {
                        writer.object { writer in
                            writer.member("pointer", fault.place)
                            writer.member("detail", fault.reason)
                        }
                    }
                })
            writer.member("requestId", requestID)
        }
        return writer.bytes
    }
}

extension HTTPProblem {
    public static let notFound = HTTPProblem(.notFound, "not-found", "There is nothing here.")

    public static func notFound(_ what: String) -> HTTPProblem {
        HTTPProblem(.notFound, "not-found", "There is nothing here.", detail: what)
    }

    public static let notSignedIn = HTTPProblem(
        .unauthorized, "not-signed-in", "Sign in, or send an API token.", headers: [.wwwAuthenticate: "Bearer"])

    public static let forbidden = HTTPProblem(.forbidden, "forbidden", "Your role does not allow this.")

    public static let internalError = HTTPProblem(
        .internalServerError, "internal", "Something went wrong on our side.",
        detail: "The server's log says what, under the request id.")

    /// Nothing was done and the same request may succeed later (R16).
    public static func busy(_ detail: String, retryAfter seconds: Int = 5) -> HTTPProblem {
        HTTPProblem(
            .serviceUnavailable, "busy", "The server cannot take this right now.", detail: detail,
            headers: [.retryAfter: "\(seconds)"])
    }

    static let crowded = busy("Too many connections are open; the last ones are kept for those who acknowledge a page.")

    public static func badRequest(_ detail: String, at place: String = "") -> HTTPProblem {
        HTTPProblem(
            .badRequest, "bad-request", "The request cannot be understood.", detail: detail,
            errors: place.isEmpty ? [] : [InputFault(at: place, detail)])
    }

    public static func unsupportedMediaType(_ detail: String) -> HTTPProblem {
        HTTPProblem(
            .unsupportedMediaType, "unsupported-media-type", "The body is not of a kind that is taken here.",
            detail: detail)
    }
}

/// Everything that is wrong with one input, so that its sender need not find out fault by fault.
public struct InputFaults: Error, Hashable, Sendable {
    public let faults: [InputFault]

    public init(_ faults: [InputFault]) {
        self.faults = faults
    }
}
