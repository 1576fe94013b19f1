import Chronology
import Identity

/// The cookie that holds a session's secret. Scripts cannot read it, other sites' forms do not send it, and over TLS its
/// `__Host-` name keeps neighbouring hosts from planting one (S23; RFC 6265bis §4.1.3.2).
public struct SessionCookie: Hashable, Sendable {
    public let name: String
    let isSecure: Bool
    private let lifetime: Duration

    /// `port` keeps two servers on one development machine apart: cookies know hosts but no ports.
    public init(_ address: PublicAddress, port: Int, lifetime: Duration = .days(14)) {
        name = address.isSecure ? "__Host-tocsin" : "tocsin-\(port)"
        isSecure = address.isSecure
        self.lifetime = lifetime
    }

    /// The Set-Cookie header that signs a browser in.
    public func setting(_ secret: Secret) -> String {
        "\(name)=\(secret.reveal()); Path=/; Max-Age=\(lifetime.wholeSeconds); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }

    /// The Set-Cookie header that signs a browser out.
    public var clearing: String {
        "\(name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : "")
    }

    func secret(in headers: [String]) -> String? {
        Cookies.value(name, in: headers)
    }
}
