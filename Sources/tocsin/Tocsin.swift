import ArgumentParser

/// The program: one binary that serves, looks after its store, and is a client of a server.
@main
struct Tocsin: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "tocsin",
        abstract: "Incident response: alerts in, the right person woken, the incident run by your own playbook.",
        discussion: """
            Start with `tocsin serve`, which prints how to sign in. Verbs of the store work on its data directory, with \
            or without a running server. Verbs of a client need TOCSIN_URL and TOCSIN_TOKEN, or `tocsin login`.

            Exit status: 0 done, 1 refused or failed, 2 wrong command line, 3 the server cannot be reached.
            """,
        version: version,
        subcommands: [GenerateManual.self],
        groupedSubcommands: [
            CommandGroup(name: "Server", subcommands: [Serve.self, Demo.self]),
            CommandGroup(
                name: "Store",
                subcommands: [
                    UserVerbs.self, TokenVerbs.self, Migrate.self, Backup.self, Restore.self, Reseal.self,
                    Doctor.self, Verify.self, AuditVerbs.self,
                ]),
            CommandGroup(name: "Playbooks", subcommands: [PlaybookVerbs.self, Simulate.self]),
            CommandGroup(
                name: "Client",
                subcommands: [
                    Login.self, IncidentVerbs.Declare.self, IncidentVerbs.self, IncidentVerbs.ChangeStatus.self,
                    IncidentVerbs.ChangeSeverity.self, IncidentVerbs.Assign.self, IncidentVerbs.Unassign.self,
                    IncidentVerbs.Note.self,
                    IncidentVerbs.Resolve.self, IncidentVerbs.Close.self, IncidentVerbs.Timeline.self,
                    ProcedureVerbs.Update.self, ProcedureVerbs.Draft.self, ProcedureVerbs.Mark.self,
                    ProcedureVerbs.Answer.self,
                    ProcedureVerbs.Task.self, ProcedureVerbs.Owed.self, ProcedureVerbs.Done.self,
                    ProcedureVerbs.Waive.self, AlertVerbs.self, PageVerbs.self, ScheduleVerbs.OnCall.self,
                    ScheduleVerbs.Group.self, HandOffVerbs.self, ImportVerbs.Group.self,
                ]),
        ])

    static func main() async {
        let command: any ParsableCommand
        do {
            command = try parseAsRoot()
        } catch {
            finish(error, whileReading: true)
        }
        do {
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
        } catch {
            finish(error, whileReading: false)
        }
    }

    /// Ends the process: help and the version go to standard output, everything else to standard error.
    private static func finish(_ error: any Error, whileReading: Bool) -> Never {
        if let failure = Failure(error) {
            Terminal.complain(failure.sentence)
            Terminal.exit(failure.status)
        }
        let text = fullMessage(for: error)
        if exitCode(for: error) == .success {
            Terminal.say(text)
            Terminal.exit(.done)
        }
        Terminal.complain(text)
        if whileReading, let verb = mistyped { Terminal.complain("Did you mean 'tocsin \(verb)'?") }
        Terminal.exit(whileReading || error is ValidationError ? .usage : .refused)
    }

    /// The verb that was meant, when the first word is none of ours.
    private static var mistyped: String? {
        let known = configuration.subcommands.map { $0._commandName }
        guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !known.contains(word) else {
            return nil
        }
        return Suggestion.nearest(to: word, among: known)
    }
}
