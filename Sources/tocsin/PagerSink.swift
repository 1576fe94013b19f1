import Foundation
import Glibc
import Notation
import Synchronization

/// What the phones of a demonstration would be: a receiver of webhooks on loopback that says whom a page reached. It reads
/// one small request at a time, on a thread of its own, and ends with the process.
final class PagerSink: Sendable {
    /// One page that reached somebody.
    struct Ring: Hashable, Sendable {
        /// The last part of the address that was sent to: the person's first name.
        let person: String
        let page: String
        let title: String
        let severity: String
    }

    let port: Int
    let rings: AsyncStream<Ring>
    private let output: AsyncStream<Ring>.Continuation
    private let descriptor: Int32

    /// A page is some kilobytes.
    private static let largestRequest = 64 << 10
    /// Rings that nobody has looked at yet; older ones are of no interest to a viewer.
    private static let waitingRings = 256

    init() throws(Failure) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("no socket can be made: \(LocalFile.reason())") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isReady = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isReady, listen(descriptor, 64) == 0 else {
            close(descriptor)
            throw Failure("the pagers of the demonstration cannot listen: \(LocalFile.reason())")
        }
        self.descriptor = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        (rings, output) = AsyncStream.makeStream(of: Ring.self, bufferingPolicy: .bufferingNewest(Self.waitingRings))
        Thread.detachNewThread { [descriptor, output] in
            while true {
                let connection = accept(descriptor, nil, nil)
                if connection < 0, errno != EINTR { return }
                if connection >= 0 { Self.serve(connection, output) }
            }
        }
    }

    private static func serve(_ connection: Int32, _ output: AsyncStream<Ring>.Continuation) {
        defer { close(connection) }
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8_192)
        while request.count < largestRequest {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request += buffer[..<count]
            if let (path, body) = split(request) {
                Terminal.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", to: connection)
                if let ring = ring(path, body) { output.yield(ring) }
                return
            }
        }
    }

    /// The path and the body once the request is there as a whole; nil before.
    private static func split(_ request: [UInt8]) -> (path: String, body: [UInt8])? {
        let text = String(decoding: request, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.drop { $0 != ":" }.dropFirst().filter { $0 != " " }) } ?? 0
        let body = Array(text[end.upperBound...].utf8)
        guard body.count >= length, let path = lines.first?.split(separator: " ").dropFirst().first else { return nil }
        return (String(path), body)
    }

    private static func ring(_ path: String, _ body: [UInt8]) -> Ring? {
        // What is not a page of ours is nobody's ring.
        guard let data = (try? JSON(parsing: body, limits: .api))?["data"], let page = data["page"]?.string else {
            return nil
        }
        return Ring(
            person: path.split(separator: "/").last.map { String($0).capitalized } ?? "Somebody", page: page,
            title: data.shown("title"), severity: data.severityLabel)
    }
}
