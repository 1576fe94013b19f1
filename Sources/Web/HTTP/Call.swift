import Chronology
import HTTPTypes
import Identity
import Notation

/// A request that has been let in: its route is known, its caller may do it, its body is here and within bounds.
public struct Call: Sendable {
    /// Names the request in answers, the log and the audit log.
    public let id: String
    public let method: HTTPRequest.Method
    /// The path as it was sent, percent-encoded.
    public let path: String
    /// What stood at the template's `{name}` places, decoded.
    public let parameters: [String: String]
    public let query: Fields
    public let headers: HTTPFields
    public let body: [UInt8]
    /// The decoded form; none for other bodies.
    public let form: Fields
    public let caller: Caller
    /// The client's network address, seen through the trusted proxies.
    public let address: String
    public let now: Instant
    /// Path and query as they were sent: what a signature over the address is made of.
    public let target: String

    public init(
        id: String, method: HTTPRequest.Method, path: String, parameters: [String: String] = [:], query: Fields = .none,
        headers: HTTPFields = [:], body: [UInt8] = [], form: Fields = .none, caller: Caller = .anonymous,
        address: String = "",
        now: Instant, target: String? = nil
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.parameters = parameters
        self.query = query
        self.headers = headers
        self.body = body
        self.form = form
        self.caller = caller
        self.address = address
        self.now = now
        self.target = target ?? path
    }

    /// A parameter of the route's own template. Asking for one that the template does not have is a programmer's error.
    public func parameter(_ name: String) -> String {
        guard let value = parameters[name] else { preconditionFailure("the route's path has no {\(name)}") }
        return value
    }

    /// The body as JSON. Throws an `InputFault` with line and column.
    public func json(limits: JSONLimits = .api) throws(InputFault) -> JSON {
        try JSON(parsing: body, limits: limits)
    }

    /// Reads the body's members with `read`, which names each; throws all faults at once.
    public func read<Value>(_ read: (inout BodyReader) -> Value) throws -> Value {
        try BodyReader.read(try json(), read)
    }

    /// How long a page of a list is, from `?limit=`.
    public func pageSize(default size: Int = 50, largest: Int = 200) throws -> Int {
        try query.integer("limit", 1...largest) ?? size
    }

    /// The signed-in person or token. On a route that needs a permission beyond `publicAccess` there always is one.
    public var actor: Actor { caller.actor ?? .tocsin }

    public var author: AuditAuthor { AuditAuthor(actor: actor, ip: address, request: id) }

    public var origin: Passwords.Origin { Passwords.Origin(ip: address, agent: headers[.userAgent] ?? "", request: id) }
}
