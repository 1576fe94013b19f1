import Notation

/// What the channels of chats and pagers read from an account, a destination and an answer.
enum ChatAPI {
    /// Longer ones are no far end's own name of a message.
    static let longestReceipt = 255

    // MARK: The account

    /// Where the vendor's interface is.
    static func base(_ usual: String, hint: String = "") -> ChannelDescriptor.Field {
        .init(
            name: "apiBase", label: "API address", kind: .webAddress, isRequired: false, example: usual, hint: hint,
            longest: 512)
    }

    /// Refuses an address that nothing can be put behind. `name` is the setting's.
    static func checkBase(_ name: String, of account: ChannelAccount) throws(InputFault) {
        guard let base = account[name], base.contains("?") else { return }
        throw InputFault(at: name, "the address must not hold a question mark: paths are put behind it")
    }

    /// An address below the base; the path starts with a slash.
    static func url(
        _ client: EgressClient, _ base: String, _ path: String
    ) throws(InputFault) -> EgressURL {
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        return try client.egress.url(base + path)
    }

    /// A secret that is sent in a header. The fault never repeats it.
    static func token(_ name: String, of account: ChannelAccount, called label: String) throws(InputFault) -> Secret {
        guard let secret = account.secret(name) else { throw InputFault(at: name, "the \(label) is missing") }
        guard secret.reveal().utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw InputFault(at: name, "the \(label) holds a blank or a character that none has")
        }
        return secret
    }

    // MARK: The destination

    /// Scheme, host and port of a webhook, whose path is a secret. An address that cannot be read is not connected to.
    static func farEnd(ofWebhook destination: String, kind: String) -> String {
        do throws(InputFault) { return try EgressURL(destination).description } catch { return kind }
    }

    /// Reads a webhook's address. The fault never repeats it.
    static func webhook(_ destination: String) throws(InputFault) -> EgressURL {
        do throws(InputFault) { return try EgressURL(destination) } catch {
            throw InputFault(at: "destination", error.reason)
        }
    }

    // MARK: The answer

    /// A far end's own name of a message, when it is fit to be one.
    static func receipt(_ text: String?) -> String? {
        guard let text, (1...longestReceipt).contains(text.utf8.count) else { return nil }
        return LineText(exactly: text)?.text
    }

    /// A far end's name of an account or a place, for the operator who set it up.
    static func name(_ value: JSON?) -> String? {
        guard let text = value?.string, !text.isEmpty else { return nil }
        return LineText(flattening: text, limit: 60).text
    }

    /// What a button carried, when it is what a message of ours carries.
    static func reference(_ value: JSON?) -> String? {
        guard let text = value?.string, (1...48).contains(text.utf8.count), text.utf8.allSatisfy(isReference) else {
            return nil
        }
        return text
    }

    /// Letters, digits, `_` and `-`.
    static func isReference(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
