internal import Glibc

/// Files that are either the old or the new one after a power cut, never something between.
package enum DurableFile {
    /// The largest file that is read, in bytes.
    static let sizeLimit = 512 << 20

    /// The bytes of a file; `nil` when there is none.
    package static func read(_ path: String) throws(StoreFailure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw StoreFailure("open", path, errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw StoreFailure("read", path, errno)
            }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= sizeLimit else { throw StoreFailure("read", path, EFBIG) }
        }
    }

    /// Replaces a file: writes another beside it, brings that to disk, renames it, brings the directory to disk.
    ///
    /// - Throws: `StoreFailure`; the old file is then as it was.
    package static func write(_ bytes: [UInt8], to path: String) throws(StoreFailure) {
        let temporary = path + ".new"
        try writeNew(bytes, to: temporary)
        try rename(temporary, to: path)
        try synchroniseDirectory(of: path)
    }

    /// Writes a file of mode 600 and brings its bytes to disk; on failure nothing is left of it.
    static func writeNew(_ bytes: [UInt8], to path: String) throws(StoreFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreFailure("create", path, errno) }
        var failure: StoreFailure?
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                failure = StoreFailure("write", path, count == 0 ? ENOSPC : errno)
                break
            }
            written += count
        }
        if failure == nil, fsync(descriptor) != 0 { failure = StoreFailure("bring to disk", path, errno) }
        if close(descriptor) != 0, failure == nil { failure = StoreFailure("close", path, errno) }
        if let failure {
            unlink(path)
            throw failure
        }
    }

    static func rename(_ old: String, to new: String) throws(StoreFailure) {
        guard Glibc.rename(old, new) == 0 else { throw StoreFailure("rename \(old) to", new, errno) }
    }

    /// Gives a file a second name, in place of whatever had that name.
    static func link(_ existing: String, as name: String) throws(StoreFailure) {
        let temporary = name + ".new"
        unlink(temporary)
        guard Glibc.link(existing, temporary) == 0 else { throw StoreFailure("link \(existing) as", temporary, errno) }
        try rename(temporary, to: name)
        // When both names are the same file already, rename does nothing and the other name stays.
        unlink(temporary)
    }

    static func synchroniseDirectory(of path: String) throws(StoreFailure) {
        var directory = path
        while let last = directory.last, last != "/" { directory.removeLast() }
        if directory.isEmpty { directory = "." }
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreFailure("open", directory, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreFailure("bring to disk", directory, errno) }
    }

    /// Removes a file; that it is not there, or cannot be removed, is no failure: only space is wasted.
    static func remove(_ path: String) { unlink(path) }

    /// The names in a directory, ascending; empty when it cannot be read.
    static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
