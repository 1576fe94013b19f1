import Chronology
import Notation

/// What a link in a mail or on the console stands for.
public struct OneTimeLink: Hashable, Sendable {
    public enum Purpose: String, Hashable, Sendable {
        /// Makes whoever holds it the first administrator (S13).
        case firstSignIn = "first-sign-in"
        /// Sets a new password: an invitation or a reset (S18).
        case signIn = "sign-in"
        /// Acknowledges one page as one person (S83).
        case acknowledge

        public var lifetime: Duration {
            switch self {
            case .firstSignIn, .acknowledge: .hours(24)
            case .signIn: .hours(1)
            }
        }
    }

    public let purpose: Purpose
    /// What it acts on: a page's id, an e-mail address; empty for the first sign-in.
    public let subject: String
    /// As whom it acts; nil for the first sign-in, when there is nobody yet.
    public let user: UserID?
    public let createdAt: Instant
    public let expiresAt: Instant
    /// When it was used first.
    public let usedAt: Instant?

    public init(
        purpose: Purpose, subject: String, user: UserID?, createdAt: Instant, expiresAt: Instant, usedAt: Instant?
    ) {
        self.purpose = purpose
        self.subject = subject
        self.user = user
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usedAt = usedAt
    }
}
