import Delivery
import Glibc

/// Where a server listens: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`. Port 0 takes one that is free.
struct ListenAddress: Hashable {
    let host: String
    let port: Int

    init(_ text: String) throws(Failure) {
        let fault = Failure("\"\(text)\" is not an address to listen on, such as 127.0.0.1:8080", .usage)
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw fault
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { throw fault }
        } else if host.contains(":") {
            throw fault
        }
        guard !host.isEmpty, host.utf8.count <= 253,
            host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") })
        else { throw fault }
        // A name may end in digits, but none is made of digits and dots alone (RFC 3696 §2): that is a mistyped address.
        let isNumeric = host.contains(":") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
        guard !isNumeric || IPAddress(String(host)) != nil else {
            throw Failure("\"\(host)\" in \"\(text)\" is not an IP address", .usage)
        }
        self.host = String(host)
        self.port = port == 0 ? try Self.freePort() : Int(port)
    }

    var origin: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    var isLoopback: Bool {
        host == "localhost" || host == "::1" || IPAddress(host).map { "\($0)".hasPrefix("127.") } ?? false
    }

    /// What a webhook must not be aimed at.
    var egressListeners: Set<EgressSettings.Listener> {
        let names = host == "localhost" ? ["127.0.0.1", "::1"] : [host]
        return Set(names.compactMap { IPAddress($0) }.map { EgressSettings.Listener(address: $0, port: port) })
    }

    /// Links are written before the server listens, so that it must know its port: a free one is asked for and given back.
    private static func freePort() throws(Failure) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("no socket can be made: \(LocalFile.reason())") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw Failure("no free port was found: \(LocalFile.reason())") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
