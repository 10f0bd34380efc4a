internal import ToolReports

/// Where a tool writes, what it reads, and what time it is: its whole outside world.
package struct ToolConsole: Sendable {
    package enum Stream: Sendable { case output, error }

    /// What the program was called as.
    package var program = ""
    /// Writes text as it is.
    package var write: @Sendable (Stream, String) -> Void
    /// Writes a whole file; false when that fails.
    package var save: @Sendable (_ text: String, _ path: String) -> Bool
    /// Reads a whole file, standard input for `-`; `nil` when that fails.
    package var read: @Sendable (_ path: String) -> [UInt8]?
    /// The CIB of the cluster (or of the file that stands for it), or why there is none.
    package var clusterCIB: @Sendable () -> Result<[UInt8], ToolCIBFailure>
    /// Seconds since 1970, and seconds east of UTC.
    package var clock: @Sendable () -> (seconds: Int64, offset: Int64)

    package init(
        write: @escaping @Sendable (Stream, String) -> Void, save: @escaping @Sendable (String, String) -> Bool,
        read: @escaping @Sendable (String) -> [UInt8]?,
        clusterCIB: @escaping @Sendable () -> Result<[UInt8], ToolCIBFailure>,
        clock: @escaping @Sendable () -> (seconds: Int64, offset: Int64)
    ) {
        self.write = write
        self.save = save
        self.read = read
        self.clusterCIB = clusterCIB
        self.clock = clock
    }
}

/// Why the cluster's CIB cannot be had.
package enum ToolCIBFailure: Error, Sendable, Equatable {
    /// No cluster runs here.
    case notConnected
    /// The file that stands for the cluster is not there.
    case noInput
}

extension ToolCIBFailure {
    var exit: ToolExit {
        switch self {
        case .notConnected: .notConnected
        case .noInput: .noInput
        }
    }
}
