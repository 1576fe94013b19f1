import Foundation

/// The files of this repository, found from where this file was compiled.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) cannot be read: run the tests from the checkout that they were built in" }
    }

    static func text(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: root.appendingPathComponent(path).path) else {
            throw Unreadable(path: path)
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Paths of the files with that ending, sorted.
    static func paths(under folder: String, ending: String) throws -> [String] {
        guard let files = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path) else {
            throw Unreadable(path: folder)
        }
        var paths: [String] = []
        for case let path as String in files where path.hasSuffix(ending) { paths.append("\(folder)/\(path)") }
        return paths.sorted()
    }

    /// The Swift files of the product, and those of its tests. Read once: the rules only look.
    static let sources = Result { try read("Sources") }
    static let tests = Result { try read("Tests") }

    private static func read(_ folder: String) throws -> [SourceText] {
        try paths(under: folder, ending: ".swift").map { SourceText(path: $0, try text($0)) }
    }

    /// The folders of `Sources`.
    static func rooms() throws -> [String] {
        let folder = root.appendingPathComponent("Sources")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
            .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
            .map(\.lastPathComponent).sorted()
    }
}
