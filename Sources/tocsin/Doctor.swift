import ArgumentParser
import Chronology
import Engine
import Glibc
import Logging
import Notation
import Storage

/// `tocsin doctor`: what an operator should know about this installation, before the night when it matters.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the store, the machine and the settings.",
        discussion: """
            Each line is ok, warn or fail. The exit status is 1 when anything fails. Give the configuration file that the \
            server runs with.
            """)

    @OptionGroup(title: "The store") var store: StoreOptions

    func run() async throws {
        StoreOptions.quieten()
        let location = try store.location()
        var examination = Examination()
        examination.lookAtProcess()
        examination.lookAtZones()
        // Of a folder that is not there nothing can be vouched for.
        if location.isThere {
            examination.lookAtFiles(location)
            examination.lookAtDisk(location)
        }
        examination.lookAtSettings(
            ServerConfiguration.Given(
                data: store.data, database: store.database, sealingKey: store.sealingKey, config: store.config))
        await examination.lookAtStore(location)
        Terminal.say(examination.text)
        guard !examination.hasFailed else { throw Failure("Something is wrong with this installation.") }
    }
}

/// Findings, in the order in which they were made.
struct Examination {
    enum Verdict: String, Hashable {
        case ok, warn, fail
    }

    private(set) var findings: [(verdict: Verdict, topic: String, sentence: String)] = []

    var hasFailed: Bool { findings.contains { $0.verdict == .fail } }

    var text: String {
        let width = findings.map(\.topic.count).max() ?? 0
        return findings.map { finding in
            let verdict = finding.verdict.rawValue
            return verdict + String(repeating: " ", count: 6 - verdict.count) + finding.topic
                + String(repeating: " ", count: width - finding.topic.count + 2) + Wording.oneLine(finding.sentence)
        }.joined(separator: "\n")
    }

    mutating func note(_ verdict: Verdict, _ topic: String, _ sentence: String) {
        findings.append((verdict, topic, sentence))
    }

    // MARK: The machine

    mutating func lookAtProcess() {
        if geteuid() == 0 {
            note(.warn, "user", "this is root; the server needs no privilege and is better off without")
        } else {
            note(.ok, "user", "not root")
        }
    }

    mutating func lookAtZones() {
        do throws(InputFault) {
            _ = try ZoneDirectory().zone("Europe/Berlin")
            note(.ok, "time zones", "the machine's tz database can be read")
        } catch {
            note(.fail, "time zones", error.reason)
        }
    }

    /// What others may not read (S4.5). A folder that is closed protects what is in it.
    mutating func lookAtFiles(_ location: StoreLocation) {
        var files = [location.file(FirstSignIn.fileName), location.keyFile.path]
        if case .sqlite(let path) = location.kind { files = ["", "-wal", "-shm"].map { path + $0 } + files }
        let open = files.filter { (LocalFile.mode(of: $0) ?? 0) & 0o077 != 0 }
        let folder = LocalFile.folder(of: files[0])
        let folderMode = LocalFile.mode(of: folder) ?? 0
        if !open.isEmpty {
            note(.fail, "file modes", "others may read \(open.joined(separator: ", ")): chmod 600")
        } else if folderMode & 0o077 != 0 {
            note(.warn, "file modes", "others may list \(folder): chmod 700")
        } else {
            note(.ok, "file modes", "\(folder) is its owner's alone")
        }
    }

