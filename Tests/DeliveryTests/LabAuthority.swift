import Foundation
import NIOSSL

/// A certificate authority that lives as long as the test process, made by the `openssl` command: no private key is kept
/// in the repository. Its servers are `relay.lab.example`, `hooks.lab.example` and 127.0.0.1.
struct LabAuthority: Sendable {
    static let shared = LabAuthority()

    struct Fault: Error {
        let command: String
        let output: String
    }

    /// PEM file of the authority, to be trusted.
    let root: String
    private let server: (certificate: String, key: String)
    private let expired: (certificate: String, key: String)

    enum Certificate: CaseIterable {
        case good
        /// Signed by the authority, for a time that has passed.
        case expired
    }

    private init() {
        do {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
                "tocsin-lab-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = { (name: String) in folder.appendingPathComponent(name).path }
            try Self.openssl(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=Lab authority", "-keyout", path("root.key"), "-out", path("root.pem"))
            try Data("subjectAltName=DNS:relay.lab.example,DNS:hooks.lab.example,IP:127.0.0.1\n".utf8)
                .write(to: folder.appendingPathComponent("names"))
            for name in ["good", "expired"] {
                try Self.openssl(
                    "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                    "/CN=Lab server",
                    "-keyout", path("\(name).key"), "-out", path("\(name).csr"))
                if name == "good" {
                    try Self.openssl(
                        "x509", "-req", "-days", "1", "-in", path("\(name).csr"), "-CA", path("root.pem"), "-CAkey",
                        path("root.key"), "-CAcreateserial", "-extfile", path("names"), "-out", path("\(name).pem"))
                } else {
                    try Self.signExpired(in: folder.path, name: name)
                }
            }
            root = path("root.pem")
            server = (path("good.pem"), path("good.key"))
            expired = (path("expired.pem"), path("expired.key"))
        } catch {
            fatalError("the lab authority needs the openssl command: \(error)")
        }
    }

    func serverContext(_ certificate: Certificate) throws -> NIOSSLContext {
        let files = certificate == .good ? server : expired
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }

    /// `openssl x509` cannot set both ends of a validity before version 3.4; `openssl ca` always could.
    private static func signExpired(in folder: String, name: String) throws {
        let settings = """
            [ca]
            default_ca=lab
            [lab]
            database=\(folder)/index
            new_certs_dir=\(folder)
            rand_serial=yes
            default_md=sha256
            policy=any
            x509_extensions=names
            [any]
            commonName=supplied
            [names]
            subjectAltName=DNS:relay.lab.example,DNS:hooks.lab.example,IP:127.0.0.1
            """
        try Data().write(to: URL(fileURLWithPath: folder + "/index"))
        try Data(settings.utf8).write(to: URL(fileURLWithPath: folder + "/ca.conf"))
        try openssl(
            "ca", "-batch", "-config", folder + "/ca.conf", "-cert", folder + "/root.pem", "-keyfile",
            folder + "/root.key",
            "-startdate", "20200101000000Z", "-enddate", "20200102000000Z", "-in", folder + "/\(name).csr", "-out",
            folder + "/\(name).pem", "-notext")
    }

    private static func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Fault(command: arguments[0], output: String(decoding: output, as: UTF8.self))
        }
    }
}
