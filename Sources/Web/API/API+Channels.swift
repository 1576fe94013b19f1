import Chronology
import Delivery
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Channels: what each kind needs, what the organisation has set for it, and whether it works. Secrets are written and never
/// read.
extension API {
    private static let channels = base + "/channels"

    private static let rate: JSON = Schema.object(
        [
            ("messages", ["type": "integer", "minimum": 1, "maximum": 100_000]),
            ("seconds", ["type": "integer", "minimum": 1, "maximum": 86_400]),
        ], required: ["messages", "seconds"]
    ).replacing("type", ["object", "null"])

    private static let fieldAnswer = Schema.answer([
        "name": Schema.string, "label": Schema.string, "kind": Schema.string, "required": Schema.flag,
        "example": Schema.string, "hint": Schema.string, "choices": Schema.texts,
    ])

    private static let channelAnswer = Schema.answer([
        "kind": Schema.string, "label": Schema.string, "about": Schema.string, "ready": Schema.flag,
        "disabled": Schema.flag, "fields": Schema.array(fieldAnswer), "account": Schema.array(fieldAnswer),
        "settings": ["type": "object"], "secrets": ["type": "object"], "acknowledgement": Schema.string,
        "receipts": Schema.string, "needsVerification": Schema.flag, "rate": ["type": ["object", "null"]],
        "callback": Schema.optionalString,
    ])

    var channelRoutes: [Route] {
        let tag = "Channels"
        let one = Self.channels + "/{kind}"
        let text = Schema.text(2_048)
        return [
            Route(
                .get, Self.channels, .administer, "List every channel: what it needs, what is set, what it can do",
                tag: tag, responses: [Route.Response(200, "All of them", schema: Schema.list(Self.channelAnswer))]
            ) { _ in
                let organisation = try await engine.organisation()
                return list(ChannelKinds.all.map { $0.descriptor.kind }, limit: .max, id: \.self) {
                    write($0, organisation, into: &$1)
                }
            },
            Route(
                .get, one, .administer, "Read a channel", tag: tag,
                responses: [Route.Response(200, "The channel", schema: Self.channelAnswer)]
            ) { call in try await channelAnswer(try Self.kind(call)) },
            Route(
                .put, one, .administer, "Set a channel's account; a secret that is `true` or left out stays", tag: tag,
                body: .json(
                    schema: Schema.object([
                        ("settings", ["type": ["object", "null"], "additionalProperties": text]),
                        (
                            "secrets",
                            [
                                "type": ["object", "null"],
                                "additionalProperties": ["type": ["string", "boolean", "null"]],
                            ]
                        ), ("rate", Self.rate), ("disabled", ["type": ["boolean", "null"]]),
                    ])), responses: [Route.Response(200, "The channel as it is now", schema: Self.channelAnswer)],
                handler: putChannel),
            Route(
                .delete, one, .administer, "Forget a channel's account", tag: tag,
                responses: [Route.Response(204, "It is forgotten")]
            ) { call in
                let change = DocumentChange(
                    kind: .channel, id: try Self.kind(call), action: .delete, origin: call.changeOrigin)
                _ = try await submit(.change(change), for: call, subject: "channel")
                return .noContent
            },
            Route(
                .post, one + "/check", .administer, "Ask the far end whether the account works; nobody is told",
                tag: tag,
                responses: [
                    Route.Response(
                        200, "What it said; `works` is null where the channel has no account to ask about",
                        schema: Schema.answer([
                            "works": ["type": ["boolean", "null"]], "detail": Schema.optionalString,
                        ]))
                ], handler: checkChannel),
        ]
    }

    private static func kind(_ call: Call) throws -> String {
        let kind = call.parameter("kind")
        guard ChannelKinds.type(of: kind) != nil else { throw HTTPProblem.notFound("There is no channel \"\(kind)\".") }
        return kind
    }

