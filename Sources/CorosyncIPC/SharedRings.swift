internal import CLinux
internal import EventLoop
internal import Glibc

/// The three rings of a connection, with the files by which the program finds them.
///
/// The files take memory only as far as they are used, and are removed with the rings. All of it lies in one range of addresses
/// that is guarded: a program that shortens its files reads and writes zeros from then on, and nothing else happens.
final class SharedRings {
    /// The names that the program opens, without `-header`.
    struct Names {
        var request: String
        var response: String
        var event: String
    }

    let names: Names
    let request: SharedRing
    let response: SharedRing
    let event: SharedRing
    private let folder: String
    private let range: UnsafeMutableRawPointer
    private let rangeSize: Int
    private let guardTicket: Int32

    /// Memory mappings of one connection: of each ring the header and the data.
    static let mappingCount = 6

    /// Makes the files, owned by the program's user, and maps them.
    ///
    /// - Parameters:
    ///   - service: the last part of the files' names.
    ///   - place: where a folder for them is made.
    ///   - chunkLimit: the largest message, in bytes.
    init(
        service: String, in place: RingFolder, user: UInt32, group: UInt32, chunkLimit: Int
    ) throws(SystemCallFailure) {
        let dataSize = SharedRing.dataSize(chunkLimit: chunkLimit)
        let page = Int(getpagesize())
        let headerSize = (SharedRing.headerSize + page - 1) / page * page
        let ringSize = headerSize + dataSize
        folder = try place.makeFolder(user: user, group: group)
        rangeSize = 3 * ringSize
        let reserved = mmap(nil, rangeSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let reserved, reserved != MAP_FAILED else {
            let failure = SystemCallFailure.latest("mmap for a local program")
            Self.remove(folder, service)
            throw failure
        }
        range = reserved
        guardTicket = lockstep_guard_range(reserved, rangeSize)
        let folder = folder
        var rings: [SharedRing] = []
        var failure: SystemCallFailure?
        for (index, kind) in Self.kinds.enumerated() where failure == nil {
            let path = "\(folder)/qb-\(kind)-\(service)"
            do throws(SystemCallFailure) {
                if guardTicket < 0 { throw SystemCallFailure("to serve more local programs", code: ENOMEM) }
                let base = reserved + index * ringSize
                try Self.map("\(path)-header", SharedRing.headerSize, user, group, at: base, size: headerSize)
                let data = base + headerSize
                try Self.map("\(path)-data", dataSize, user, group, at: data, size: dataSize)
                rings.append(
                    SharedRing(
                        header: base, data: data, dataSize: dataSize, headerPath: "\(path)-header",
                        dataPath: "\(path)-data"))
            } catch { failure = error }
        }
        guard failure == nil, rings.count == Self.kinds.count else {
            lockstep_unguard_range(guardTicket)
            munmap(reserved, rangeSize)
            Self.remove(folder, service)
            throw failure ?? SystemCallFailure("to serve a local program", code: ENOMEM)
        }
        (request, response, event) = (rings[0], rings[1], rings[2])
        self.service = service
        names = Names(
            request: "\(folder)/qb-request-\(service)", response: "\(folder)/qb-response-\(service)",
            event: "\(folder)/qb-event-\(service)")
    }

    private let service: String
    private static let kinds = ["request", "response", "event"]

    deinit {
        lockstep_unguard_range(guardTicket)
        munmap(range, rangeSize)
        Self.remove(folder, service)
    }

    private static func map(
        _ path: String, _ fileSize: Int, _ user: UInt32, _ group: UInt32, at place: UnsafeMutableRawPointer, size: Int
    ) throws(SystemCallFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { throw .latest("open \(path)") }
        defer { close(descriptor) }
        if ftruncate(descriptor, fileSize) != 0 { throw .latest("ftruncate \(path)") }
        _ = fchown(descriptor, user, group)
        let mapped = mmap(place, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, descriptor, 0)
        if mapped == MAP_FAILED { throw .latest("mmap \(path)") }
    }

    private static func remove(_ folder: String, _ service: String) {
        for kind in kinds {
            unlink("\(folder)/qb-\(kind)-\(service)-header")
            unlink("\(folder)/qb-\(kind)-\(service)-data")
        }
        rmdir(folder)
    }
}
