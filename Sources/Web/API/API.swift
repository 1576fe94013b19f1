import Chronology
import Delivery
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// The JSON API under `/api/v1`: what its handlers share. Each chapter of it is an extension with a list of routes.
public struct API: Sendable {
    static let base = "/api/v1"

    let engine: Engine
    let identity: WebIdentity
    /// How addresses in answers begin: `https://tocsin.example.com`.
    let origin: @Sendable () -> String

    /// By kind: what can deliver here.
    let channels: [String: any Channel]
    /// Knows the codes by which ways to be reached are verified; without it none can be.
    let links: AcknowledgementLinks?

    public init(
        engine: Engine, identity: WebIdentity, channels: [String: any Channel] = [:],
        links: AcknowledgementLinks? = nil, origin: @escaping @Sendable () -> String
    ) {
        self.engine = engine
        self.identity = identity
        self.channels = channels
        self.links = links
        self.origin = origin
    }

    public var routes: [Route] {
        incidentRoutes + procedureRoutes + draftRoutes + scheduleRoutes + feedRoutes + playbookRoutes + alertRoutes
            + pageRoutes
            + userRoutes
            + contactTestRoutes
            + documentRoutes + integrationRoutes
            + tokenRoutes
            + accountRoutes + [auditRoute, streamRoute]
    }

    // MARK: Reading and asking

    /// What is read is our own writing: a value in it that cannot be understood is a fault of ours, not of the sender,
    /// and is told as one.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> Value) async throws -> Value {
        do {
            return try await engine.store.read(body)
        } catch let fault as InputFault {
            throw DamagedRecord(fault: fault)
        }
    }

    /// Carries out a command in the caller's name. `subject` is the kind of thing that the path names: that it does not
    /// exist is a 404, while an unknown name in the body is a 422.
    func submit(_ command: Command, for call: Call, subject: String? = nil) async throws -> Outcome {
        do {
            return try await engine.submit(.command(command, by: call.actor))
        } catch let refusal as Refusal {
            throw HTTPProblem(refusal, subject: subject)
        }
    }

    /// A list answers one more than nothing: its items, and behind which item the next page begins.
    func list<Item>(
        _ items: [Item], limit: Int, id: (Item) -> String, _ write: (Item, inout JSONWriter) -> Void
    ) -> Answer {
        .json { writer in
            writer.object { writer in
                writer.member("items", array: { writer in for item in items { write(item, &writer) } })
                writer.member("next", items.count == limit ? items.last.map(id) : nil)
            }
        }
    }

    static let pageSize: JSON = ["type": "integer", "minimum": 1, "maximum": 200]

    static let paging: [Route.QueryField] = [
        Route.QueryField("limit", "How many items at most: 1 to 200, 50 unless told", pageSize),
        Route.QueryField("after", "Go on behind this item: the `next` of the page before"),
    ]
}

/// A stored record that this version cannot read.
struct DamagedRecord: Error, Hashable, Sendable {
    let fault: InputFault
}

extension HTTPProblem {
    /// The problem for a refusal of the engine, with a pointer to the member that it is about.
    init(_ refusal: Refusal, subject: String?) {
        if let subject, refusal.code == "unknown-\(subject)" {
            self = .notFound(refusal.reason)
            return
        }
        var status = HTTPResponse.Status.conflict
        var errors: [InputFault] = []
        let (word, rest) = refusal.code.cut(at: "-")
        switch word {
        case "unknown", "missing":
            status = .unprocessableContent
            errors = [InputFault(at: "/" + (Self.members[rest] ?? rest), refusal.reason)]
        case "invalid":
            status = .unprocessableContent
            let (place, reason) = refusal.reason.cut(at: ": ")
            errors = [
                refusal.code == "invalid"
                    ? InputFault(at: place, reason) : InputFault(at: "/" + (Self.members[rest] ?? rest), refusal.reason)
            ]
        case "bad", "password":
            status = .unprocessableContent
            errors = [InputFault(at: word == "password" ? "/new" : "/" + rest, refusal.reason)]
        case "forbidden": status = .forbidden
        case "lower":
            status = .unprocessableContent
            errors = [InputFault(at: "/why", refusal.reason)]
        case "user" where rest == "disabled":
            status = .unprocessableContent
            errors = [InputFault(at: "/user", refusal.reason)]
        case "too" where rest.hasPrefix("long-"):
            status = .unprocessableContent
            errors = [InputFault(at: "/" + rest.dropFirst("long-".count), refusal.reason)]
        default: break
        }
        self.init(status, refusal.code, "This cannot be done.", detail: refusal.reason, errors: errors)
    }

    /// Where the member of a body is not called as the refusal's code calls the thing.
    private static let members = [
        "escalation-plan": "plan", "lifetime": "days", "item": "task", "field": "fields",
    ]

    /// The problem for what the engine and the store throw; nil for anything else. Nothing of a store's fault but its
    /// kind is told: the details are for the log.
    public static func ofEngine(_ error: any Error) -> HTTPProblem? {
        switch error {
        case EngineFault.busy: .busy("Too much is waiting to be written.", retryAfter: 1)
        case EngineFault.stopping: .busy("The server is stopping.", retryAfter: 2)
        case EngineFault.full: unavailable(isFull: true)
        case EngineFault.unavailable: unavailable(isFull: false)
        case let fault as StorageFault where fault.kind != .permanent: unavailable(isFull: fault.kind == .full)
        default: nil
        }
    }

    private static func unavailable(isFull: Bool) -> HTTPProblem {
        guard isFull else { return .busy("The store does not answer right now; nothing is known to be done.") }
        return HTTPProblem(
            HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage"), "storage-full",
            "There is no room on the server's disk.", detail: "Nothing was written. An operator must make room.",
            headers: [.retryAfter: "30"])
    }
}

extension String {
    /// What stands before and behind the first separator.
    fileprivate func cut(at separator: String) -> (String, String) {
        guard let range = firstRange(of: separator) else { return (self, "") }
        return (String(self[..<range.lowerBound]), String(self[range.upperBound...]))
    }
}

extension Fields {
    /// `true` or `false`; nil when the field is absent or empty.
    func flag(_ name: String) throws(InputFault) -> Bool? {
        switch try one(name) {
        case nil, "": nil
        case "true": true
        case "false": false
        default: throw InputFault(at: "/" + name, "must be true or false")
        }
    }

    /// A text that is not empty.
    func text(_ name: String) throws(InputFault) -> String? {
        guard let text = try one(name), !text.isEmpty else { return nil }
        return text
    }
}

extension JSONWriter {
    /// An instant as RFC 3339 in UTC, or null.
    mutating func member(_ name: String, at instant: Instant?) {
        member(name, instant?.rfc3339())
    }
}
