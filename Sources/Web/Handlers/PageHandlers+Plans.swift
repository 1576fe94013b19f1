import Chronology
import Engine
import HTTPTypes
import Identity
import Notation
import Paging
import Storage

/// Escalation plans: who is paged, and who next.
extension PageHandlers {
    var planRoutes: [Route] {
        let path = "/settings/escalations"
        let numbers = 1...EscalationPlanFormPage.rungLimit
        let fields =
            ["name", "repeat", "holds", "preview"]
            + numbers.flatMap { ["target-\($0)", "minutes-\($0)", "answer-\($0)"] }
        return [
            Route(.get, path, .readAll, "The list of escalation plans") { call in
                try await show(try await plansPage(), call)
            },
            Route(.get, path + "/new", .manage, "The form that makes an escalation plan") { call in
                try await show(try await planForm(nil, .fresh), call)
            },
            Route(.get, path + "/{id}", .manage, "The form that changes an escalation plan") { call in
                let plan = try await plan(call.parameter("id"))
                var page = try await planForm(plan.id.text, FormState(plan))
                page.picture = EscalationPicture(plan, try await engine.organisation(), declared: call.now)
                return try await show(page, call)
            },
            Route(.post, path, .manage, "Make an escalation plan", body: .form(fields)) { call in
                try await submit(call, fields: ["rungs": "target-1"]) {
                    try await planForm(nil, $0)
                } _: {
                    if let preview = try await planPreview(call, nil) { return preview }
                    try await actions.perform(
                        .post, "/api/v1/escalations", try Self.document(call, over: nil), for: call)
                    return .seeOther("/settings/escalations", .added)
                }
            },
            Route(.post, path + "/{id}", .manage, "Change an escalation plan", body: .form(fields)) { call in
                let plan = try await plan(call.parameter("id"))
                return try await submit(call, fields: ["rungs": "target-1"]) {
                    try await planForm(plan.id.text, $0)
                } _: {
                    if let preview = try await planPreview(call, plan) { return preview }
                    guard plan.fitsForm else { throw Refusal("plan-too-rich", EscalationPlan.tooRich) }
                    try await actions.perform(
                        .put, "/api/v1/escalations/\(plan.id.text)", try Self.document(call, over: plan), for: call)
                    return .seeOther("/settings/escalations", .saved)
                }
            },
            Route(.post, path + "/{id}/remove", .manage, "Remove an escalation plan", body: .form([])) { call in
                try await actions.perform(.delete, "/api/v1/escalations/\(call.parameter("id"))", for: call)
                return .seeOther("/settings/escalations", .removed)
            },
        ]
    }

    /// Nothing is saved; nil: that was not asked for.
    private func planPreview(_ call: Call, _ plan: EscalationPlan?) async throws -> Answer? {
        guard try call.optionalField("preview").string == "yes" else { return nil }
        let document = try Self.document(call, over: plan)
        let shown: EscalationPlan
        do throws(InputFault) {
            shown = try EscalationPlan(document.replacing("id", .string(plan?.id.text ?? "new")))
        } catch {
            throw Refusal("invalid", "\(error.place): \(error.reason)")
        }
        var values: [String: String] = [:]
        for field in call.form.fields where field.name != "csrf" { values[field.name] = field.value }
        var page = try await planForm(plan?.id.text, FormState(values: values))
        page.picture = EscalationPicture(shown, try await engine.organisation(), declared: call.now)
        return try await show(page, call)
    }

    private func plan(_ id: String) async throws -> EscalationPlan {
        guard let plan = try await engine.organisation().plan(EscalationPlanID(id)) else {
            throw HTTPProblem.notFound("There is no escalation plan \"\(id)\".")
        }
        return plan
    }

    private func plansPage() async throws -> EscalationPlansPage {
        let organisation = try await engine.organisation()
        return EscalationPlansPage(
            rows: organisation.plans.map { plan in
                let services = organisation.services.filter { $0.plan == plan.id }.map(\.name)
                let routes = organisation.routes.filter { $0.plan == plan.id }.map { "the route \($0.name)" }
                let fallback = organisation.settings.fallbackPlan == plan.id ? ["alerts without another plan"] : []
                return EscalationPlansPage.Row(
                    id: plan.id.text, name: plan.name,
                    rungs: plan.rungs.map { rung in
                        EscalationPlansPage.Rung(
                            targets: rung.targets.map(organisation.name(ofTarget:)), patience: rung.patience)
                    }, repeats: plan.laps - 1, fallback: organisation.fallback(of: plan),
                    usedBy: services + routes + fallback)
            })
    }

