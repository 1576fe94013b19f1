import Chronology
import Delivery
import Notation
import Storage

/// How many more messages may go: of a channel's account, by the provider's rate, and to one destination, by the table of
/// throttles. What may not go now waits its turn; nothing is thrown away. The credit is in the store, so that nodes share it.
///
/// A page is never held back by other traffic: what is no page leaves a quarter of what may go at once to pages (design §4).
public struct Meters {
    /// A bucket that fills evenly.
    private struct Bucket {
        var credit: Double
    }

    /// How much a bucket holds, and how much flows into it in a window.
    private struct Shape {
        let most: Double
        let inflow: Double

        /// Our own limit: what was not used may be used at once.
        init(throttle rate: ChannelDescriptor.Rate) {
            most = Double(rate.messages)
            inflow = most
        }

        /// A provider's limit: no window of that length, wherever it begins, sees more. A quarter may go at once, so that a few
        /// people are told without waiting, and only the rest flows in.
        init(provider rate: ChannelDescriptor.Rate) {
            most = Double(max(1, rate.messages / 4))
            inflow = most > 1 ? Double(rate.messages) - most : Double(rate.messages)
        }
    }

    private let organisation: Organisation
    private let connection: any Connection
    private let now: Instant
    private var buckets: [String: Bucket] = [:]

    public init(organisation: Organisation, on connection: any Connection) {
        self.organisation = organisation
        self.connection = connection
        now = connection.now
    }

    public mutating func admit(_ channel: String, _ destination: String, _ kind: DeliveryKind?) throws
        -> Outbox.Admission
    {
        let isPage = kind == .page
        let account = "account/\(channel)"
        let rate = organisation.channels[channel]?.rate ?? ChannelKinds.type(of: channel)?.descriptor.limits.rate
        if let rate {
            let shape = Shape(provider: rate)
            let left = try credit(account, rate, shape)
            let reserve = isPage || shape.most < 4 ? 0 : shape.most / 4
            guard left >= 1 + reserve else { return .channelIsFull }
        }
        var paying = rate == nil ? [] : [account]
        for throttle in organisation.settings.throttles where throttle.applies(channel, kind) {
            let key = "destination/\(channel)/\(destination)/\(throttle.kind)"
            guard try credit(key, throttle.rate, Shape(throttle: throttle.rate)) >= 1 else {
                return .destinationIsBusy
            }
            paying.append(key)
        }
        for key in paying { buckets[key]?.credit -= 1 }
        return .admitted
    }

    /// Takes one of a number of tries; false: they are used up for now.
    mutating func spend(_ key: String, _ rate: ChannelDescriptor.Rate) throws -> Bool {
        guard try credit(key, rate, Shape(throttle: rate)) >= 1 else { return false }
        buckets[key]?.credit -= 1
        return true
    }

    /// Called once, when all were asked.
    public func write() throws {
        for (key, bucket) in buckets.sorted(by: { $0.key < $1.key }) {
            try connection.execute(
                """
                INSERT INTO meter (key, credit, at) VALUES (?, ?, ?) \
                ON CONFLICT (key) DO UPDATE SET credit = excluded.credit, at = excluded.at
                """, [.text(key), .integer(Int64((bucket.credit * 1_000_000).rounded())), SQLValue(now)])
        }
    }

    private mutating func credit(_ key: String, _ rate: ChannelDescriptor.Rate, _ shape: Shape) throws -> Double {
        if let known = buckets[key] { return known.credit }
        // The row is written before it is read, so that two nodes take turns at it.
        try connection.execute("UPDATE meter SET at = at WHERE key = ?", [.text(key)])
        let stored = try connection.first("SELECT credit, at FROM meter WHERE key = ?", [.text(key)]) {
            (credit: Double($0.integer(0)) / 1_000_000, at: $0.instant(1))
        }
        var credit = shape.most
        if let stored {
            let passed = Double(max(0, (now - stored.at).wholeMicroseconds)) / Double(rate.window.wholeMicroseconds)
            credit = min(credit, stored.credit + passed * shape.inflow)
        }
        buckets[key] = Bucket(credit: credit)
        return credit
    }
}

/// How many messages of a class one destination is sent: one row of a table that an operator may change.
public struct Throttle: Hashable, Sendable {
    /// nil: any.
    public let channel: String?
    /// A word of `DeliveryKind`: `page`, `incident`, `test`, `oncall`.
    public let kind: String
    public let rate: ChannelDescriptor.Rate

    /// What there is where nobody has said anything else: a person is not sent more than a message about incidents every
    /// three seconds on average, with room for twenty at once; pages are not held back.
    public static let usual = [Throttle(channel: nil, kind: "incident", rate: .init(20, in: .minutes(1)))]
    static let maximum = 64

    func applies(_ channel: String, _ kind: DeliveryKind?) -> Bool {
        (self.channel == nil || self.channel == channel) && self.kind == kind?.rawValue
    }

    static func all(_ json: JSON?) throws(InputFault) -> [Throttle] {
        guard let json, !json.isNull else { return usual }
        guard let elements = json.array, elements.count <= maximum else {
            throw InputFault(at: "/throttles", "throttles are an array of at most \(maximum) rows")
        }
        var all: [Throttle] = []
        for (index, element) in elements.enumerated() {
            let place = "/throttles/\(index)"
            let kinds = [DeliveryKind.page, .incident, .test, .onCall].map(\.rawValue)
            guard let kind = element["class"]?.string, kinds.contains(kind) else {
                throw InputFault(at: place + "/class", "a class is one of \(kinds.joined(separator: ", "))")
            }
            let channel = try element.optionalText("channel")
            if let channel, ChannelKinds.type(of: channel) == nil {
                throw InputFault(at: place + "/channel", "\"\(channel)\" is not a channel")
            }
            guard let messages = element["messages"]?.integer, (1...10_000).contains(messages),
                let seconds = element["seconds"]?.integer, (1...86_400).contains(seconds)
            else { throw InputFault(at: place, "a throttle is 1 to 10,000 messages in 1 to 86,400 seconds") }
            all.append(Throttle(channel: channel, kind: kind, rate: .init(Int(messages), in: .seconds(seconds))))
        }
        return all
    }

    public var json: JSON {
        [
            "channel": channel.map(JSON.string) ?? .null, "class": .string(kind),
            "messages": .integer(Int64(rate.messages)), "seconds": .integer(rate.window.wholeSeconds),
        ]
    }
}
