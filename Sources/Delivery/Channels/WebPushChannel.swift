import Chronology
import Crypto
import Notation

/// Notifications of a browser (RFC 8030), sealed for it (RFC 8291, by RFC 8188) and signed with the server's own key (RFC 8292).
/// The subscription's address is the destination; its public key and its secret are the secret.
public struct WebPushChannel: Channel {
    public static let descriptor = ChannelDescriptor(
        kind: "webpush", label: "Web Push",
        fields: [
            .init(
                name: "endpoint", label: "Subscription", kind: .webAddress, isRequired: true,
                example: "https://push.example/…", hint: "The browser gives it."),
            .init(
                name: "keys", label: "Its keys", kind: .secret, isRequired: true, example: "p256dh.auth", longest: 256),
        ],
        account: [
            .init(
                name: "contact", label: "Contact", kind: .text, isRequired: true, example: "mailto:ops@example.com",
                hint: "Whom a push service may write to when something is wrong: a mailto: or https: address.",
                longest: 256),
            .init(
                name: "privateKey", label: "Server's key", kind: .secret, isRequired: false, example: "",
                hint: "Left empty, it is made once; with another key all browsers must subscribe anew.", longest: 64),
        ],
        limits: .init(messageBytes: 4_096, attemptTime: .seconds(20), concurrentAttempts: 16),
        acknowledgement: .button, receipts: .relay,
        about: "Notifications of this very browser, with an acknowledge button. Free; a silent phone stays silent.")

    /// Bytes of a text that fit into one record of 4,096 with its seal and padding (RFC 8291 §4).
    static let plainBytes = 3_993

    /// Where an encryption gets what must be new each time; tests give what is known.
    public struct Entropy: Sendable {
        public var key: @Sendable () -> P256.KeyAgreement.PrivateKey
        public var salt: @Sendable () -> [UInt8]

        public init(
            key: @escaping @Sendable () -> P256.KeyAgreement.PrivateKey, salt: @escaping @Sendable () -> [UInt8]
        ) {
            self.key = key
            self.salt = salt
        }

        public static let fresh = Entropy(
            key: { P256.KeyAgreement.PrivateKey() },
            salt: { SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) } })
    }

    private let vendor: Vendor
    private let entropy: Entropy

    public init(_ client: EgressClient) { self.init(client, entropy: .fresh) }

    public init(_ client: EgressClient, entropy: Entropy) {
        vendor = Vendor(client: client)
        self.entropy = entropy
    }

    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        guard try EgressURL(destination).scheme == .https else {
            throw InputFault(at: "destination", "a push service is reached by https")
        }
        _ = try Subscriber(secret)
    }

    public static func check(account: ChannelAccount) throws(InputFault) {
        try descriptor.check(account: account)
        let contact = account["contact"] ?? ""
        guard contact.hasPrefix("mailto:") || contact.hasPrefix("https://") else {
            throw InputFault(at: "contact", "a contact begins with mailto: or https://")
        }
        guard let key = account.secret("privateKey") else {
            throw InputFault(at: "privateKey", "the server's key is missing")
        }
        _ = try VAPID(key)
    }

    public func farEnd(of destination: String) -> String {
        do throws(InputFault) { return try EgressURL(destination).description } catch { return destination }
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        guard let key = message.account.secret("privateKey"), let contact = message.account["contact"] else {
            return .notSetUp
        }
        let request: EgressRequest
        do {
            let url = try vendor.client.egress.url(message.destination)
            let subscriber = try Subscriber(message.secrets.first)
            let vapid = try VAPID(key)
            let body = try seal(Self.payload(message), for: subscriber)
            let topic = SHA256.hash(data: Array("\(message.thread) \(message.purpose.rawValue)".utf8))
            request = EgressRequest(
                method: .post, url: url,
                headers: [
                    ("TTL", message.purpose == .page ? "3600" : "86400"), ("Content-Encoding", "aes128gcm"),
                    ("Content-Type", "application/octet-stream"), ("Urgency", message.isUrgent ? "high" : "normal"),
                    ("Topic", String(Base64URL.encode(Array(topic)).prefix(32))), ("User-Agent", "Tocsin"),
                    ("Authorization", try vapid.authorization(for: url, contact: contact, now: now)),
                ], body: body)
        } catch let fault as InputFault {
            return .permanent(reason: fault.reason, by: .tocsin)
        } catch {
            return .permanent(reason: "the message could not be sealed for this subscription", by: .tocsin)
        }
        return await vendor.send(request, attempt: message.attempt) { answer in
            switch answer.status {
            case 404, 410: .permanent(reason: "HTTP \(answer.status): the browser has ended the subscription")
            default: Vendor.judge(answer, now: now)
            }
        }
    }

    // MARK: The message

    private static func payload(_ message: OutgoingMessage) -> [UInt8] {
        func json(_ body: String, _ title: String) -> JSON {
            [
                "title": .string(title), "body": .string(body),
                "url": message.details.map { .string($0.address) } ?? .null,
                "action": message.asks ? message.acknowledgement.map { .string($0.action) } ?? .null : .null,
                "link": message.asks ? message.acknowledgement.map { .string($0.link) } ?? .null : .null,
                "tag": .string(message.thread), "urgent": .bool(message.isUrgent),
                "purpose": .string(message.purpose.rawValue),
            ]
        }
        let title = message.subject.shortened(toBytes: 400)
        var limit = 2_000
        while true {
            let bytes = Array(json(message.body.shortened(toBytes: limit), title).text.utf8)
            if bytes.count <= plainBytes || limit < 100 { return bytes }
            limit /= 2
        }
    }

    /// One record of aes128gcm: salt, record size, our public key, and the sealed text (RFC 8188 §2, RFC 8291 §3).
    private func seal(_ plain: [UInt8], for subscriber: Subscriber) throws -> [UInt8] {
        guard plain.count <= Self.plainBytes else { throw InputFault(at: "data", "the message is too long for a push") }
        let (own, salt) = (entropy.key(), entropy.salt())
        let ownPublic = Array(own.publicKey.x963Representation)
        let shared = try own.sharedSecretFromKeyAgreement(with: subscriber.key)
        let info = Array("WebPush: info\u{0}".utf8) + Array(subscriber.key.x963Representation) + ownPublic
        let keying = shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: subscriber.auth, sharedInfo: info, outputByteCount: 32)
        func derive(_ name: String, _ count: Int) -> [UInt8] {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: keying, salt: salt, info: Array("Content-Encoding: \(name)\u{0}".utf8),
                outputByteCount: count
            ).withUnsafeBytes { Array($0) }
        }
        let sealed = try AES.GCM.seal(
            plain + [2], using: SymmetricKey(data: derive("aes128gcm", 16)),
            nonce: AES.GCM.Nonce(data: derive("nonce", 12)))
        let recordSize: [UInt8] = [0, 0, 0x10, 0]
        return salt + recordSize + [UInt8(ownPublic.count)] + ownPublic + Array(sealed.ciphertext) + Array(sealed.tag)
    }
}

