internal import ClusterConfiguration
internal import Glibc

/// The two nodes of the demonstration in a directory of their own, with all that was started for them.
struct DemoCluster: Sendable {
    let directory: String
    let nodes: [DemoNode]
    /// Of the web service, on 127.0.0.1.
    let port: UInt16
    let messaging: DemoMessaging

    /// Makes the directory, a key and both nodes' configuration. Ports and addresses follow from this process's id, so that
    /// two demonstrations on one machine do not meet.
    init(_ messaging: DemoMessaging) throws(DemoFailure) {
        self.messaging = messaging
        let programs = try DemoPrograms()
        directory = try makeTemporaryDirectory()
        let number = Int(getpid())
        let folder = directory
        nodes = (1...2).map { id in
            DemoNode(
                name: "n\(id)", id: id, directory: NodeDirectory(root: "\(folder)/n\(id)"),
                address: "127.\(66 + number / 62_500 % 60).\(number / 250 % 250).\(1 + number % 125 * 2 + id - 1)",
                programs: programs, messaging: messaging)
        }
        port = UInt16(20_000 + number % 10_000)
        for node in nodes {
            for path in [node.root, "\(node.root)/etc"] where mkdir(path, 0o700) != 0 {
                throw DemoFailure("\(path) can't be made: \(String(cString: strerror(errno)))")
            }
            try write(configuration(of: node), to: node.directory.configuration)
        }
    }

    /// Ends every process of both nodes and removes the directory.
    func remove() {
        for node in nodes { node.kill() }
        NodeProcesses.reap()
        removeTree(directory)
    }

    /// The cluster's corosync.conf(5): encrypted, and as it would be on two machines.
    private func configuration(of node: DemoNode) -> String {
        let entries = nodes.map { node in
            """
                node {
                    name: \(node.name)
                    nodeid: \(node.id)
                    ring0_addr: \(node.address)
                }

            """
        }
        return """
            totem {
                version: 2
                cluster_name: demo
                transport: knet
                crypto_cipher: aes256
                crypto_hash: sha256
            \(messaging.totemLines(keyFile: node.directory.authKey))}
            nodelist {
            \(entries.joined())}
            quorum {
                provider: corosync_votequorum
                two_node: 1
            }
            \(messaging.sections(root: node.root))
            """
    }

    /// What a user types, a line a change, applied in one go.
    var configureLines: [String] {
        [
            "primitive web ocf:lockstep:WebServer params port=\(port) op monitor interval=5s",
            "location web-home web 50: n1",
            "rsc_defaults resource-stickiness=100",
        ]
            + nodes.map { node in
                "primitive fence-\(node.name) stonith:fence_lockstep_demo "
                    + "params root=\(node.root) pcmk_host_list=\(node.name)"
            }
    }
}

private func makeTemporaryDirectory() throws(DemoFailure) -> String {
    var template = Array("/tmp/lockstep-demo.XXXXXX\0".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer -> String? in
        guard let base = buffer.baseAddress, let path = mkdtemp(base) else { return nil }
        return String(cString: path)
    }
    guard let made else { throw DemoFailure("no directory can be made in /tmp: \(String(cString: strerror(errno)))") }
    return made
}

func write(_ text: String, to path: String) throws(DemoFailure) { try write(Array(text.utf8), to: path) }

func write(_ bytes: [UInt8], to path: String) throws(DemoFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DemoFailure("\(path) can't be written: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
        throw DemoFailure("\(path) can't be written whole: \(String(cString: strerror(errno)))")
    }
}

/// Removes a directory with everything below it, without following symbolic links.
private func removeTree(_ path: String) {
    guard unlink(path) != 0, let directory = opendir(path) else { return }
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { removeTree("\(path)/\(name)") }
    }
    closedir(directory)
    rmdir(path)
}