    private func planForm(_ id: String?, _ form: FormState) async throws -> EscalationPlanFormPage {
        let organisation = try await engine.organisation()
        let people = organisation.peopleChoices.map { Choice("user:" + $0.value, $0.label) }
        // A new plan has no fallback of its own.
        let fallback = id.flatMap { organisation.plan(EscalationPlanID($0)) }.map(organisation.fallback(of:))
        return EscalationPlanFormPage(
            id: id,
            targets: organisation.scheduleChoices + organisation.teamChoices + people + [
                Choice(EscalationPlan.Target.administrators.text, "the administrators")
            ],
            fallback: fallback ?? organisation.name(ofTarget: .administrators), form: form)
    }

    /// What the form says; the fallback, of which it does not speak, stays as it was.
    private static func document(_ call: Call, over plan: EscalationPlan?) throws -> JSON {
        var rungs: [JSON] = []
        for number in 1...EscalationPlanFormPage.rungLimit {
            let target = try call.field("target-\(number)")
            guard !target.isEmpty else { continue }
            // A week, the longest patience, in minutes.
            let longest = Int(EscalationPlan.maximumPatience.wholeSeconds / 60)
            guard let minutes = try call.form.integer("minutes-\(number)", 1...longest) else {
                throw InputFault(at: "/minutes-\(number)", "say how many minutes this rung waits")
            }
            rungs.append([
                "patienceSeconds": .integer(Int64(minutes) * 60), "targets": [.string(target)],
                "answer": try call.optionalField("answer-\(number)"),
            ])
        }
        guard !rungs.isEmpty else { throw InputFault(at: "/target-1", "a plan pages at least one person") }
        let laps = (try call.form.integer("repeat", 0...EscalationPlan.maximumLaps - 1) ?? 0) + 1
        return [
            "name": .string(try call.field("name")), "laps": .integer(Int64(laps)), "rungs": .array(rungs),
            "fallback": .array((plan?.fallback ?? []).map { .string($0.text) }),
            "acknowledgementSeconds": try call.form.integer("holds", 1...10_080).map { .integer(Int64($0) * 60) }
                ?? .null,
        ]
    }
}

extension Organisation {
    /// Who is paged when every rung of the plan stayed silent.
    func fallback(of plan: EscalationPlan) -> String {
        plan.fallback.map(name(ofTarget:)).joined(separator: ", ")
    }
}

extension EscalationPlan {
    fileprivate static let tooRich =
        "This plan says more than the form has room for: a rung with several people, with seconds, or more rungs or "
        + "repeats. Saving it here would lose that, so it can only be changed through the API."

    /// Whether the form can show all of it.
    fileprivate var fitsForm: Bool {
        rungs.count <= EscalationPlanFormPage.rungLimit && laps <= 4
            && (acknowledgementLasts?.wholeSeconds.isMultiple(of: 60) ?? true)
            && rungs.allSatisfy { $0.targets.count == 1 && $0.patience.wholeSeconds.isMultiple(of: 60) }
    }
}

extension FormState {
    fileprivate init(_ plan: EscalationPlan) {
        self.init(values: ["name": plan.name, "repeat": String(plan.laps - 1)])
        if let holds = plan.acknowledgementLasts { values["holds"] = String(holds.wholeSeconds / 60) }
        for (index, rung) in plan.rungs.prefix(EscalationPlanFormPage.rungLimit).enumerated() {
            values["target-\(index + 1)"] = rung.targets.first?.text
            values["minutes-\(index + 1)"] = String(rung.patience.wholeSeconds / 60)
            values["answer-\(index + 1)"] = rung.answer.rawValue
        }
        if !plan.fitsForm { fault = EscalationPlan.tooRich }
    }
}

extension EscalationPicture {
    /// Every rung of every lap, at its time if nobody answers, and who is told in the end.
    init(_ plan: EscalationPlan, _ organisation: Organisation, declared: Instant) {
        var steps: [Step] = []
        var after = Duration.zero
        for lap in 0..<plan.laps {
            for rung in plan.rungs {
                let names = rung.targets.map(organisation.name(ofTarget:)).joined(separator: ", ")
                let notes = [
                    lap > 0 && steps.count % plan.rungs.count == 0 ? "once more from the first rung" : nil,
                    rung.answer == .all ? "everybody must acknowledge" : nil,
                ].compactMap { $0 }
                steps.append(
                    Step(
                        who: names, when: after == .zero ? "at once" : "after \(ClockFace.span(after))", after: after,
                        via: "page", plan: plan.name, note: notes.isEmpty ? nil : notes.joined(separator: "; ")))
                after += rung.patience
            }
        }
        let fallback = plan.fallback.isEmpty ? "the administrators" : organisation.fallback(of: plan)
        steps.append(
            Step(
                who: fallback, when: "after \(ClockFace.span(after))", after: after, via: "page", plan: plan.name,
                note: "nobody has answered"))
        self.init(steps: steps, declared: declared)
    }
}
