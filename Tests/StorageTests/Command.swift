import Foundation

struct CommandFailure: Error, CustomStringConvertible {
    let description: String
}

/// Runs a program to its end and gives what it printed. Throws with its output when it failed.
///
/// Not Foundation's `Process`: that one learns of the end through a socket, which a server that the program leaves
/// behind inherits and keeps open. The output goes to a file and not a pipe for the same reason.
@discardableResult
func command(_ arguments: [String]) throws -> String {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let output = folder.file("output")
    let process = try spawn(arguments, output: output)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
        guard errno == EINTR else { throw CommandFailure(description: "\(arguments[0]) is no child of this process") }
    }
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    guard status == 0 else {
        throw CommandFailure(description: "\(arguments[0]) failed (wait status \(status)): \(text)")
    }
    return text
}

/// Starts a program and gives its process id.
@discardableResult
func spawn(_ arguments: [String], output: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let failure = posix_spawnp(&process, arguments[0], &actions, nil, &words, environ)
    guard failure == 0 else {
        throw CommandFailure(description: "\(arguments[0]) did not start: \(String(cString: strerror(failure)))")
    }
    return process
}
