import Crypto
import HTTPTypes
import Identity
import NIOCore

/// Style sheets, scripts and icons, served from memory under an address that names their content: a browser keeps them for
/// ever, and a new version has a new address. One digest covers all files, so that scripts can import each other by
/// relative paths.
public struct AssetLibrary: Sendable {
    public struct File: Sendable {
        public let name: String
        public let bytes: [UInt8]

        public init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    private struct Entry: Sendable {
        let type: String
        let tag: String
        let content: ByteBuffer
    }

    private let entries: [String: Entry]
    public let digest: String

    /// A file whose kind is not known, or a name given twice, is a programmer's error.
    public init(_ files: [File]) {
        var entries: [String: Entry] = [:]
        var all = SHA256()
        for file in files.sorted(by: { $0.name < $1.name }) {
            guard let type = Self.type(of: file.name) else {
                preconditionFailure("no content type is declared for \(file.name)")
            }
            precondition(entries[file.name] == nil, "\(file.name) is in the library twice")
            all.update(data: Array("\(file.name)\n\(file.bytes.count)\n".utf8))
            all.update(data: file.bytes)
            let tag = "\"" + hex(SHA256.hash(data: file.bytes).prefix(8)) + "\""
            entries[file.name] = Entry(type: type, tag: tag, content: ByteBuffer(bytes: file.bytes))
        }
        self.entries = entries
        digest = hex(all.finalize().prefix(8))
    }

    /// Where a page finds a file. Asking for one that does not exist is a programmer's error.
    public func path(_ name: String) -> String {
        precondition(entries[name] != nil, "there is no asset \(name)")
        return "/assets/\(digest)/\(name)"
    }

    public var route: Route {
        Route(.get, "/assets/{digest}/{name}", .publicAccess, "A style sheet, script or icon") { [self] call in
            guard let entry = entries[call.parameter("name")] else { throw HTTPProblem.notFound }
            // A page from before an upgrade asks under the old digest: it gets what there is now, and may not keep it.
            let isCurrent = call.parameter("digest") == digest
            let headers: HTTPFields = [
                .contentType: entry.type, .eTag: entry.tag,
                .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
            ]
            let known = call.headers[.ifNoneMatch]?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
            if known.contains(where: { $0 == entry.tag }) { return Answer(.notModified, headers: headers) }
            return Answer(.ok, headers: headers, body: .bytes(entry.content))
        }
    }

    private static func type(of name: String) -> String? {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "webmanifest": "application/manifest+json"
        case "txt": "text/plain; charset=utf-8"
        default: nil
        }
    }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