    @Sendable private func putChannel(_ call: Call) async throws -> Answer {
        let kind = try Self.kind(call)
        let before = try await engine.organisation().channels[kind]
        let written = try call.read { body -> (settings: [(String, String)], secrets: JSON?, rate: JSON, off: Bool) in
            let settings = body.dictionary("settings", 0...64, 0...2_048).map { ($0.name, $0.value) }
            let secrets = body.json("secrets")
            if let secrets {
                for member in secrets.members ?? [] {
                    switch member.value {
                    case .bool, .null: break
                    case .string(let text) where text.utf8.count <= 2_048: break
                    default: body.fault("secrets", "\(member.name) is a text of at most 2,048 bytes, or true")
                    }
                }
                if secrets.members == nil { body.fault("secrets", "must be an object") }
            }
            let rate = body.optionalObject("rate") { rate -> JSON in
                [
                    "messages": .integer(rate.integer("messages", 1...100_000)),
                    "seconds": .integer(rate.integer("seconds", 1...86_400)),
                ]
            }
            return (settings, secrets, rate ?? .null, body.optionalFlag("disabled") ?? false)
        }
        var secrets = before?.account.secrets ?? [:]
        for member in written.secrets?.members ?? [] {
            switch member.value {
            case .string(let text): secrets[member.name] = Secret(text)
            case .null, .bool(false): secrets[member.name] = nil
            default: break
            }
        }
        if kind == WebPushChannel.descriptor.kind, secrets["privateKey"]?.isEmpty ?? true {
            secrets["privateKey"] = VAPID.makePrivateKey()
        }
        let callback = before?.callback ?? Secret(ChannelSettings.makeCallback())
        var members = secrets.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value.reveal())) }
        members.append(JSON.Member(ChannelSettings.callbackSecret, .string(callback.reveal())))
        let document: JSON = [
            "settings": .object(written.settings.map { JSON.Member($0.0, .string($0.1)) }), "secrets": .object(members),
            "rate": written.rate, "disabled": .bool(written.off),
        ]
        _ = try await put(.channel, kind, document, for: call)
        return try await channelAnswer(kind)
    }

    @Sendable private func checkChannel(_ call: Call) async throws -> Answer {
        let kind = try Self.kind(call)
        let (works, detail) = try await health(of: kind)
        return .json { writer in
            writer.object { writer in
                writer.member("works", works.map(JSON.bool) ?? .null)
                writer.member("detail", detail)
            }
        }
    }

    /// Whether a channel's account works; nil: there is none to ask about.
    func health(of kind: String) async throws -> (works: Bool?, detail: String?) {
        guard let channel = channels[kind] else { return (false, "It is not set up on this server.") }
        let settings = try await engine.organisation().channels[kind]
        let account = settings?.account(calledBackAt: origin()) ?? ChannelAccount()
        do throws(InputFault) { try type(of: channel).check(account: account) } catch { return (false, error.reason) }
        return switch await channel.health(of: account, now: engine.clock.now()) {
        case .good(let detail): (true, detail)
        case .bad(let reason): (false, reason)
        case nil: (nil, nil)
        }
    }

    /// What a browser needs to subscribe to Web Push; nil for every other channel, and before it is set up.
    func pushKey(of kind: String, _ organisation: Organisation) -> String? {
        guard kind == WebPushChannel.descriptor.kind, isReady(kind, organisation),
            let key = organisation.channels[kind]?.account.secret("privateKey")
        else { return nil }
        do throws(InputFault) { return try VAPID(key).publicKey } catch { return nil }
    }

    private func channelAnswer(_ kind: String) async throws -> Answer {
        let organisation = try await engine.organisation()
        return .json { write(kind, organisation, into: &$0) }
    }

    /// Whether messages by it can leave: the server has it, and its account is whole.
    func isReady(_ kind: String, _ organisation: Organisation) -> Bool {
        guard let type = ChannelKinds.type(of: kind), channels[kind] != nil else { return false }
        let settings = organisation.channels[kind]
        if settings?.isDisabled ?? false || settings?.lostSecrets.isEmpty == false { return false }
        do throws(InputFault) {
            try type.check(account: settings?.account ?? ChannelAccount())
            return true
        } catch { return false }
    }

    private func write(_ kind: String, _ organisation: Organisation, into writer: inout JSONWriter) {
        guard let descriptor = ChannelKinds.type(of: kind)?.descriptor else { return }
        let settings = organisation.channels[kind]
        let account = settings?.account(calledBackAt: origin()) ?? ChannelAccount()
        writer.object { writer in
            writer.member("kind", kind)
            writer.member("label", descriptor.label)
            writer.member("about", descriptor.about)
            writer.member("ready", isReady(kind, organisation))
            writer.member("disabled", settings?.isDisabled ?? false)
            writer.member("fields", JSON.array(descriptor.fields.map(\.json)))
            writer.member("account", JSON.array(descriptor.account.map(\.json)))
            let plain = descriptor.account.filter { !$0.isSecret }.compactMap { field in
                account[field.name].map { JSON.Member(field.name, .string($0)) }
            }
            writer.member("settings", JSON.object(plain))
            let secrets = descriptor.account.filter(\.isSecret).map { field in
                JSON.Member(field.name, .bool(account.secret(field.name) != nil))
            }
            writer.member("secrets", JSON.object(secrets))
            writer.member("acknowledgement", descriptor.acknowledgement.rawValue)
            writer.member("receipts", descriptor.receipts.rawValue)
            writer.member("needsVerification", descriptor.needsVerification)
            let rate = settings?.rate ?? descriptor.limits.rate
            writer.member(
                "rate",
                rate.map { ["messages": .integer(Int64($0.messages)), "seconds": .integer($0.window.wholeSeconds)] }
                    ?? .null)
            writer.member("callback", account.callback)
        }
    }
}

extension ChannelDescriptor.Field {
    fileprivate var json: JSON {
        [
            "name": .string(name), "label": .string(label), "kind": .string(kind.rawValue),
            "required": .bool(isRequired),
            "example": .string(example), "hint": .string(hint), "choices": .array(choices.map(JSON.string)),
        ]
    }
}
