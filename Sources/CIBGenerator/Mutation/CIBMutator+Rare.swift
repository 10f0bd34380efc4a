internal import ClusterTypes
internal import XMLTree

/// What few configurations have and the generator does not draw.
extension CIBMutator {
    mutating func addRareFeature(_ cib: inout XMLElement, _ kind: Int) {
        switch kind {
        case 0: addPatternLocation(&cib)
        case 1: addRareOption(&cib)
        case 2: addSecondOptionSet(&cib)
        case 3: changeBundle(&cib)
        case 4: addRareMeta(&cib)
        case 5: addRuledParameters(&cib)
        case 6: addIntervalOrigin(&cib)
        default: addFencingLevel(&cib)
        }
    }

    /// A location for all but what a pattern selects, or with a score from an attribute that the pattern's match names.
    private mutating func addPatternLocation(_ cib: inout XMLElement) {
        let id = freshID("pattern")
        var location = XMLElement("rsc_location", ["id": id])
        if random.chance(0.4) {
            location["rsc-pattern"] = pick(["!^rsc", "!a", "![0-9]$", "!(clone|group)"])
            location["node"] = cib.child("configuration")?.child("nodes")?.children.first?["uname"]
            location["score"] = pick(Self.scores)
        } else {
            location["rsc-pattern"] = pick(["^(s?)rsc", "(s)", "c(l|r)"])
            var rule = XMLElement("rule", ["id": id + "-rule"])
            let name = pick(["%1ite", "%1ize", "%0"]) ?? "%1"
            if random.chance(0.5) { rule["score-attribute"] = name } else { rule["score"] = pick(Self.scores) }
            rule.children = [
                XMLElement("expression", ["id": id + "-expression", "attribute": name, "operation": "defined"])
            ]
            location.children = [rule]
        }
        add(location, to: &cib)
    }

    private mutating func setOption(_ name: String, _ value: String, _ cib: inout XMLElement) {
        cib.withChild("configuration") {
            $0.withChild("crm_config") {
                $0.withChild("cluster_property_set") { set in
                    if set.id == nil { set["id"] = "cib-bootstrap-options" }
                    set.children.removeAll { $0["name"] == name }
                    set.children.append(XMLElement("nvpair", ["id": "rare-\(name)", "name": name, "value": value]))
                }
            }
        }
    }

    private mutating func addRareOption(_ cib: inout XMLElement) {
        let options: [(String, [String])] = [
            ("stonith-watchdog-timeout", ["10", "-1", "30s"]), ("fence-remote-without-quorum", ["true"]),
            ("cluster-delay", ["90s", "0"]), ("no-quorum-policy", ["fence"]), ("node-pending-timeout", ["1s", "2h"]),
            ("cluster-recheck-interval", ["0", "5min"]), ("node-action-limit", ["1"]), ("load-threshold", ["50%"]),
            ("cluster-ipc-limit", ["100"]), ("stonith-max-attempts", ["2"]), ("shutdown-lock-limit", ["1min"]),
        ]
        guard let (name, values) = pick(options), let value = pick(values) else { return }
        setOption(name, value, &cib)
        if name == "stonith-watchdog-timeout" { setOption("have-watchdog", "true", &cib) }
        if random.chance(0.3) { cib["have-quorum"] = "0" }
    }

    /// A set beside the one that counts first, with a score of its own.
    private mutating func addSecondOptionSet(_ cib: inout XMLElement) {
        let id = freshID("second-options")
        let options = [
            ("symmetric-cluster", "false"), ("stop-all-resources", "true"), ("no-quorum-policy", "freeze"),
            ("placement-strategy", "balanced"),
        ]
        guard let (name, value) = pick(options) else { return }
        let set = XMLElement(
            "cluster_property_set", ["id": id, "score": random.chance(0.6) ? pick(["5", "-5", "INFINITY"]) : nil],
            children: [XMLElement("nvpair", ["id": id + "-pair", "name": name, "value": value])])
        let isFirst = random.chance(0.5)
        cib.withChild("configuration") {
            $0.withChild("crm_config") { $0.children.insert(set, at: isFirst ? 0 : $0.children.count) }
        }
    }

