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
            with tocsin.db-wal and tocsin.db-shm. The backup is checked first: a file that is damaged, of another program \
            or of a newer version, or whose history was changed, is refused and leaves nothing. What was owed when the backup was made is owed again: pages that were \
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
        let draft = path + ".restoring"
        StoreCopy.remove(draft)
        do {
            try StoreCopy.copy(file, to: draft)
            try examine(draft)
            try await check(
                try StoreLocation(
                    data: location.data, database: "sqlite:" + draft, sealingKey: location.keyFile.path))
            try BackupFile.settle(draft)
            try StoreCopy.place(draft, at: path)
            Terminal.say("The store is restored at \(location.name).")
        } catch {
            StoreCopy.remove(draft)
            throw error
        }
        withExtendedLifetime(lock) {}
    }

    /// Before anything is written to the copy, its schema least of all.
    private func examine(_ draft: String) throws {
        do {
            try BackupFile.check(draft)
        } catch let fault as StorageFault {
            throw Failure("\(file) is not restored: \(fault.sentence)")
        }
    }

    /// Puts the key that was written with the backup in its place, where none is and it is the right one.
    private func fetch(_ key: String, to place: SealingKeyFile) throws {
        let kept = SealingKeyFile.beside(backup: file)
        guard try place.read() == nil, try kept.read()?.has(key) == true else { return }
        try kept.copy(to: place)
        Terminal.say("The key of its secrets was taken from \(kept.path).")
    }

    private func check(_ draft: StoreLocation) async throws {
        let store = try await draft.open(makingNew: false, logger: Logger(label: "storage"))
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
            if let key { try fetch(key, to: draft.keyFile) }
            if let key, try draft.keyFile.read()?.has(key) != true {
                Terminal.say(
                    "Its secrets are sealed under the key \(key), which is not in \(draft.keyFile.path): put the file that was kept for it there before the server starts."
                )
            }
            // The record is whole; what its lists say wrongly is better restored than nothing.
            for difference in audit.differences { Terminal.complain(difference) }
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

    /// Copies a backup to a place where nothing is, and refuses what is not one.
    static func copy(_ source: String, to draft: String) throws(Failure) {
        for suffix in ["-wal", "-journal"] {
            guard let size = size(of: source + suffix), size > 0 else { continue }
            throw Failure(
                "\(source) is a store in use, and its latest changes are in \(source)\(suffix): take a copy with `tocsin backup`"
            )
        }
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw Failure("\(source) cannot be read: \(LocalFile.reason())") }
        defer { close(input) }
        let output = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw Failure("\(draft) cannot be written: \(LocalFile.reason())") }
        defer { close(output) }
        try copy(input, to: output, source, draft)
    }

    /// Gives a checked copy, which nobody has open, its name for good.
    static func place(_ draft: String, at path: String) throws(Failure) {
        let copy = open(draft, O_RDWR | O_CLOEXEC)
        guard copy >= 0, fsync(copy) == 0 else { throw Failure("\(draft) is not durable: \(LocalFile.reason())") }
        close(copy)
        // A link fails where a file is, which a rename would replace.
        guard link(draft, path) == 0 else { throw Failure("\(path) cannot be made: \(LocalFile.reason())") }
        remove(draft)
        let folder = open(LocalFile.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0, fsync(folder) == 0 else {
            throw Failure("\(LocalFile.folder(of: path)) is not durable: \(LocalFile.reason())")
        }
        close(folder)
    }

    static func remove(_ draft: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) }
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
