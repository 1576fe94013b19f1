import Notation

// What the kinds of the fields promise about their values, checked the same way for a person's form, the API and a file.
extension ChannelDescriptor {
    /// Places are `destination` and `secret`, whatever the fields are called.
    public func check(destination: String, secret: Secret?) throws(InputFault) {
        guard let first = fields.first else { preconditionFailure("A channel has a destination.") }
        do throws(InputFault) { try first.check(destination) } catch {
            throw InputFault(at: "destination", error.reason)
        }
        guard let second = fields.dropFirst().first else {
            guard secret?.isEmpty ?? true else {
                throw InputFault(at: "secret", "\(label) needs no secret beside the \(first.label.lowercased())")
            }
            return
        }
        do throws(InputFault) { try second.check(secret?.reveal() ?? "") } catch {
            throw InputFault(at: "secret", error.reason)
        }
    }

    public func check(account: ChannelAccount) throws(InputFault) {
        let names = self.account.map(\.name)
        for name in (Array(account.settings.keys) + Array(account.secrets.keys)).sorted() where !names.contains(name) {
            throw InputFault(at: name, "\(label) has no setting of that name")
        }
        for field in self.account {
            let value = field.isSecret ? account.secret(field.name)?.reveal() : account[field.name]
            try field.check(value ?? "")
        }
    }
}

extension ChannelDescriptor.Field {
    /// An empty value is right where the field is not required. The fault's place is the field's name.
    public func check(_ value: String) throws(InputFault) {
        guard !value.isEmpty else {
            guard !isRequired else { throw InputFault(at: name, "\(label) is missing") }
            return
        }
        guard value.utf8.count <= longest else {
            throw InputFault(at: name, "\(label) is longer than \(longest) bytes")
        }
        do throws(InputFault) { try checkKind(value) } catch { throw InputFault(at: name, error.reason) }
    }

    private func checkKind(_ value: String) throws(InputFault) {
        switch kind {
        case .mailAddress:
            guard try MailAddress(value).name == nil else {
                throw InputFault(at: name, "the mail address must be only the address, without a name")
            }
        case .webAddress: _ = try EgressURL(value)
        case .signingKey: _ = try WebhookKey(Secret(value))
        case .phoneNumber:
            guard PhoneNumber(value) != nil else {
                throw InputFault(
                    at: name, "\"\(LineText(flattening: value, limit: 40))\" is not a number in the form +4915112345678"
                )
            }
        case .text, .secret:
            guard LineText(exactly: value) != nil, !value.hasPrefix(" "), !value.hasSuffix(" ") else {
                throw InputFault(at: name, "\(label) is one line without spaces around it")
            }
        case .choice:
            guard choices.contains(value) else {
                throw InputFault(at: name, "\(label) is one of \(choices.joined(separator: ", "))")
            }
        }
    }
}

/// A telephone number in the international form of ITU-T E.164: a plus sign, then at most 15 digits of which the first is
/// not 0. At least 8: shorter ones are no subscribers' numbers.
public struct PhoneNumber: Hashable, Sendable {
    public let text: String

    public init?(_ text: String) {
        let digits = text.utf8.dropFirst()
        guard text.utf8.first == UInt8(ascii: "+"), (8...15).contains(digits.count),
            digits.allSatisfy({ (0x30...0x39).contains($0) }), digits.first != UInt8(ascii: "0")
        else { return nil }
        self.text = text
    }
}
