import Chronology
import Web

/// Every page with every field filled, as if a night had gone badly. `taint` is applied to each text, so that a test
/// can put something hostile into all of them at once.
struct PagesSamples: Sendable {
    var taint: @Sendable (String) -> String = { $0 }

    static let now = Instant(seconds: 1_795_231_924 + 3_600)
    let now = PagesSamples.now

    func t(_ text: String) -> String { taint(text) }
    func ago(_ minutes: Int64, _ seconds: Int64 = 0) -> Instant { now - .seconds(minutes * 60 + seconds) }

    var frame: PageFrame {
        var frame = bareFrame
        frame.viewer = Viewer(
            id: t("usr_01"), name: t("Ana Cruz"), email: t("ana@example.com"), role: t("admin"), canRespond: true,
            canManage: true, canAdminister: true)
        frame.openIncidents = 2
        frame.firingAlerts = 14
        frame.climbingPages = 1
        frame.organisation = t("Example Freight")
        return frame
    }

    var bareFrame: PageFrame {
        PageFrame(clock: ClockFace(now: now), csrf: t("kq3v9s8d7f6g5h4j"))
    }

    func bad(_ field: String, _ fault: String) -> FormState {
        FormState(values: [field: t("typed before")], faults: [field: t(fault)], fault: t("Nothing was saved."))
    }

    var sev1: SeverityMark { SeverityMark(rank: 0, label: t("SEV1")) }
    var sev2: SeverityMark { SeverityMark(rank: 1, label: t("SEV2")) }
    var sev3: SeverityMark { SeverityMark(rank: 2, label: t("SEV3")) }
    var sev4: SeverityMark { SeverityMark(rank: 3, label: t("SEV4")) }

    var severities: [Choice] {
        [
            Choice(t("SEV1"), t("SEV1: customers cannot use it")), Choice(t("SEV2"), t("SEV2: degraded for many")),
            Choice(t("SEV3"), t("SEV3: degraded for some")), Choice(t("SEV4"), t("SEV4: cosmetic")),
        ]
    }
    var services: [Choice] { [Choice(t("svc_1"), t("checkout")), Choice(t("svc_2"), t("search"))] }
    var plans: [Choice] { [Choice(t("esc_1"), t("Checkout, around the clock")), Choice(t("esc_2"), t("Platform"))] }
    var people: [Choice] { [Choice(t("usr_01"), t("Ana Cruz")), Choice(t("usr_02"), t("Ben Okafor"))] }
    var roles: [Choice] { ["admin", "manager", "responder", "viewer"].map { Choice(t($0)) } }

    /// All pages that a signed-in person sees.
    var signedIn: [(name: String, page: any WebPage)] {
        incidentPages + alertPages + pagingPages + onCallPages + playbookPages + integrationPages + settingsPages
    }

    /// All pages that are seen without a session.
    var bare: [(name: String, page: any WebPage)] {
        [
            ("sign-in", SignInPage(next: t("/pages/pag_1"))),
            ("sign-in-refused", SignInPage(form: bad("email", "There is no such combination of email and password."))),
            ("first-sign-in", FirstSignInPage(token: t("one-time"), form: bad("password", "At least 12 characters."))),
            (
                "welcome",
                WelcomePage(
                    token: t("one-time"), name: t("Ana Cruz"), email: t("ana@example.com"),
                    form: bad("password", "At least 12 characters."))
            ),
            ("fault-404", FaultPage(status: 404, requestID: t("req_01JD3K5M9Q"))),
            ("fault-403", FaultPage(status: 403, detail: t("Only administrators may do this."), requestID: t("req_2"))),
            ("fault-500", FaultPage(status: 500, requestID: t("req_01JD3K5M9Q"))),
            ("ack-asks", AcknowledgeLinkPage(token: t("tok"), subject: subject, stage: .asks)),
            (
                "ack-first",
                AcknowledgeLinkPage(
                    token: t("tok"), subject: subject,
                    stage: .acknowledged(by: t("Ana Cruz"), at: ago(0, 8), isReader: true))
            ),
            (
                "ack-second",
                AcknowledgeLinkPage(
                    token: t("tok"), subject: subject,
                    stage: .acknowledged(by: t("Ben Okafor"), at: ago(2, 8), isReader: false))
            ),
            ("ack-ended", AcknowledgeLinkPage(token: t("tok"), stage: .ended(why: t("The alert ended by itself.")))),
            ("ack-invalid", AcknowledgeLinkPage(token: t("tok"), stage: .invalid)),
        ]
    }

    private var subject: AcknowledgeLinkPage.Subject {
        AcknowledgeLinkPage.Subject(
            title: t("Checkout answers 502 for more than 5 % of requests"), severity: sev1, service: t("checkout"),
            started: ago(4, 12), reader: t("Ana Cruz"), nextWho: t("Ben Okafor"), nextAt: now + .seconds(48))
    }
}
