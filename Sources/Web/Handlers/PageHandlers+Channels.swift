import Chronology
import Delivery
import Engine
import HTTPTypes
import Identity
import Notation

/// Channels: what each needs, and whether it works. The forms are made from the channels' descriptions.
extension PageHandlers {
    var channelRoutes: [Route] {
        let path = "/settings/channels"
        let fields = Set(ChannelKinds.all.flatMap { $0.descriptor.account.map { "field-\($0.name)" } }).sorted()
        return [
            Route(.get, path, .administer, "The list of channels") { call in
                let organisation = try await engine.organisation()
                return try await show(
                    ChannelsPage(rows: ChannelKinds.all.map { row($0.descriptor, organisation) }), call)
            },
            Route(.get, path + "/{kind}", .administer, "The form of a channel's account") { call in
                try await show(try await channelPage(call, .fresh), call)
            },
            Route(
                .post, path + "/{kind}", .administer, "Set a channel's account",
                body: .form(fields + ["messages", "seconds", "disabled"])
            ) { call in
                let names = Dictionary(uniqueKeysWithValues: fields.map { (String($0.dropFirst(6)), $0) })
                return try await submit(call, fields: names) {
                    try await channelPage(call, $0)
                } _: {
                    let kind = try descriptor(call).kind
                    try await actions.perform(
                        .put, "/api/v1/channels/\(kind)", try account(call), for: call)
                    return .seeOther("/settings/channels/\(kind)", .saved)
                }
            },
            Route(
                .post, path + "/{kind}/check", .administer, "Ask the far end whether the account works", body: .form([])
            ) { call in
                let (works, detail) = try await api.health(of: try descriptor(call).kind)
                let sentence = detail ?? (works == nil ? "It has no account that could be asked about." : "It works.")
                return try await show(try await channelPage(call, .fresh, check: (works ?? true, sentence)), call)
            },
            Route(.post, path + "/{kind}/remove", .administer, "Forget a channel's account", body: .form([])) { call in
                try await actions.perform(.delete, "/api/v1/channels/\(try descriptor(call).kind)", for: call)
                return .seeOther("/settings/channels", .removed)
            },
        ]
    }

    private func descriptor(_ call: Call) throws -> ChannelDescriptor {
        guard let type = ChannelKinds.type(of: call.parameter("kind")) else { throw HTTPProblem.notFound }
        return type.descriptor
    }

    private func row(_ descriptor: ChannelDescriptor, _ organisation: Organisation) -> ChannelsPage.Row {
        let recipients = organisation.users + organisation.teams.map(\.recipient)
        return ChannelsPage.Row(
            kind: descriptor.kind, label: descriptor.label, about: descriptor.about,
            state: state(of: descriptor.kind, organisation), acknowledgement: descriptor.acknowledgement.words,
            receipts: descriptor.receipts.words,
            rate: (organisation.channels[descriptor.kind]?.rate ?? descriptor.limits.rate)?.words,
            users: recipients.count { user in user.contacts.contains { $0.channel == descriptor.kind } })
    }

    private func state(of kind: String, _ organisation: Organisation) -> StateMark {
        if organisation.channels[kind]?.isDisabled ?? false { return StateMark("switched off", .quiet) }
        return api.isReady(kind, organisation) ? StateMark("set up", .good) : StateMark("not set up", .waiting)
    }

    private func channelPage(
        _ call: Call, _ form: FormState, check: (works: Bool, detail: String)? = nil
    ) async throws -> ChannelPage {
        let descriptor = try descriptor(call)
        let organisation = try await engine.organisation()
        let settings = organisation.channels[descriptor.kind]
        let account = settings?.account(calledBackAt: api.origin()) ?? ChannelAccount()
        var values = account.settings
        if let rate = settings?.rate {
            values["messages"] = String(rate.messages)
            values["seconds"] = String(rate.window.wholeSeconds)
        }
        let answers = ChannelKinds.type(of: descriptor.kind) is any AnsweringChannel.Type
        return ChannelPage(
            kind: descriptor.kind, label: descriptor.label, about: descriptor.about,
            state: state(of: descriptor.kind, organisation), fields: descriptor.account.map(ChannelKind.Field.init),
            values: values, secrets: account.secrets.filter { !$0.value.isEmpty }.map(\.key),
            callback: answers ? account.callback : nil, isSet: settings != nil,
            isDisabled: settings?.isDisabled ?? false, usualRate: descriptor.limits.rate?.words, check: check,
            form: form)
    }

    private func account(_ call: Call) throws -> JSON {
        var settings: [JSON.Member] = []
        var secrets: [JSON.Member] = []
        for field in try descriptor(call).account {
            let value = try call.field("field-\(field.name)")
            if field.isSecret {
                // Left empty it stays.
                secrets.append(JSON.Member(field.name, value.isEmpty ? true : .string(value)))
            } else if !value.isEmpty {
                settings.append(JSON.Member(field.name, .string(value)))
            }
        }
        let messages = try call.form.integer("messages", 1...100_000)
        let seconds = try call.form.integer("seconds", 1...86_400)
        let rate: JSON =
            try messages.map { count -> JSON in
                guard let seconds else { throw InputFault(at: "/seconds", "say in how many seconds") }
                return ["messages": .integer(Int64(count)), "seconds": .integer(Int64(seconds))]
            } ?? .null
        return [
            "settings": .object(settings), "secrets": .object(secrets), "rate": rate,
            "disabled": .bool(try call.field("disabled") == "yes"),
        ]
    }
}

extension ChannelDescriptor.Acknowledgement {
    fileprivate var words: String {
        switch self {
        case .link: "a link in the message"
        case .button: "a button in the message"
        case .reply: "a reply or a key"
        case .none: "the web page only"
        }
    }
}

extension ChannelDescriptor.Receipts {
    fileprivate var words: String {
        switch self {
        case .relay: "that the next hop has it"
        case .endpoint: "that the receiver has it"
        case .reported: "whether it arrived"
        }
    }
}

extension ChannelDescriptor.Rate {
    fileprivate var words: String { "\(messages) in \(window.text)" }
}
