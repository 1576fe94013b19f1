import Chronology

// What the incident's playbook asks for: updates, what is owed, lists to tick.
extension IncidentPage {
    public struct Procedure: Sendable {
        /// The playbook's title and version.
        public var name: String
        public var phase: String?
        /// What the incident's room is called.
        public var room: String?
        public var audiences: [Choice]
        public var stages: [Choice]
        /// Messages to start from.
        public var templates: [Choice]
        /// The message that the form of an update was started from.
        public var draft: String?
        /// What people can say has happened.
        public var events: [Choice]
        public var duties: [Duty]
        public var lists: [TaskList]
        /// Why the incident cannot be closed without a reason, as sentences.
        public var gates: [String]

        public init(
            name: String, phase: String?, room: String?, audiences: [Choice], stages: [Choice],
            templates: [Choice] = [], events: [Choice], duties: [Duty],
            lists: [TaskList], gates: [String]
        ) {
            self.name = name
            self.phase = phase
            self.room = room
            self.audiences = audiences
            self.stages = stages
            self.templates = templates
            self.events = events
            self.duties = duties
            self.lists = lists
            self.gates = gates
        }
    }

    /// Something that is owed and can be ticked off by hand.
    public struct Duty: Sendable {
        public var id: String
        public var what: String
        public var due: Instant?
        public var isLate: Bool
        /// Rule, anchor and arithmetic.
        public var why: String
        /// The template of the message that it asks for.
        public var template: String?

        public init(id: String, what: String, due: Instant?, isLate: Bool, why: String, template: String? = nil) {
            self.id = id
            self.what = what
            self.due = due
            self.isLate = isLate
            self.why = why
            self.template = template
        }
    }

    public struct TaskList: Sendable {
        public var title: String
        public var tasks: [Task]

        public init(title: String, tasks: [Task]) {
            self.title = title
            self.tasks = tasks
        }

        public struct Task: Sendable {
            public var id: String
            public var text: String
            public var isDone: Bool
            /// The answer, or what it waits for.
            public var note: String?
            public var command: String?
            /// What is answered by ticking it: nil: nothing; empty: any text.
            public var choices: [Choice]?

            public init(
                id: String, text: String, isDone: Bool, note: String?, command: String?, choices: [Choice]?
            ) {
                self.id = id
                self.text = text
                self.isDone = isDone
                self.note = note
                self.command = command
                self.choices = choices
            }
        }
    }

    /// The forms by which the playbook is followed.
    func procedureForms(_ html: inout HTML, _ frame: PageFrame) {
        guard let procedure else { return }
        html.disclosure(
            "Update", id: "post-update", isOpen: updateForm.isRefused || procedure.draft != nil,
            consequence: "Tells an audience where the incident stands, and keeps the promise of this update."
        ) { html in
            if !procedure.templates.isEmpty { self.templates(procedure.templates, &html) }
            html.form(to: "/incidents/\(key)/updates", frame) { html in
                html.formFault(updateForm)
                if let template = updateForm.values["template"], !template.isEmpty {
                    html.void("input", .type("hidden"), .name("template"), .value(template))
                }
                html.field(
                    FormField(name: "audience", label: "Audience", kind: .choice(procedure.audiences)), updateForm,
                    scope: "update")
                if !procedure.stages.isEmpty {
                    html.field(
                        FormField(
                            name: "stage", label: "Stage of the status page",
                            kind: .choice([Choice("", "none")] + procedure.stages), isRequired: false), updateForm,
                        scope: "update")
                }
                html.field(
                    FormField(
                        name: "message", label: "Message", kind: .lines(procedure.draft == nil ? 4 : 10),
                        placeholder: "What is known, what is being done, what is next", longest: FormField.longestText),
                    updateForm, scope: "update")
                html.button("Send update", .primary)
            }
        }
        html.disclosure("It happened…", id: "mark", isOpen: markForm.isRefused) { html in
            html.form(to: "/incidents/\(key)/events", frame) { html in
                html.formFault(markForm)
                html.field(
                    FormField(name: "event", label: "What", kind: .choice(procedure.events)), markForm, scope: "mark")
                html.field(
                    FormField(
                        name: "detail", label: "What there is to say", isRequired: false,
                        longest: FormField.longestText), markForm, scope: "mark")
                html.button("Note it", .primary)
            }
        }
        html.disclosure("Settle…", id: "settle", isOpen: settleForm.isRefused) { html in
            html.formFault(settleForm)
            duties(&html, frame)
        }
        html.disclosure("Tasks", id: "tasks", isOpen: taskForm.isRefused) { html in
            html.formFault(taskForm)
            tasks(&html, frame)
        }
    }

