import Chronology
import Delivery
import Notation
import Paging
import Storage

/// Who watches the watcher: how Tocsin tries itself, from an alert to a message that a far end has taken, and whom outside it
/// tells that it went well. One document, of the id `self`.
public struct SelfMonitor: Hashable, Sendable {
    public static let id = "self"
    /// The alerts of the trial belong to no integration that anybody has made.
    public static let integration = IntegrationID("self-monitor")

    static let shortestInterval = Duration.minutes(1)
    static let longestInterval = Duration.days(1)
    static let usualInterval = Duration.minutes(5)
    static let usualPatience = Duration.minutes(2)
    static let urlSecret = "url"

    /// Who is paged by the trial: best a mailbox, a topic or a webhook that no person is woken by.
    public let plan: EscalationPlanID
    public let interval: Duration
    /// How long the message may take.
    public let patience: Duration
    /// The address that is called after each trial that went well, and only then; nil: none is.
    public let url: Secret?
    /// Whether the address does not open under the server's keys.
    public let isURLLost: Bool
    public let isDisabled: Bool

    init(_ id: String, _ json: JSON) throws(InputFault) {
        guard id == Self.id else { throw InputFault(at: "/id", "there is one self-monitor, \"\(Self.id)\"") }
        plan = EscalationPlanID(try json.text("plan"))
        let seconds = json["everySeconds"]?.integer ?? Self.usualInterval.wholeSeconds
        guard (Self.shortestInterval.wholeSeconds...Self.longestInterval.wholeSeconds).contains(seconds) else {
            throw InputFault(at: "/everySeconds", "it is tried every minute to once a day")
        }
        interval = .seconds(seconds)
        let patience = json["withinSeconds"]?.integer ?? min(Self.usualPatience.wholeSeconds, seconds / 2)
        guard (5...seconds).contains(patience) else {
            throw InputFault(at: "/withinSeconds", "a trial takes 5 seconds to as long as there is between two")
        }
        self.patience = .seconds(patience)
        url = json["secrets"]?[Self.urlSecret]?.string.map { Secret($0) }
        isURLLost = !(json[SealedSecrets.lostNames]?.array ?? []).isEmpty
        isDisabled = try json.flag("disabled")
        if let url {
            do throws(InputFault) { _ = try EgressURL(url.reveal()) } catch {
                throw InputFault(at: "/url", error.reason)
            }
        }
    }

    /// As much of the address as may be shown: its host. The rest is what proves who calls.
    public var shownURL: String? {
        guard let url else { return nil }
        do throws(InputFault) { return "\(try EgressURL(url.reveal()))/…" } catch { return "…" }
    }
}

/// How the last trial went.
public struct SelfMonitorState: Hashable, Sendable {
    public let at: Instant
    public let wentWell: Bool
    /// How long it took from the alert to the message; nil: it never came.
    public let took: Duration?
    /// What went wrong, in a sentence; nil: nothing did.
    public let fault: String?
    /// When the outside address last took the call.
    public let beatAt: Instant?
    /// Since when trials have gone wrong; nil: the last went well.
    public let failingSince: Instant?

    static let key = "self-monitor"

    /// nil: there was none yet.
    public static func read(on connection: any Connection) throws -> SelfMonitorState? {
        let text = try connection.first("SELECT value FROM meta WHERE key = ?", [.text(key)]) { $0.text(0) }
        return try text.map { try SelfMonitorState(JSON(parsing: Array($0.utf8), limits: .stored)) }
    }

    func write(on connection: any Connection) throws {
        try connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [.text(Self.key), .text(json.text)])
    }

    init(at: Instant, took: Duration?, fault: String?, after last: SelfMonitorState?, beatAt: Instant?) {
        self.at = at
        wentWell = fault == nil
        self.took = took
        self.fault = fault
        self.beatAt = beatAt ?? last?.beatAt
        failingSince = fault == nil ? nil : last?.failingSince ?? at
    }

    private var json: JSON {
        [
            "at": .integer(at.microseconds), "took": took.map { .integer($0.wholeMicroseconds) } ?? .null,
            "fault": fault.map(JSON.string) ?? .null, "beatAt": beatAt.map { .integer($0.microseconds) } ?? .null,
            "failingSince": failingSince.map { .integer($0.microseconds) } ?? .null,
        ]
    }

    private init(_ json: JSON) {
        func instant(_ name: String) -> Instant? { json[name]?.integer.map { Instant(microseconds: $0) } }
        at = instant("at") ?? .epoch
        took = json["took"]?.integer.map { .microseconds($0) }
        fault = json["fault"]?.string
        wentWell = fault == nil
        beatAt = instant("beatAt")
        failingSince = instant("failingSince")
    }
}
