internal import Glibc

/// Why a file cannot be read or written.
package struct FileFailure: Error, Equatable {
    package var path: String
    /// The system's number for it.
    package var code: Int32

    /// The system's words for it.
    package var reason: String { String(cString: strerror(code)) }

    package init(path: String, code: Int32) {
        self.path = path
        self.code = code
    }
}

/// Reads a whole file, or standard input for `-`.
package func readFile(_ path: String) throws(FileFailure) -> [UInt8] {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(path: path, code: errno) }
    defer { if descriptor != 0 { close(descriptor) } }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 {
            if errno == EINTR { continue }
            throw FileFailure(path: path, code: errno)
        }
        if count == 0 { return result }
        result.append(contentsOf: buffer[..<count])
    }
}

/// Writes a whole file.
package func writeFile(_ path: String, _ bytes: [UInt8]) throws(FileFailure) {
    let file = try OutputFile(path)
    try file.write(bytes)
}

/// A file that is written piece by piece.
package struct OutputFile: ~Copyable {
    private let path: String
    private let descriptor: Int32

    package init(_ path: String) throws(FileFailure) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileFailure(path: path, code: errno) }
    }

    deinit { close(descriptor) }

    package func write(_ bytes: [UInt8]) throws(FileFailure) {
        guard writeAll(descriptor, bytes) else { throw FileFailure(path: path, code: errno) }
    }
}

/// Writes everything to an open file; false with `errno` set when it cannot.
package func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
    var written = 0
    while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 {
            if errno == EINTR { continue }
            return false
        }
        written += count
    }
    return true
}

package func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The regular files of a directory whose names end so, in the order of their names; empty when it cannot be read.
package func files(in directory: String, suffix: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        var status = stat()
        guard !name.hasPrefix("."), name.hasSuffix(suffix), stat("\(directory)/\(name)", &status) == 0,
            status.st_mode & S_IFMT == S_IFREG
        else { continue }
        names.append("\(directory)/\(name)")
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
