import Glibc

/// The three streams and the end of the process.
enum Terminal {
    static func say(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n", to: STDOUT_FILENO)
    }

    static func complain(_ text: String) {
        write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO)
    }

    /// Whether a person reads the output: colours and relative times are for people.
    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    static func exit(_ status: Failure.Status) -> Never {
        Glibc.exit(status.rawValue)
    }

    /// Writes everything, unbuffered, so that lines of the log and of the program keep their order. A reader that went
    /// away (`| head`) is no fault of ours: what it does not want is dropped.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
                if count > 0 {
                    sent += count
                } else if errno != EINTR {
                    return
                }
            }
        }
    }

    /// One line of standard input without its end, as `--password-stdin` reads it; nil at the end of the file. It may be
    /// longer than any password by far, and is refused then.
    static func line(atMost limit: Int = 4_096) throws(Failure) -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { break }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
            guard bytes.count <= limit else { throw Failure("the line on standard input is too long") }
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// All of standard input, as `note KEY -` reads it; as long as a note may be and no longer.
    static func everything(atMost limit: Int = 65_536) throws(Failure) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw Failure("standard input is longer than \(limit) bytes") }
        }
    }

    /// A line that is not shown while it is typed; from a pipe it is read as it is.
    static func secretLine(prompt: String) throws(Failure) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return try line() }
        write(prompt, to: STDERR_FILENO)
        var shown = termios()
        tcgetattr(STDIN_FILENO, &shown)
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            write("\n", to: STDERR_FILENO)
        }
        return try line()
    }
}
