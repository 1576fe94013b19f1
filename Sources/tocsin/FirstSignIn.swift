import Glibc
import Identity
import Synchronization
import Web

/// The way in on an empty store: a link on the console and in a file, which makes one person the first administrator
/// (S13). Of several nodes on one database one shows it, for as long as it lives.
final class FirstSignIn: Sendable {
    static let fileName = "first-sign-in"

    /// Every so many looks a node that shows the link says that it is alive: well within `FirstAdministrator.patience`.
    private static let looksToKeep = 5

    private enum State {
        /// There is an administrator.
        case over
        /// This node shows the link; `looks` since it last said that it is alive.
        case shows(looks: Int)
        /// Another node does.
        case waits
    }

    private let election: FirstAdministrator
    /// nil: the store has one server at a time.
    private let holder: Invitation.Holder?
    private let path: String
    private let origin: String
    private let state = Mutex(State.over)

    init(election: FirstAdministrator, store: StoreLocation, origin: String, node: String) {
        self.election = election
        self.origin = origin
        path = store.file(Self.fileName)
        switch store.kind {
        case .sqlite: holder = nil
        case .postgreSQL:
            holder = Invitation.Holder(
                node: node, host: Self.hostName(), file: StoreLocation.join(LocalFile.whole(store.data), Self.fileName))
        }
    }

    /// Prints and writes a link when there is no administrator and no other node shows one, or says which node does. Removes
    /// the file that an earlier start may have left when there is an administrator.
    func begin() async throws {
        switch try await election.invite(by: holder, knowing: shownBefore()) {
        case .closed:
            state.withLock { $0 = .over }
            unlink(path)
        case .link(let secret, let isNew):
            state.withLock { $0 = .shows(looks: 0) }
            try show(secret, isNew: isNew)
        case .elsewhere(let other):
            state.withLock { $0 = .waits }
            Terminal.say(
                """
                Nobody can sign in yet. Another node has printed the link that makes the administrator: it is on the console \
                of \(Wording.oneLine(other.host)) and there in \(Wording.oneLine(other.file)).
                """)
        }
    }

    private func show(_ secret: Secret, isNew: Bool) throws {
        let link = "\(origin)/first-sign-in?token=\(secret.reveal())"
        let sentence =
            isNew
            ? "Open this link within 24 hours to become the administrator; it works once:"
            : "The link that was printed before works for what is left of its 24 hours; it works once:"
        Terminal.say("Nobody can sign in yet. \(sentence)\n\n\(link)\n")
        try LocalFile.writePrivate(link + "\n", to: path)
        Terminal.say("It is also in \(path).")
    }

    /// The link in the file of an earlier start, if there is one.
    private func shownBefore() -> String? {
        // Without the file, or with one that cannot be read, this node is one that has not shown a link.
        guard holder != nil, let text = try? LocalFile.secret(path), let mark = text.firstRange(of: "?token=") else {
            return nil
        }
        return String(text[mark.upperBound...])
    }

    // MARK: While nobody has used it

    /// Removes the file once there is an administrator, whoever made them. Until then the node that shows the link says that
    /// it is alive, and one that waits takes over from one that is not.
    func look() async {
        let looks: Int?
        switch state.withLock({ $0 }) {
        case .over: return
        case .shows(let count): looks = count + 1
        case .waits: looks = nil
        }
        do {
            if try await election.isElected() {
                state.withLock { $0 = .over }
                unlink(path)
            } else if let looks {
                try await keep(looks)
            } else if try await !election.isShown() {
                try await begin()
            }
        } catch let failure as Failure {
            Terminal.complain(failure.sentence)
        } catch {
            // A store that does not answer now is asked again at the next look.
            return
        }
    }

    private func keep(_ looks: Int) async throws {
        guard let holder, looks >= Self.looksToKeep else { return state.withLock { $0 = .shows(looks: looks) } }
        guard try await election.keep(by: holder) else {
            state.withLock { $0 = .waits }
            return Terminal.say(
                "This node was silent for too long: the link that it printed is another node's matter now.")
        }
        state.withLock { $0 = .shows(looks: 0) }
    }

    /// Lets another node show a link at once when this one goes down.
    func release() async {
        guard let holder, case .shows = state.withLock({ $0 }) else { return }
        // If the store does not answer, the others find out after `FirstAdministrator.patience`.
        try? await election.release(by: holder)
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "another host" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
