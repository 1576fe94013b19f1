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

    /// A plain list, without style or script, that any browser shows.
    private static func page(for table: RouteTable, version: String) -> [UInt8] {
        var html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        html += "<meta name=\"viewport\" content=\"width=device-width\"><title>Tocsin API</title></head><body>"
        html +=
            "<h1>Tocsin API \(escaped(version))</h1><p>As data: <a href=\"/api/openapi.json\">/api/openapi.json</a></p>"
        let described = table.routes.filter { $0.tag != nil }
        for tag in Set(described.compactMap(\.tag)).sorted() {
            html +=
                "<h2>\(escaped(tag))</h2><table><thead><tr><th>Request</th><th>What it does</th>"
                + "<th>Permission</th></tr></thead><tbody>"
            for route in described where route.tag == tag {
                html += "<tr><td><code>\(route.method.rawValue) \(escaped(route.path))</code></td>"
                html += "<td>\(escaped(route.summary))</td><td>\(escaped(permission(of: route)))</td></tr>"
            }
            html += "</tbody></table>"
        }
        return Array((html + "</body></html>\n").utf8)
    }

    private static func permission(of route: Route) -> String {
        guard route.checkedBy == .integrationKey else { return route.permission.rawValue }
        let tokens = route.tokenPermissions.map(\.rawValue).joined(separator: " or ")
        return tokens.isEmpty ? "an integration's key" : "an integration's key, or a token with \(tokens)"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
