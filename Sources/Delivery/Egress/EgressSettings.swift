import Notation

/// Where Tocsin may connect to on behalf of an address that somebody typed. The default is the public internet on the
/// usual ports.
public struct EgressSettings: Hashable, Sendable {
    /// One of Tocsin's own listening sockets.
    public struct Listener: Hashable, Sendable {
        public let address: IPAddress
        public let port: Int

        public init(address: IPAddress, port: Int) {
            self.address = address
            self.port = port
        }
    }

    public static let usualPorts: Set<Int> = [80, 443, 8080, 8443]

    /// Inner networks that an operator opened on purpose. An address on which a cloud hands out credentials is opened
    /// only by a block of that one address.
    public var allowedNetworks: [CIDR]
    public var allowedPorts: Set<Int>
    /// Never connected to, even inside an allowed network: Tocsin must not be made to call itself. A listener on every
    /// address (0.0.0.0 or ::) is refused on this host's loopback addresses.
    public var ownListeners: Set<Listener>
    /// A PEM file of certificate authorities that are trusted beside the system's, for a company's own authority.
    public var trustRoots: String?

    public init(
        allowedNetworks: [CIDR] = [], allowedPorts: Set<Int> = Self.usualPorts, ownListeners: Set<Listener> = [],
        trustRoots: String? = nil
    ) {
        self.allowedNetworks = allowedNetworks
        self.allowedPorts = allowedPorts
        self.ownListeners = ownListeners
        self.trustRoots = trustRoots
    }
}
