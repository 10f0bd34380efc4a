internal import Glibc
internal import ToolReports

extension ToolConsole {
    /// The terminal, files and clock of this machine.
    ///
    /// - Parameter clusterCIB: how to get the CIB of the cluster.
    package static func ofThisMachine(
        clusterCIB: @escaping @Sendable () -> Result<[UInt8], ToolCIBFailure>
    ) -> ToolConsole {
        ToolConsole(
            write: { stream, text in _ = writeAll(stream == .output ? 1 : 2, Array(text.utf8)) },
            save: { text, path in (try? writeFile(path, Array(text.utf8))) != nil },
            read: { try? readFile($0) }, clusterCIB: clusterCIB,
            clock: {
                var now = time(nil)
                var local = tm()
                localtime_r(&now, &local)
                // Whole minutes, as zones are written.
                return (Int64(now), Int64(local.tm_gmtoff) / 60 * 60)
            })
    }
}
