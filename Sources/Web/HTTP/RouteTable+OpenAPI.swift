import HTTPTypes
import Identity
import Notation

extension RouteTable {
    /// The description of every route that has a tag, as OpenAPI 3.1. `x-permission` names what the caller must hold; where
    /// there are `x-token-permissions`, any one of these will do, and `x-permission` is the first. `x-roles` are the roles that
    /// are let in by it. `x-integration-key`: the key of an integration opens it, and where it is a part of the path, nothing
    /// else does.
    public func describe(title: String = "Tocsin", version: String) -> JSON {
        var writer = JSONWriter(reserving: 1 << 16)
        writer.object { writer in
            writer.member("openapi", "3.1.0")
            writer.member(
                "info",
                object: { writer in
                    writer.member("title", title)
                    writer.member("version", version)
                })
            writer.member(
                "paths",
                object: { writer in
                    for path in describedPaths {
                        writer.member(
                            Self.openAPIPath(path),
                            object: { writer in
                                for route in routes where route.path == path && route.tag != nil {
                                    describe(route, into: &writer)
                                }
                            })
                    }
                })
            writer.member(
                "components",
                object: { writer in
                    writer.member(
                        "securitySchemes",
                        object: { writer in
                            writer.member("bearer", ["type": "http", "scheme": "bearer"])
                            writer.member("cookie", ["type": "apiKey", "in": "cookie", "name": "__Host-tocsin"])
                        })
                    writer.member("schemas", object: { $0.member("Problem", Self.problemSchema) })
                })
        }
        do {
            return try JSON(parsing: writer.bytes, limits: .stored)
        } catch {
            preconditionFailure("the API's description is not well-formed: \(error.place) \(error.reason)")
        }
    }

    private var describedPaths: [String] {
        var seen: Set<String> = []
        return routes.filter { $0.tag != nil && seen.insert($0.path).inserted }.map(\.path).sorted()
    }

    /// OpenAPI has no rest parameters: `{name...}` is written as `{name}`.
    private static func openAPIPath(_ path: String) -> String {
        "/" + Segment.parse(path).map { $0.parameterName.map { "{\($0)}" } ?? $0.shape }.joined(separator: "/")
    }

    private func describe(_ route: Route, into writer: inout JSONWriter) {
        writer.member(
            route.method.rawValue.lowercased(),
            object: { writer in
                writer.member("operationId", Self.operationID(of: route))
                writer.member("summary", route.summary)
                writer.member("tags", array: { $0.value(route.tag ?? "") })
                writer.member("x-permission", (route.admission.first ?? route.permission).rawValue)
                if !route.tokenPermissions.isEmpty {
                    writer.member(
                        "x-token-permissions", .array(route.tokenPermissions.map { .string($0.rawValue) }))
                }
                if route.isForCallers {
                    writer.member("x-roles", .array(Self.roles(for: route.admission).map { .string($0.rawValue) }))
                }
                if route.checkedBy == .integrationKey { writer.member("x-integration-key", true) }
                Self.describeParameters(of: route, into: &writer)
                Self.describeBody(of: route, into: &writer)
                writer.member(
                    "responses",
                    object: { writer in
                        for response in route.responses { Self.describe(response, into: &writer) }
                        writer.member(
                            "default", ["description": "What went wrong", "content": Self.refusals(of: route)])
                    })
                writer.member("security", Self.security(of: route))
            })
    }

    private static func roles(for permissions: [Permission]) -> [Role] {
        Role.allCases.filter { !PermissionTable.permissions(of: $0).isDisjoint(with: permissions) }
    }

    /// Before its route is known, as with a method that an address does not take, a request is refused as any other.
    private static func refusals(of route: Route) -> JSON {
        let problem: JSON = ["schema": ["$ref": "#/components/schemas/Problem"]]
        guard let refusals = route.refusals else { return ["application/problem+json": problem] }
        return ["application/json": ["schema": refusals.schema], "application/problem+json": problem]
    }

    /// A key in the path is no security scheme of OpenAPI; one in the header is, beside tokens.
    private static func security(of route: Route) -> JSON {
        if route.checkedBy == .integrationKey { return route.tokenPermissions.isEmpty ? [] : [["bearer": []]] }
        return route.permission == .publicAccess ? [] : [["bearer": []], ["cookie": []]]
    }

    private static func operationID(of route: Route) -> String {
        let words = Segment.parse(route.path).map { $0.parameterName ?? $0.shape }.filter { !$0.isEmpty }
        return ([route.method.rawValue.lowercased()] + words).joined(separator: "-")
    }

    private static func describeParameters(of route: Route, into writer: inout JSONWriter) {
        let names = Segment.parse(route.path).compactMap(\.parameterName)
        guard !names.isEmpty || !route.query.isEmpty else { return }
        writer.member(
            "parameters",
            array: { writer in
                for name in names {
                    writer.value(["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]])
                }
                for field in route.query {
                    writer.value([
                        "name": .string(field.name), "in": "query", "description": .string(field.meaning),
                        "schema": field.schema,
                    ])
                }
            })
    }

    private static func describeBody(of route: Route, into writer: inout JSONWriter) {
        switch route.body {
        case .none: break
        case .json(let schema, let isOptional):
            writer.member(
                "requestBody",
                ["required": .bool(!isOptional), "content": ["application/json": ["schema": schema]]])
        case .form(let names), .longForm(let names):
            let properties = names.map { JSON.Member($0, ["type": "string"]) }
            writer.member(
                "requestBody",
                [
                    "required": true,
                    "content": [
                        "application/x-www-form-urlencoded": [
                            "schema": ["type": "object", "properties": .object(properties)]
                        ]
                    ],
                ])
        case .raw(let types):
            let content = (types.isEmpty ? ["*/*"] : types).map { JSON.Member($0, [:]) }
            writer.member("requestBody", ["required": true, "content": .object(content)])
        }
    }

    private static func describe(_ response: Route.Response, into writer: inout JSONWriter) {
        writer.member(
            "\(response.status)",
            object: { writer in
                writer.member("description", response.meaning)
                if response.status != 204, response.status != 303, !response.type.isEmpty {
                    writer.member(
                        "content",
                        .object([
                            JSON.Member(response.type, response.schema.map { ["schema": $0] } ?? [:])
                        ]))
                }
            })
    }

    private static let problemSchema: JSON = [
        "type": "object",
        "required": ["type", "title", "status", "errors", "requestId"],
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
            "detail": ["type": "string"], "requestId": ["type": "string"],
            "errors": [
                "type": "array",
                "items": [
                    "type": "object", "required": ["pointer", "detail"],
                    "properties": ["pointer": ["type": "string"], "detail": ["type": "string"]],
                ],
            ],
        ],
    ]
}
