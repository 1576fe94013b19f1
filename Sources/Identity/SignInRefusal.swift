import Chronology

/// Why nobody was signed in. The answer is the same for an unknown address, a wrong password and a disabled person.
public enum SignInRefusal: Error, Hashable, Sendable {
    case wrongCredentials
    /// Too many failures; the next attempt counts after this time.
    case wait(Duration)
    /// The server has no room for another scrypt; nothing was counted against anybody.
    case busy
}
