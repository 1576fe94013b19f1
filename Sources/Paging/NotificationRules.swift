import Chronology
import Notation

/// How one person wants to be told: which way first, which later, by urgency and time of day, and when they sleep.
public struct NotificationRules: Hashable, Sendable {
    public struct Step: Hashable, Sendable {
        public let method: ContactMethodID
        /// After the rung was reached.
        public let delay: Duration
        /// Only when the rung is reached in these hours; nil: always.
        public let hours: WeeklyHours?

        public init(method: ContactMethodID, delay: Duration, hours: WeeklyHours? = nil) {
            self.method = method
            self.delay = delay
            self.hours = hours
        }
    }

    /// Why: nobody carries more devices, and each twice.
    public static let maximumSteps = 32
    /// Longer and it is no way to be woken.
    public static let longestDelay = Duration.hours(1)

    public let high: [Step]
    public let low: [Step]
    /// Hours in which only urgent pages pass; what else there is waits until they end.
    public let sleep: WeeklyHours?
    /// How long before a shift they are reminded of it, the longest first; empty: never.
    public let reminders: [Duration]

    public static let none = NotificationRules(high: [], low: [], sleep: nil)
    /// How long before a shift whoever has not said is reminded of it.
    public static let usualReminders = [Duration.days(1)]
    public static let reminderLimit = 5
    public static let earliestReminder = Duration.days(7)

    public init(high: [Step], low: [Step], sleep: WeeklyHours?, reminders: [Duration] = usualReminders) {
        self.high = high
        self.low = low
        self.sleep = sleep
        self.reminders = reminders.sorted(by: >)
    }

    /// How the person is told of a page. Nobody is left asleep because their rules do not fit the hour: without a step that
    /// applies, all of their ways are taken at once.
    ///
    /// - Parameter ways: that can be used, in the person's order.
    public func contacts(_ ways: [Contact], for urgency: Urgency, at now: Instant) -> [Contact] {
        let steps = (urgency == .high ? high : low).filter { $0.hours?.contains(now) ?? true }
        var contacts: [Contact] = []
        for step in steps.sorted(by: { $0.delay < $1.delay }) {
            guard let way = ways.first(where: { $0.method == step.method }),
                !contacts.contains(where: { $0.isSameWay(as: way) })
            else { continue }
            contacts.append(Contact(user: way.user, method: way.method, channel: way.channel, delay: step.delay))
        }
        if contacts.isEmpty { contacts = ways }
        guard urgency == .low else { return contacts }
        let pause = pause(at: now)
        return contacts.map {
            Contact(user: $0.user, method: $0.method, channel: $0.channel, delay: $0.delay + pause)
        }
    }

    /// The ways for what wakes nobody: those that are first for pages that are not urgent. Without such rules every way but a
    /// ringing one, where there is another.
    public func quietContacts(_ ways: [Contact], rings: (Contact) -> Bool) -> [Contact] {
        let first = low.map(\.delay).min()
        let steps = low.filter { $0.delay == first }
        let named = ways.filter { way in steps.contains { $0.method == way.method } }
        guard named.isEmpty else { return named }
        let quiet = ways.filter { !rings($0) }
        return quiet.isEmpty ? ways : quiet
    }

    /// How long something that is not urgent waits for the person to be awake; zero: they are.
    public func pause(at now: Instant) -> Duration { sleep?.end(at: now).map { $0 - now } ?? .zero }
}
