import Notation

/// The relay that takes Tocsin's mail. Written by the operator, so it may be an inner host.
public struct SMTPSettings: Sendable {
    public enum Security: String, Hashable, Sendable {
        /// Starts in the clear and must switch to TLS before anything is said (RFC 3207). Usual port 587.
        case startTLS
        /// TLS from the first byte (RFC 8314). Usual port 465.
        case implicitTLS
        /// No TLS at all: for a relay on the same machine. Never together with a password.
        case insecurePlain
    }

    public let host: String
    public let port: Int
    public let security: Security
    public let username: String?
    public let password: Secret?
    public let from: MailAddress
    /// The name that Tocsin greets with.
    public let heloName: String
    /// A PEM file of authorities that are trusted beside the system's.
    public let trustRoots: String?

    /// Refuses what could never work or would leak: an unreadable host, a name without a password, a password without TLS.
    public init(
        host: String, port: Int, security: Security = .startTLS, username: String? = nil, password: Secret? = nil,
        from: String, heloName: String? = nil, trustRoots: String? = nil
    ) throws(InputFault) {
        guard HostName(host).map({ !$0.endsInNumber }) ?? false || IPAddress(host) != nil else {
            throw InputFault(at: "host", "the mail relay must be a host name or an address")
        }
        guard (1...65_535).contains(port) else { throw InputFault(at: "port", "the port must be 1 to 65535") }
        guard (username == nil) == (password == nil) else {
            throw InputFault(at: "username", "a user name and a password go together")
        }
        guard security != .insecurePlain || password == nil else {
            throw InputFault(at: "security", "a password is never sent without TLS")
        }
        if let username, let password {
            // The fields of AUTH PLAIN are divided by NUL (RFC 4616 §2).
            guard !username.isEmpty, !username.utf8.contains(0), !password.reveal().utf8.contains(0) else {
                throw InputFault(at: "username", "a user name or password must not hold NUL")
            }
        }
        self.from = try MailAddress(from)
        guard let helo = HostName(heloName ?? self.from.domain) else {
            throw InputFault(at: "heloName", "the greeting name must be a host name")
        }
        self.host = host.lowercased()
        self.port = port
        self.security = security
        self.username = username
        self.password = password
        self.heloName = helo.text
        self.trustRoots = trustRoots
    }
}

/// How long each step of a mail may take. RFC 5321 §4.5.3.2 allows minutes, for queues that nobody waits for; here somebody
/// is to be woken, so a relay that is silent for longer than this is given up and tried again or passed by.
public struct SMTPTimeouts: Hashable, Sendable {
    public var connect: Duration = .seconds(5)
    public var greeting: Duration = .seconds(10)
    /// The reply to any command.
    public var command: Duration = .seconds(10)
    /// The reply to the end of the message, for which relays scan it. Given up too early, a mail arrives twice.
    public var acceptance: Duration = .seconds(15)
    /// All of it, for one mail. RFC 5321 §4.5.3.2 would wait for minutes; a page is repeated or climbs long before that.
    public var total: Duration = .seconds(22)
    /// How long a session that nothing is said in is kept for the next mail: through a storm, in which the next one comes
    /// at once. A relay that is short of connections gives an idle client some ten seconds.
    public var idle: Duration = .seconds(3)
    /// The reply to the question whether a kept session is still there; without one, a new session is begun.
    public var reset: Duration = .seconds(1)

    public init() {}
}
