import HTTPTypes
import HummingbirdCore
import NIOCore
import Notation

/// What a handler answers. The server adds the security headers, the request id and, where nothing else was said, that
/// nobody may keep a copy.
public struct Answer: Sendable {
    public enum Body: Sendable {
        case bytes(ByteBuffer)
        /// Written part by part while the connection lasts; writing waits for a slow client. Returning ends the answer,
        /// throwing cuts the connection.
        case stream(@Sendable (inout any ResponseBodyWriter) async throws -> Void)
    }

    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    public var body: Body

    public init(_ status: HTTPResponse.Status, headers: HTTPFields = [:], body: Body = .bytes(ByteBuffer())) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

extension Answer {
    public static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> Answer {
        Answer.json(status: status) { $0.value(json) }
    }

    public static func json(status: HTTPResponse.Status = .ok, _ write: (inout JSONWriter) -> Void) -> Answer {
        var writer = JSONWriter()
        write(&writer)
        return bytes(writer.bytes, type: "application/json", status: status)
    }

    /// A page: UTF-8 bytes that were escaped by whoever wrote them.
    public static func html(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Answer {
        self.bytes(bytes, type: "text/html; charset=utf-8", status: status)
    }

    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Answer {
        bytes(Array(text.utf8), type: "text/plain; charset=utf-8", status: status)
    }

    public static func bytes(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> Answer {
        Answer(status, headers: [.contentType: type], body: .bytes(ByteBuffer(bytes: bytes)))
    }

    public static let noContent = Answer(.noContent)

    /// Sends the browser on with GET (303) to a path of our own. A path that could lead to another host is a programmer's
    /// error; give what came from outside through `ReturnPath` (S42).
    public static func seeOther(_ path: String) -> Answer {
        precondition(ReturnPath.isLocal(path), "a redirect stays on this server")
        return Answer(.seeOther, headers: [.location: path])
    }

    /// The same answer with one more header field.
    public func with(_ name: HTTPField.Name, _ value: String) -> Answer {
        var answer = self
        answer.headers[values: name].append(value)
        return answer
    }
}

/// Paths on this server, as they may stand in `?next=`.
public enum ReturnPath {
    /// A path from outside if it stays here, and `/` otherwise (S42).
    public static func vetted(_ path: String?) -> String {
        guard let path, isLocal(path) else { return "/" }
        return path
    }

    /// Starts with exactly one slash, and holds nothing that a browser reads as the start of a host (`//`, `/\`) or throws
    /// away before it looks (tabs and line ends).
    static func isLocal(_ path: String) -> Bool {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 2_048 else { return false }
        if bytes.count > 1, bytes[1] == UInt8(ascii: "/") { return false }
        return bytes.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
    }
}
