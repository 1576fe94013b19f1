/// The rules by which one person is told: which way when, by urgency, and when they sleep. Sent to
/// `/settings/notification-rules`: zone, `high-N`, `high-N-minutes`, `low-N`, `low-N-minutes` for N from 1 to `steps`,
/// `sleep-from`, `sleep-to`, `reminders`.
public struct NotificationRulesForm: Sendable {
    /// Steps that the form has room for; more are set through the API.
    public static let steps = 4

    public struct Step: Sendable {
        /// The id of a way.
        public var way: String
        public var minutes: Int

        public init(way: String, minutes: Int) {
            self.way = way
            self.minutes = minutes
        }
    }

    public var high: [Step]
    public var low: [Step]
    public var zone: String
    public var sleepFrom: String
    public var sleepTo: String
    /// Hours before a shift, with commas: `24, 1`.
    public var reminders: String
    /// The rules say more than the form has room for, so it would lose something.
    public var isTooRich: Bool
    public var form: FormState

    public init(
        high: [Step] = [], low: [Step] = [], zone: String = "", sleepFrom: String = "", sleepTo: String = "",
        reminders: String = "24", isTooRich: Bool = false, form: FormState = .fresh
    ) {
        self.high = high
        self.low = low
        self.zone = zone
        self.sleepFrom = sleepFrom
        self.sleepTo = sleepTo
        self.reminders = reminders
        self.isTooRich = isTooRich
        self.form = form
    }

    private static let minutes = [0, 1, 2, 3, 5, 10, 15, 20, 30, 45, 60].map {
        Choice(String($0), $0 == 0 ? "at once" : "after \($0) min")
    }

    func write(_ html: inout HTML, _ rows: [ContactMethodsPage.Row], _ frame: PageFrame) {
        html.element("p", .class("muted")) {
            $0.raw(
                "Without a rule, a page uses every way at once. When one fails for good, the next is used without waiting."
            )
        }
        guard !isTooRich else {
            html.raw(
                "<p>Your rules say more than this form has room for, such as hours of a step. Change them through the API.</p>"
            )
            return
        }
        let ways = [Choice("", "nothing")] + rows.map { Choice($0.id, "\($0.kind) \($0.address)") }
        html.form(to: "/settings/notification-rules", frame, class: "sheet-form") { html in
            html.formFault(form)
            html.element("div", .class("rule-columns")) { html in
                steps("high", "A page that is urgent", high, ways, &html)
                steps("low", "A page that is not", low, ways, &html)
            }
            html.element("fieldset", .class("sleep")) { html in
                html.raw("<legend>Asleep</legend>")
                html.element("p", .class("hint")) {
                    $0.raw("Only urgent pages pass then; the rest waits for the morning.")
                }
                html.element("div", .class("triple")) { html in
                    html.field(
                        FormField(
                            name: "sleep-from", label: "From", kind: .text("time"), value: sleepFrom, isRequired: false),
                        form)
                    html.field(
                        FormField(
                            name: "sleep-to", label: "To", kind: .text("time"), value: sleepTo, isRequired: false), form
                    )
                    html.field(
                        FormField(
                            name: "zone", label: "Time zone", value: zone, isRequired: false,
                            condition: "needed with hours",
                            placeholder: "Europe/Berlin", longest: 64), form)
                }
            }
            html.element("fieldset") { html in
                html.raw("<legend>Shifts</legend>")
                html.field(
                    FormField(
                        name: "reminders", label: "Remind me, hours before a shift", value: reminders,
                        hint: "With commas between several; empty is never. They wake nobody.", isRequired: false,
                        placeholder: "24, 1", longest: 60), form)
            }
            html.element("div", .class("row")) { $0.button("Save rules", .primary) }
        }
    }

    private func steps(_ name: String, _ title: String, _ steps: [Step], _ ways: [Choice], _ html: inout HTML) {
        html.element("fieldset") { html in
            html.element("legend", text: title)
            for number in 1...Self.steps {
                let step = steps.indices.contains(number - 1) ? steps[number - 1] : nil
                html.element("div", .class("rule-step")) { html in
                    html.field(
                        FormField(
                            name: "\(name)-\(number)-minutes", label: "\(title), step \(number), when",
                            kind: .choice(Self.minutes), value: String(step?.minutes ?? (number == 1 ? 0 : 5)),
                            isRequired: false, isLabelSeen: false), form)
                    html.field(
                        FormField(
                            name: "\(name)-\(number)", label: "\(title), step \(number), way", kind: .choice(ways),
                            value: step?.way ?? "", isRequired: false, isLabelSeen: false), form)
                }
            }
        }
    }
}
