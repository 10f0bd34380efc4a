import ClusterTypes
import XMLTree

// A bundle is written as a description of containers; here it becomes the resources that the description implies:
// for every replica a container, perhaps an address, and (with a primitive inside) a connection into the container.

extension Scheduling {
    private static let remotePort = "3121"
    private static let executor = "/usr/sbin/pacemaker-remoted"

    func bundleTraits(_ index: ResourceIndex) -> BundleTraits {
        guard case .bundle(let traits) = state.resources[index].variant else { return BundleTraits() }
        return traits
    }

    /// Reads a bundle; `false` when its description cannot be used.
    mutating func readBundle(_ index: ResourceIndex) -> Bool {
        let element = state.resources[index].element
        guard let launcher = element.child("docker") ?? element.child("podman") else {
            state.complain("\(state.resources[index].id) names no container technology")
            return false
        }
        var description = BundleDescription(prefix: state.resources[index].id, launcher: launcher, element)
        if description.replicasPerHost == 1 { state.resources[index].flags.remove(.unique) }
        var traits = BundleTraits(
            replicasPerHost: description.replicasPerHost, count: description.count, image: description.image)
        if let primitive = element.child("primitive") {
            guard description.hasNetwork else {
                state.complain(
                    "Cannot control \(state.resources[index].id) inside \(primitive.id ?? "") without either "
                        + "ip-range-start or control-port")
                return false
            }
            guard description.limitForControl(),
                let child = addResource(description.clone(of: primitive), parent: index)
            else { return false }
            traits.child = child
            traits.replicasPerHost = description.replicasPerHost
            description.addControl()
        }
        for offset in 0..<(traits.child.map { state.resources[$0].children.count } ?? description.count) {
            var replica = BundleReplica(offset: offset)
            if let clone = traits.child {
                let child = state.resources[clone].children[offset]
                replica.child = child
                state.resources[child].flags.insert(.exclusiveProbes)
                if state.resources[child].flags.contains(.notify) { state.resources[clone].flags.insert(.notify) }
                traits.attributeTarget = state.resources[child].meta["container-attribute-target"]
            }
            replica.address = description.nextAddress(offset)
            traits.replicas.append(replica)
        }
        if let target = traits.attributeTarget, let child = traits.child {
            state.resources[index].meta["container-attribute-target"] = target
            state.resources[child].meta["container-attribute-target"] = target
        }
        for position in traits.replicas.indices {
            guard makeReplica(&traits.replicas[position], of: index, description) else { return false }
        }
        if let child = traits.child { state.resources[index].children.append(child) }
        state.resources[index].variant = .bundle(traits)
        return true
    }

    private mutating func makeReplica(
        _ replica: inout BundleReplica, of index: ResourceIndex, _ description: BundleDescription
    ) -> Bool {
        guard let container = addResource(containerElement(replica, description), parent: index) else { return false }
        replica.container = container
        state.resources[container].flags.insert(.replicaContainer)
        state.resources[index].children.append(container)
        if let address = replica.address {
            guard let ip = addResource(addressElement(replica, address, description), parent: index) else {
                return false
            }
            replica.ip = ip
            state.resources[index].children.append(ip)
        }
        guard let child = replica.child else { return true }
        guard makeConnection(&replica, child, of: index, description) else { return false }
        if let address = replica.address { state.resources[child].meta["external-ip"] = address }
        let utilization = state.resources[container].utilization
        state.resources[container].utilization = state.resources[child].utilization
        state.resources[child].utilization = utilization
        return true
    }

    /// The connection into a container, and the node it makes of the container.
    private mutating func makeConnection(
        _ replica: inout BundleReplica, _ child: ResourceIndex, of index: ResourceIndex,
        _ description: BundleDescription
    ) -> Bool {
        var id = "\(description.prefix)-\(replica.offset)"
        if findResource(id) != nil {
            id = "pcmk-internal-\(state.resources[child].id)-remote-\(replica.offset)"
        }
        let element = remoteConnection(
            name: id, container: state.resources[replica.container].id, allowMigrate: nil, isManaged: nil,
            startTimeout: nil, server: replica.address ?? "#uname", port: description.controlPort ?? Self.remotePort)
        let node = state.node(named: id) ?? addNode(id: id, name: id, kind: .remote, score: .minusInfinity)
        state.nodes[node].score = .minusInfinity
        state.nodes[node].probeMode = .never
        for resource in state.topLevel { keep(resource, offBundleNode: node) }
        for other in state.nodeOrder { placement[child, other] = NodeScore() }
        placement[child, node] = NodeScore(score: Score(500), probeMode: .exclusive, isPresent: true)
        if let clone = state.resources[child].parent {
            placement[clone, node] = NodeScore(score: .minusInfinity, probeMode: .exclusive, isPresent: true)
        }
        guard let remote = addResource(element, parent: index) else { return false }
        for other in state.nodeOrder where state.nodes[other].isRemoteKind && placement[remote, other].isPresent {
            placement[remote, other].score = .minusInfinity
        }
        state.nodes[node].connection = remote
        state.nodes[node].attributes["#kind"] = "container"
        state.resources[remote].launcher = replica.container
        state.resources[remote].flags.insert(.remoteNestingAllowed)
        replica.node = node
        replica.remote = remote
        state.resources[index].children.append(remote)
        return true
    }

