internal import Glibc

/// The whole content of a file; `-` is standard input.
///
/// - Throws: `.noInput` with path and reason; at most 256 MiB are read.
func readFile(_ path: String) throws(CommandFailure) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommandFailure(.noInput, "\(path): cannot be opened: \(systemError())") }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw CommandFailure(.noInput, "\(path): cannot be read: \(systemError())") }
        if count == 0 { return content }
        content.append(contentsOf: buffer[..<count])
        guard content.count <= 256 << 20 else { throw CommandFailure(.dataError, "\(path): larger than 256 MiB") }
    }
}

/// Writes a file beside its place, flushes it, and renames it into place; an existing file keeps its mode unless one is given.
///
/// - Throws: `.cannotCreate` or `.ioError` with path and reason.
func writeFile(_ path: String, _ content: [UInt8], mode: mode_t?) throws(CommandFailure) {
    if path == "-" {
        try writeAll(content, to: STDOUT_FILENO, path)
        return
    }
    var present = stat()
    let mode = mode ?? (stat(path, &present) == 0 ? present.st_mode & 0o7777 : 0o640)
    let temporary = path + ".new.\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw CommandFailure(.cannotCreate, "\(temporary): cannot be made: \(systemError())") }
    do throws(CommandFailure) {
        defer { close(descriptor) }
        try writeAll(content, to: descriptor, temporary)
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
            throw CommandFailure(.ioError, "\(temporary): \(systemError())")
        }
    } catch {
        unlink(temporary)
        throw error
    }
    guard rename(temporary, path) == 0 else {
        let reason = systemError()
        unlink(temporary)
        throw CommandFailure(.cannotCreate, "\(path): cannot be replaced: \(reason)")
    }
}

private func writeAll(_ content: [UInt8], to descriptor: Int32, _ path: String) throws(CommandFailure) {
    var sent = 0
    while sent < content.count {
        let count = content[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw CommandFailure(.ioError, "\(path): cannot be written: \(systemError())") }
        sent += count
    }
}

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The names in a folder, sorted; empty when it cannot be read.
func folderEntries(_ path: String) -> [String] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

/// What `errno` says.
func systemError() -> String { String(cString: strerror(errno)) }
