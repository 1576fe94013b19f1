import Foundation

/// A folder for one test.
struct TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("tocsin-storage-\(UUID())").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func remove() {
        // What cannot be removed lies in the folder for temporary things and does no harm there.
        try? FileManager.default.removeItem(atPath: path)
    }
}
