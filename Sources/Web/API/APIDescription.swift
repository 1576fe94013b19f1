import Chronology
import HTTPTypes
import Notation

/// The API's description of itself: for programs at `/api/openapi.json`, for people at `/api/docs`.
enum APIDescription {
    private static let tag = "Description"

    /// The table of all routes and of the two that describe it, themselves included.
    static func adding(to routes: [Route], version: String) -> RouteTable {
        let plan = describing { _ in
            .noContent
        } docs: { _ in
            .noContent
        }
        let table = RouteTable(routes + plan)
        let document = table.describe(version: version).text
        let page = page(for: table, version: version)
        return RouteTable(
            routes
                + describing { _ in
                    .bytes(Array(document.utf8), type: "application/json")
                } docs: { _ in
                    .html(page)
                })
    }

    private static func describing(_ openAPI: @escaping Route.Handler, docs: @escaping Route.Handler) -> [Route] {
        [
            Route(
                .get, "/api/openapi.json", .publicAccess, "The API's description as OpenAPI 3.1", tag: tag,
                responses: [Route.Response(200, "The description", schema: ["type": "object"])], handler: openAPI),
            Route(
                .get, "/api/docs", .publicAccess, "The API's description as a page", tag: tag,
                responses: [Route.Response(200, "A page", type: "text/html")], handler: docs),
        ]
    }

    private static func page(for table: RouteTable, version: String) -> [UInt8] {
        let described = table.routes.filter { $0.tag != nil }
        let page = APIPage(
            version: version,
            chapters: Set(described.compactMap(\.tag)).sorted().map { tag in
                let rows = described.filter { $0.tag == tag }.map { route in
                    APIPage.Row(
                        request: "\(route.method.rawValue) \(route.path)", summary: route.summary,
                        permission: permission(of: route))
                }
                return (tag, rows)
            })
        // It shows no time.
        return page.render(PageFrame(clock: ClockFace(now: Instant(microseconds: 0)), csrf: "")).bytes
    }

    private static func permission(of route: Route) -> String {
        guard route.checkedBy == .integrationKey else { return route.permission.rawValue }
        let tokens = route.tokenPermissions.map(\.rawValue).joined(separator: " or ")
        return tokens.isEmpty ? "an integration's key" : "an integration's key, or a token with \(tokens)"
    }
}
