import Crypto
import HTTPTypes
import Identity
import Notation

/// A secret that was just made, on its way through the redirect to the page that shows it once: reloading that page
/// neither makes another secret nor shows this one again.
///
/// It travels in a cookie that only that page is sent, for a minute, sealed under a key made of the session's own
/// secret. So it is in no address and no history, nothing of it is kept on the server, any node can answer the redirect,
/// and it cannot be opened once the session's cookie is gone. The page that shows it clears the cookie; a browser that
/// never follows the redirect loses the secret, and its owner makes another.
struct ShownOnce: Sendable {
    private static let name = "tocsin-once"
    private static let lifetime = 60
    /// Browsers drop longer cookies without a word (RFC 6265 §6.1), and with them the secret.
    private static let longest = 3_800

    let cookie: SessionCookie

    /// The redirect to `path`, which shows `secret` once. Nil where there is no session, and so no redirect that could
    /// be followed: the caller shows it at once.
    func redirect(to path: LocalPath, showing secret: JSON, for call: Call) throws -> Answer? {
        guard let key = key(of: call) else { return nil }
        let sealed = try AES.GCM.seal(
            Array(secret.text.utf8), using: key, authenticating: Array(path.text.utf8)
        ).combined
        guard let sealed, sealed.count * 2 <= Self.longest else { return nil }
        return Answer.seeOther(path.text).with(.setCookie, setting(hex(sealed), at: path, Self.lifetime))
    }

    /// What the redirect to `path` brought; nil when it brought nothing, or what another session or page was to show.
    func secret(at path: LocalPath, for call: Call) -> JSON? {
        guard let key = key(of: call), let text = Cookies.value(Self.name, in: call.headers[values: .cookie]),
            let bytes = Self.bytes(of: text)
        else { return nil }
        // A cookie that was not sealed by us for this session says nothing, and the page is shown as on every other day.
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let opened = try? AES.GCM.open(box, using: key, authenticating: Array(path.text.utf8)),
            let secret = try? JSON(parsing: Array(opened), limits: .stored)
        else { return nil }
        return secret
    }

    /// The Set-Cookie header of the page that showed it.
    func clearing(at path: LocalPath) -> String { setting("", at: path, 0) }

    private func setting(_ value: String, at path: LocalPath, _ seconds: Int) -> String {
        "\(Self.name)=\(value); Path=\(path.text); Max-Age=\(seconds); HttpOnly; SameSite=Strict"
            + (cookie.isSecure ? "; Secure" : "")
    }

    private func key(of call: Call) -> SymmetricKey? {
        guard case .session = call.caller.proof, let secret = cookie.secret(in: call.headers[values: .cookie]) else {
            return nil
        }
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(secret.utf8)), info: Array("tocsin shown once".utf8),
            outputByteCount: 32)
    }

    private static func bytes(of text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

extension PageHandlers {
    /// Leads to `path`, whose page shows `secret` once; `atOnce` makes the page for callers that have no session.
    func showOnce(
        _ secret: JSON, at path: LocalPath, for call: Call, atOnce page: () async throws -> any WebPage
    ) async throws -> Answer {
        if let answer = try ShownOnce(cookie: cookie).redirect(to: path, showing: secret, for: call) { return answer }
        return try await show(page(), call, status: .created)
    }

    /// Answers `path`: `page` gets the secret that a redirect brought, this once.
    func show(
        at path: LocalPath, _ call: Call, _ page: (JSON?) async throws -> any WebPage
    ) async throws -> Answer {
        let once = ShownOnce(cookie: cookie)
        let secret = once.secret(at: path, for: call)
        let answer = try await show(page(secret), call)
        return secret == nil ? answer : answer.with(.setCookie, once.clearing(at: path))
    }
}