/// What a browser gave: its public key and the secret of its subscription, as `p256dh.auth`.
private struct Subscriber {
    let key: P256.KeyAgreement.PublicKey
    let auth: [UInt8]

    init(_ secret: Secret?) throws(InputFault) {
        let halves = (secret?.reveal() ?? "").split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard halves.count == 2, let point = Base64URL.decode(halves[0]), let auth = Base64URL.decode(halves[1]),
            auth.count == 16
        else { throw InputFault(at: "secret", "a subscription's keys are p256dh and auth with a dot between them") }
        do { key = try P256.KeyAgreement.PublicKey(x963Representation: point) } catch {
            throw InputFault(at: "secret", "the subscription's public key is no point of its curve")
        }
        self.auth = auth
    }
}

/// The server's own key towards push services (RFC 8292).
public struct VAPID: Sendable {
    private let key: P256.Signing.PrivateKey

    /// - Parameter secret: 32 bytes in base 64 for addresses.
    public init(_ secret: Secret) throws(InputFault) {
        guard let bytes = Base64URL.decode(secret.reveal()) else {
            throw InputFault(at: "privateKey", "a key is 32 bytes in base 64 for addresses")
        }
        do { key = try P256.Signing.PrivateKey(rawRepresentation: bytes) } catch {
            throw InputFault(at: "privateKey", "this is no key of the curve P-256")
        }
    }

    public static func makePrivateKey() -> Secret {
        Secret(Base64URL.encode(Array(P256.Signing.PrivateKey().rawRepresentation)))
    }

    /// What a browser is given to subscribe with: the uncompressed point, in base 64 for addresses.
    public var publicKey: String { Base64URL.encode(Array(key.publicKey.x963Representation)) }

    /// How long a signature is good for; at most a day (RFC 8292 §2).
    static let lifetime = Duration.hours(12)

    func authorization(for url: EgressURL, contact: String, now: Instant) throws -> String {
        let usual = url.scheme == .https ? 443 : 80
        let origin = "\(url.scheme.rawValue)://\(url.host)" + (url.port == usual ? "" : ":\(url.port)")
        let head: JSON = ["typ": "JWT", "alg": "ES256"]
        let claims: JSON = [
            "aud": .string(origin), "exp": .integer((now + Self.lifetime).microseconds / 1_000_000),
            "sub": .string(contact),
        ]
        let signed = Base64URL.encode(Array(head.text.utf8)) + "." + Base64URL.encode(Array(claims.text.utf8))
        let signature = try key.signature(for: Array(signed.utf8))
        return "vapid t=\(signed).\(Base64URL.encode(Array(signature.rawRepresentation))), k=\(publicKey)"
    }
}
