internal import CLinux
internal import EventLoop
internal import Glibc
internal import LocalServices

/// A connected program: its socket, by which both sides announce what they put into the rings, a byte for each chunk.
///
/// Nothing here waits. What does not fit into the ring of events is kept, up to a limit; what cannot be announced because the
/// socket is full is announced later.
final class Connection {
    enum Failure: Error {
        /// The program closed its end.
        case ended
        case broken(String)
    }

    let client: LocalClient
    let descriptor: Int32
    private let rings: SharedRings
    private let chunkLimit: Int
    /// Requests that were announced and not read yet.
    private(set) var announcedRequests = 0
    private var waitingEvents: [[UInt8]] = []
    private var firstWaiting = 0
    private(set) var waitingBytes = 0
    /// Events in the ring that were not announced yet.
    private var unannouncedEvents = 0
    /// False once the owner has forgotten it.
    var isOpen = true
    /// A flush is due.
    var isDirty = false
    /// The owner remembers that there were requests.
    var isBusy = false
    /// The owner will serve announced requests in the next round.
    var isServedLater = false
    /// What the owner watches the socket for now.
    var watched: Readiness = []
    var isHeld = false {
        didSet { if isHeld != oldValue { rings.request.setHold(isHeld) } }
    }

    /// A program may keep this many bytes of events unread beyond its ring before it is disconnected.
    static let eventLimit = 64 << 20
    /// With more than this unread, its own requests wait: who does not listen shall not talk.
    static let patience = 4 << 20

    init(_ client: LocalClient, descriptor: Int32, rings: SharedRings, chunkLimit: Int) {
        self.client = client
        self.descriptor = descriptor
        self.rings = rings
        self.chunkLimit = chunkLimit
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// True while events wait for room in the ring.
    var hasWaitingEvents: Bool { firstWaiting < waitingEvents.count }
    /// True while the socket was full at the last announcement.
    var mustAnnounce: Bool { unannouncedEvents > 0 }

    // MARK: Requests

    /// Takes announcements from the socket.
    func takeAnnouncements() throws(Failure) {
        let count = withUnsafeTemporaryAllocation(byteCount: Self.announcementLimit, alignment: 1) {
            recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
        }
        if count > 0 {
            announcedRequests += count
        } else if count == 0 {
            throw .ended
        } else if errno != EAGAIN, errno != EINTR {
            throw .ended
        }
    }

    /// Adds the next announced request to the end of a block; where it lies there, or `nil` when there is none.
    func nextRequest(into block: inout [UInt8]) throws(Failure) -> Range<Int>? {
        guard announcedRequests > 0 else { return nil }
        announcedRequests -= 1
        let start = block.count
        do { try rings.request.read(limit: chunkLimit, into: &block) } catch {
            throw .broken("its ring of requests is damaged (\(error))")
        }
        return start..<block.count
    }

    /// The bytes of the request that `nextRequest` would take, as far as is known.
    var nextRequestLength: Int { announcedRequests > 0 ? rings.request.statedLength : 0 }

    // MARK: Answers and events

    func respond(_ bytes: [UInt8]) throws(Failure) {
        do {
            if try rings.response.write(bytes) { return }
        } catch { throw .broken("its ring of answers is damaged (\(error))") }
        throw .broken("it does not read the answers to its requests")
    }

    /// Puts an event, which may be in two parts, into the ring, or keeps it until there is room.
    func send(_ event: [UInt8], _ rest: ArraySlice<UInt8> = []) throws(Failure) {
        let count = event.count + rest.count
        guard count <= chunkLimit else {
            throw .broken("an event of \(count) bytes is larger than the \(chunkLimit) that it asked for")
        }
        if !hasWaitingEvents, try put(event, rest) { return }
        guard waitingBytes + count <= Self.eventLimit else {
            throw .broken("it does not read its events: \(waitingBytes) bytes wait")
        }
        waitingEvents.append(rest.isEmpty ? event : event + rest)
        waitingBytes += count
    }

    private func put(_ event: [UInt8], _ rest: ArraySlice<UInt8> = []) throws(Failure) -> Bool {
        do {
            guard try rings.event.write(event, rest) else { return false }
        } catch { throw .broken("its ring of events is damaged (\(error))") }
        unannouncedEvents += 1
        return true
    }

    /// Moves waiting events into the ring as far as there is room, and announces what is new there.
    func flush() throws(Failure) {
        while hasWaitingEvents, try put(waitingEvents[firstWaiting]) {
            waitingBytes -= waitingEvents[firstWaiting].count
            waitingEvents[firstWaiting] = []
            firstWaiting += 1
        }
        if !hasWaitingEvents, firstWaiting > 0 {
            waitingEvents = []
            firstWaiting = 0
        } else if firstWaiting > 1024, firstWaiting * 2 > waitingEvents.count {
            waitingEvents.removeFirst(firstWaiting)
            firstWaiting = 0
        }
        while unannouncedEvents > 0 {
            let count = Self.announcement.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress, min(unannouncedEvents, $0.count),
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                unannouncedEvents -= count
            } else if count < 0, errno == EINTR {
                continue
            } else if count < 0, errno == EAGAIN {
                return
            } else {
                throw .ended
            }
        }
    }

    private static let announcement = [UInt8](repeating: 0, count: 4096)
    /// Announcements that are taken at once.
    private static let announcementLimit = 512
}
