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

    /// What every answer has, made once: the addition is paid by every alert that arrives.
    private let fields: HTTPFields

    init(isSecure: Bool) {
        var fields = HTTPFields()
        fields[.contentSecurityPolicy] = Self.contentSecurityPolicy
        fields[.xContentTypeOptions] = "nosniff"
        fields[Self.referrerPolicy] = "no-referrer"
        fields[Self.permissionsPolicyName] = Self.permissionsPolicy
        fields[Self.openerPolicy] = "same-origin"
        fields[Self.resourcePolicy] = "same-origin"
        // A year, as browsers' preload lists want it. Only over TLS: elsewhere browsers must ignore it (RFC 6797 §7.2).
        if isSecure { fields[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
        self.fields = fields
    }

    /// `mayBeKept` is true for what is public: there the handler's own Cache-Control counts.
    func add(to headers: inout HTTPFields, mayBeKept: Bool) {
        if !mayBeKept || headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        // A handler does not loosen them: its own field of such a name is replaced.
        for field in fields where headers.contains(field.name) { headers[field.name] = nil }
        headers.append(contentsOf: fields)
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
