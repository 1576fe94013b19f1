import Chronology
import Foundation
import Storage
import Testing

@Suite struct SQLiteStoreTests {
    private static func withFile(_ body: (TemporaryFolder, String) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try await body(folder, folder.file("tocsin.db"))
    }

    private static func open(_ path: String) async throws -> SQLiteStore {
        let store = try SQLiteStore(path: path, clock: { StoreKind.time })
        try await store.migrate()
        return store
    }

    private static func pragma(_ name: String, _ connection: any Connection) throws -> String {
        try connection.first("PRAGMA \(name)") { $0.text(0) } ?? ""
    }

    // MARK: Settings

    @Test func `commits of the writer are on the disk before they return`() async throws {
        try await Self.withFile { _, path in
            let store = try await Self.open(path)
            let writer = try await store.write(.engine) { connection in
                try ["journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "mmap_size", "busy_timeout"]
                    .map { "\($0) \(try Self.pragma($0, connection))" }
            }
            #expect(
                writer == [
                    "journal_mode wal", "synchronous 2", "foreign_keys 1", "wal_autocheckpoint 12000", "mmap_size 0",
                    "busy_timeout 5000",
                ])
            // The WAL-reset bug of SQLite before 3.51.3: only the writer may checkpoint.
            #expect(try await store.read { try Self.pragma("wal_autocheckpoint", $0) } == "0")
            await store.close()
        }
    }

