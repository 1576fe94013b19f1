import Foundation
import Storage
import Testing

/// What may be restored. Each file is made of a sound backup by statements, as a mistaken or hostile hand would make it.
@Suite struct BackupFileTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        let what: String
        var statements: [String] = []
        let fault: StorageFault.Kind?
        var testDescription: String { what }
    }

    static let samples = [
        Sample(what: "a backup", fault: nil),
        Sample(what: "an older schema", statements: ["DELETE FROM schema_version WHERE number > 1"], fault: nil),
        Sample(
            what: "a newer schema",
            statements: ["INSERT INTO schema_version SELECT max(number) + 1, 'later', 0 FROM schema_version"],
            fault: .newer),
        Sample(what: "no schema version", statements: ["DELETE FROM schema_version"], fault: .permanent),
        Sample(
            what: "another program's schema_version",
            statements: [
                "DROP TABLE schema_version", "CREATE TABLE schema_version (version TEXT, script TEXT)",
                "INSERT INTO schema_version VALUES ('1', 'V1__init.sql')",
            ], fault: .permanent),
        Sample(
            what: "other steps of the same numbers", statements: ["UPDATE schema_version SET name = 'init'"],
            fault: .permanent),
        Sample(
            what: "numbers that are texts", statements: ["UPDATE schema_version SET number = 'x' || number"],
            fault: .permanent),
        Sample(what: "no event log", statements: ["DROP TABLE event"], fault: .permanent),
    ]

    private static func withBackup(_ body: (String) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = folder.file("backup.db")
        let store = try SQLiteStore(path: folder.file("tocsin.db"), clock: { StoreKind.time })
        try await store.migrate()
        for number in 0..<200 { try await store.note("key \(number)", String(repeating: "x", count: 200)) }
        try await store.backup(to: path)
        await store.close()
        try await body(path)
    }

    @Test(arguments: samples)
    func `a file is judged by what it is and left as it was`(sample: Sample) async throws {
        try await Self.withBackup { path in
            if !sample.statements.isEmpty {
                let store = try SQLiteStore(path: path, clock: { StoreKind.time })
                try await store.write(.engine) { for text in sample.statements { try $0.execute(text) } }
                await store.close()
            }
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(try await fault { try BackupFile.check(path) } == sample.fault)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
            #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
        }
    }

    @Test(arguments: [
        "an index that lacks a row", "a page overwritten", "the second half cut off", "the first page gone",
    ])
    func `a damaged file is refused`(damage: String) async throws {
        try await Self.withBackup { path in
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            let size = try file.seekToEnd()
            switch damage {
            case "an index that lacks a row":
                // quick_check does not compare an index with its table.
                let store = try SQLiteStore(path: path, clock: { StoreKind.time })
                try await store.write(.engine) { connection in
                    let root = try connection.first(
                        "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_meta_1'"
                    ) { $0.integer(0) }
                    _ = try #require(root)
                    try connection.execute("PRAGMA writable_schema = ON")
                    try connection.execute(
                        """
                        UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'audit_at')
                        WHERE name = 'audit_actor'
                        """)
                }
                await store.close()
            case "a page overwritten":
                try file.seek(toOffset: size / 4096 / 2 * 4096)
                try file.write(contentsOf: Data(repeating: 0xa5, count: 4096))
            case "the second half cut off": try file.truncate(atOffset: size / 2 / 4096 * 4096)
            default:
                try file.seek(toOffset: 0)
                try file.write(contentsOf: Data(repeating: 0, count: 4096))
            }
            try file.close()
            #expect(try await fault { try BackupFile.check(path) } == .corrupt)
        }
    }
}