    /// Fills the form with a message of the playbook. It reads only, so it is a link with a choice in it.
    private func templates(_ templates: [Choice], _ html: inout HTML) {
        html.element("form", .fixed("method", "get"), .action("/incidents/\(key)")) { html in
            html.field(
                FormField(name: "draft", label: "Template", kind: .choice(templates)),
                FormState(values: ["draft": updateForm.values["template"] ?? ""]), scope: "draft")
            html.button("Start from it")
        }
    }

    /// What is owed, each with its reason and the two ways to settle it.
    private func duties(_ html: inout HTML, _ frame: PageFrame) {
        guard let procedure, !procedure.duties.isEmpty else {
            html.element("p", .class("muted")) { $0.raw("Nothing is owed.") }
            return
        }
        html.element("ul", .class("lines")) { html in
            for duty in procedure.duties {
                html.element("li") { html in
                    html.element("details", .class("grow")) { html in
                        html.element("summary") { html in
                            html.text(duty.what)
                            html.raw(" ")
                            if let due = duty.due { html.countdown(to: due, frame.clock) }
                        }
                        html.element("small", text: duty.why)
                        if frame.canRespond, let template = duty.template {
                            html.element("p") { html in
                                html.element(
                                    "a", .href(LocalPath("/incidents/\(key)").with("draft", template)), text: "Write it"
                                )
                            }
                        }
                        if frame.canRespond {
                            html.form(to: "/incidents/\(key)/obligations", frame, class: "row") { html in
                                html.void("input", .type("hidden"), .name("obligation"), .value(duty.id))
                                html.void(
                                    "input", .type("text"), .name("why"), .label("Why it is not wanted"),
                                    .data("placeholder", "Why, to waive it"))
                                html.button("Done")
                                html.raw(#"<button name="waive" value="yes">Waive</button>"#)
                            }
                        }
                    }
                }
            }
        }
    }

    /// The lists that have to be worked through, those with something open first.
    private func tasks(_ html: inout HTML, _ frame: PageFrame) {
        guard let procedure, !procedure.lists.isEmpty else {
            html.element("p", .class("muted")) { $0.raw("No list has begun.") }
            return
        }
        for list in procedure.lists {
            let done = list.tasks.count { $0.isDone }
            html.element("details", .flag("open", done < list.tasks.count && procedure.lists.count <= 3)) { html in
                html.element("summary") { html in
                    html.text(list.title)
                    html.raw(" ")
                    html.element("small", text: "\(done) of \(list.tasks.count)")
                }
                html.element("ul", .class("lines")) { html in
                    for task in list.tasks { self.task(task, &html, frame) }
                }
            }
        }
    }

    private func task(_ task: TaskList.Task, _ html: inout HTML, _ frame: PageFrame) {
        html.element("li") { html in
            html.element("span", .class("grow")) { html in
                html.raw(task.isDone ? "✓ " : "")
                html.text(task.text)
                if let note = task.note { html.element("small", text: note) }
                if let command = task.command { html.element("code", text: command) }
            }
            guard frame.canRespond else { return }
            html.form(to: "/incidents/\(key)/tasks", frame, class: "row") { html in
                html.void("input", .type("hidden"), .name("task"), .value(task.id))
                if task.isDone {
                    html.raw(#"<button class="quiet" name="done" value="no">Undo</button>"#)
                } else {
                    answer(task, &html)
                    html.button("Done", .quiet)
                }
            }
        }
    }

    private func answer(_ task: TaskList.Task, _ html: inout HTML) {
        guard let choices = task.choices else { return }
        guard !choices.isEmpty else {
            html.void("input", .type("text"), .name("answer"), .label("Answer to: \(task.text)"))
            return
        }
        html.element("select", .name("answer"), .label("Answer to: \(task.text)")) { html in
            for choice in choices { html.element("option", .value(choice.value), text: choice.label) }
        }
    }
}
