/// One's own password. POSTs to `/settings/password`: current, new.
public struct PasswordPage: SettingsPage {
    public var form: FormState

    public init(form: FormState = .fresh) {
        self.form = form
    }

    public var tab: SettingsTab { .password }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.form(to: "/settings/password", frame, class: "sheet-form") { html in
            html.formFault(form)
            html.field(
                FormField(
                    name: "current", label: "Present password", kind: .text("password"),
                    autocomplete: "current-password", longest: 1_024), form)
            html.field(
                FormField(
                    name: "new", label: "New password", kind: .text("password"),
                    hint: "At least 12 characters; 15 or more are better. Any characters.",
                    autocomplete: "new-password", longest: 1_024), form)
            html.element("p", .class("consequence")) {
                $0.raw("Every other browser that is signed in as you is signed out.")
            }
            html.element("div", .class("row")) { $0.button("Change password", .primary) }
        }
    }
}