    private mutating func keep(_ index: ResourceIndex, offBundleNode node: NodeIndex) {
        if placement[index, node].isPresent {
            placement[index, node].score = .minusInfinity
            placement[index, node].probeMode = .never
            ledger?.record(index, node, .minusInfinity, .container)
        }
        for child in state.resources[index].children { keep(child, offBundleNode: node) }
    }

    // MARK: - Implied configuration

    private func implied(
        id: String, type: String, _ description: BundleDescription, _ offset: Int, _ parameters: [(String, String?)]
    ) -> XMLElement {
        let id = XMLElement.idText(id)
        let set = "\(description.prefix)-attributes-\(offset)"
        let pairs = parameters.compactMap { name, value in
            value.map { XMLElement("nvpair", ["id": "\(set)-\(name)", "name": name, "value": $0]) }
        }
        let monitor = XMLElement("op", ["id": "\(id)-monitor-60s", "interval": "60s", "name": "monitor"])
        return XMLElement(
            "primitive", ["id": id, "class": "ocf", "provider": "heartbeat", "type": type],
            children: [
                XMLElement("instance_attributes", ["id": set], children: pairs),
                XMLElement("operations", children: [monitor]),
            ])
    }

    private func addressElement(_ replica: BundleReplica, _ address: String, _ description: BundleDescription)
        -> XMLElement
    {
        implied(
            id: "\(description.prefix)-ip-\(address)", type: "IPaddr2", description, replica.offset,
            [
                ("ip", address), ("nic", description.hostInterface),
                ("cidr_netmask", description.hostNetmask ?? "32"),
            ])
    }

    private func containerElement(_ replica: BundleReplica, _ description: BundleDescription) -> XMLElement {
        var options = description.technology == "docker" ? " --restart=no" : ""
        if description.firstAddress != nil { options += " -h \(description.prefix)-\(replica.offset)" }
        options += " -e PCMK_stderr=1"
        if let network = description.network { options += " --net=\(network)" }
        options += " -e PCMK_remote_port=\(description.controlPort ?? Self.remotePort)"
        var mountPoints: [String] = []
        for mount in description.mounts {
            var source = mount.source
            if mount.isRoot {
                source += "/\(description.prefix)-\(replica.offset)"
                mountPoints.append(source)
            }
            options += " -v \(source):\(mount.target)" + (mount.options.map { ":" + $0 } ?? "")
        }
        for port in description.ports {
            if let address = replica.address {
                options += " -p \(address):\(port.source):\(port.target)"
            } else if description.network != "host" {
                options += " -p \(port.source):\(port.target)"
            }
        }
        if let own = description.options { options += " " + own }
        options += " " + description.hostEntries
        let command = description.command ?? (replica.child == nil ? nil : Self.executor)
        return implied(
            id: "\(description.prefix)-\(description.technology)-\(replica.offset)", type: description.technology,
            description, replica.offset,
            [
                ("image", description.image), ("allow_pull", "true"), ("force_kill", "false"), ("reuse", "false"),
                ("run_opts", options), ("mount_points", mountPoints.joined(separator: ",")), ("run_cmd", command),
                ("monitor_cmd", "/bin/true"),
            ])
    }
}

/// What the elements of a bundle say.
private struct BundleDescription {
    struct Mount {
        var source: String
        var target: String
        var options: String?
        /// Every replica has its own directory under the source.
        var isRoot = false
    }

    let prefix: String
    let technology: String
    let count: Int
    var replicasPerHost: Int
    let promotedMaximum: Int
    let image: String
    let command: String?
    let options: String?
    let network: String?
    let firstAddress: String?
    let hostNetmask: String?
    let hostInterface: String?
    let controlPort: String?
    let addsHosts: Bool
    private(set) var ports: [(source: String, target: String)] = []
    private(set) var mounts: [Mount] = []
    /// Options that tell every container the names of all.
    private(set) var hostEntries = ""
    private var lastAddress: String?