    /// Another engine, network, ports and storage of a bundle.
    private mutating func changeBundle(_ cib: inout XMLElement) {
        guard let path = pick(places(in: cib) { $0.name == "bundle" }) else { return }
        let id = freshID("bundle")
        let (kind, flag) = (random.below(5), random.chance(0.5))
        let host = pick(["24", "32"])
        edit(&cib, at: path) { bundle in
            guard let engine = bundle.children.firstIndex(where: { ["podman", "docker", "rkt"].contains($0.name) })
            else { return }
            switch kind {
            case 0: bundle.children[engine].name = flag ? "docker" : "podman"
            case 1:
                bundle.children[engine][flag ? "run-command" : "options"] = "/usr/sbin/pacemaker_remoted"
            case 2, 3:
                let position = bundle.childIndex("network") ?? engine + 1
                if bundle.childIndex("network") == nil {
                    bundle.children.insert(XMLElement("network"), at: position)
                }
                if kind == 2 {
                    bundle.children[position]["host-netmask"] = host
                    bundle.children[position]["host-interface"] = flag ? "eth0" : nil
                    bundle.children[position]["add-host"] = flag ? "false" : "true"
                    bundle.children[position]["ip-range-start"] = "192.0.2.10"
                } else {
                    var mapping = XMLElement("port-mapping", ["id": id])
                    if flag { mapping["range"] = "8000-8010" } else { mapping["port"] = "80" }
                    if !flag { mapping["internal-port"] = "8080" }
                    bundle.children[position].children.append(mapping)
                }
            default:
                var mapping = XMLElement("storage-mapping", ["id": id, "target-dir": "/srv"])
                mapping[flag ? "source-dir" : "source-dir-root"] = "/data"
                mapping["options"] = "rw"
                let place = (bundle.childIndex("network") ?? engine) + 1
                if let storage = bundle.childIndex("storage") {
                    bundle.children[storage].children.append(mapping)
                } else {
                    bundle.children.insert(XMLElement("storage", children: [mapping]), at: place)
                }
            }
        }
    }

    /// Meta-attributes of guests and bundles, and of people's own.
    private mutating func addRareMeta(_ cib: inout XMLElement) {
        let values: [(String, [String])] = [
            ("container-attribute-target", ["host"]), ("remote-addr", ["192.0.2.9"]), ("remote-port", ["3122"]),
            ("remote-connect-timeout", ["30s"]), ("remote-allow-migrate", ["false"]), ("my-own", ["1", "x"]),
            ("clone-min", ["0", "3"]), ("target-role", ["started", "Bogus"]), ("resource-stickiness", ["-INFINITY"]),
            ("priority", ["-INFINITY", "INFINITY"]), ("migration-threshold", ["0"]),
            ("failure-timeout", ["0", "PT5M"]),
        ]
        guard let (name, choices) = pick(values), let value = pick(choices),
            let path = pick(places(in: cib) { ["primitive", "bundle", "group", "clone"].contains($0.name) })
        else { return }
        let id = freshID("rare-meta")
        edit(&cib, at: path) { resource in
            let pair = XMLElement("nvpair", ["id": id, "name": name, "value": value])
            if let index = resource.childIndex("meta_attributes") {
                resource.children[index].children.removeAll { $0["name"] == name }
                resource.children[index].children.append(pair)
            } else {
                resource.children.insert(XMLElement("meta_attributes", ["id": id + "-set"], children: [pair]), at: 0)
            }
        }
    }

    /// Parameters that differ by node or time.
    private mutating func addRuledParameters(_ cib: inout XMLElement) {
        guard let path = pick(places(in: cib) { $0.name == "primitive" && $0["class"] != "stonith" }) else { return }
        let id = freshID("ruled-parameters")
        let site = pick(["a", "b"])
        let isTimed = random.chance(0.4)
        let condition =
            isTimed
            ? XMLElement(
                "date_expression", ["id": id + "-date", "operation": "in_range", "start": "2026-01-01"],
                children: [XMLElement("duration", ["id": id + "-duration", "months": "6"])])
            : XMLElement(
                "expression", ["id": id + "-expression", "attribute": "site", "operation": "eq", "value": site])
        let set = XMLElement(
            "instance_attributes", ["id": id, "score": random.chance(0.5) ? "10" : nil],
            children: [
                XMLElement("rule", ["id": id + "-rule", "score": "0"], children: [condition]),
                XMLElement("nvpair", ["id": id + "-pair", "name": "state", "value": "/run/by-\(site ?? "rule")"]),
            ])
        edit(&cib, at: path) { $0.children.insert(set, at: 0) }
    }

    /// A recurring operation that begins at certain times.
    private mutating func addIntervalOrigin(_ cib: inout XMLElement) {
        let origin = pick(["2026-01-01 00:00:07Z", "00:00:03", "soon", "2027-01-01"])
        guard let path = pick(places(in: cib) { $0.name == "op" && $0["name"] == "monitor" }) else { return }
        edit(&cib, at: path) { $0["interval-origin"] = origin }
    }

    /// A fencing level for nodes selected by pattern or attribute.
    private mutating func addFencingLevel(_ cib: inout XMLElement) {
        var devices: [String] = []
        cib.forEachDescendant {
            if $0.name == "primitive", $0["class"] == "stonith", let id = $0.id { devices.append(id) }
        }
        guard let device = pick(devices) else { return }
        var level = XMLElement("fencing-level", ["id": freshID("level"), "index": pick(["1", "2", "9"])])
        if random.chance(0.5) {
            level["target-pattern"] = "node[12]"
        } else {
            (level["target-attribute"], level["target-value"]) = ("site", "a")
        }
        level["devices"] = device
        cib.withChild("configuration") { $0.withChild("fencing-topology") { $0.children.append(level) } }
    }
}
