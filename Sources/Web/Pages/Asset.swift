/// A file that pages load. The bytes are part of the binary; comments and indentation are not sent.
public struct Asset: Sendable {
    /// The file's name below `/assets/`.
    public let name: String
    public let contentType: String
    public let bytes: [UInt8]
    /// A hash of the bytes: the address changes when the file does, so that an answer may be cached for ever.
    public let version: String

    /// `/assets/NAME?v=VERSION`.
    public let path: LocalPath

    init(_ name: String, _ contentType: String, _ bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        let isText = contentType.hasPrefix("text/")
        let bytes = isText ? Asset.compact(bytes, isStyle: contentType.hasPrefix("text/css")) : bytes
        self.bytes = bytes
        version = Asset.hash(bytes)
        path = LocalPath("/assets/\(name)").with("v", version)
    }

    public static let stylesheet = Asset("tocsin.css", "text/css; charset=utf-8", PackageResources.tocsin_css)
    /// For the pages on which Tocsin is set up; nobody needs it at night.
    public static let settings = Asset("settings.css", "text/css; charset=utf-8", PackageResources.settings_css)
    public static let theme = Asset("theme.js", "text/javascript; charset=utf-8", PackageResources.theme_js)
    public static let script = Asset("app.js", "text/javascript; charset=utf-8", PackageResources.app_js)
    /// For the page on which a browser subscribes to Web Push.
    public static let subscribe = Asset("subscribe.js", "text/javascript; charset=utf-8", PackageResources.subscribe_js)
    /// For forms that show what they would lead to.
    public static let preview = Asset("preview.js", "text/javascript; charset=utf-8", PackageResources.preview_js)
    /// For the calendar of a schedule.
    public static let calendar = Asset("calendar.js", "text/javascript; charset=utf-8", PackageResources.calendar_js)
    /// The service worker that shows notifications. It is served from the root, for its scope is what lies below its address.
    public static let push = Asset("push.js", "text/javascript; charset=utf-8", PackageResources.push_js)
    public static let icon = Asset("icon.svg", "image/svg+xml", PackageResources.icon_svg)

    /// What every page loads.
    public static let ofEveryPage = [stylesheet, theme, script, icon]
    public static let all = ofEveryPage + [settings, subscribe, calendar, preview]

    /// Leaves out comments, empty lines and indentation, and in style sheets the spaces that mean nothing; for our own
    /// files, where a comment has its lines to itself and no text runs over several lines.
    private static func compact(_ bytes: [UInt8], isStyle: Bool) -> [UInt8] {
        var text = ""
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let line = line.drop { $0 == " " }
            if line.isEmpty || line.hasPrefix("//") || (line.hasPrefix("/*") && line.hasSuffix("*/")) { continue }
            text += isStyle ? compact(styleLine: line) : line + "\n"
        }
        return Array(text.utf8)
    }

    /// Drops a space after `{ : ; , >` and before `{ } >`. None of our quoted texts holds such a pair.
    private static func compact(styleLine line: Substring) -> String {
        var compacted = ""
        for character in line {
            if character == " ", let last = compacted.last, "{:;,>".contains(last) { continue }
            if "{}>".contains(character) {
                while compacted.last == " " || (character == "}" && compacted.last == ";") { compacted.removeLast() }
            }
            compacted.append(character)
        }
        return compacted
    }

    /// FNV-1a, 64 bits: it tells versions of our own files apart and defends against nobody.
    private static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
