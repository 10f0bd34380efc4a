internal import EventLoop
internal import Glibc

/// The folder in shared memory below which a daemon keeps the rings of its programs.
///
/// It is locked as long as the daemon lives, however that ends: who finds such a folder of the same user without a lock knows
/// that a daemon was killed there, and removes what it left. Process ids would not do: they are used again, and those of other
/// containers are unknown.
final class RingFolder {
    private let place: String
    private let path: String
    private let descriptor: Int32
    private var lastNumber: UInt64 = 0

    static let prefix = "qb-lockstep-"

    /// Makes a folder of its own, after removing those of daemons that are gone.
    ///
    /// - Parameter place: a folder of shared memory.
    init(in place: String = "/dev/shm") throws(SystemCallFailure) {
        self.place = place
        Self.sweep(place)
        // Another daemon that sweeps may take the folder for one that was left, before it is locked: then there is another.
        for _ in 0..<16 {
            let path = try Self.makeFolder("\(place)/\(Self.prefix)XXXXXX")
            if let descriptor = Self.lock(path) {
                // Programs of any user find their rings below, but nobody sees whose others there are.
                chmod(path, 0o711)
                self.path = path
                self.descriptor = descriptor
                return
            }
        }
        throw SystemCallFailure("a folder for local programs in \(place)", code: EAGAIN)
    }

    deinit {
        rmdir(path)
        close(descriptor)
    }

    /// Makes a folder for the rings of one program, which the program's user may enter.
    func makeFolder(user: UInt32, group: UInt32) throws(SystemCallFailure) -> String {
        lastNumber += 1
        let folder = "\(path)/\(lastNumber)"
        guard mkdir(folder, 0o770) == 0 else { throw .latest("mkdir \(folder)") }
        // Fails where this daemon is not root; then the program is of the same user, or cannot open the files.
        _ = chown(folder, user, group)
        chmod(folder, 0o770)
        return folder
    }

    private static func makeFolder(_ template: String) throws(SystemCallFailure) -> String {
        var path = Array(template.utf8CString)
        let isMade = path.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { mkdtemp($0) != nil } ?? false
        }
        if !isMade { throw .latest("mkdtemp \(template)") }
        return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Locks a folder of this user; `nil` when it is another's, or a living daemon's, or gone.
    private static func lock(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor < 0 { return nil }
        var (opened, named) = (stat(), stat())
        guard fstat(descriptor, &opened) == 0, opened.st_uid == geteuid(), flock(descriptor, LOCK_EX | LOCK_NB) == 0,
            lstat(path, &named) == 0, named.st_ino == opened.st_ino, named.st_dev == opened.st_dev
        else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    // MARK: What others left

    private static func sweep(_ place: String) {
        for name in entries(of: place) where name.hasPrefix(prefix) {
            let path = "\(place)/\(name)"
            guard let descriptor = lock(path) else { continue }
            for client in entries(of: path) {
                // Owned by programs: what is not a plain file stays, and the folder with it.
                for file in entries(of: "\(path)/\(client)") { unlink("\(path)/\(client)/\(file)") }
                rmdir("\(path)/\(client)")
            }
            rmdir(path)
            close(descriptor)
        }
    }

    private static func entries(of path: String) -> [String] {
        var information = stat()
        guard lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR, let folder = opendir(path) else {
            return []
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
