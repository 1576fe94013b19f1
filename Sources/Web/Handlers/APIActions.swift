import HTTPTypes
import NIOCore
import Notation

/// The JSON API, called from within the process: a form is checked and carried out by the same code as a program's
/// request, and neither can do what the other cannot.
struct APIActions: Sendable {
    private let table: RouteTable

    init(_ api: API) {
        table = RouteTable(api.routes)
    }

    /// Carries out one request in the name of a call's caller, with the permission that the API itself asks for. Throws
    /// whatever the API's handler throws. The answer is the API's; null where it has none.
    @discardableResult
    func perform(
        _ method: HTTPRequest.Method, _ path: LocalPath, _ body: JSON? = nil, for call: Call
    ) async throws -> JSON {
        try await perform(method, path, raw: body.map { Array($0.text.utf8) } ?? [], for: call)
    }

    /// The same, for a request whose body is not JSON.
    @discardableResult
    func perform(
        _ method: HTTPRequest.Method, _ path: LocalPath, raw body: [UInt8], query: Fields = .none, for call: Call
    ) async throws -> JSON {
        guard case .found(let route, let parameters) = table.match(method, path: path.text) else {
            preconditionFailure("the API has no \(method.rawValue) \(path.text)")
        }
        guard call.caller.may(route.permission) else { throw HTTPProblem.forbidden }
        let inner = Call(
            id: call.id, method: method, path: path.text, parameters: parameters, query: query,
            headers: call.headers,
            body: body, caller: call.caller, address: call.address, now: call.now)
        guard case .bytes(let bytes) = try await route.handler(inner).body, bytes.readableBytes > 0 else {
            return .null
        }
        return try JSON(parsing: Array(bytes.readableBytesView), limits: .stored)
    }
}
