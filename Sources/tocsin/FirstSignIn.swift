import Glibc
import Identity
import Synchronization
import Web

/// The way in on an empty store: a link on the console and in a file, which makes one person the first administrator (S13).
final class FirstSignIn: Sendable {
    static let fileName = "first-sign-in"

    private let identity: WebIdentity
    private let path: String
    private let origin: String
    private let isPending = Mutex(false)

    init(identity: WebIdentity, store: StoreLocation, origin: String) {
        self.identity = identity
        path = store.file(Self.fileName)
        self.origin = origin
    }

    /// Prints and writes a new link when there is no administrator; an earlier one stops working. Otherwise removes the
    /// file that an earlier start may have left.
    func issue() async throws {
        guard let secret = try await identity.firstAdministrator.invite() else {
            unlink(path)
            return
        }
        let link = "\(origin)/first-sign-in?token=\(secret.reveal())"
        try LocalFile.writePrivate(link + "\n", to: path)
        isPending.withLock { $0 = true }
        Terminal.say(
            """
            Nobody can sign in yet. Open this link within 24 hours to become the administrator; it works once:

            \(link)

            It is also in \(path).
            """)
    }

    /// Removes the file once there is an administrator, whoever made them.
    func withdrawWhenUsed() async {
        guard isPending.withLock({ $0 }) else { return }
        // A store that cannot be read now is asked again at the next look.
        guard let isElected = try? await identity.firstAdministrator.isElected(), isElected else { return }
        isPending.withLock { $0 = false }
        unlink(path)
    }
}
