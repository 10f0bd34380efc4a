internal import ClusterConfiguration
internal import Glibc

/// `keygen`: the secret that the nodes of a cluster share.
let keygenCommand = Command(
    "keygen", "Make the key that the nodes of a cluster share",
    usage: ["[FILE]"],
    details: """
        Writes 256 random bytes that only their owner can read (mode 0400), by default where the node looks for its key.
        Copy the file to every node: with it, what they say to each other is authenticated and encrypted.
        """,
    options: [
        CommandOption("key-file", "k", value: "FILE", "Where to write the key"),
        CommandOption("less-secure", "l", "Accepted, has no effect"),
    ], words: [.file]
) { session, arguments in
    let path = arguments.value("key-file") ?? arguments.word(0) ?? NodeDirectory(root: session.root).authKey
    if fileExists(path), !session.options.forces {
        throw CommandFailure(
            .exists, "\(path) exists already",
            advice: "Nodes with different keys cannot talk. To replace the key on all nodes, repeat with --force.")
    }
    try makeFolder(ofFile: path)
    try writeFile(path, randomBytes(256), mode: 0o400)
    session.console.note("key written to \(path); copy it to the other nodes, same place, same mode")
}

/// Bytes from the system's generator, which is fit for secrets.
private func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

private func makeFolder(ofFile path: String) throws(CommandFailure) {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    let folder = String(path[..<slash])
    if fileExists(folder) { return }
    try makeFolder(ofFile: folder)
    guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
        throw CommandFailure(.cannotCreate, "\(folder): cannot be made: \(systemError())")
    }
}
