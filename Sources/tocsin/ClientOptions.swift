import ArgumentParser
import Notation

/// How a verb of a client finds its server, and how it prints.
struct ClientOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server (TOCSIN_URL).", valueName: "url"))
    var url: String?

    @Flag(help: "Print the API's JSON as it is.")
    var json = false

    /// Runs the work as the owner of the token, which comes from TOCSIN_TOKEN or from `tocsin login`.
    func withClient<Value>(_ work: (Client) async throws -> Value) async throws -> Value {
        StoreOptions.quieten()
        let stored = try Credentials.stored()
        let url = try server(stored)
        // The token of one server is not shown to another.
        let given = try LocalFile.environment("TOCSIN_TOKEN").map { text throws(Failure) in
            try Credentials.secret(text, from: "TOCSIN_TOKEN")
        }
        guard let token = given ?? (stored?.url == url ? stored?.token : nil) else {
            throw Failure(
                "no token for \(url.text): set TOCSIN_TOKEN, or sign in with `tocsin login`. An administrator makes one "
                    + "with `tocsin token create`.")
        }
        return try await Client.with(url, token: token, work)
    }

    /// The same without a token, for requests whose key is in their address.
    func withAnonymousClient<Value>(_ work: (Client) async throws -> Value) async throws -> Value {
        StoreOptions.quieten()
        return try await Client.with(try server(try Credentials.stored()), token: nil, work)
    }

    private func server(_ stored: Credentials?) throws(Failure) -> ServerURL {
        if let text = url ?? LocalFile.environment("TOCSIN_URL") { return try ServerURL(text) }
        if let stored { return stored.url }
        throw Failure(
            "which server? Set TOCSIN_URL and TOCSIN_TOKEN, give --url, or sign in once with `tocsin login`", .usage)
    }

    /// Prints the answer as it came, or what `text` makes of it for people.
    func show(_ answer: Client.Answer, _ text: (JSON) -> String) {
        Terminal.say(json ? answer.text : text(answer.json))
    }
}

/// What `tocsin login` keeps: a server and a token, in a file that only its owner can read.
struct Credentials: Hashable {
    let url: ServerURL
    let token: String

    /// `~/.config/tocsin/credentials`, or below XDG_CONFIG_HOME.
    static func path() throws(Failure) -> String {
        if let folder = LocalFile.environment("XDG_CONFIG_HOME") { return folder + "/tocsin/credentials" }
        guard let home = LocalFile.environment("HOME") else { throw Failure("HOME is not set") }
        return home + "/.config/tocsin/credentials"
    }

    /// nil when nobody has signed in.
    static func stored() throws(Failure) -> Credentials? {
        guard LocalFile.environment("HOME") != nil || LocalFile.environment("XDG_CONFIG_HOME") != nil else {
            return nil
        }
        let path = try path()
        guard LocalFile.exists(path) else { return nil }
        let text = try LocalFile.read(path)
        // Where the file is damaged does not matter: signing in again writes it anew.
        guard let json = try? JSON(parsing: text, limits: .api), let url = json["url"]?.string,
            let token = json["token"]?.string
        else { throw Failure("\(path) is damaged: sign in again with `tocsin login`") }
        return Credentials(url: try ServerURL(url), token: token)
    }

    /// A token or a key as somebody gave it. The end of a line that came along from a file is taken off; what no secret of
    /// ours can hold is refused here, where its origin can be named, and is not repeated.
    static func secret(_ text: String, from origin: String) throws(Failure) -> String {
        var trimmed = text[...]
        while let last = trimmed.last, last.isWhitespace { trimmed = trimmed.dropLast() }
        guard !trimmed.isEmpty, trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw Failure(
                "\(origin) must be one word on one line; it holds a space, a line break or another character that none of "
                    + "them has", .usage)
        }
        return String(trimmed)
    }

    func store() throws(Failure) {
        let path = try Self.path()
        try LocalFile.makePrivateFolder(LocalFile.folder(of: path))
        let json: JSON = ["url": .string(url.text), "token": .string(token)]
        try LocalFile.writePrivate(json.text + "\n", to: path)
    }
}

/// `tocsin login`: remembers a server and a token.
struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remember a server and a token for the verbs of a client.",
        discussion: """
            The token is asked for without being shown, or read from standard input. It is tried, and kept in \
            ~/.config/tocsin/credentials, which only you can read.
            """)

    @Option(help: ArgumentHelp("The server (TOCSIN_URL).", valueName: "url"))
    var url: String?

    func run() async throws {
        StoreOptions.quieten()
        guard let text = url ?? LocalFile.environment("TOCSIN_URL") else {
            throw ValidationError("Which server? Give --url or set TOCSIN_URL.")
        }
        let server = try ServerURL(text)
        guard let line = try Terminal.secretLine(prompt: "Token for \(server.text): "), !line.isEmpty else {
            throw Failure("no token came on standard input")
        }
        let token = try Credentials.secret(line, from: "the token")
        let me = try await Client.with(server, token: token) { try await $0.get("/api/v1/me") }.json
        try Credentials(url: server, token: token).store()
        Terminal.say(
            "Signed in at \(server.text) as \(Wording.oneLine(me["name"]?.string ?? "somebody")) "
                + "(\(Wording.oneLine(me["role"]?.string ?? "no role"))).")
    }
}
