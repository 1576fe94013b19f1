import ArgumentParser
import Storage

/// `tocsin migrate`: brings the store to this binary's schema, and makes it when it is not there.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the store to this version's schema; make it when it is not there.",
        discussion: "`tocsin serve` does the same when it starts. There is no way back but a backup.")

    @OptionGroup(title: "The store") var store: StoreOptions

    func run() async throws {
        let name = try store.location().name
        try await store.withStore(makingNew: true) { _ in }
        Terminal.say("\(name) has the schema of Tocsin \(Tocsin.version).")
    }
}

/// `tocsin backup FILE`: a copy of the store while writes go on.
struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a consistent copy of the store to a new file.",
        discussion: """
            The server may run meanwhile. The file holds everything: people, tokens' hashes, incidents, the audit log; \
            only its owner may read it. The secrets in it are sealed; their key goes into FILE.sealing-key beside it. A \
            PostgreSQL database is backed up with pg_dump.
            """)

    @Argument(help: "The file to write; it must not exist yet.")
    var file: String

    @OptionGroup(title: "The store") var store: StoreOptions

    func run() async throws {
        guard !LocalFile.exists(file) else { throw Failure("\(file) is there already") }
        try await store.withStore { try await $0.backup(to: file) }
        Terminal.say("The store was copied to \(file).")
        let (key, copy) = (try store.location().keyFile, SealingKeyFile.beside(backup: file))
        guard LocalFile.exists(key.path) else { return }
        guard !LocalFile.exists(copy.path) else { throw Failure("\(copy.path) is there already") }
        try key.copy(to: copy)
        Terminal.say(
            "The key of its secrets was copied to \(copy.path). Keep it apart when the backup leaves this machine: whoever has both can sign as Tocsin."
        )
    }
}

/// `tocsin verify`: walks the hash chains of the history, and compares the lists with it.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check that nobody changed the history.",
        discussion: """
            Every event carries the hash of the one before it in its history and a hash over its place in the whole log; every \
            row of the audit log carries the hash of the one before it. The first record of a history that does not fit is \
            named. Then the lists of incidents, pages and alerts are compared with what their events come to, and each \
            difference is named. The exit status is 1 when anything was found. Keep the printed heads somewhere else: against \
            them one can also see whether the end of the log was cut off.
            """)

    @Option(help: ArgumentHelp("Check this incident alone.", valueName: "key"))
    var incident: String?

    @OptionGroup(title: "The store") var store: StoreOptions

    func run() async throws {
        let audit = try await store.withStore { store in
            try await store.read { [incident] connection in
                if let incident { return try ChainAudit.incident(incident, on: connection) }
                return try ChainAudit.everything(on: connection)
            }
        }
        if !audit.lines.isEmpty { Terminal.say(audit.lines.joined(separator: "\n")) }
        guard audit.isSound else { throw Failure(audit.findings.joined(separator: "\n")) }
    }
}
