/// Every kind of channel that this version has.
public enum ChannelKinds {
    /// In the order in which they are offered.
    public static let all: [any Channel.Type] = [
        SMTPChannel.self, SMSChannel.self, VoiceChannel.self, NtfyChannel.self, PushoverChannel.self,
        WebPushChannel.self,
        SlackChannel.self, MattermostChannel.self, TeamsChannel.self, TelegramChannel.self, DiscordChannel.self,
        MatrixChannel.self, PagerDutyChannel.self, WebhookChannel.self,
    ]

    public static func type(of kind: String) -> (any Channel.Type)? { all.first { $0.descriptor.kind == kind } }

    /// Those that need nothing but a way out to the web, by kind. Mail is not among them: its relay is set in the server's
    /// configuration.
    public static func web(_ client: EgressClient) -> [String: any Channel] {
        let channels: [any Channel] = [
            WebhookChannel(client), SMSChannel(client), VoiceChannel(client), NtfyChannel(client),
            PushoverChannel(client),
            WebPushChannel(client), SlackChannel(client), MattermostChannel(client), TeamsChannel(client),
            TelegramChannel(client), DiscordChannel(client), MatrixChannel(client), PagerDutyChannel(client),
        ]
        return Dictionary(uniqueKeysWithValues: channels.map { (Swift.type(of: $0).descriptor.kind, $0) })
    }
}
