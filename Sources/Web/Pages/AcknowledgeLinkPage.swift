import Chronology

/// What a link in a message opens: the question first, because mail scanners follow links (S24), then the answer. POSTs
/// to `/ack/{token}`. Needs no sign-in: the link itself names the person and the page.
public struct AcknowledgeLinkPage: WebPage {
    public enum Stage: Sendable {
        /// Nobody has acknowledged yet.
        case asks
        /// Somebody has: who was first, and when. `isReader` if it was the reader of this link.
        case acknowledged(by: String, at: Instant, isReader: Bool)
        /// The page is over without an acknowledgement.
        case ended(why: String)
        /// The link is too old or was never ours.
        case invalid
    }

    public var token: String
    /// What, where, how bad; nil if the link is invalid.
    public var subject: Subject?
    public var stage: Stage

    public init(token: String, subject: Subject? = nil, stage: Stage) {
        self.token = token
        self.subject = subject
        self.stage = stage
    }

    public struct Subject: Sendable {
        public var title: String
        public var severity: SeverityMark
        public var service: String?
        public var started: Instant
        public var reader: String
        /// Whom the next rung wakes, and when.
        public var nextWho: String?
        public var nextAt: Instant?

        public init(
            title: String, severity: SeverityMark, service: String? = nil, started: Instant, reader: String,
            nextWho: String? = nil, nextAt: Instant? = nil
        ) {
            self.title = title
            self.severity = severity
            self.service = service
            self.started = started
            self.reader = reader
            self.nextWho = nextWho
            self.nextAt = nextAt
        }
    }

    public var section: PageSection? { nil }

    public var title: String {
        switch stage {
        case .asks: subject?.title ?? "Acknowledge"
        case .acknowledged(_, _, isReader: true): "You have it"
        case .acknowledged(let name, _, isReader: false): "\(name) has it"
        case .ended: "Already over"
        case .invalid: "This link no longer works"
        }
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .class("card pager")) { html in
            if let subject { about(subject, &html, frame) }
            switch stage {
            case .asks:
                html.act("Acknowledge", to: "/ack/\(token)", frame, .large, key: "a")
                if let reader = subject?.reader {
                    html.element(
                        "p", .class("hint"),
                        text: "As \(reader). It stops the escalation; it does not resolve anything.")
                }
            case .acknowledged(let name, let at, let isReader):
                html.element("p", .class("flash done")) { html in
                    html.icon(.check)
                    html.element("span") { html in
                        html.text(isReader ? "You acknowledged this " : "\(name) was first and acknowledged this ")
                        html.ago(at, frame.clock)
                        html.text(". The escalation has stopped.")
                    }
                }
                html.raw(#"<p class="row"><a class="button" href="/pages">Open Tocsin</a></p>"#)
            case .ended(let why):
                html.element("p", text: why)
                html.raw(#"<p class="row"><a class="button" href="/pages">Open Tocsin</a></p>"#)
            case .invalid:
                html.raw(
                    """
                    <p>It is older than 24 hours, or incomplete. Nothing was acknowledged.</p>\
                    <p class="row"><a class="button primary" href="/pages">Open the list of pages</a></p>
                    """
                )
            }
        }
    }

    private func about(_ subject: Subject, _ html: inout HTML, _ frame: PageFrame) {
        html.element("p", .class("marks")) { html in
            html.severity(subject.severity)
            if case .asks = stage {} else { html.element("span", text: subject.title) }
        }
        html.element("dl", .class("big-facts")) { html in
            html.element("dt") { $0.raw("Where") }
            html.element("dd") { html in
                if let service = subject.service { html.text(service) } else { html.nothing("no service") }
            }
            html.element("dt") { $0.raw("Since") }
            html.element("dd") { html in
                html.ago(subject.started, frame.clock)
                html.element("small", text: frame.clock.absolute(subject.started))
            }
            if case .asks = stage, let at = subject.nextAt, let who = subject.nextWho {
                html.element("dt") { $0.raw("Next") }
                html.element("dd") { html in
                    html.next(who, at: at, frame.clock)
                }
            }
        }
    }
}
