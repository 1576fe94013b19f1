import Notation

extension ChannelDescriptor.Field {
    /// Where a vendor's interface is: for regional hosts, gateways of one's own, and tests.
    static func apiBase(_ usual: String) -> ChannelDescriptor.Field {
        .init(
            name: "apiBase", label: "API address", kind: .webAddress, isRequired: false, example: usual,
            hint: "Empty: \(usual).")
    }
}

extension Vendor {
    /// An address below the account's own base, or the vendor's.
    func url(_ account: ChannelAccount, _ usual: String, _ path: String) throws(InputFault) -> EgressURL {
        var base = account["apiBase"] ?? usual
        while base.hasSuffix("/") { base.removeLast() }
        return try client.egress.url(base + path)
    }
}

extension AttemptResult {
    static let notSetUp = AttemptResult.permanent(reason: "the channel's account is not set up", by: .tocsin)
}

extension String {
    /// Letters, digits, `_` and `-`: fit for a path.
    var isWord: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
    }
}
