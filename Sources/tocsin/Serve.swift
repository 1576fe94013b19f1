import ArgumentParser
import Logging

/// `tocsin serve`: everything in one process until a signal ends it.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the server.",
        discussion: """
            Every option can also be a variable of the environment (TOCSIN_DATA, TOCSIN_LISTEN, TOCSIN_DATABASE, \
            TOCSIN_SEALING_KEY, TOCSIN_CONFIG, TOCSIN_PUBLIC_URL, TOCSIN_LOG_LEVEL) or a setting of the configuration file. An option counts \
            before a variable, a variable before the file.

            The first start on an empty store prints a link that makes the first administrator, and writes it to \
            DIR/first-sign-in. SIGTERM or Control-C finishes what has begun and exits with 0; a second one exits at once.

            The configuration file, tocsin.yaml in the current folder unless named, also takes:

              smtp: {host, port, security, username, passwordFile, passwordEnvironment, from, heloName, trustRoots}
              egress: {allowedNetworks: [CIDR], allowedPorts: [443, 8000-8099], trustRoots}
              trustedProxies: [CIDR]
            """)

    @Option(help: ArgumentHelp("The data directory. Default: ./data.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Where to listen. Default: 127.0.0.1:8080.", valueName: "host:port"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "sqlite:FILE or postgres://… Default: tocsin.db in the data directory.", valueName: "database"))
    var database: String?

    @Option(
        name: .customLong("sealing-key"),
        help: ArgumentHelp(
            """
            The file with the key that seals secrets; made for a store that has none yet. Default: sealing-key beside the \
            SQLite file, or in the data directory.
            """, valueName: "file"))
    var sealingKey: String?

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    @Option(
        name: .customLong("public-url"),
        help: ArgumentHelp("How people reach this server: https://tocsin.example.com.", valueName: "url"))
    var publicURL: String?

    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp("trace, debug, info, notice, warning, error or critical. Default: info.", valueName: "level")
    )
    var logLevel: String?

    func run() async throws {
        let configuration = try ServerConfiguration(
            ServerConfiguration.Given(
                data: data, listen: listen, database: database, sealingKey: sealingKey, config: config,
                publicURL: publicURL, logLevel: logLevel))
        try await Server.run(configuration)
    }
}