    /// Each replica takes three resources and a node: more than could ever run would only cost memory.
    private static let replicaLimit = 256

    init(prefix: String, launcher: XMLElement, _ element: XMLElement) {
        self.prefix = prefix
        technology = launcher.name
        promotedMaximum = TextValue.integer(
            launcher["promoted-max"] ?? launcher["masters"], atLeast: 0, default: 0)
        let replicas = launcher["replicas"]
        let wanted =
            replicas == nil && promotedMaximum > 0
            ? promotedMaximum : TextValue.integer(replicas, atLeast: 1, default: 1)
        count = min(wanted, Self.replicaLimit)
        replicasPerHost = TextValue.integer(launcher["replicas-per-host"], atLeast: 1, default: 1)
        image = launcher["image"] ?? ""
        command = launcher["run-command"]
        options = launcher["options"]
        network = launcher["network"]
        let addresses = element.child("network")
        firstAddress = addresses?["ip-range-start"]
        hostNetmask = addresses?["host-netmask"]
        hostInterface = addresses?["host-interface"]
        controlPort = addresses?["control-port"]
        addsHosts = TextValue.boolean(addresses?["add-host"]) ?? true
        for mapping in addresses?.children("port-mapping") ?? [] {
            if let port = mapping["port"], !port.isEmpty {
                ports.append((port, mapping["internal-port"] ?? port))
            } else if mapping["port"] == nil, let range = mapping["range"], !range.isEmpty {
                ports.append((range, range))
            }
        }
        for mapping in element.child("storage")?.children("storage-mapping") ?? [] {
            guard let source = mapping["source-dir"] ?? mapping["source-dir-root"], let target = mapping["target-dir"]
            else { continue }
            mounts.append(
                Mount(
                    source: source, target: target, options: mapping["options"], isRoot: mapping["source-dir"] == nil))
        }
    }

    var hasNetwork: Bool { firstAddress != nil || controlPort != nil }

    /// A control port of the host serves one replica only.
    mutating func limitForControl() -> Bool {
        if firstAddress == nil, controlPort != nil { replicasPerHost = 1 }
        return true
    }

    /// The clone whose instances run in the containers.
    func clone(of primitive: XMLElement) -> XMLElement {
        let set = "\(prefix)-clone-meta"
        var values = [
            ("ordered", "true"), ("clone-max", String(count)), ("clone-node-max", String(replicasPerHost)),
            ("globally-unique", String(replicasPerHost > 1)),
        ]
        if promotedMaximum > 0 {
            values += [("promotable", "true"), ("promoted-max", String(promotedMaximum))]
        }
        let pairs = values.map { XMLElement("nvpair", ["id": "\(set)-\($0)", "name": $0, "value": $1]) }
        return XMLElement(
            "clone", ["id": "\(prefix)-\(promotedMaximum > 0 ? "master" : "clone")"],
            children: [XMLElement("meta_attributes", ["id": set], children: pairs), primitive])
    }

    /// The key, a place for logs, and the port that controlling what is inside takes.
    mutating func addControl() {
        let needsLog = !mounts.contains { $0.target == "/var/log" }
        mounts.append(Mount(source: "/etc/pacemaker/authkey", target: "/etc/pacemaker/authkey"))
        if needsLog {
            mounts.append(Mount(source: "/var/log/pacemaker/bundles", target: "/var/log", isRoot: true))
        }
        ports.append((controlPort ?? "3121", controlPort ?? "3121"))
    }

    /// The address of the next replica, after that of the one before.
    mutating func nextAddress(_ offset: Int) -> String? {
        guard let firstAddress else { return nil }
        let address = lastAddress.map { Self.following($0) ?? "" } ?? firstAddress
        lastAddress = address
        hostEntries +=
            addsHosts ? " --add-host=\(prefix)-\(offset):\(address)" : " --hosts-entry=\(address)=\(prefix)-\(offset)"
        return address
    }

    private static func following(_ address: String) -> String? {
        var parts = address.split(separator: ".").compactMap { Int($0) }
        guard parts.count == 4, parts[2] <= 253 else { return nil }
        if parts[3] > 253 {
            parts[2] += 1
            parts[3] = 1
        } else {
            parts[3] += 1
        }
        return parts.map(String.init).joined(separator: ".")
    }
}

extension XMLElement {
    /// The text with everything replaced that may not be in an XML id.
    fileprivate static func idText(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isName =
                scalar.properties.isAlphabetic || scalar == "_" || (scalar.value >= 48 && scalar.value < 58)
                || scalar == "-" || scalar == "."
            result.unicodeScalars.append(isName ? scalar : ".")
        }
        return result
    }
}