    mutating func lookAtDisk(_ location: StoreLocation) {
        guard case .sqlite(let path) = location.kind else { return }
        var status = statvfs()
        guard statvfs(LocalFile.folder(of: path), &status) == 0, status.f_blocks > 0 else {
            return note(.warn, "disk", "the free space cannot be told: \(LocalFile.reason())")
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let percent = Double(status.f_bavail) / Double(status.f_blocks) * 100
        let sentence = "\(free >> 20) MiB are free (\(Int(percent)) %)"
        // R21 warns below a twentieth; below 64 MiB one alert storm may fill the rest.
        if free < 64 << 20 {
            note(.fail, "disk", sentence)
        } else {
            note(percent < 5 ? .warn : .ok, "disk", sentence)
        }
    }

    mutating func lookAtSettings(_ given: ServerConfiguration.Given) {
        let configuration: ServerConfiguration
        do throws(Failure) {
            configuration = try ServerConfiguration(given)
        } catch {
            return note(.fail, "settings", error.sentence)
        }
        note(.ok, "settings", "they can be read")
        if let smtp = configuration.smtp {
            note(.ok, "mail", "by \(smtp.host) port \(smtp.port), \(smtp.security.rawValue)")
            if smtp.security == .insecurePlain {
                note(.warn, "mail", "security is insecurePlain: mails travel in the clear")
            }
        } else {
            note(.warn, "mail", "no relay is configured: nobody can be reached by e-mail")
        }
        if configuration.isInsecurelyPublic {
            note(.warn, "public URL", "insecure_public_http is set: there is no TLS")
        }
    }

    // MARK: The store

    mutating func lookAtStore(_ location: StoreLocation) async {
        let store: any Store
        do {
            store = try await location.open(makingNew: false, logger: Logger(label: "storage"))
        } catch {
            return noteFault(error, location)
        }
        do {
            try await lookInside(store, location)
        } catch {
            noteFault(error, location)
        }
        await store.close()
    }

    private mutating func noteFault(_ error: any Error, _ location: StoreLocation) {
        let sentence = Failure(error)?.sentence ?? "\(error)"
        let isDamage = (error as? StorageFault)?.kind == .corrupt
        note(.fail, "store", isDamage ? "\(sentence): \(Self.remedy(location))" : sentence)
    }

    private static func remedy(_ location: StoreLocation) -> String {
        switch location.kind {
        case .sqlite(let path):
            """
            stop the server, move \(path), \(path)-wal and \(path)-shm away, and run `tocsin restore BACKUP` with the latest \
            file that `tocsin backup` wrote
            """
        case .postgreSQL: "restore the database with PostgreSQL's own tools"
        }
    }

    private mutating func lookInside(_ store: any Store, _ location: StoreLocation) async throws {
        if store.dialect == .sqlite {
            // The store opens only where SQLite, asked for its modes after they were set, says so.
            note(.ok, "durability", "journal_mode=wal and synchronous=FULL, read back when the store was opened")
        }
        if let damage = try await store.read({ try FileCheck.findings(on: $0) }) {
            guard damage.isEmpty else {
                // What else is read from it may be wrong, and would look like an assurance.
                let found = damage.joined(separator: "; ")
                return note(.fail, "file", "the database file is damaged (\(found)): \(Self.remedy(location))")
            }
            note(.ok, "file", "SQLite's quick_check found nothing")
        }
        let keys = lookAtKeyFile(location.keyFile)
        let (deliveries, deadlines, audit, organisation, key) = try await store.read { connection in
            (
                try PageQueries.deliveryCounts(on: connection), try SetAsideDeadlines.all(on: connection),
                try ChainAudit.everything(on: connection),
                try Organisation.load(on: connection, keys ?? .none, shelf: PlaybookShelf(zones: MachineZones())),
                try SealedSecrets.key(on: connection)
            )
        }
        note(.ok, "schema", "that of Tocsin \(Tocsin.version)")
        for line in audit.lines where audit.isSound { note(.ok, "history", line) }
        for fault in audit.faults { note(.fail, "history", fault) }
        for difference in audit.differences { note(.fail, "lists", difference) }
        let setAside = deliveries.first { $0.state == "quarantined" }?.count ?? 0
        note(
            setAside == 0 ? .ok : .warn, "deliveries",
            setAside == 0 ? "none was set aside" : "\(setAside) set aside, for no node that took them up reported back")
        lookAt(deadlines)
        lookAtSecrets(key, keys, location.keyFile, organisation)
        let administrators = organisation.users.filter { $0.role == "admin" && !$0.isDisabled }
        if administrators.isEmpty {
            note(.warn, "people", "there is no administrator")
        } else {
            let reachable = administrators.contains { user in user.contacts.contains { !$0.isDisabled } }
            note(
                reachable ? .ok : .warn, "people",
                reachable
                    ? "\(organisation.users.count), of whom \(administrators.count) administer"
                    : "no administrator has a way to be reached: a plan that ends with them wakes nobody")
        }
    }

    private mutating func lookAtKeyFile(_ file: SealingKeyFile) -> SealingKeys? {
        do throws(Failure) {
            return try file.read()
        } catch {
            note(.fail, "secrets", error.sentence)
            return nil
        }
    }

    /// S59: the secrets in the store open under the key that the server will start with.
    private mutating func lookAtSecrets(
        _ key: String?, _ keys: SealingKeys?, _ file: SealingKeyFile, _ organisation: Organisation
    ) {
        let lost = SealedSecrets.lost(in: organisation)
        guard let key else {
            return note(.warn, "secrets", "they are sealed when the server starts for the first time")
        }
        if keys?.has(key) != true {
            note(
                .fail, "secrets",
                "they are sealed under the key \(key), which is not in \(file.path): the server does not start without it"
            )
        } else if !lost.isEmpty {
            note(
                .fail, "secrets",
                "a signing key does not open and must be set anew: a webhook of \(lost.joined(separator: ", "))")
        } else {
            note(.ok, "secrets", "sealed under the key \(key) of \(file.path); is there a copy of that file?")
        }
    }

    private mutating func lookAt(_ deadlines: [SetAsideDeadlines]) {
        guard !deadlines.isEmpty else { return note(.ok, "deadlines", "none was set aside") }
        let count = deadlines.map(\.count).reduce(0, +)
        let kinds = deadlines.map { kind -> String in
            let more = kind.count > kind.subjects.count ? ", …" : ""
            return "\(kind.count) of the kind \(kind.kind) (\(kind.subjects.joined(separator: ", "))\(more))"
        }.joined(separator: ", ")
        note(
            .warn, "deadlines",
            """
            \(count) set aside, for \(DeadlineLimits.quarantineAfter) attempts at each came to nothing: \(kinds). A page among \
            them wakes nobody else by itself: `tocsin page escalate ID` takes its next rung, `tocsin page ack ID` ends it. \
            Please report it with the log of the server
            """)
    }
}
