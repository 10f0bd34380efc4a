internal import CLinux
internal import Glibc

/// A file of a local program that both sides map, for messages that need no copy on the program's side: cpg_zcb_alloc(3).
///
/// The file must be the program's own and lie directly in one of the folders where the library makes it: its name is removed on
/// behalf of the program, and nothing else shall be reached that way.
final class SharedBufferFile {
    private let start: UnsafeMutableRawPointer
    private let size: Int
    private let guardTicket: Int32

    private static let folders = ["/dev/shm/", "/var/run/", "/run/"]
    /// A number for the size, and the ticket.
    private static let headerSize = 16
    /// Before the message itself; its size is at `messageSizeOffset`.
    private static let requestSize = 40
    private static let messageSizeOffset = 32

    /// Maps the file and writes the ticket into it; `nil` when it is not what it should be.
    init?(path: [UInt8], size: UInt64, user: UInt32, ticket: UInt64) {
        guard let name = String(validating: path, as: UTF8.self), let count = Int(exactly: size),
            count >= Self.headerSize + Self.requestSize,
            let folder = Self.folders.first(where: { name.hasPrefix($0) }), !name.dropFirst(folder.count).contains("/")
        else { return nil }
        let descriptor = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0 { return nil }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
            information.st_uid == user || user == 0, information.st_nlink == 1, information.st_size >= count
        else { return nil }
        unlink(name)
        guard let mapped = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED
        else { return nil }
        guardTicket = lockstep_guard_range(mapped, count)
        guard guardTicket >= 0 else {
            munmap(mapped, count)
            return nil
        }
        start = mapped
        self.size = count
        start.storeBytes(of: ticket, toByteOffset: 8, as: UInt64.self)
    }

    deinit {
        lockstep_unguard_range(guardTicket)
        munmap(start, size)
    }

    /// The request that the program wrote after the header, as far as it says it goes; `nil` when that is beyond the file.
    func content() -> [UInt8]? {
        let request = start + Self.headerSize
        let stated = lockstep_load_word(request + Self.messageSizeOffset)
        guard let messageSize = Int(exactly: stated), messageSize <= size - Self.headerSize - Self.requestSize else {
            return nil
        }
        let count = Self.requestSize + messageSize
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
            if let target = buffer.baseAddress { memcpy(target, request, count) }
            initialised = count
        }
    }
}
