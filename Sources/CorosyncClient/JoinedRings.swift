internal import CLinux
internal import CorosyncIPC
internal import Glibc
internal import LocalServices

/// The three rings of a connection as a program maps them: the files belong to the daemon.
final class JoinedRings {
    let request: SharedRing
    let response: SharedRing
    let event: SharedRing
    private let range: UnsafeMutableRawPointer
    private let rangeSize: Int

    /// Where names of rings without a leading slash are.
    private static let place = "/dev/shm/"

    /// - Parameters:
    ///   - names: of requests, answers and events, as the daemon said.
    ///   - chunkLimit: the largest message that was agreed, in bytes.
    init(_ names: [String], chunkLimit: Int) throws(ServiceError) {
        let dataSize = SharedRing.dataSize(chunkLimit: chunkLimit)
        let page = Int(getpagesize())
        let headerSize = (SharedRing.headerSize + page - 1) / page * page
        let ringSize = headerSize + dataSize
        rangeSize = 3 * ringSize
        let reserved = mmap(nil, rangeSize, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let reserved, reserved != MAP_FAILED else { throw .noMemory }
        range = reserved
        var rings: [SharedRing] = []
        for (index, name) in names.prefix(3).enumerated() {
            let path = name.hasPrefix("/") ? name : Self.place + name
            let base = reserved + index * ringSize
            let data = base + headerSize
            guard Self.map(path + "-header", SharedRing.headerSize, at: base, size: headerSize),
                Self.map(path + "-data", dataSize, at: data, size: dataSize),
                let ring = SharedRing(joining: base, data: data, dataSize: dataSize)
            else { break }
            rings.append(ring)
        }
        guard rings.count == 3 else {
            munmap(reserved, rangeSize)
            throw .library
        }
        (request, response, event) = (rings[0], rings[1], rings[2])
    }

    deinit { munmap(range, rangeSize) }

    /// Maps a file that has at least `fileSize` bytes.
    private static func map(
        _ path: String, _ fileSize: Int, at place: UnsafeMutableRawPointer, size: Int
    ) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0 { return false }
        defer { close(descriptor) }
        var information = stat()
        // The header of a daemon that was built with a larger or smaller semaphore ends elsewhere within the same page.
        guard fstat(descriptor, &information) == 0, information.st_size + 4096 > fileSize else { return false }
        return mmap(place, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, descriptor, 0) != MAP_FAILED
    }
}
