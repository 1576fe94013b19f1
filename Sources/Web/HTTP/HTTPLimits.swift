import Chronology

/// How much of a request is read, and for how long it is waited for. Every bound exists because anybody on the network
/// may send anything (R16, R22; reliability-security §4.5).
public struct HTTPLimits: Hashable, Sendable {
    /// Bytes of a body on the routes that monitoring tools send to: some 1,500 alerts at once.
    public var intakeBody = 1 << 20
    /// Bytes of any other body: a long note, a large escalation plan, a playbook.
    public var body = 512 << 10
    /// Bytes of a form that holds a whole document: a playbook of `body` bytes, of which each may be sent as three.
    public var longForm = 3 * (512 << 10) + (4 << 10)
    /// Bytes of the path and query together.
    public var target = 8 << 10
    /// Bytes of all header fields; the library's default is five times as much.
    public var headers = 16 << 10
    /// Browsers send some twenty.
    public var headerCount = 100
    /// From the opening of a connection to the end of its first request's headers.
    public var headerDeadline: Duration = .seconds(10)
    /// From the end of the headers to the end of the body.
    public var bodyDeadline: Duration = .seconds(20)
    /// Between two requests on one connection.
    public var idle: Duration = .seconds(30)
    /// How long a client may refuse to take the answer.
    public var stalledWrite: Duration = .seconds(60)
    /// Open connections. Each costs some 20 KiB; the file descriptors of the store and the pager must stay free.
    public var connections = 2_000
    /// How many of them are kept for routes that cannot wait (`Route.isUrgent`): more people than are ever on call at once.
    public var reservedConnections = 100
    /// A client's sustained rate on the API, in requests a second, and how many it may send at once after a pause.
    public var rate = 20
    public var burst = 200

    public init() {}
}
