/// How messages leave: what is set up, and what became of the last ones. The settings themselves are in the
/// configuration file, so that nobody changes them from a browser.
public struct DeliverySettingsPage: SettingsPage {
    public struct Channel: Sendable {
        public var name: String
        public var state: StateMark
        /// "smtp.example.com:587, STARTTLS, as alerts@example.com", or what to set.
        public var detail: String

        public init(name: String, state: StateMark, detail: String) {
            self.name = name
            self.state = state
            self.detail = detail
        }
    }

    public var channels: [Channel]
    /// Deliveries not yet sent.
    public var waiting: Int
    /// In the last 24 hours.
    public var sent: Int
    /// In the last 24 hours.
    public var failed: Int
    public var isMailConfigured: Bool
    public var log = DeliveryLogTable()

    public init(channels: [Channel], waiting: Int, sent: Int, failed: Int, isMailConfigured: Bool) {
        self.channels = channels
        self.waiting = waiting
        self.sent = sent
        self.failed = failed
        self.isMailConfigured = isMailConfigured
    }

    public var tab: SettingsTab { .delivery }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.element("section", .class("now plain"), .label("Now")) { html in
            html.cell("Waiting") { $0.text(waiting) }
            html.cell("Sent, 24 h") { $0.text(sent) }
            html.cell("Failed, 24 h") { html in
                html.element("span", .class(failed > 0 ? "late" : nil)) { $0.text(failed) }
            }
        }
        html.table("Channels", [.word("Channel"), .word("State")]) { html in
            for channel in channels {
                html.element("tr") { html in
                    html.element("th") { html in
                        html.element("b", text: channel.name)
                        html.element("small", text: channel.detail)
                    }
                    html.element("td") { $0.state(channel.state) }
                }
            }
        }
        defer { log.write(&html, frame) }
        guard !isMailConfigured else { return }
        html.part("Set up mail", id: "mail") { html in
            html.raw("<p>Mail is not set up. Add this to <code>tocsin.yaml</code>, then restart:</p>")
            html.copyable(
                """
                smtp:
                  host: smtp.example.com
                  port: 587
                  username: alerts@example.com
                  passwordFile: /etc/tocsin/smtp-password
                  from: Tocsin <alerts@example.com>
                """, label: "Configuration")
        }
    }
}
