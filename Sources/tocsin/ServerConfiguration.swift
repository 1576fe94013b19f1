import Chronology
import Delivery
import Logging
import Notation
import Web
import Yams

/// Everything that a server is told before it starts. For each setting the first of these counts: an option of the command
/// line, a variable of the environment, the configuration file, the default.
struct ServerConfiguration {
    /// What the command line and the environment said; nil where they said nothing.
    struct Given {
        var data: String?
        var listen: String?
        var database: String?
        var sealingKey: String?
        var config: String?
        var publicURL: String?
        var logLevel: String?
    }

    static let defaultFile = "tocsin.yaml"

    let store: StoreLocation
    let listen: ListenAddress
    let publicAddress: PublicAddress?
    let logLevel: Logger.Level
    let smtp: SMTPSettings?
    /// A demonstration opens the way to its own receiver.
    var egress: EgressSettings
    let trustedProxies: [ClientAddress.Range]
    /// Set when a public address without TLS was allowed on purpose; said again at every start.
    let isInsecurelyPublic: Bool

    init(_ given: Given) throws(Failure) {
        let file = try Self.file(given.config)
        let data = try Self.first(given.data, "TOCSIN_DATA", file, "data") ?? "./data"
        store = try StoreLocation(
            data: data, database: try Self.first(given.database, "TOCSIN_DATABASE", file, "database"),
            sealingKey: try Self.first(given.sealingKey, "TOCSIN_SEALING_KEY", file, "sealingKey"))
        listen = try ListenAddress(try Self.first(given.listen, "TOCSIN_LISTEN", file, "listen") ?? "127.0.0.1:8080")
        let level = try Self.first(given.logLevel, "TOCSIN_LOG_LEVEL", file, "logLevel") ?? "info"
        guard let logLevel = Logger.Level(rawValue: level) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure("\"\(level)\" is not a log level: \(known)", .usage)
        }
        self.logLevel = logLevel
        let isInsecureAllowed = try file?.flag("insecure_public_http")?.value ?? false
        publicAddress = try Self.publicAddress(
            try Self.first(given.publicURL, "TOCSIN_PUBLIC_URL", file, "publicUrl"), isInsecureAllowed)
        isInsecurelyPublic = publicAddress.map { !$0.isSecure && !$0.isLoopback } ?? false
        smtp = try Self.smtp(file)
        var egress = try Self.egress(file)
        egress.ownListeners = listen.egressListeners
        self.egress = egress
        var proxies: [ClientAddress.Range] = []
        for text in try file?.list("trustedProxies") ?? [] {
            proxies.append(
                try Self.placed(text.place) { () throws(InputFault) in
                    try ClientAddress.Range(parsing: text.value)
                })
        }
        trustedProxies = proxies
    }

    /// How links to this server begin.
    var origin: String { publicAddress?.origin ?? listen.origin }

    // MARK: The file

    /// The file that was named, or `tocsin.yaml` in the current folder when there is one.
    static func file(_ option: String?) throws(Failure) -> ConfigurationSection? {
        let named = option ?? LocalFile.environment("TOCSIN_CONFIG")
        guard named != nil || LocalFile.exists(defaultFile) else { return nil }
        let path = named ?? defaultFile
        let text = try LocalFile.read(path)
        do {
            guard let node = try compose(yaml: text) else { return nil }
            if case .scalar(let scalar) = node, scalar.string.isEmpty { return nil }
            return try ConfigurationSection(
                node, of: path,
                knowing: [
                    "data", "listen", "database", "sealingKey", "publicUrl", "logLevel", "smtp", "egress",
                    "trustedProxies",
                    "insecure_public_http",
                ])
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(told(error, in: path))
        }
    }

    private static func told(_ error: any Error, in path: String) -> String {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            "\(path):\(mark.line):\(mark.column): \(problem)"
        case YamlError.duplicatedKeysInMapping(let names, let context):
            "\(path):\(context.mark.line):\(context.mark.column): set twice: \(names.joined(separator: ", "))"
        default: "\(path) is not YAML"
        }
    }

    static func first(
        _ option: String?, _ variable: String, _ file: ConfigurationSection?, _ key: String
    ) throws(Failure) -> String? {
        if let option { return option }
        if let value = LocalFile.environment(variable) { return value }
        return try file?.text(key)?.value
    }

    private static func placed<Value>(
        _ place: String, _ read: () throws(InputFault) -> Value
    ) throws(Failure) -> Value {
        do throws(InputFault) {
            return try read()
        } catch {
            throw Failure("\(place): \(error.reason)")
        }
    }

    // MARK: Parts

    /// S4.5: passwords and sessions do not travel in the clear. A machine of one's own is excepted, for trying out.
    private static func publicAddress(
        _ text: String?, _ isInsecureAllowed: Bool
    ) throws(Failure) -> PublicAddress? {
        guard let text else { return nil }
        let address: PublicAddress
        do throws(InputFault) {
            address = try PublicAddress(parsing: text)
        } catch {
            throw Failure(error.reason, .usage)
        }
        guard address.isSecure || address.isLoopback || isInsecureAllowed else {
            throw Failure(
                "the public URL \(address.origin) has no TLS: put a proxy with https:// in front, or set "
                    + "insecure_public_http: true in the configuration file if the network in between is your own")
        }
        return address
    }

    private static func smtp(_ file: ConfigurationSection?) throws(Failure) -> SMTPSettings? {
        let section = try file?.section(
            "smtp",
            knowing: [
                "host", "port", "security", "username", "passwordFile", "passwordEnvironment", "from", "heloName",
                "trustRoots",
            ])
        guard let section, let host = try section.text("host") else { return nil }
        guard let from = try section.text("from") else {
            throw Failure("\(section.position): smtp needs from, the address that mails come from")
        }
        let securityText = try section.text("security")
        guard let security = SMTPSettings.Security(rawValue: securityText?.value ?? "startTLS") else {
            throw Failure(
                "\(securityText?.place ?? section.position): security is startTLS, implicitTLS or insecurePlain")
        }
        let port = try section.number("port")?.value ?? (security == .implicitTLS ? 465 : 587)
        let username = try section.text("username")?.value
        let password = try password(section)
        let heloName = try section.text("heloName")?.value
        let trustRoots = try section.text("trustRoots")?.value
        return try placed(section.position) { () throws(InputFault) in
            try SMTPSettings(
                host: host.value, port: port, security: security, username: username, password: password,
                from: from.value, heloName: heloName, trustRoots: trustRoots)
        }
    }

    /// Secrets stand in files of their own or in the environment, never in the configuration itself (S4.5).
    private static func password(_ section: ConfigurationSection) throws(Failure) -> Secret? {
        if let file = try section.text("passwordFile") { return Secret(try LocalFile.secret(file.value)) }
        guard let variable = try section.text("passwordEnvironment") else { return nil }
        guard let value = LocalFile.environment(variable.value) else {
            throw Failure("\(variable.place): the variable \(variable.value) is not set")
        }
        return Secret(value)
    }

    private static func egress(_ file: ConfigurationSection?) throws(Failure) -> EgressSettings {
        var settings = EgressSettings()
        guard
            let section = try file?.section("egress", knowing: ["allowedNetworks", "allowedPorts", "trustRoots"])
        else { return settings }
        for text in try section.list("allowedNetworks") ?? [] {
            settings.allowedNetworks.append(
                try placed(text.place) { () throws(InputFault) in try CIDR(text.value) })
        }
        if let ports = try section.list("allowedPorts") {
            settings.allowedPorts = []
            for text in ports { settings.allowedPorts.formUnion(try range(text)) }
        }
        settings.trustRoots = try section.text("trustRoots")?.value
        return settings
    }

    /// `443`, or `1024-65535`.
    private static func range(_ text: ConfigurationSection.Located<String>) throws(Failure) -> ClosedRange<Int> {
        let ends = text.value.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            first >= 1, first <= last, last <= 65_535
        else { throw Failure("\(text.place): a port is a number from 1 to 65535, and a range is 1024-65535") }
        return first...last
    }
}

extension PublicAddress {
    /// Whether only this machine can reach it.
    var isLoopback: Bool {
        var host = authority[...]
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            host = host[host.index(after: host.startIndex)..<end]
        } else if let colon = host.lastIndex(of: ":") {
            host = host[..<colon]
        }
        return host == "localhost" || host == "::1" || IPAddress(host).map { "\($0)".hasPrefix("127.") } ?? false
    }
}
