import HTTPTypes
import Notation

/// All routes of the server, and which of them a path and method name.
///
/// Paths are compared as they were sent: `/%61pi` is not `/api`. A literal segment wins over a parameter, and a parameter
/// over a rest. Parameters are decoded after that.
public struct RouteTable: Sendable {
    public enum Match: Sendable {
        case found(Route, parameters: [String: String])
        /// The path is there but not with this method; the methods that are, for the Allow header.
        case wrongMethod(allowed: [String])
        case malformed(String)
        case nothing
    }

    /// Deeper than our deepest path; matching takes time with the number of segments.
    static let mostSegments = 32

    public let routes: [Route]
    /// The pieces of each route's path.
    private let segments: [[Segment]]
    private let root: Branch

    /// Refuses to start with a table that has a fault.
    public init(_ routes: [Route]) {
        let faults = Self.faults(in: routes)
        precondition(faults.isEmpty, "the route table has faults: " + faults.joined(separator: "; "))
        self.routes = routes
        segments = routes.map { Segment.parse($0.path) }
        var root = Branch()
        for (index, route) in routes.enumerated() {
            root.add(segments[index][...], method: route.method, index: index)
        }
        self.root = root
    }

    /// What is wrong with a table, as sentences; empty when nothing is (S1).
    public static func faults(in routes: [Route]) -> [String] {
        var faults: [String] = []
        var seen: Set<String> = []
        for route in routes {
            let name = "\(route.method.rawValue) \(route.path)"
            let segments = Segment.parse(route.path)
            let names = segments.compactMap(\.parameterName)
            if !route.path.hasPrefix("/") { faults.append("\(name) does not start with a slash") }
            if segments.count > mostSegments { faults.append("\(name) has more than \(mostSegments) segments") }
            if Set(names).count < names.count || names.contains("") {
                faults.append("\(name) has two parameters of one name, or one without")
            }
            if segments.dropLast().contains(where: \.isRest) { faults.append("\(name) goes on behind its rest") }
            if ![HTTPRequest.Method.get, .post, .put, .patch, .delete].contains(route.method) {
                faults.append("\(name) has a method that the server does not offer")
            }
            if route.summary.isEmpty { faults.append("\(name) does not say what it is for") }
            if route.checkedBy == .integrationKey, route.permission != .ingest {
                faults.append("\(name) checks integration keys, which only give the permission to ingest")
            }
            if route.checkedBy == .caller, !route.tokenPermissions.isEmpty {
                faults.append("\(name) names permissions of tokens beside the one that the server checks")
            }
            if route.method == .get, route.body != .none { faults.append("\(name) reads with a body") }
            let shape = route.method.rawValue + " " + segments.map(\.shape).joined(separator: "/")
            if !seen.insert(shape).inserted { faults.append("\(name) is declared twice") }
        }
        return faults
    }

    /// HEAD is answered by the route for GET.
    public func match(_ method: HTTPRequest.Method, path: String) -> Match {
        guard path.utf8.first == UInt8(ascii: "/") else { return .malformed("the path must start with a slash") }
        let pieces = path.dropFirst().split(
            separator: "/", maxSplits: Self.mostSegments, omittingEmptySubsequences: false)
        guard pieces.count <= Self.mostSegments, let leaf = root.find(pieces[...]) else { return .nothing }
        let wanted = method == .head ? HTTPRequest.Method.get : method
        guard let index = leaf[wanted.rawValue] else {
            return .wrongMethod(allowed: (leaf.keys + (leaf["GET"] == nil ? [] : ["HEAD"])).sorted())
        }
        let route = routes[index]
        var parameters: [String: String] = [:]
        for (position, segment) in segments[index].enumerated() {
            guard let name = segment.parameterName else { continue }
            let raw = segment.isRest ? pieces[position...].joined(separator: "/") : String(pieces[position])
            guard let value = PercentEncoding.decode(raw) else {
                return .malformed("the \(name) in the path is not well-formed")
            }
            parameters[name] = value
        }
        return .found(route, parameters: parameters)
    }
}

/// One piece of a route's path between slashes.
enum Segment: Hashable, Sendable {
    case literal(String)
    case parameter(String)
    case rest(String)

    static func parse(_ path: String) -> [Segment] {
        path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { piece in
            guard piece.hasPrefix("{"), piece.hasSuffix("}") else { return .literal(String(piece)) }
            let name = piece.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
        }
    }

    var parameterName: String? {
        switch self {
        case .literal: nil
        case .parameter(let name), .rest(let name): name
        }
    }

    var isRest: Bool {
        if case .rest = self { return true }
        return false
    }

    /// What two paths that match the same requests have in common.
    var shape: String {
        switch self {
        case .literal(let text): text
        case .parameter: "{}"
        case .rest: "{...}"
        }
    }
}

/// The tree of all paths. A leaf maps a method to the route's place in the table.
private struct Branch: Sendable {
    private var literals: [String: Branch] = [:]
    private var parameter: [Branch] = []
    private var rest: [String: Int] = [:]
    private var leaf: [String: Int] = [:]

    mutating func add(_ segments: ArraySlice<Segment>, method: HTTPRequest.Method, index: Int) {
        guard let first = segments.first else {
            leaf[method.rawValue] = index
            return
        }
        switch first {
        case .literal(let text):
            literals[text, default: Branch()].add(segments.dropFirst(), method: method, index: index)
        case .parameter:
            if parameter.isEmpty { parameter.append(Branch()) }
            parameter[0].add(segments.dropFirst(), method: method, index: index)
        case .rest: rest[method.rawValue] = index
        }
    }

    /// A path has at most two ways on at each of at most 32 segments, and declared routes are few and shallow, so going
    /// back is cheap.
    func find(_ segments: ArraySlice<Substring>) -> [String: Int]? {
        guard let first = segments.first else { return leaf.isEmpty ? nil : leaf }
        if let branch = literals[String(first)], let found = branch.find(segments.dropFirst()) { return found }
        if !first.isEmpty, let branch = parameter.first, let found = branch.find(segments.dropFirst()) { return found }
        return rest.isEmpty ? nil : rest
    }
}
