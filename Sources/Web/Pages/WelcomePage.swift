/// The form behind an invitation or a reset: the person chooses a password. POSTs to `/welcome`: token, password.
public struct WelcomePage: WebPage {
    public var token: String
    public var name: String
    public var email: String
    public var form: FormState

    public init(token: String, name: String, email: String, form: FormState = .fresh) {
        self.token = token
        self.name = name
        self.email = email
        self.form = form
    }

    public var section: PageSection? { nil }
    public var title: String { "Choose a password" }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.form(to: "/welcome", frame, class: "card") { html in
            html.element("p", .class("muted"), text: "For \(name), who signs in as \(email). This link works once.")
            html.formFault(form)
            html.void("input", .type("hidden"), .name("token"), .value(token))
            html.field(
                FormField(
                    name: "password", label: "Password", kind: .text("password"),
                    hint: "At least 12 characters; 15 or more are better. Any characters.",
                    autocomplete: "new-password", longest: 1_024), form)
            html.button("Set password and sign in", .large)
        }
    }
}
