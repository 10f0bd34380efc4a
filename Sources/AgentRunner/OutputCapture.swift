internal import EventLoop
internal import Glibc

/// Reads what a program prints, keeps the beginning of it, and drops the rest so that the program never blocks.
final class OutputCapture {
    private let limit: Int
    private var descriptor: Int32 = -1
    private var bytes: [UInt8] = []
    private(set) var isTruncated = false

    init(limit: Int) { self.limit = limit }

    /// What was kept, bytes that are not UTF-8 replaced.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Takes over the non-blocking read end of a pipe.
    func open(_ descriptor: Int32, on loop: EventLoop) {
        self.descriptor = descriptor
        do {
            try loop.watch(descriptor, for: .readable) { [weak self] _ in
                // At the end of file the descriptor stays readable, so the watch must end.
                if self?.readOnce() == .ended { self?.close(on: loop) }
            }
        } catch {
            close(on: loop)
        }
    }

    /// Reads what is there now: at most what a full pipe holds, since whoever still writes may never stop.
    func drain() {
        for _ in 0..<32 where readOnce() != .more { return }
    }

    func close(on loop: EventLoop) {
        guard descriptor >= 0 else { return }
        loop.unwatch(descriptor)
        Glibc.close(descriptor)
        descriptor = -1
    }

    private enum Progress { case more, nothing, ended }

    private func readOnce() -> Progress {
        guard descriptor >= 0 else { return .ended }
        return withUnsafeTemporaryAllocation(byteCount: 32 << 10, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 { return errno == EINTR ? .more : errno == EAGAIN ? .nothing : .ended }
            if count == 0 { return .ended }
            let kept = min(count, limit - bytes.count)
            if kept > 0 { bytes.append(contentsOf: buffer[..<kept]) }
            if kept < count { isTruncated = true }
            return .more
        }
    }
}
