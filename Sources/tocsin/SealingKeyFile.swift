import Engine
import Glibc
import Notation
import Storage

/// The file with the keys under which the secrets of a store are sealed. It is not in the store, so that a backup of the
/// store gives no secret away; and without it no secret of the store can be read.
struct SealingKeyFile: Hashable {
    static let fileName = "sealing-key"

    let path: String

    private static let heading = """
        # The key under which Tocsin seals the secrets in its store. Keep a copy of this file apart from the backups of the
        # store: whoever has both can sign as Tocsin, and without it the signing keys of webhooks are lost.

        """

    /// Where the key of a backup lies: in a file of its own, so that it can be kept apart.
    static func beside(backup file: String) -> SealingKeyFile { SealingKeyFile(path: "\(file).\(fileName)") }

    /// Copies the file, readable by its owner alone. One that is there stays as it is.
    func copy(to other: SealingKeyFile) throws(Failure) {
        try LocalFile.createPrivate(try LocalFile.read(path), at: other.path)
    }

    /// nil: there is no such file.
    func read() throws(Failure) -> SealingKeys? {
        guard LocalFile.exists(path) else { return nil }
        let text = try LocalFile.read(path)
        do throws(InputFault) {
            return try SealingKeys(reading: text)
        } catch {
            throw Failure("\(path) is not a file of sealing keys: \(error.reason)")
        }
    }

    /// The keys of a store that a server is about to run on, with everything in the store sealed under the first of them. A
    /// store that was never sealed gets a key when there is no file. Refuses a store that was sealed under another key.
    ///
    /// `didSeal` is true where something was written over that had been readable.
    func settle(_ store: any Store) async throws -> (keys: SealingKeys, didSeal: Bool) {
        let known = try await store.read { try SealedSecrets.key(on: $0) }
        let keys: SealingKeys
        if let read = try read() {
            keys = read
        } else if let known {
            throw missing(known)
        } else {
            keys = try make()
        }
        do {
            return (keys, try await store.write(.engine) { try SealedSecrets.settle(keys, on: $0) } > 0)
        } catch let fault as SealingKeys.Fault {
            throw wrong(fault)
        }
    }

    /// Makes the file with one new key, durably before the key is used. Where another process was faster, its file counts.
    private func make() throws(Failure) -> SealingKeys {
        try LocalFile.makePrivateFolder(LocalFile.folder(of: path))
        try LocalFile.createPrivate(Self.heading + SealingKeys.makeLine() + "\n", at: path)
        guard let keys = try read() else { throw Failure("\(path) was taken away while it was made") }
        return keys
    }

    /// Puts a new key in front of those that are there. The store is to be settled next.
    func addKey() throws(Failure) {
        let old = LocalFile.exists(path) ? try LocalFile.read(path).split(whereSeparator: \.isNewline) : []
        let lines = [SealingKeys.makeLine()] + old.filter { !$0.hasPrefix("#") }.map(String.init)
        try LocalFile.writePrivate(Self.heading + lines.joined(separator: "\n") + "\n", to: path)
    }

    /// Leaves only the first key.
    func dropOldKeys() throws(Failure) {
        let lines = try LocalFile.read(path).split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        try LocalFile.writePrivate(Self.heading + lines.prefix(1).joined(separator: "\n") + "\n", to: path)
    }

    private static let lastResort = """
        If it is lost for good, `tocsin reseal --lost` gives the webhooks new signing keys, which their receivers must then \
        be told
        """

    private func missing(_ key: String) -> Failure {
        Failure(
            """
            the secrets of this store are sealed under the key \(key), and \(path) is not there: put the file back that was \
            kept beside the backups, or that another node of the same database has (--sealing-key names another place). \
            \(Self.lastResort)
            """)
    }

    private func wrong(_ fault: SealingKeys.Fault) -> Failure {
        Failure(
            """
            \(path) does not belong to this store (\(fault.sentence)): put the right file there, the one that was kept \
            beside the backups or that another node of the same database has. \(Self.lastResort)
            """)
    }
}
