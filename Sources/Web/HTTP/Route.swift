import HTTPTypes
import Identity
import Notation

/// One thing that can be asked of the server: where, by whom, with what, and what happens. There is no way to answer a
/// request other than through such a declaration, and a declaration without a permission cannot be written (S1).
public struct Route: Sendable {
    public typealias Handler = @Sendable (Call) async throws -> Answer

    /// Who checks the caller.
    public enum Guard: Hashable, Sendable {
        /// The server, by cookie or bearer token.
        case caller
        /// The handler, by the integration key in the path, the body or a header of the tool's own. Overload answers 503 on
        /// such a route and never 429, because Alertmanager drops what it gets a 429 for.
        case integrationKey
    }

    /// What a request may carry.
    public enum Body: Hashable, Sendable {
        case none
        /// `schema` is a JSON Schema (2020-12), for the API's description; the handler checks. `isOptional`: nothing may
        /// be sent instead.
        case json(schema: JSON, isOptional: Bool = false)
        /// An HTML form; the names are for the API's description.
        case form([String])
        /// A form in which a whole document is sent.
        case longForm([String])
        /// Whatever a tool sends, in these content types; all when empty.
        case raw(types: [String])
    }

    public struct Response: Hashable, Sendable {
        public let status: Int
        public let meaning: String
        /// The content type; empty for an answer without a body.
        public let type: String
        public let schema: JSON?

        public init(_ status: Int, _ meaning: String, type: String = "application/json", schema: JSON? = nil) {
            self.status = status
            self.meaning = meaning
            self.type = type
            self.schema = schema
        }
    }

    /// A field of the query, for the API's description.
    public struct QueryField: Hashable, Sendable {
        public let name: String
        public let meaning: String
        /// A JSON Schema. An array stands for a field that may be given more than once.
        public let schema: JSON

        public init(_ name: String, _ meaning: String, _ schema: JSON = ["type": "string"]) {
            self.name = name
            self.meaning = meaning
            self.schema = schema
        }
    }

    /// How problems are told where problem+json would not be understood: to the clients of another system's API.
    public struct Refusals: Sendable {
        /// What such an answer is, of the type `application/json`.
        public let schema: JSON
        /// The answer to a problem, with its status. The server adds the problem's header fields.
        public let answer: @Sendable (HTTPProblem) -> Answer

        public init(schema: JSON, answer: @escaping @Sendable (HTTPProblem) -> Answer) {
            self.schema = schema
            self.answer = answer
        }
    }

    public let method: HTTPRequest.Method
    /// `/api/v1/incidents/{key}`; a last segment `{name...}` takes everything that follows.
    public let path: String
    public let permission: Permission
    public let summary: String
    /// The chapter of the API's description; nil keeps the route out of it (pages, assets).
    public let tag: String?
    public let checkedBy: Guard
    /// Where the handler checks: one of these a token must hold, which then does in place of an integration's key.
    /// Empty where only a key opens.
    public let tokenPermissions: [Permission]
    public let query: [QueryField]
    public let body: Body
    public let responses: [Response]
    /// Whether the answer holds a secret that is shown once: it is then never kept for a repeated `Idempotency-Key`.
    public let answersSecret: Bool
    /// Whether it is answered even when only the connections are left that are kept for it: taking a page, what leads to
    /// the button, and the probes by which others judge whether the server lives. Everything else is told to come back.
    public let isUrgent: Bool
    /// nil: problem+json.
    public let refusals: Refusals?
    public let handler: Handler

    public init(
        _ method: HTTPRequest.Method, _ path: String, _ permission: Permission, _ summary: String, tag: String? = nil,
        checkedBy: Guard = .caller, tokenPermissions: [Permission] = [], query: [QueryField] = [], body: Body = .none,
        responses: [Response] = [], answersSecret: Bool = false, isUrgent: Bool = false, refusals: Refusals? = nil,
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.permission = permission
        self.summary = summary
        self.tag = tag
        self.checkedBy = checkedBy
        self.tokenPermissions = tokenPermissions
        self.query = query
        self.body = body
        self.responses = responses
        self.answersSecret = answersSecret
        self.isUrgent = isUrgent
        self.refusals = refusals
        self.handler = handler
    }

    /// One of these a caller must hold who comes with a token or a session. The server checks it, or the handler where a key
    /// may do instead; and it is what the API's description says.
    var admission: [Permission] { tokenPermissions.isEmpty ? [permission] : tokenPermissions }

    /// Whether tokens and sessions count at all: not where the key is a part of the path.
    var isForCallers: Bool { checkedBy == .caller || !tokenPermissions.isEmpty }

    /// Whether it may change something: those need the browser's proof that the form was ours (S24).
    var isMutation: Bool { method != .get }
}