    @Test func `the files are readable by their owner alone`() async throws {
        try await Self.withFile { folder, path in
            #expect(
                FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644]))
            let store = try await Self.open(path)
            let modes = try ["tocsin.db", "tocsin.db-wal", "tocsin.db-shm"].map {
                try FileManager.default.attributesOfItem(atPath: folder.file($0))[.posixPermissions] as? Int
            }
            #expect(modes == [0o600, 0o600, 0o600])
            await store.close()
        }
    }

    @Test func `a store is found again after closing`() async throws {
        try await Self.withFile { _, path in
            let store = try await Self.open(path)
            try await store.note("a", "1")
            await store.close()
            let again = try await Self.open(path)
            #expect(try await again.read { try $0.noted("a") } == "1")
            await again.close()
        }
    }

    @Test func `a file that is no database, or cannot be, is refused`() async throws {
        try await Self.withFile { folder, path in
            try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: path))
            #expect(try await fault { try await Self.open(path) } == .corrupt)
            #expect(try await fault { try await Self.open(folder.file("none/tocsin.db")) } == .permanent)
        }
    }

    @Test func `a store in memory runs its blocks on the caller's thread at once`() async throws {
        let store = try SQLiteStore.inMemory(clock: { StoreKind.time })
        try await store.migrate()
        let thread = pthread_self()
        #expect(try await store.write(.engine) { _ in pthread_self() == thread })
        #expect(try await store.read { _ in pthread_self() == thread })
        await store.close()
    }

    // MARK: Backup (R20)

    @Test func `a backup under load is a prefix of history that verifies`() async throws {
        try await Self.withFile { folder, path in
            let store = try await Self.open(path)
            let copy = folder.file("copy.db")
            let (written, release) = AsyncStream<Int64>.makeStream()
            let load = Task {
                var version: Int64 = 0
                while !Task.isCancelled {
                    let expected = version
                    try await store.write(.engine) { connection in
                        _ = try EventLog.append(
                            [NewEvent(at: connection.now, actor: "tocsin", kind: "noted", body: "{}")], to: "a",
                            expecting: expected, on: connection)
                    }
                    version += 1
                    release.yield(version)
                }
            }
            let before = await written.first { $0 >= 20 } ?? 0
            try await store.backup(to: copy)
            load.cancel()
            // What the load threw, if anything, is thrown here.
            try await load.value
            let total = try await store.count("event")
            await store.close()

            let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let restored = try await Self.open(copy)
            let report = try await restored.read { try EventLog.verify(stream: "a", on: $0) }
            #expect(report.broken == nil)
            #expect(report.length >= before && report.length <= total)
            #expect(try await restored.read { try Self.pragma("integrity_check", $0) } == "ok")
            await restored.close()
        }
    }

    @Test(arguments: [StoreKind.sqliteFile, .sqliteMemory])
    func `a backup never overwrites`(kind: StoreKind) async throws {
        try await Self.withFile { folder, _ in
            try await kind.withStore { store in
                try await store.note("a", "1")
                let copy = folder.file("it's a copy.db")
                try await store.backup(to: copy)
                #expect(try await fault { try await store.backup(to: copy) } == .permanent)
                let restored = try await Self.open(copy)
                #expect(try await restored.read { try $0.noted("a") } == "1")
                await restored.close()
            }
        }
    }

    // MARK: Disk faults

    @Test func `a full disk refuses the write, keeps what was acknowledged and recovers (F7)`() async throws {
        try await Self.withFile { _, path in
            let store = try await Self.open(path)
            try await store.write(.engine) { connection in
                let pages = try connection.first("PRAGMA page_count") { $0.integer(0) } ?? 0
                try connection.query("PRAGMA max_page_count = \(pages + 20)") { _ in }
            }
            let acknowledged = try await Self.writeUntilFull(store)
            // Twice, for the first refusal must not change the second.
            #expect(try await fault { try await store.note("big", String(repeating: "x", count: 500_000)) } == .full)
            #expect(try await store.count("meta") == acknowledged)
            try await store.write(.engine) { try $0.query("PRAGMA max_page_count = 1000000") { _ in } }
            try await store.note("after")
            #expect(try await store.count("meta") == acknowledged + 1)
            await store.close()
        }
    }

    /// A real file system without room. Needs root to mount one.
    @Test(.enabled(if: getuid() == 0, "mounting a small file system needs root"))
    func `a file system without room refuses the write and recovers when there is room (F7)`() async throws {
        let folder = try TemporaryFolder()
        try command(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path])
        do {
            let store = try await Self.open(folder.file("tocsin.db"))
            let acknowledged = try await Self.writeUntilFull(store)
            #expect(try await store.count("meta") == acknowledged)
            try command(["mount", "-o", "remount,size=8m", folder.path])
            try await store.note("after")
            #expect(try await store.count("meta") == acknowledged + 1)
            await store.close()
            let again = try await Self.open(folder.file("tocsin.db"))
            #expect(try await again.count("meta") == acknowledged + 1)
            await again.close()
        } catch {
            try command(["umount", "-l", folder.path])
            throw error
        }
        try command(["umount", folder.path])
        folder.remove()
    }

    private static func writeUntilFull(_ store: SQLiteStore) async throws -> Int64 {
        for number in 0..<10_000 {
            let value = String(repeating: "x", count: 3_000)
            let outcome = try await fault { try await store.note("key \(number)", value) }
            guard let outcome else { continue }
            #expect(outcome == .full)
            return Int64(number)
        }
        Issue.record("the disk never became full")
        return 0
    }

    @Test func `a failed write to the log is unknown, and the next write reopens the file (F6)`() async throws {
        try await Self.withFile { _, path in
            let store = try await Self.open(path)
            try await store.note("before")
            try Self.breakDescriptors(of: path + "-wal")
            #expect(try await fault { try await store.note("unknown") } == .unknownCommit)
            try await store.note("after")
            let keys = try await store.read { try $0.all("SELECT key FROM meta ORDER BY key") { $0.text(0) } }
            #expect(keys.filter { $0 != "unknown" } == ["after", "before"])
            #expect(try await store.write(.engine) { try Self.pragma("synchronous", $0) } == "2")
            await store.close()
        }
    }

    /// Puts a read-only descriptor in the place of every one that this process has on the file: the next write to it
    /// fails as a write to a failing disk does.
    private static func breakDescriptors(of path: String) throws {
        let readOnly = Glibc.open("/dev/null", O_RDONLY)
        defer { close(readOnly) }
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            // A descriptor may be closed by another test between listing and looking.
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            guard link == target, let descriptor = Int32(name) else { continue }
            #expect(dup2(readOnly, descriptor) == descriptor)
        }
    }

    @Test func `a damaged file takes no more writes and stays readable (F9)`() async throws {
        try await Self.withFile { _, path in
            let store = try await Self.open(path)
            try await store.write(.engine) { connection in
                for number in 0..<400 { try connection.note("key \(number)", String(repeating: "x", count: 1_000)) }
            }
            await store.close()
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            let size = try handle.seekToEnd()
            try handle.seek(toOffset: size / 8 * 4)
            try handle.write(contentsOf: Data(repeating: 0xa5, count: Int(size / 8 * 3)))
            try handle.close()

            let damaged = try SQLiteStore(path: path, clock: { StoreKind.time })
            let write: @Sendable () async throws -> Void = {
                _ = try await damaged.write(.engine) { try $0.execute("UPDATE meta SET value = 'y'") }
            }
            for _ in 1...3 { #expect(try await fault(write) == .corrupt) }
            #expect(try await damaged.count("schema_version") == 7)
            let findings = try await damaged.read { try FileCheck.findings(on: $0) }
            #expect(findings?.isEmpty == false)
            await damaged.close()
        }
    }
}
