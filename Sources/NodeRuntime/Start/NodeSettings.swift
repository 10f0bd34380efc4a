package import ClusterConfiguration
internal import ClusterTypes
package import CorosyncIPC
internal import EventLoop
internal import Glibc
package import KronosnetTransport

/// Everything a node reads before it starts, checked.
package struct NodeSettings: Sendable {
    package let directory: NodeDirectory
    package private(set) var cluster: ClusterSettings
    /// The configuration file that `cluster` comes from.
    package let text: String
    package private(set) var local: ConfiguredNode
    /// `nil` when a corosync daemon does the messaging.
    package private(set) var transport: TransportSettings?
    /// Where programs written for corosync may use this node.
    package let servicePlaces: [ServicePlace]
    /// For the log, once there is one.
    package private(set) var warnings: [String]
    /// What the file says differently now and only a restart changes, in sentences.
    package private(set) var refusals: [String]

    /// A corosync.conf is a few kilobytes; more than this is another file by mistake.
    private static let configurationLimit = 4 << 20

    /// Reads configuration and key; resolves names.
    ///
    /// - Parameter running: the settings of the node that runs with them, which some settings of the file cannot change.
    package init(_ options: DaemonOptions, running: NodeSettings? = nil) throws(DaemonFailure) {
        directory = NodeDirectory(root: options.root)
        var places: [ServicePlace] = []
        if options.servesPrograms ?? (options.root == nil) { places.append(.machine) }
        if options.root != nil, options.servesPrograms != false { places.append(.folder(directory.run)) }
        servicePlaces = places
        let file = options.configuration ?? directory.configuration
        var warnings: [String] = []
        let text = try Self.read(file, limit: Self.configurationLimit, purpose: "the cluster's configuration")
        self.text = String(decoding: text, as: UTF8.self)
        var cluster = try Self.cluster(self.text, file: file, warnings: &warnings)
        refusals = running.map { cluster.keepWhatOnlyARestartChanges(of: $0.cluster) } ?? []
        self.cluster = cluster
        do {
            local = try cluster.localNode(
                named: options.node, hostName: LocalMachine.hostName, addresses: LocalMachine.addresses)
        } catch { throw DaemonFailure(.configuration, error.description) }
        if let running, local.id != running.local.id {
            throw DaemonFailure(
                .configuration,
                "\(file): this node is \(running.local.name) (id \(running.local.id)) while it runs, and would be "
                    + "\(local.name) (id \(local.id)): that needs a restart")
        }
        switch cluster.lockstep.messaging {
        case .corosync: transport = nil
        case .builtIn:
            let transport = try Self.transport(of: cluster, local: local, directory: directory, warnings: &warnings)
            if transport.protection == nil {
                warnings.append("packets are neither encrypted nor authenticated; make a key with lockstep keygen")
            }
            self.transport = transport
        }
        self.warnings = warnings
    }

    /// These settings with changes on top of what the file says; the key stays as it is.
    func tuned(by changes: LiveChanges) throws(DaemonFailure) -> NodeSettings {
        var changed = self
        do {
            var parsed = try ClusterSettings.parse(text, file: cluster.file, changes: changes)
            changed.refusals = parsed.settings.keepWhatOnlyARestartChanges(of: cluster)
            changed.cluster = parsed.settings
            // Some of these have files of their own, which are not read again.
            changed.cluster.lockstep.allowedUsers = cluster.lockstep.allowedUsers
            changed.cluster.lockstep.allowedGroups = cluster.lockstep.allowedGroups
            // What the file had to be warned of is known; a change has no line.
            changed.warnings = parsed.warnings.filter { $0.line == 0 }.map(\.description)
        } catch {
            let ofChanges = error.problems.filter { $0.line == 0 && $0.severity == .error }
            throw DaemonFailure(
                .configuration,
                (ofChanges.isEmpty ? error.problems : ofChanges).map(\.message).joined(separator: "\n"))
        }
        changed.local = changed.cluster.node(local.id) ?? local
        if let transport {
            do {
                changed.transport = try TransportSettings(
                    changed.cluster, local: changed.local, key: transport.protection?.key)
            } catch { throw DaemonFailure(.configuration, error.description) }
        }
        return changed
    }

    /// Reads the configuration and the files beside it that say who may connect.
    private static func cluster(
        _ text: String, file: String, warnings: inout [String]
    ) throws(DaemonFailure) -> ClusterSettings {
        let admissions = try admissions(beside: file)
        do {
            var (settings, problems) = try ClusterSettings.parse(text, file: file)
            for admission in admissions { problems += try settings.admit(admission.text, file: admission.file) }
            warnings += problems.map(\.description)
            let access = AccessList(users: settings.lockstep.allowedUsers, groups: settings.lockstep.allowedGroups)
            warnings += access.unknown.map { "uidgid: this machine has no user or group '\($0)'" }
            return settings
        } catch { throw DaemonFailure(.configuration, error.description) }
    }

    /// The files of the folder `uidgid.d` beside the configuration, in the order of their names.
    private static func admissions(beside file: String) throws(DaemonFailure) -> [(file: String, text: String)] {
        let folder = (file.lastIndex(of: "/").map { file[..<$0] + "/" } ?? "") + "uidgid.d"
        let files = FileAccess.regularFiles(in: String(folder))
        return try files.map { (file) throws(DaemonFailure) in
            let text = try read(file, limit: configurationLimit, purpose: "users and groups that may connect")
            return (file, String(decoding: text, as: UTF8.self))
        }
    }

    private static func transport(
        of cluster: ClusterSettings, local: ConfiguredNode, directory: NodeDirectory, warnings: inout [String]
    ) throws(DaemonFailure) -> TransportSettings {
        let key = try key(of: cluster, directory: directory, warnings: &warnings)
        do { return try TransportSettings(cluster, local: local, key: key) } catch {
            throw DaemonFailure(.configuration, error.description)
        }
    }

    private static func read(_ path: String, limit: Int, purpose: String) throws(DaemonFailure) -> [UInt8] {
        do { return try FileAccess.read(path, limit: limit) } catch {
            throw DaemonFailure(error.code == ENOENT ? .noInput : .configuration, "\(error.description) (\(purpose))")
        }
    }

    /// The key in the configuration, or in the file it names, or in the node's own file when there is one.
    private static func key(
        of cluster: ClusterSettings, directory: NodeDirectory, warnings: inout [String]
    ) throws(DaemonFailure) -> [UInt8]? {
        let crypto = cluster.totem.crypto
        if let key = crypto.key { return Array(key.utf8) }
        let path = crypto.keyFile ?? directory.authKey
        if crypto.keyFile == nil, access(path, F_OK) != 0, errno == ENOENT { return nil }
        var information = stat()
        if stat(path, &information) == 0, information.st_mode & 0o077 != 0 {
            warnings.append("\(path): other users may read the cluster's key; its mode should be 0400")
        }
        return try read(path, limit: TransportSettings.keyLengths.upperBound, purpose: "the cluster's key")
    }
}
