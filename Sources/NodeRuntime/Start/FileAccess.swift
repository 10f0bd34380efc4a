package import EventLoop
internal import Glibc

/// Small files, whole.
package enum FileAccess {
    /// Reads a file of at most `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(SystemCallFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw .latest(path) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .latest(path) }
            if count == 0 { return content }
            content += buffer[..<count]
            if content.count > limit { throw SystemCallFailure(path, code: EFBIG) }
        }
    }

    /// The paths of the regular files in a folder, in the order of their names; none when there is no such folder.
    package static func regularFiles(in folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var files: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            var information = stat()
            let path = "\(folder)/\(name)"
            if stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG { files.append(path) }
        }
        return files.sorted()
    }

    /// Writes a file so that after a crash it has the old or the new content, and on return survives a power cut.
    package static func replace(_ path: String, with content: [UInt8]) throws(SystemCallFailure) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw .latest(temporary) }
        do {
            defer { close(descriptor) }
            var written = 0
            while written < content.count {
                let count = content[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                if count < 0 { throw SystemCallFailure.latest(temporary) }
                written += count
            }
            if fsync(descriptor) != 0 { throw SystemCallFailure.latest(temporary) }
        }
        if rename(temporary, path) != 0 { throw .latest(path) }
        // The new name itself must survive as well.
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folderDescriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folderDescriptor < 0 { throw .latest(folder) }
        defer { close(folderDescriptor) }
        if fsync(folderDescriptor) != 0 { throw .latest(folder) }
    }

    /// Makes a directory and its parents; one that exists keeps its mode.
    package static func makeDirectory(_ path: String, mode: UInt32) throws(SystemCallFailure) {
        if mkdir(path, mode_t(mode)) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw .latest(path)
        }
        try makeDirectory(String(path[..<slash]), mode: 0o755)
        if mkdir(path, mode_t(mode)) != 0, errno != EEXIST { throw .latest(path) }
    }
}
