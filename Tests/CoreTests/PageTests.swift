import Chronology
import Notation
import Paging
import Testing

@Suite struct PageTests {
    @Test func `the first rung is taken when the page is opened`() throws {
        let climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5))]))
        #expect(
            climber.history == [
                .rungReached(
                    .init(
                        rung: 0, lap: 0, due: start, nextDue: start + .minutes(5),
                        notices: [Notice(key: "pag_1/0/0/usr_ben/ctm_ben", contact: contact(ben))], obstacles: []))
            ])
        #expect(climber.page.phase == .climbing(rung: 0, lap: 0, deadline: start + .minutes(5)))
    }

    @Test func `a rung is never taken before it is due (R6)`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5))]))
        climber.wait(until: start + .minutes(5) - .microseconds(1))
        #expect(climber.climbed == ["0/0"])
        climber.wait(until: start + .minutes(5))
        #expect(climber.climbed == ["0/0", "1/0"])
    }

    @Test func `a deadline that is reported twice climbs once`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5))]))
        climber.wait(until: start + .minutes(5))
        climber.wait(until: start + .minutes(5))
        #expect(climber.climbed == ["0/0", "1/0"])
    }

    @Test func `delays do not add up: the next rung counts from when this one was due (R7)`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5)), (cleo, .minutes(5))]))
        climber.wait(until: start + .minutes(5) + .seconds(40))
        #expect(climber.page.deadline == start + .minutes(10))
    }

    @Test func `after an outage the rungs that are past due are taken in order, each once`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5)), (cleo, .minutes(30))]))
        climber.wait(until: start + .minutes(12))
        #expect(climber.climbed == ["0/0", "1/0", "2/0"])
        #expect(climber.page.deadline == start + .minutes(40))
    }

    @Test func `after an outage of hours a new lap counts from now, so that somebody has time to answer`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5))], laps: 3))
        let late = start + .hours(6)
        climber.wait(until: late)
        #expect(climber.climbed == ["0/0", "1/0", "0/1"])
        #expect(climber.page.deadline == late + .minutes(5))
    }

    @Test func `a rung on which nobody can be told is skipped at once (R5)`() throws {
        let climber = Climber(try plan([(cleo, .minutes(5)), (ana, .minutes(5))]), unreachable: [cleo])
        #expect(climber.climbed == ["-0/0", "1/0"])
        #expect(climber.page.deadline == start + .minutes(5))
    }

    @Test func `a plan on which nobody can be told pages the fallback at once (R5)`() throws {
        let climber = Climber(try plan([(cleo, .minutes(5))], laps: 2), unreachable: [cleo])
        #expect(climber.climbed == ["-0/0", "-0/1", "fallback"])
        #expect(climber.page.phase == .exhausted(at: start))
    }

    @Test func `when nobody answers on any lap the fallback is paged, and the page stays open`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5))], laps: 2))
        for minutes in [5, 10, 15, 20] as [Int64] { climber.wait(until: start + .minutes(minutes)) }
        #expect(climber.climbed == ["0/0", "1/0", "0/1", "1/1", "fallback"])
        #expect(climber.page.isOpen)
        #expect(climber.page.deadline == nil)
    }

    @Test func `an acknowledgement stops the climb and withdraws what is not sent (R8)`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5))]))
        climber.apply(try climber.page.acknowledge(by: .user(ben), via: "the web page"), at: start + .minutes(1))
        climber.wait(until: start + .hours(1))
        #expect(climber.climbed == ["0/0"])
        #expect(climber.page.phase == .acknowledged(by: .user(ben), at: start + .minutes(1)))
        #expect(climber.page.notices.map(\.result) == [.withdrawn])
    }

    @Test func `a second acknowledgement changes nothing and the page says who was first`() throws {
        var climber = Climber(try plan([(ben, .minutes(5))]))
        climber.apply(try climber.page.acknowledge(by: .user(ben), via: "mail"), at: start)
        #expect(try climber.page.acknowledge(by: .user(ana), via: "mail") == [])
        #expect(climber.page.phase == .acknowledged(by: .user(ben), at: start))
    }

    @Test func `an exhausted page can still be acknowledged; an ended one cannot`() throws {
        var climber = Climber(try plan([(ben, .minutes(5))]))
        climber.wait(until: start + .minutes(5))
        #expect(
            try climber.page.acknowledge(by: .user(ana), via: "mail") == [.acknowledged(by: .user(ana), via: "mail")])
        climber.apply(climber.page.end(why: "The alert was resolved by its source."), at: start + .minutes(6))
        #expect(throws: Refusal("page-ended", "The page has ended: The alert was resolved by its source.")) {
            try climber.page.acknowledge(by: .user(ana), via: "mail")
        }
    }

    @Test func `escalating by hand takes the next rung now and counts on from now`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5))]))
        let now = start + .minutes(1)
        climber.apply(
            try climber.page.escalate(by: .user(ben), why: "needs the owner", seen: 0, at: now, reaching: reach()),
            at: now)
        #expect(climber.climbed == ["0/0", "1/0"])
        #expect(climber.page.deadline == now + .minutes(5))
    }

    @Test func `a late key press after the page has climbed by itself is refused`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5)), (cleo, .minutes(5))]))
        climber.wait(until: start + .minutes(5))
        #expect(throws: Refusal.self) {
            try climber.page.escalate(by: .user(ben), why: "", seen: 0, at: start + .minutes(5), reaching: reach())
        }
    }

    @Test func `escalating an acknowledged page wakes the next rung`() throws {
        var climber = Climber(try plan([(ben, .minutes(5)), (ana, .minutes(5))]))
        climber.apply(try climber.page.acknowledge(by: .user(ben), via: "mail"), at: start)
        climber.apply(
            try climber.page.escalate(by: .user(ben), why: "help", seen: nil, at: start, reaching: reach()), at: start)
        #expect(climber.page.phase == .climbing(rung: 1, lap: 0, deadline: start + .minutes(5)))
    }

    @Test func `a page whose rungs are used up stays with whoever took it`() throws {
        var climber = Climber(try plan([(ben, .minutes(5))]))
        climber.wait(until: start + .minutes(5))
        climber.apply(try climber.page.acknowledge(by: .user(ana), via: "mail"), at: start + .minutes(6))
        #expect(throws: Refusal("page-exhausted", "Every rung of Main has been climbed already.")) {
            try climber.page.escalate(
                by: .user(ana), why: "help", seen: nil, at: start + .minutes(7), reaching: reach())
        }
        #expect(climber.page.phase == .acknowledged(by: .user(ana), at: start + .minutes(6)))
    }

    @Test func `two people whose ways to be reached have one name are told both`() throws {
        let same = Reach(
            contacts: [ben, ana].map { Contact(user: $0, method: ContactMethodID("email"), channel: "email") },
            obstacles: [])
        let page = Page(
            PageID("pag_1"),
            from: .opened(
                PageEvent.Opening(
                    subject: .alert(AlertID("alr_1")), title: "t", service: nil, plan: try plan([(ben, .minutes(5))]))),
            at: start)
        let keys = page.begin(at: start, reaching: { _ in same }).flatMap { event -> [String] in
            if case .rungReached(let climb) = event { climb.notices.map(\.key) } else { [] }
        }
        #expect(keys == ["pag_1/0/0/usr_ben/email", "pag_1/0/0/usr_ana/email"])
    }

    @Test func `a person on a rung twice is told once`() throws {
        let twice = try EscalationPlan(
            id: EscalationPlanID("esc_1"), name: "Main",
            rungs: [.init(targets: [.user(ben), .user(ben)], patience: .minutes(5))], laps: 1, fallback: [])
        #expect(Climber(twice).page.notices.map(\.notice.key) == ["pag_1/0/0/usr_ben/ctm_ben"])
    }

    @Test func `every event reads back as it was written (R10)`() throws {
        var climber = Climber(try plan([(cleo, .minutes(5)), (ben, .minutes(5))], laps: 2), unreachable: [cleo])
        climber.wait(until: start + .hours(1))
        climber.wait(until: start + .hours(2))
        let events =
            climber.history + [
                .opened(
                    .init(
                        subject: .incident(IncidentID("inc_1")), title: "\"quoted\"\n", service: ServiceID("svc_1"),
                        plan: climber.page.plan)),
                .acknowledged(by: .token(name: "ci"), via: "the API"), .escalated(by: .user(ben), why: "help"),
                .ended(why: "over"), .noticeSent(key: "k", attempt: 2, detail: "250 ok"),
                .noticeFailed(key: "k", attempt: 1, reason: "550", isFinal: true),
            ]
        for event in events {
            #expect(try PageEvent(kind: event.kind, body: try parsed(event.body)) == event)
        }
    }

    @Test(arguments: [
        ("{}", "/name"), (#"{"id":"e","name":"n"}"#, "/rungs"), (#"{"id":"e","name":"n","rungs":[]}"#, "/rungs"),
        (#"{"id":"e","name":"n","rungs":[{"targets":["user:u"]}]}"#, "/rungs/0/patienceSeconds"),
        (#"{"id":"e","name":"n","rungs":[{"targets":["user:u"],"patienceSeconds":0}]}"#, "/rungs/0/patience"),
        (#"{"id":"e","name":"n","rungs":[{"targets":[],"patienceSeconds":60}]}"#, "/rungs/0/targets"),
        (#"{"id":"e","name":"n","rungs":[{"targets":["ana"],"patienceSeconds":60}]}"#, "/rungs/0/targets/0"),
        (#"{"id":"e","name":"n","laps":11,"rungs":[{"targets":["user:u"],"patienceSeconds":60}]}"#, "/laps"),
        (
            #"{"id":"e","name":"n","rungs":[{"targets":["user:u"],"patienceSeconds":9223372036854775807}]}"#,
            "/rungs/0/patienceSeconds"
        ),
    ])
    func `a plan that cannot be climbed is refused with its place`(_ text: String, _ place: String) throws {
        let document = try parsed(text)
        do throws(InputFault) {
            _ = try EscalationPlan(document)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.place == place || (place == "/name" && error.place == "/rungs"))
        }
    }
}

func parsed(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8), limits: .stored) }
