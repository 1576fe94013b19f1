import ArgumentParser
import Glibc
import Synchronization

/// `tocsin demo`: a server with a team that does not exist and a bad night to watch. Nothing leaves this machine.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a server with a demonstration team and a minute of alerts to watch.",
        discussion: """
            Everything stays on this machine: the only receiver of pages is part of the demonstration. It starts afresh \
            each time in its own data directory, and refuses one that holds anything else, and a server with a public URL.
            """)

    @Option(help: ArgumentHelp("A data directory of its own.", valueName: "dir"))
    var data = "./demo-data"

    @Option(help: ArgumentHelp("Where to listen.", valueName: "host:port"))
    var listen = "127.0.0.1:8080"

    @Option(
        name: .customLong("log-level"), help: ArgumentHelp("How much the log says.", valueName: "level"))
    var logLevel = "error"

    private static let mark = "demonstration"

    func run() async throws {
        var configuration = try ServerConfiguration(
            ServerConfiguration.Given(
                data: data, listen: listen, database: "sqlite:\(data)/tocsin.db", logLevel: logLevel))
        // S86: people who can reach it would take it for the real thing, and its password is on a screen.
        guard configuration.publicAddress == nil, configuration.listen.isLoopback else {
            throw Failure("a demonstration runs on this machine alone: without a public URL, and on a loopback address")
        }
        try makeRoom(configuration.store)
        let sink = try PagerSink()
        configuration.egress.allowedNetworks = [try .init("127.0.0.1/32")]
        configuration.egress.allowedPorts = [sink.port]
        let team = DemoTeam(port: sink.port)
        let url = try ServerURL(configuration.origin)
        let box = TokenBox()
        let script = DemoScript(url: url, team: team, sink: sink, responderToken: box)
        let greeting = """
            Open \(url.text) and sign in as \(DemoTeam.administrator) with the password \(team.password)
              \(url.text)/            what goes on now
              \(url.text)/alerts      the alerts
              \(url.text)/incidents   the incidents
              \(url.text)/pages       who is being woken

            """
        try await Server.run(
            configuration, beside: script, seeding: { box.token = try await team.seed($0, $1) }, greeting: greeting)
    }

    /// An empty directory, or one that an earlier demonstration left, without that one's store.
    private func makeRoom(_ store: StoreLocation) throws(Failure) {
        try store.prepare()
        let mark = store.file(Self.mark)
        guard LocalFile.exists(mark) || isEmpty(data) else {
            throw Failure("\(data) holds something that is not a demonstration: give --data another directory")
        }
        // Held while the old store is taken away, so that no running demonstration loses its own.
        let lock = try ServerLock(store.file("lock"))
        try LocalFile.writePrivate("Made by `tocsin demo`; it may be deleted.\n", to: mark)
        // The key stays: it opens nothing any more, and seals the next demonstration's.
        for suffix in ["", "-wal", "-shm"] { unlink(store.file(StoreLocation.fileName + suffix)) }
        withExtendedLifetime(lock) {}
    }

    private func isEmpty(_ path: String) -> Bool {
        guard let folder = opendir(path) else { return false }
        defer { closedir(folder) }
        var names = 0
        while readdir(folder) != nil { names += 1 }
        return names <= 2  // itself and the one above
    }
}

/// A token that is made after what uses it.
final class TokenBox: Sendable {
    private let stored = Mutex<String?>(nil)

    var token: String? {
        get { stored.withLock { $0 } }
        set { stored.withLock { $0 = newValue } }
    }
}
