import HTTPTypes
import Identity

/// Keeps other sites from acting through a visitor's browser (S24). A browser's cookie comes along with whatever any page
/// makes it send; what another site cannot do is name our origin as its own, or read the token out of our page.
struct CrossSiteGuard: Sendable {
    let address: PublicAddress?

    /// Throws when a mutation must be refused. A request with a cookie proves both its origin and the token. A form without
    /// a cookie (signing in, a link from a mail) is only refused where the browser says that it comes from elsewhere.
    func check(_ caller: Caller, isForm: Bool, headers: HTTPFields, host: String?, token: String?) throws(HTTPProblem) {
        guard let csrf = caller.csrf else {
            if isForm, origin(of: headers, host: host) == .foreign {
                throw Self.refusal("The form comes from another site.")
            }
            return
        }
        guard origin(of: headers, host: host) == .own else {
            throw Self.refusal("The browser does not say that the request comes from this site.")
        }
        guard let token, Self.isEqual(token, csrf) else {
            throw Self.refusal("The form's token is missing or old. Go back, reload the page and try again.")
        }
    }

    private enum Origin {
        case own, foreign, unknown
    }

    /// `Sec-Fetch-Site` cannot be set by a page and says what the browser knows; `Origin` stands in for older browsers.
    private func origin(of headers: HTTPFields, host: String?) -> Origin {
        if let site = headers[.fetchSite] { return site == "same-origin" ? .own : .foreign }
        guard let origin = headers[.origin]?.lowercased() else { return .unknown }
        if let address, origin == address.origin { return .own }
        // Without a public address the server is its own host; a page on another host has another Origin than that.
        guard address == nil, let host = host?.lowercased(), !host.isEmpty else { return .foreign }
        return origin == "http://" + host || origin == "https://" + host ? .own : .foreign
    }

    /// Takes as long wherever the two differ.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(into: UInt8(0)) { $0 |= $1.0 ^ $1.1 } == 0
    }

    private static func refusal(_ detail: String) -> HTTPProblem {
        HTTPProblem(.forbidden, "cross-site", "The request was not sent by a page of this site.", detail: detail)
    }
}
