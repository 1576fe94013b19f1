import Dispatch
import Glibc
import Logging

/// Turns the notifications of other nodes into wakes, on a connection and a thread of its own.
///
/// Whenever it has begun to listen, it yields one wake of every kind: what was announced before is lost, and whoever
/// keeps something in memory looks again.
final class PostgreSQLListener: Sendable {
    static let channel = "tocsin"

    private let address: PostgreSQLAddress
    /// Named in front of every announcement, so that a node is not woken by itself.
    private let node: String
    private let output: AsyncStream<StoreWake>.Continuation
    private let logger: Logger
    private let queue = DispatchQueue(label: "tocsin.storage.listener")
    private let stopReading: Int32
    private let stopWriting: Int32

    init(
        _ address: PostgreSQLAddress, node: String, output: AsyncStream<StoreWake>.Continuation, logger: Logger
    ) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw StorageFault(.permanent, "no pipe for the listener: \(String(cString: strerror(errno)))")
        }
        self.address = address
        self.node = node
        self.output = output
        self.logger = logger
        self.stopReading = ends[0]
        self.stopWriting = ends[1]
        queue.async { self.listenUntilStopped() }
    }

    /// Ends the stream. Called once.
    func stop() async {
        // The other side of the pipe is read by nobody but our own poll, and a pipe takes its first byte at once.
        var byte: UInt8 = 1
        _ = Glibc.write(stopWriting, &byte, 1)
        await withCheckedContinuation { continuation in
            queue.async {
                Glibc.close(self.stopReading)
                Glibc.close(self.stopWriting)
                continuation.resume()
            }
        }
        output.finish()
    }

    private func listenUntilStopped() {
        var backoff = Backoff()
        while true {
            do {
                let session = try PostgreSQLSession(address)
                try session.run(script: "LISTEN \(Self.channel)")
                backoff = Backoff()
                for wake in StoreWake.everything { output.yield(wake) }
                while !isStopped(orReadable: session.socket, within: -1) {
                    for text in try session.notifications() { receive(text) }
                }
                return
            } catch {
                backoff.failed()
                logger.warning("not listening to other nodes", metadata: ["error": "\(error)"])
                if isStopped(within: Int32(backoff.pause / .milliseconds(1))) { return }
            }
        }
    }

    private func receive(_ text: String) {
        guard let space = text.firstIndex(of: " "), text[..<space] != node else { return }
        // A newer node may announce what this one does not know; a poll finds what it cannot.
        if let wake = StoreWake(text: text[text.index(after: space)...]) { output.yield(wake) }
    }

    private func isStopped(orReadable socket: Int32 = -1, within patience: Int32) -> Bool {
        // A negative descriptor is passed over by poll.
        var interests = [
            pollfd(fd: stopReading, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&interests, 2, patience)
        return interests[0].revents != 0
    }
}

extension StoreWake {
    /// One of each kind, for who may have missed any. The log has grown to at least 0, that is: nobody knows how far.
    static let everything: [StoreWake] = [
        .engineCommitted(0), .deliveriesQueued, .timersChanged, .organisationChanged, .sessionsChanged,
    ]

    var text: String {
        switch self {
        case .engineCommitted(let seq): "engine \(seq)"
        case .deliveriesQueued: "deliveries"
        case .timersChanged: "timers"
        case .organisationChanged: "organisation"
        case .sessionsChanged: "sessions"
        }
    }

    init?(text: Substring) {
        switch text {
        case "deliveries": self = .deliveriesQueued
        case "timers": self = .timersChanged
        case "organisation": self = .organisationChanged
        case "sessions": self = .sessionsChanged
        default:
            guard text.hasPrefix("engine "), let seq = Int64(text.dropFirst("engine ".count)) else { return nil }
            self = .engineCommitted(seq)
        }
    }
}
