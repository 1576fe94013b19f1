import ArgumentParser
import Notation

extension AlertVerbs {
    /// Sends a signal as a monitoring tool would: with an integration's key and nothing else.
    struct Send: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a signal to an integration, as a monitoring tool would.",
            discussion: """
                The integration's key comes from --key or TOCSIN_KEY; no token is needed. A signal with the same dedup key \
                repeats the alert, and one with the status resolved ends it:

                  tocsin alert send --title "Disk full" --severity critical --dedup-key disk-7 --label host=db1
                  tocsin alert send --title "Disk full" --dedup-key disk-7 --status resolved
                """)

        enum SignalStatus: String, CaseIterable, ExpressibleByArgument {
            case firing, resolved
        }

        @Argument(help: ArgumentHelp("What is wrong, in one line; --title does the same.", valueName: "title"))
        var words: String?

        @Option(name: .shortAndLong, help: "What is wrong, in one line.")
        var title: String?

        @Option(name: .shortAndLong, help: "How bad: a word that the playbook knows, such as critical or SEV1.")
        var severity: String?

        @Option(help: "What breaks: a service's name.")
        var service: String?

        @Option(help: "By which repeats are recognised; the title and the labels when it is not given.")
        var dedupKey: String?

        @Option(help: "Whether it began or ended.")
        var status = SignalStatus.firing

        @Option(name: .shortAndLong, help: ArgumentHelp("A label; may be repeated.", valueName: "name=value"))
        var label: [String] = []

        @Option(help: ArgumentHelp("A fact for people; may be repeated.", valueName: "name=value"))
        var annotation: [String] = []

        @Option(help: "Where more is to be seen: a web address.")
        var link: String?

        @Option(help: "The integration's key (TOCSIN_KEY).")
        var key: String?

        @OptionGroup(title: "The server") var client: ClientOptions

        func validate() throws {
            for pair in label + annotation where !(pair.firstIndex(of: "=").map { $0 > pair.startIndex } ?? false) {
                throw ValidationError("\"\(pair)\" is not name=value.")
            }
            switch (title, words) {
            case (nil, nil): throw ValidationError("What is wrong? Give a title.")
            case (_?, let words?): throw ValidationError("\"\(words)\" is unexpected: --title gives the title already.")
            default: break
            }
        }

        func run() async throws {
            let origin = key == nil ? "TOCSIN_KEY" : "--key"
            guard let given = key ?? LocalFile.environment("TOCSIN_KEY") else {
                throw ValidationError("An integration's key is needed: give --key or set TOCSIN_KEY.")
            }
            let key = try Credentials.secret(given, from: origin)
            let signal = [
                ("title", title ?? words), ("status", status.rawValue), ("severity", severity), ("service", service),
                ("dedupKey", dedupKey), ("url", link),
            ].members
            let body = JSON.object(signal + object("labels", label) + object("annotations", annotation))
            let path = "/in/\(PercentCoding.encode(key))/generic"
            let answer = try await client.withAnonymousClient { try await $0.post(path, body) }
            client.show(answer) { _ in "Sent." }
        }

        private func object(_ name: String, _ pairs: [String]) -> [JSON.Member] {
            guard !pairs.isEmpty else { return [] }
            let members = pairs.map { pair in
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return JSON.Member(String(halves[0]), .string(String(halves[1])))
            }
            return [JSON.Member(name, .object(members))]
        }
    }
}
