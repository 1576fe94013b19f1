/// What a browser sees when a request was refused or failed.
public struct FaultPage: WebPage {
    /// The HTTP status code.
    public var status: Int
    /// A sentence about this very case; nil shows the general one.
    public var detail: String?
    /// Found again in the server's log.
    public var requestID: String

    public init(status: Int, detail: String? = nil, requestID: String) {
        self.status = status
        self.detail = detail
        self.requestID = requestID
    }

    public var section: PageSection? { nil }

    public var title: String {
        switch status {
        case 400: "That request was not understood"
        case 401: "Sign in first"
        case 403: "Not allowed"
        case 404: "Nothing here"
        case 405: "That cannot be done here"
        case 413: "Too large"
        case 429: "Too many requests"
        case 503: "Busy"
        default: status < 500 ? "Refused" : "Something failed"
        }
    }

    private var sentence: String {
        switch status {
        case 403: "Your role does not allow this, or the page was open for too long. Go back, reload it and try again."
        case 404: "There is no page at this address, or it is not one that you may see."
        case 405: "This address exists, but does not take this kind of request."
        case 413: "What was sent is larger than Tocsin takes here."
        case 429: "Wait a minute, then try again."
        case 503: "Tocsin takes no more work at this moment. Try again in a few seconds."
        default:
            status < 500
                ? "The request was refused. Nothing was changed."
                : "The fault is ours. Whether the last action took effect shows on its page; nothing is half done."
        }
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .class("card fault-page")) { html in
            html.element("p", text: detail ?? sentence)
            html.facts([
                ("Status", { html in html.text(status) }),
                ("Request", { html in html.code(requestID) }),
            ])
            html.element("p", .class("row")) { html in
                if status == 401 {
                    html.raw(#"<a class="button primary" href="/sign-in">Sign in</a>"#)
                } else {
                    html.raw(#"<a class="button primary" href="/incidents">Go to incidents</a>"#)
                }
            }
        }
    }
}
