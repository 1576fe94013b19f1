import ArgumentParser
import Notation
import Storage

/// `tocsin audit …`
struct AuditVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read the record of administrative acts.", subcommands: [Export.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the audit log as JSON lines, the oldest first.",
            discussion: """
                Each line has seq, at, actor, ip, request, action, object, detail, previous and hash: with them the chain \
                can be checked elsewhere.
                """)

        @Option(help: ArgumentHelp("Only what comes after this number.", valueName: "seq"))
        var after: Int64 = 0

        @OptionGroup(title: "The store") var store: StoreOptions

        /// Rows in memory at once.
        private static let pageSize = 500

        func run() async throws {
            try await store.withStore { store in
                var last = after
                while true {
                    let rows = try await store.read { [last] connection in
                        try AuditLog.read(after: last, limit: Self.pageSize, on: connection)
                    }
                    guard let end = rows.last else { return }
                    Terminal.say(rows.map(Self.line).joined(separator: "\n"))
                    last = end.seq
                }
            }
        }

        private static func line(_ row: StoredAuditEntry) -> String {
            var writer = JSONWriter(reserving: 512)
            writer.object { writer in
                writer.member("seq", row.seq)
                writer.member("at", row.entry.at.rfc3339())
                writer.member("actor", row.entry.actor)
                writer.member("ip", row.entry.ip)
                writer.member("request", row.entry.request)
                writer.member("action", row.entry.action)
                writer.member("object", row.entry.object)
                // As text, not as an object: the hash is over these very bytes.
                writer.member("detail", row.entry.detail)
                writer.member("previous", Hex.text(row.previous))
                writer.member("hash", Hex.text(row.hash))
            }
            return writer.text
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
