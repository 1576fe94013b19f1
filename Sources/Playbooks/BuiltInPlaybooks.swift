import CPlaybookTexts
import Chronology

/// The playbooks that come with Tocsin: five teams' written procedures, and a small one to begin with.
///
/// They are documents like any other, compiled into the binary.
public enum BuiltInPlaybooks {
    public struct Text: Hashable, Sendable, CustomStringConvertible {
        /// The id of the playbook.
        public let name: String
        /// YAML in UTF-8.
        public let bytes: [UInt8]

        public var description: String { name }

        /// How faults call it.
        public var file: String { "\(name).playbook.yaml" }
    }

    /// In the order of the documents that they were made from; `starter` is the last.
    public static let texts: [Text] = (0..<tocsin_playbook_text_count()).map { index in
        let text = tocsin_playbook_text_at(index)
        return Text(
            name: String(cString: text.name), bytes: Array(UnsafeBufferPointer(start: text.bytes, count: text.length)))
    }

    public static let names = texts.map(\.name)

    /// Nil when there is none of that name.
    public static func text(named name: String) -> Text? { texts.first { $0.name == name } }

    /// Reads the one of that name; nil when there is none. A test reads all of them without a fault.
    public static func read(_ name: String, zone: @escaping @Sendable (String) -> Zone?) -> PlaybookReading? {
        text(named: name).map { Playbook.read($0.bytes, file: $0.file, zone: zone) }
    }
}
