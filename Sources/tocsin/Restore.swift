import ArgumentParser
import Engine
import Glibc
import Logging
import Storage

/// `tocsin restore FILE`: makes a store of a backup, where none is.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the store from a backup.",
        discussion: """
            The data directory must not hold a store, and no server may be using it: move the old tocsin.db away first, \
            with tocsin.db-wal and tocsin.db-shm. What was owed when the backup was made is owed again: pages that were \
            open go on from where they stood when the server starts.
            """)

    @Argument(help: "A file that `tocsin backup` wrote.")
    var file: String

    @OptionGroup(title: "The store") var store: StoreOptions

    func run() async throws {
        StoreOptions.quieten()
        let location = try store.location()
        guard case .sqlite(let path) = location.kind, let lockPath = location.lockPath else {
            throw Failure("a PostgreSQL database is restored with pg_restore")
        }
        try location.prepare()
        // Held to the end: a server that starts meanwhile is refused.
        let lock = try ServerLock(lockPath)
        for suffix in ["", "-wal", "-shm"] where LocalFile.exists(path + suffix) {
            throw Failure("\(path)\(suffix) is there already; nothing was overwritten")
        }
        try StoreCopy.copy(file, to: path)
        do {
            try await check(location)
        } catch {
            // It was not there before, so nothing of anybody is lost.
            for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
            throw error
        }
        withExtendedLifetime(lock) {}
    }

    private func check(_ location: StoreLocation) async throws {
        let store = try await location.open(makingNew: false, logger: Logger(label: "storage"))
        do {
            let (audit, open, owed, key) = try await store.read { connection in
                var filter = PageFilter()
                filter.isOpen = true
                filter.limit = PageFilter.maximumLimit
                let owed = try PageQueries.deliveryCounts(on: connection).filter {
                    ["queued", "leased"].contains($0.state)
                }
                return (
                    try ChainAudit.everything(on: connection), try PageQueries.list(filter, on: connection).count,
                    owed.map(\.count).reduce(0, +), try SealedSecrets.key(on: connection)
                )
            }
            await store.close()
            guard audit.faults.isEmpty else {
                throw Failure("the backup was changed and is not restored:\n" + audit.faults.joined(separator: "\n"))
            }
            Terminal.say(audit.lines.joined(separator: "\n"))
            Terminal.say("The store is restored at \(location.name).")
            if let key, try location.keyFile.read()?.has(key) != true {
                Terminal.say(
                    "Its secrets are sealed under the key \(key), which is not in \(location.keyFile.path): put the file that was kept for it there before the server starts."
                )
            }
            if open > 0 || owed > 0 {
                Terminal.say(
                    "When the server starts, \(open == PageFilter.maximumLimit ? "at least " : "")\(open) open pages go on and \(owed) messages are still owed."
                )
            }
        } catch {
            await store.close()
            throw error
        }
    }
}

/// Copies the file of a store that is not in use.
enum StoreCopy {
    /// How a SQLite file begins (https://www.sqlite.org/fileformat.html, 1.2).
    private static let magic = Array("SQLite format 3\0".utf8)

    /// Copies a backup to a place where nothing is, durably, and refuses what is not one.
    static func copy(_ source: String, to path: String) throws(Failure) {
        if let size = size(of: source + "-wal"), size > 0 {
            throw Failure(
                "\(source) is a store in use, and its latest changes are in \(source)-wal: take a copy with `tocsin backup`"
            )
        }
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw Failure("\(source) cannot be read: \(LocalFile.reason())") }
        defer { close(input) }
        let draft = path + ".restoring"
        unlink(draft)
        let output = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw Failure("\(draft) cannot be written: \(LocalFile.reason())") }
        do throws(Failure) {
            defer { close(output) }
            try copy(input, to: output, source, draft)
            guard fsync(output) == 0 else { throw Failure("\(draft) is not durable: \(LocalFile.reason())") }
        } catch {
            unlink(draft)
            throw error
        }
        // A link fails where a file is, which a rename would replace.
        guard link(draft, path) == 0 else {
            let why = LocalFile.reason()
            unlink(draft)
            throw Failure("\(path) cannot be made: \(why)")
        }
        unlink(draft)
        let folder = open(LocalFile.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0, fsync(folder) == 0 else {
            throw Failure("\(LocalFile.folder(of: path)) is not durable: \(LocalFile.reason())")
        }
        close(folder)
    }

    private static func copy(_ input: Int32, to output: Int32, _ source: String, _ path: String) throws(Failure) {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var isFirst = true
        while true {
            let count = read(input, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure("\(source) cannot be read: \(LocalFile.reason())") }
            if isFirst, !buffer.prefix(max(0, count)).starts(with: magic) {
                throw Failure("\(source) is not a backup of a store")
            }
            isFirst = false
            if count == 0 { return }
            var sent = 0
            while sent < count {
                let written = buffer.withUnsafeBytes { write(output, $0.baseAddress! + sent, count - sent) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw Failure("\(path) cannot be written: \(LocalFile.reason())") }
                sent += written
            }
        }
    }

    private static func size(of path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Int(status.st_size)
    }
}
