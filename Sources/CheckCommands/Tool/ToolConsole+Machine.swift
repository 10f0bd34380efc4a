internal import Glibc

extension ToolConsole {
    /// The terminal, files and clock of this machine.
    ///
    /// - Parameter clusterCIB: how to get the CIB of the cluster.
    package static func ofThisMachine(
        clusterCIB: @escaping @Sendable () -> Result<[UInt8], ToolCIBFailure>
    ) -> ToolConsole {
        ToolConsole(
            write: { stream, text in _ = writeAll(Array(text.utf8), to: stream == .output ? 1 : 2) },
            save: { text, path in
                let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
                guard descriptor >= 0 else { return false }
                defer { close(descriptor) }
                return writeAll(Array(text.utf8), to: descriptor)
            },
            read: readAll, clusterCIB: clusterCIB,
            clock: {
                var now = time(nil)
                var local = tm()
                localtime_r(&now, &local)
                // Whole minutes, as zones are written.
                return (Int64(now), Int64(local.tm_gmtoff) / 60 * 60)
            })
    }
}

private func readAll(_ path: String) -> [UInt8]? {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { if descriptor != 0 { close(descriptor) } }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { return nil }
        if count == 0 { return content }
        content.append(contentsOf: buffer[..<count])
    }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        written += count
    }
    return true
}
