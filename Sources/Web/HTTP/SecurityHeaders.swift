import HTTPTypes

/// The header fields that every answer carries, errors too (S25–S27, S66). There are no CORS fields: no other origin may
/// read anything.
struct SecurityHeaders: Sendable {
    /// Nothing but our own scripts, styles and images, and none of them inline.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

    /// Features of browsers that no page of ours uses.
    static let permissionsPolicy =
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
        + "midi=(), payment=(), usb=()"

    let isSecure: Bool

    /// `mayBeKept` is true for what is public: there the handler's own Cache-Control counts.
    func add(to headers: inout HTTPFields, mayBeKept: Bool) {
        headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        headers[.xContentTypeOptions] = "nosniff"
        headers[Self.referrerPolicy] = "no-referrer"
        headers[Self.permissionsPolicyName] = Self.permissionsPolicy
        headers[Self.openerPolicy] = "same-origin"
        headers[Self.resourcePolicy] = "same-origin"
        // A year, as browsers' preload lists want it. Only over TLS: elsewhere browsers must ignore it (RFC 6797 §7.2).
        if isSecure { headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
        if !mayBeKept || headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }

    private static let referrerPolicy = name("Referrer-Policy")
    private static let permissionsPolicyName = name("Permissions-Policy")
    private static let openerPolicy = name("Cross-Origin-Opener-Policy")
    private static let resourcePolicy = name("Cross-Origin-Resource-Policy")

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is not a header's name") }
        return name
    }
}

extension HTTPField.Name {
    static let requestID = header("X-Request-Id")
    static let csrfToken = header("X-CSRF-Token")
    static let fetchSite = header("Sec-Fetch-Site")
    static let forwardedFor = header("X-Forwarded-For")
    static let idempotencyKey = header("Idempotency-Key")
    static let idempotencyReplayed = header("Idempotency-Replayed")
    static let clearSiteData = header("Clear-Site-Data")
    static let lastEventID = header("Last-Event-ID")

    private static func header(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is not a header's name") }
        return name
    }
}
