/// The form that signs a person in. POSTs to `/sign-in`: email, password, and `next`, the local path to go on to.
public struct SignInPage: WebPage {
    public var form: FormState
    /// Where to go afterwards; the server takes only local paths.
    public var next: String?

    public init(form: FormState = .fresh, next: String? = nil) {
        self.form = form
        self.next = next
    }

    public var section: PageSection? { nil }
    public var title: String { "Sign in" }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.form(to: "/sign-in", frame, class: "card") { html in
            html.formFault(form)
            if let next { html.void("input", .type("hidden"), .name("next"), .value(next)) }
            html.field(
                FormField(name: "email", label: "Email", kind: .text("email"), autocomplete: "username", longest: 254),
                form)
            html.field(
                FormField(
                    name: "password", label: "Password", kind: .text("password"), autocomplete: "current-password",
                    longest: 1_024), form)
            html.button("Sign in", .large)
        }
        html.raw(
            #"<p class="aside">No account? An administrator adds you, in Settings or with <code>tocsin user add</code>.</p>"#
        )
    }
}

/// The form behind the one-time link that a new installation prints. POSTs to `/first-sign-in`: token, name, email,
/// password.
public struct FirstSignInPage: WebPage {
    public var token: String
    public var form: FormState

    public init(token: String, form: FormState = .fresh) {
        self.token = token
        self.form = form
    }

    public var section: PageSection? { nil }
    public var title: String { "Set up Tocsin" }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.form(to: "/first-sign-in", frame, class: "card") { html in
            html.raw(
                #"<p class="muted">You are the first here, so you become the administrator. This link works once.</p>"#)
            html.formFault(form)
            html.void("input", .type("hidden"), .name("token"), .value(token))
            html.field(
                FormField(name: "name", label: "Your name", autocomplete: "name", longest: FormField.longestName), form)
            html.field(
                FormField(name: "email", label: "Email", kind: .text("email"), autocomplete: "username", longest: 254),
                form)
            html.field(
                FormField(
                    name: "password", label: "Password", kind: .text("password"),
                    hint: "At least 12 characters; 15 or more are better. Any characters.",
                    autocomplete: "new-password", longest: 1_024), form)
            html.button("Create account", .large)
        }
    }
}
