import Glibc

/// Small files of this machine: settings, passwords, locks. Everything is read whole and has a limit.
enum LocalFile {
    /// A configuration or a credential is far smaller; a wrong path to something huge is not read into memory.
    static let sizeLimit = 1 << 20

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Throws a sentence with the path and the system's reason.
    static func read(_ path: String) throws(Failure) -> String {
        let bytes = try bytes(path)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure("\(path) is not a UTF-8 text") }
        return text
    }

    /// The same, of a file whose encoding is not known.
    static func bytes(_ path: String, limit: Int = sizeLimit) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure("\(path) cannot be read: \(reason())") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure("\(path) cannot be read: \(reason())") }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw Failure("\(path) is larger than \(limit >> 20) MiB") }
        }
        return bytes
    }

    /// A password or token that has a file to itself: its first line.
    static func secret(_ path: String) throws(Failure) -> String {
        String(try read(path).prefix { !$0.isNewline })
    }

    /// Puts the text in place of what is there, readable by its owner alone, and never half written.
    static func writePrivate(_ text: String, to path: String) throws(Failure) {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("\(draft) cannot be written: \(reason())") }
        Terminal.write(text, to: descriptor)
        let isWritten = fsync(descriptor) == 0 && lseek(descriptor, 0, SEEK_END) == text.utf8.count
        close(descriptor)
        guard isWritten, rename(draft, path) == 0 else {
            let why = reason()
            unlink(draft)
            throw Failure("\(path) cannot be written: \(why)")
        }
    }

    /// Makes a file that is readable by its owner alone, durably and never half written. One that is there stays as it is.
    static func createPrivate(_ text: String, at path: String) throws(Failure) {
        let draft = "\(path).\(getpid())"
        try writePrivate(text, to: draft)
        defer { unlink(draft) }
        // A link fails where a file is, which a rename would replace.
        guard link(draft, path) == 0 || errno == EEXIST else {
            throw Failure("\(path) cannot be made: \(reason())")
        }
        let folder = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Failure("\(path) is not durable: \(reason())") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Failure("\(path) is not durable: \(reason())") }
    }

    /// Makes a file of what is not secret. One that is there is left as it is: somebody may have worked on it. Nothing
    /// is left behind when the text cannot be written whole.
    static func writeNew(_ text: String, to path: String) throws(Failure) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw Failure(
                errno == EEXIST
                    ? "\(path) is there already: name a new file" : "\(path) cannot be written: \(reason())")
        }
        Terminal.write(text, to: descriptor)
        let isWritten = fsync(descriptor) == 0 && lseek(descriptor, 0, SEEK_END) == text.utf8.count
        let why = reason()
        close(descriptor)
        guard isWritten else {
            unlink(path)
            throw Failure("\(path) cannot be written: \(why)")
        }
    }

    /// Makes a folder for its owner alone, with the folders above it; one that is there keeps its mode.
    static func makePrivateFolder(_ path: String) throws(Failure) {
        if mkdir(path, 0o700) == 0 { return }
        if errno == ENOENT {
            let parent = folder(of: path)
            guard parent != path else { throw Failure("\(path) cannot be made: \(reason())") }
            try makePrivateFolder(parent)
            if mkdir(path, 0o700) == 0 { return }
        }
        let why = reason()
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw Failure("the folder \(path) cannot be made: \(why)")
        }
    }

    static func folder(of path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// The path from the root, as another person on the machine needs it; the path as it is where the system does not say.
    static func whole(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The permission bits; nil when there is no such file.
    static func mode(of path: String) -> UInt32? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mode & 0o777
    }

    /// What the system says about the last call.
    static func reason() -> String { String(cString: strerror(errno)) }

    /// A variable of the environment; an empty one is as one that is not set.
    static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
