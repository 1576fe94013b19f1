import ArgumentParser
import Engine
import Logging
import Storage

/// `tocsin reseal`: puts a new key in the place of the one under which the store's secrets are sealed.
struct Reseal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Seal the store's secrets under a new key.",
        discussion: """
            Stop the server first; on PostgreSQL, all nodes, and give each of them the new file afterwards. Older backups \
            still need the older key. With --lost the old key is not needed: every webhook whose signing key cannot be \
            opened gets a new one, which its receiver must be told, and acknowledgement links that are on their way are void.
            """)

    @Flag(help: "The key file is lost: give up what is sealed under it.")
    var lost = false

    @OptionGroup(title: "The store") var store: StoreOptions

    func run() async throws {
        StoreOptions.quieten()
        let location = try store.location()
        let file = location.keyFile
        let lock = try location.lockPath.map { path throws(Failure) in try ServerLock(path) }
        let opened = try await location.open(makingNew: false, logger: Logger(label: "storage"))
        do {
            if lost { try await abandon(opened, file) } else { try await renew(opened, file) }
            await opened.close()
        } catch {
            await opened.close()
            throw error
        }
        withExtendedLifetime(lock) {}
    }

    private func renew(_ store: any Store, _ file: SealingKeyFile) async throws {
        // Refuses a key that is not the store's before anything is changed.
        _ = try await file.settle(store)
        try file.addKey()
        _ = try await file.settle(store)
        try file.dropOldKeys()
        Terminal.say("The secrets are sealed under a new key, which is in \(file.path). Keep a copy of that file.")
    }

    private func abandon(_ store: any Store, _ file: SealingKeyFile) async throws {
        try file.addKey()
        guard let keys = try file.read() else { throw Failure("\(file.path) was taken away") }
        let changes = try await store.write(.engine) { try SealedSecrets.abandon(for: keys, on: $0) }
        let bench = Workbench(store, keys: keys)
        for change in changes { _ = try await bench.change(change) }
        Terminal.say("A new key is in \(file.path). Keep a copy of that file.")
        Terminal.say(
            changes.isEmpty
                ? "No signing key was lost."
                : "The webhooks of \(changes.count) people have new signing keys: give them those of their receivers.")
    }
}
