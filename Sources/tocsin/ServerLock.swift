import Glibc

/// Says that a server is using a data directory: `flock` on a file, which the system lets go of when the process ends in
/// whatever way. Two servers on one SQLite file would damage each other's decisions, and a restore under a running server
/// its data.
final class ServerLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock. The failure names the process that has it.
    init(_ path: String) throws(Failure) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("the lock \(path) cannot be opened: \(LocalFile.reason())") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var buffer = [UInt8](repeating: 0, count: 32)
            let count = read(descriptor, &buffer, buffer.count)
            close(descriptor)
            let holder = String(decoding: buffer.prefix(max(0, count)).prefix { $0 > 0x20 }, as: UTF8.self)
            throw Failure(
                "\(LocalFile.folder(of: path)) is in use by a running server"
                    + (holder.isEmpty ? "" : " (process \(holder))"))
        }
        ftruncate(descriptor, 0)
        Terminal.write("\(getpid())\n", to: descriptor)
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
