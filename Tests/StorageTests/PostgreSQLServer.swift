import Foundation
import Storage
import Synchronization

/// The PostgreSQL server of this test run: the one that TOCSIN_TEST_POSTGRES names, or one that is started here on a free
/// loopback port and goes away with the process.
struct PostgreSQLServer: Sendable {
    static let password = "correct-horse-7f3a"

    /// A suite that needs the server and cannot have it fails with the sentence that is thrown here.
    static let shared = Result { try PostgreSQLServer() }

    private let base: URLComponents
    private let psql: String
    private static let databases = Atomic(0)

    private init() throws {
        if let url = ProcessInfo.processInfo.environment["TOCSIN_TEST_POSTGRES"] {
            guard let base = URLComponents(string: url) else {
                throw CommandFailure(description: "TOCSIN_TEST_POSTGRES is not a URL")
            }
            self.base = base
            self.psql = "psql"
            return
        }
        let programs = try Self.programs()
        var failure: any Error = CommandFailure(description: "PostgreSQL did not start")
        // Another process may take the free port first.
        for _ in 1...3 {
            do {
                self.base = try Self.start(programs)
                self.psql = "\(programs)/psql"
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Makes an empty database and gives its address.
    func makeDatabase() throws -> String {
        let number = Self.databases.add(1, ordering: .relaxed).newValue
        let name = "tocsin_test_\(getpid())_\(number)"
        try command([psql, base.string ?? "", "-qc", "CREATE DATABASE \(name)"])
        var address = base
        address.path = "/\(name)"
        return address.string ?? ""
    }

    /// Runs SQL as another client would.
    @discardableResult
    func run(_ sql: String, at address: String) throws -> String {
        try command([psql, address, "-qAtc", sql])
    }

    private static func programs() throws -> String {
        for version in (13...30).reversed() {
            let folder = "/usr/lib/postgresql/\(version)/bin"
            if FileManager.default.isExecutableFile(atPath: "\(folder)/initdb") { return folder }
        }
        throw CommandFailure(
            description: "PostgreSQL is not installed and TOCSIN_TEST_POSTGRES is not set: apt-get install postgresql")
    }

    private static func start(_ programs: String) throws -> URLComponents {
        // PostgreSQL does not run as root.
        let asServer = getuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        let folder = try TemporaryFolder()
        if getuid() == 0 { try command(["chown", "postgres", folder.path]) }
        let secret = folder.file("password")
        try command(asServer + ["sh", "-c", "umask 077; printf %s \(password) > \(secret)"])
        try command(
            asServer + [
                "\(programs)/initdb", "-D", folder.file("data"), "-U", "tocsin", "--auth=scram-sha-256",
                "--pwfile=\(secret)", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
            ])
        let port = try freePort()
        let settings = """
            -c listen_addresses=127.0.0.1 -c port=\(port) -c unix_socket_directories=\(folder.path) -c fsync=off
            -c max_connections=300
            """
        try command(
            asServer + [
                "\(programs)/pg_ctl", "-D", folder.file("data"), "-l", folder.file("log"), "-w", "-o",
                settings.replacing("\n", with: " "), "start",
            ])
        try stopAfterThisProcess(asServer + ["\(programs)/pg_ctl", "-D", folder.file("data")], folder)
        var address = URLComponents()
        address.scheme = "postgres"
        address.user = "tocsin"
        address.password = password
        address.host = "127.0.0.1"
        address.port = Int(port)
        address.path = "/postgres"
        return address
    }

    /// A shell that outlives the tests, however they end, and then stops the server.
    private static func stopAfterThisProcess(_ control: [String], _ folder: TemporaryFolder) throws {
        let script = """
            while kill -0 \(getpid()) 2>/dev/null; do sleep 1; done
            \(control.joined(separator: " ")) -m immediate stop
            rm -rf \(folder.path)
            """
        try spawn(["/bin/sh", "-c", script], output: "/dev/null")
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw CommandFailure(description: "there is no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}
