import Importing
import Testing

/// Files that are no written procedure, and what is said of them.
@Suite struct ObstacleTests {
    struct File: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        /// The beginning of what is said; nil where the file is read.
        let obstacle: String?
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ obstacle: String?) {
            self.name = name
            self.bytes = bytes
            self.obstacle = obstacle
        }

        init(_ name: String, _ text: String, _ obstacle: String?) { self.init(name, Array(text.utf8), obstacle) }
    }

    @Test(arguments: [
        File("nothing", "", "is empty"), File("blank lines", " \n\t\r\n", "is empty"),
        File("a byte order mark alone", "\u{feff}\n", "is empty"),
        File("a PDF", "%PDF-1.7\n%âãÏÓ", "is a PDF"), File("a word processor's file", "PK\u{3}\u{4}\u{14}", "is a ZIP"),
        File("rich text", "{\\rtf1\\ansi", "is rich text"),
        File("UTF-16", [0xff, 0xfe, 0x23, 0x00, 0x20, 0x00], "is UTF-16"),
        File("a program", [0x7f, 0x45, 0x4c, 0x46, 0x02, 0x01, 0x01, 0x00], "is not a text"),
        File("a file full of control characters", String(repeating: "a\u{1}", count: 50), "is not a text"),
        File("a text with a stray one", "# A\u{1}" + String(repeating: " word", count: 100), nil),
        File("cp1252", Array("# B".utf8) + [0xfc] + Array("ro".utf8), nil), File("Markdown", "# A\n", nil),
    ])
    func `a file that is no text is refused with what it is`(_ file: File) {
        let obstacle = ProcedureImport.obstacle(file.bytes)
        #expect(
            obstacle?.hasPrefix(file.obstacle ?? "-") == (file.obstacle == nil ? nil : true), "\(obstacle ?? "none")")
    }
}
