import Chronology
import Delivery
import Engine
import Logging
import Notation
import Storage
import Synchronization
import Testing

@Suite struct DispatcherTests {
    /// A desk whose messages are sent, by channels that the test gives.
    private static func sending(
        on desk: Desk, _ channels: [String: any Delivery.Channel], _ work: (Engine, Dispatcher) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let clock = Clockwork(now: { desk.now }, sleep: { try await Task.sleep(for: min($0, .milliseconds(20))) })
        let engine = Engine(store: desk.store, clock: clock, keys: desk.keys, logger: logger)
        let dispatcher = Dispatcher(
            engine: engine, channels: channels, links: AcknowledgementLinks(key: Array(repeating: 1, count: 32)),
            publicURL: "https://tocsin.example.com", node: "a", logger: logger)
        let running = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await engine.run() }
                group.addTask { await dispatcher.run() }
            }
        }
        do {
            try await work(engine, dispatcher)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
    }

    private static func give(_ desk: Desk, _ user: String, _ contact: JSON) async throws {
        let name = user == "usr_ben" ? "Ben" : "Ana"
        _ = try await desk.put(
            .user, user,
            [
                "name": .string(name), "email": .string("\(name.lowercased())@example.com"),
                "role": .string(user == "usr_ben" ? "responder" : "admin"), "contacts": [contact],
            ])
    }

    private static func hook(_ address: String) -> JSON {
        [
            "id": "ctm_hook", "channel": "webhook", "destination": .string(address),
            "secret": "whsec_plJ3nmyCDGBKInavdOK15jsl",
        ]
    }

    @Test func `a far end that does not answer holds up messages to no other (R17)`() async throws {
        let desk = try await Desk()
        try await Self.give(desk, "usr_ben", Self.hook("https://dead.example/in"))
        try await Self.give(desk, "usr_ana", Self.hook("https://alive.example/in"))
        // More messages than a node sends at once, all of them to the dead one and before the others.
        let count = OutboxLimits.concurrency * 2
        for number in 1...count { _ = try await desk.receive(desk.signal("disk-\(number)")) }
        desk.wait(.minutes(5))
        _ = try await desk.decide(.deadlinesPassed)
        let channel = PartlyDeadChannel()
        try await Self.sending(on: desk, ["webhook": channel]) { _, dispatcher in
            while channel.answered < count { try await Task.sleep(for: .milliseconds(5)) }
            #expect(channel.mostWaiting == OutboxLimits.perFarEnd)
            #expect(dispatcher.attemptsInFlight >= OutboxLimits.perFarEnd)
            channel.letGo()
        }
    }

    @Test func `a message has the date of its own rung, and says who asked for help and why`() async throws {
        let desk = try await Desk()
        for user in ["usr_ben", "usr_ana"] {
            try await Self.give(desk, user, Self.hook("https://alive.example/\(user)"))
        }
        let opened = desk.now
        let page = try #require(
            try await desk.alert(try await desk.receive(desk.signal("disk")).alerts.first).alert.page)
        desk.wait(.minutes(2))
        let escalated = desk.now
        try await desk.command(
            .escalatePage(page, why: "The runbook does not help: the array is gone.", seenRung: nil), by: Desk.ben)
        // Sent late, as after an outage: the date is that of the decision.
        desk.wait(.minutes(1))
        let channel = PartlyDeadChannel()
        try await Self.sending(on: desk, ["webhook": channel]) { _, _ in
            while channel.answered < 2 { try await Task.sleep(for: .milliseconds(5)) }
        }
        let messages = channel.messages.sorted { $0.created < $1.created }
        #expect(messages.map(\.created) == [opened, escalated])
        let words = "Ben asks for help: The runbook does not help: the array is gone."
        #expect(messages.last?.text.split(separator: "\n").contains(Substring(words)) == true)
        #expect(
            messages.last?.payload?["escalation"]
                == ["by": "Ben", "why": "The runbook does not help: the array is gone."])
    }

    @Test func `a message whose signing key does not open is not sent, and its page says so (S59)`() async throws {
        let desk = try await Desk()
        try await Self.give(desk, "usr_ben", Self.hook("https://alive.example/in"))
        try await desk.store.write(.shared) { connection in
            let row = try connection.first("SELECT body FROM document WHERE id = 'usr_ben'") { $0.text(0) } ?? ""
            let start = try #require(row.firstRange(of: "sealed.1.")).upperBound
            let key = row[start...].prefix { $0 != "." }
            try connection.execute(
                "UPDATE document SET body = ? WHERE id = 'usr_ben'", [.text(row.replacing(key, with: "0000"))])
        }
        let page = try #require(
            try await desk.alert(try await desk.receive(desk.signal("disk")).alerts.first).alert.page)
        let channel = PartlyDeadChannel()
        try await Self.sending(on: desk, ["webhook": channel]) { _, _ in
            while try await desk.page(page).notices.first?.result == .pending {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        #expect(
            try await desk.page(page).notices.first?.result
                == .failed(
                    reason: "its signing key cannot be opened on this server and must be set anew", at: desk.now))
        #expect(channel.answered == 0)
    }
}

/// Accepts whatever goes to `alive.example` and keeps everything else waiting.
private final class PartlyDeadChannel: Delivery.Channel {
    static let descriptor = WebhookChannel.descriptor

    private struct State {
        var accepted: [OutgoingMessage] = []
        var waiting = 0
        var mostWaiting = 0
        var isOver = false
    }

    private let state = Mutex(State())

    var messages: [OutgoingMessage] { state.withLock { $0.accepted } }
    var answered: Int { messages.count }
    var mostWaiting: Int { state.withLock { $0.mostWaiting } }

    func letGo() { state.withLock { $0.isOver = true } }

    func farEnd(of destination: String) -> String { String(destination.split(separator: "/")[1]) }

    func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        guard !message.destination.contains("alive") else {
            state.withLock { $0.accepted.append(message) }
            return .accepted(detail: "HTTP 200", receipt: nil)
        }
        state.withLock { state in
            state.waiting += 1
            state.mostWaiting = max(state.mostWaiting, state.waiting)
        }
        while !state.withLock({ $0.isOver }) {
            // Losing the error is right: a sleep fails only when the test is over.
            try? await Task.sleep(for: .milliseconds(5))
        }
        state.withLock { $0.waiting -= 1 }
        return .transient(reason: "no answer in time", retryAfter: nil)
    }
}
