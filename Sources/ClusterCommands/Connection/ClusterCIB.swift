internal import ClusterClient
internal import ClusterConfiguration

/// The CIB's text from where `environment` says the cluster is: the file `CIB_file`, or the node at `LOCKSTEP_ROOT`.
///
/// - Throws: `.noInput` when the file cannot be read, `.disconnected` when no node answers.
package func readClusterCIB(_ environment: [String: String]) throws(CommandFailure) -> [UInt8] {
    if let path = environment["CIB_file"], !path.isEmpty { return try readFile(path) }
    let directory = NodeDirectory(root: environment["LOCKSTEP_ROOT"])
    let client = NodeClient(socketPath: directory.socket, clientName: "lockstep")
    do { return try client.cib() } catch { throw CommandFailure(.disconnected, error.message) }
}
