import NIOCore
import NIOPosix
import NIOSSL
import Notation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How Tocsin proves that it talks to the host it means: TLS 1.2 or newer, the certificate's chain and its name verified,
/// with no way to switch that off (S61, S62).
enum OutboundTLS {
    /// `trustRoots` names a PEM file whose authorities are trusted beside the system's. Read here, once, so that a
    /// missing file is told when Tocsin starts and not when the first page is sent.
    static func configuration(trustRoots: String?) throws(InputFault) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        guard let path = trustRoots else { return configuration }
        do {
            let authorities = try NIOSSLCertificate.fromPEMFile(path)
            guard !authorities.isEmpty else { throw InputFault(at: "trustRoots", "\(path) holds no certificate") }
            configuration.additionalTrustRoots = [.certificates(authorities)]
        } catch let fault as InputFault {
            throw fault
        } catch {
            throw InputFault(at: "trustRoots", "\(path) is not a readable PEM file of certificates")
        }
        return configuration
    }

    static func context(trustRoots: String?) throws(InputFault) -> NIOSSLContext {
        let configuration = try configuration(trustRoots: trustRoots)
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw InputFault(at: "trustRoots", "TLS could not be set up: \(describe(error))")
        }
    }

    static let notIssued = "its certificate was not issued for this host"

    /// Whether the certificate carries the host's name. The TLS library asks this too, but is content with a certificate
    /// for the *address* that was connected to: whoever can forge a DNS answer could point the name at an address of
    /// theirs and show a certificate for that. Where a name was asked for, the name must be certified (RFC 9525 §6.3).
    static func isIssued(_ certificate: NIOSSLCertificate, for host: String) -> Bool {
        let wanted = host.lowercased()
        for name in certificate._subjectAlternativeNames() where name.nameType == .dnsName {
            let certified = String(decoding: Array(name.contents), as: UTF8.self).lowercased()
            if certified == wanted { return true }
            // A star stands for the whole first label and for nothing else.
            guard certified.hasPrefix("*."), let dot = wanted.firstIndex(of: ".") else { continue }
            if wanted[dot...] == certified.dropFirst() { return true }
        }
        return false
    }

    /// What went wrong with a connection, in a few plain words.
    static func describe(_ error: any Error) -> String {
        if let failure = error as? NIOConnectionError, let first = failure.connectionErrors.first {
            return describe(first.error)
        }
        if let error = error as? IOError {
            return error.errnoCode == ECONNREFUSED ? "the connection was refused" : "the connection broke off"
        }
        if error is ChannelError { return "the connection was closed" }
        let text = String(describing: error)
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return "its certificate is not trusted" }
        if text.contains("unableToValidateCertificate") || text.contains("failedToValidateHostname") {
            return notIssued
        }
        if text.contains("UNSUPPORTED_PROTOCOL") || text.contains("PROTOCOL_VERSION") {
            return "it offers no TLS version from 1.2 on"
        }
        if error is NIOSSLError || error is BoringSSLError || text.contains("SSL") { return "the TLS handshake failed" }
        return LineText(flattening: text, limit: 200).text
    }
}
