import Notation

/// Decides which addresses Tocsin connects to on somebody else's word. Three questions, asked in this order and all three at
/// every attempt: may the address be written (`url`), may every address behind its name be reached (`vet`), and is the
/// far end of the open connection the one that was vetted (`refusal(of:port:)`). The third closes the gap in which a name
/// changes between the check and its use (S40).
public struct EgressGuard: Sendable {
    public let settings: EgressSettings
    private let resolver: any HostResolver

    /// Names under which clouds hand out credentials. Their addresses are refused as well; the name is refused first
    /// so that not even a lookup is made.
    private static let metadataNames: Set<String> = [
        "metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal",
        "metadata.azure.internal", "metadata.tencentyun.com", "metadata.packet.net", "metadata.platformequinix.com",
        "rancher-metadata",
    ]

    public init(settings: EgressSettings = EgressSettings(), resolver: any HostResolver = SystemResolver.shared) {
        self.settings = settings
        self.resolver = resolver
    }

    /// Reads an address and refuses it when it can be refused without the network.
    public func url(_ text: String) throws(InputFault) -> EgressURL {
        let url = try EgressURL(text)
        guard settings.allowedPorts.contains(url.port) else {
            let ports = settings.allowedPorts.sorted().map { "\($0)" }.joined(separator: ", ")
            throw InputFault(at: "url", "port \(url.port) is not open for outgoing connections (\(ports) are)")
        }
        switch url.host {
        case .address(let address):
            if let reason = refusal(of: address, port: url.port) { throw InputFault(at: "url", reason) }
        case .name(let name):
            guard !Self.metadataNames.contains(name) else {
                throw InputFault(at: "url", "\(name) is a cloud's inner service")
            }
        }
        return url
    }

    /// The addresses that a connection to the address may be made to. One forbidden address among many forbids all: a
    /// name that points inside and outside at once is there to be guessed wrong.
    public func vet(_ url: EgressURL) async throws(EgressFailure) -> [IPAddress] {
        let addresses: [IPAddress]
        switch url.host {
        case .address(let address): addresses = [address]
        case .name(let name): addresses = try await resolver.addresses(of: name)
        }
        guard !addresses.isEmpty else { throw .unresolved("\(url.host) has no address") }
        for address in addresses {
            if let reason = refusal(of: address, port: url.port) { throw .refused("\(url.host): \(reason)") }
        }
        return addresses
    }

    /// Why the address must not be connected to; nil when it may be.
    public func refusal(of address: IPAddress, port: Int) -> String? {
        if AddressSpace.isNobody(address) { return "\(address) is nobody's address" }
        if isOwnListener(address, port: port) { return "\(address) port \(port) is Tocsin itself" }
        let allowed = settings.allowedNetworks.filter { $0.contains(address) }
        if AddressSpace.isMetadata(address) {
            return allowed.contains(where: \.isSingle) ? nil : "\(address) is a cloud's inner service"
        }
        guard let place = AddressSpace.innerPlace(of: address), allowed.isEmpty else { return nil }
        return "\(address) is not on the public internet (\(place))"
    }

    /// Addresses of a host that an operator wrote into the configuration, such as the mail relay. An operator may name an
    /// inner host, so only what can never be a server is refused; the lookup has the same limits.
    public func operatorAddresses(of host: String) async throws(EgressFailure) -> [IPAddress] {
        let addresses: [IPAddress]
        if let literal = IPAddress(host) {
            addresses = [literal]
        } else {
            addresses = try await resolver.addresses(of: host)
        }
        let usable = addresses.filter { !AddressSpace.isNobody($0) }
        guard !usable.isEmpty else { throw .refused("\(host) has no address that a server can have") }
        return usable
    }

    private func isOwnListener(_ address: IPAddress, port: Int) -> Bool {
        settings.ownListeners.contains { listener in
            guard listener.port == port else { return false }
            if listener.address == address { return true }
            guard AddressSpace.isNobody(listener.address) else { return false }
            return CIDR(known: "127.0.0.0/8").contains(address) || address == .v6(1)
        }
    }
}
