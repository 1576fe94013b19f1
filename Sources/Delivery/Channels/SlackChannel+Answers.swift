import Chronology
import Crypto
import Notation

// What somebody pressed, as Slack's interactivity posts it to `interactive` below the account's callback.
extension SlackChannel {
    /// How far the time in a request may be from ours, so that a recorded one is worth nothing later (docs.slack.dev,
    /// "Verifying requests from Slack").
    static let tolerance = Duration.seconds(300)

    /// Believed when it is signed with the account's signing secret at a time not more than five minutes away. Within them the
    /// same request can be sent twice: what is said twice must do no more than what is said once.
    ///
    /// Buttons that open a page are reported by Slack as well; they say nothing.
    public static func read(_ call: InboundCall) throws(InboundFault) -> [Said] {
        guard call.path == "interactive" else { throw .unknownPath }
        try prove(call)
        guard let payload = FormText.decode(call.body)?.first(where: { $0.name == "payload" })?.value else {
            throw .unreadable("there is no field payload in the form")
        }
        let body: JSON
        do throws(InputFault) { body = try JSON(parsing: payload, limits: .vendor) } catch {
            throw .unreadable("the payload is not JSON of a usual size")
        }
        guard body["type"]?.string == "block_actions" else { return [] }
        var said: [Said] = []
        for action in body["actions"]?.array ?? [] {
            let name = action["action_id"]?.string
            guard name == SlackMessage.acknowledge || name == SlackMessage.escalate else { continue }
            guard let reference = ChatAPI.reference(action["value"]) else {
                throw .unreadable("the button carries no reference")
            }
            guard let person = body["user"]?["id"]?.string, isID(person) else {
                throw .unreadable("it does not say who pressed the button")
            }
            let subject = Said.Subject.reference(reference, from: person)
            said.append(name == SlackMessage.acknowledge ? .acknowledge(subject) : .escalate(subject))
        }
        return said
    }

    /// Slack wants 200 within three seconds.
    public static func response(to call: InboundCall, outcome: String?) -> InboundResponse {
        guard let outcome else { return InboundResponse() }
        let text = ChatDialect.slack.write(
            LineText(flattening: outcome, limit: 1_000).text, atMost: 3_000, .utf16)
        let body: JSON = ["response_type": "ephemeral", "replace_original": false, "text": .string(text)]
        return InboundResponse(contentType: "application/json; charset=utf-8", body: body.text)
    }

    private static func prove(_ call: InboundCall) throws(InboundFault) {
        guard let secret = call.account.secret("signingSecret") else {
            throw .unproven("no signing secret of Slack is set")
        }
        // Twelve digits are far beyond any time that is near ours, and within what an instant holds.
        guard let timestamp = call.header("X-Slack-Request-Timestamp"), (1...12).contains(timestamp.utf8.count),
            timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(timestamp)
        else { throw .unproven("X-Slack-Request-Timestamp is not a time") }
        let age = call.now - Instant(seconds: seconds)
        guard age <= tolerance, age >= .zero - tolerance else {
            throw .unproven("X-Slack-Request-Timestamp is more than \(tolerance.wholeSeconds) s away")
        }
        guard let signature = call.header("X-Slack-Signature"), signature.hasPrefix("v0="),
            let code = bytes(ofHex: signature.dropFirst(3)), code.count == SHA256.byteCount
        else { throw .unproven("X-Slack-Signature is not a signature") }
        // Compared in constant time.
        guard
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Array("v0:\(timestamp):".utf8) + call.body,
                using: SymmetricKey(data: Array(secret.reveal().utf8)))
        else { throw .unproven("X-Slack-Signature is not of this signing secret") }
    }

    private static func bytes(ofHex text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var digits = text.utf8.makeIterator()
        while let first = digits.next() {
            guard let high = value(ofHex: first), let low = digits.next().flatMap(value(ofHex:)) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(ofHex digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
