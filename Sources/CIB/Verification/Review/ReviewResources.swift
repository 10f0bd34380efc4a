internal import XMLTree

extension ConfigurationReview {
    mutating func reviewResources() {
        var review = ResourceReview(self)
        for resource in configuration.child("resources")?.children ?? [] where resource.name != "template" {
            review.visit(resource, inherited: [:], suffix: "", top: resource)
            if review.isUnusable {
                review.isUnusable = false
                review.report.error(
                    "unpack_resources",
                    "Ignoring <\(resource.name)> resource '\(resource.id ?? "")' because configuration is invalid",
                    resource)
            }
        }
        self = review.report
        let hasFencing = !index.fencingDevices.isEmpty || flag("have-watchdog") == true
        if isFencingEnabled, !hasFencing {
            for message in [
                "Resource start-up disabled since no STONITH resources have been defined",
                "Either configure some or disable STONITH with the stonith-enabled option",
                "NOTE: Clusters with shared data need STONITH to ensure data integrity",
            ] {
                error("unpack_resources", message)
            }
        }
    }
}

/// One resource after the other, with what it inherits.
private struct ResourceReview {
    var report: ConfigurationReview
    /// Whether something in the present top-level resource keeps all of it from being used.
    var isUnusable = false
    private let defaults: [String: XMLElement]
    private let templates: [String: XMLElement]
    private var isUnfencingUsed = false

    init(_ report: ConfigurationReview) {
        self.report = report
        defaults = MetaSets(report.configuration.child("rsc_defaults")?.children("meta_attributes") ?? []).pairs
        let resources = report.configuration.child("resources")
        templates = Dictionary(
            (resources?.children("template") ?? []).map { ($0.id ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func visit(_ resource: XMLElement, inherited: [String: XMLElement], suffix: String, top: XMLElement) {
        let id = (resource.id ?? "") + suffix
        let template = resource["template"]
        if let template, templates[template] == nil {
            report.error("unpack_template", "No template named '\(template)'", resource)
            isUnusable = true
            return
        }
        var meta = MetaSets(resource.children("meta_attributes")).pairs
        let others = [
            template.flatMap { templates[$0] }.map { MetaSets($0.children("meta_attributes")).pairs } ?? [:], inherited,
            defaults,
        ]
        for pairs in others { meta.merge(pairs) { own, _ in own } }
        let standard = resource["class"] ?? template.flatMap { templates[$0]?["class"] }
        checkMeta(meta, resource, id, isDevice: standard == "stonith", top: top)
        switch resource.name {
        case "group":
            for (name, kind) in [("ordered", "group-ordered"), ("collocated", "group-collocated")]
            where meta[name] != nil {
                report.warnOnce(
                    kind, "set_group_flag",
                    "Support for the '\(name)' group meta-attribute is deprecated and will be removed in a future release "
                        + "(use a resource set instead)", resource)
            }
            for member in resource.children where member.name == "primitive" {
                visit(member, inherited: meta, suffix: suffix, top: top)
            }
        case "clone", "master": visitClone(resource, meta, id)
        case "bundle": visitBundle(resource)
        case "primitive" where standard != "ocf" && top.name != "primitive":
            let isPromotable = top.name == "master" || Self.isTrue(topMeta(top, "promotable"))
            if isPromotable, let standard, ["clone", "master"].contains(top.name) {
                report.error(
                    "native_unpack",
                    "Resource \(id) is of type \(standard) and therefore cannot be used as a promotable clone resource",
                    resource)
                isUnusable = true
            }
        default: break
        }
    }

    private func topMeta(_ top: XMLElement, _ name: String) -> String? {
        MetaSets(top.children("meta_attributes")).pairs[name]?["value"]
    }

    private static func isTrue(_ text: String?) -> Bool {
        ["true", "on", "yes", "y", "1"].contains(text?.lowercased())
    }

    private mutating func checkMeta(
        _ meta: [String: XMLElement], _ resource: XMLElement, _ id: String, isDevice: Bool, top: XMLElement
    ) {
        func value(_ name: String) -> String? { meta[name]?["value"] }
        if value("restart-type") == "restart" {
            report.warnOnce(
                "restart-type", "pe__unpack_resource",
                "Support for restart-type is deprecated and will be removed in a future release", resource)
        }
        if let text = value("multiple-active"),
            !["stop_only", "block", "stop_unexpected", "stop_start"].contains(text.lowercased())
        {
            report.warn(
                "pe__unpack_resource",
                "\(text) is not a valid value for multiple-active, using default of \"stop_start\"", resource)
        }
        if let text = value("migration-threshold"), let number = Int(text), number < 0 {
            report.warnOnce(
                "threshold", "pe__unpack_resource", "migration-threshold must be non-negative, using 1 instead",
                resource)
        }
        checkRequires(value("requires"), resource, id, isDevice: isDevice)
        checkTargetRole(value("target-role"), resource, id, top: top)
    }

    private mutating func checkRequires(_ text: String?, _ resource: XMLElement, _ id: String, isDevice: Bool) {
        var wanted = text?.lowercased()
        if let given = wanted, !["nothing", "quorum", "fencing", "unfencing"].contains(given) {
            wanted =
                isDevice ? "quorum" : isUnfencingUsed ? "unfencing" : report.isFencingEnabled ? "fencing" : "quorum"
            if wanted == "quorum", !isDevice, report.options["no-quorum-policy"]?["value"] == "ignore" {
                wanted = "nothing"
            }
            report.error(
                "unpack_requires",
                "Resetting 'requires' for \(id) to '\(wanted ?? "")' because '\(text ?? "")' is not valid", resource)
        }
        if wanted == nil, isUnfencingUsed, !isDevice { wanted = "unfencing" }
        if text?.lowercased() == "unfencing" { isUnfencingUsed = true }
        switch wanted {
        case "fencing" where !report.isFencingEnabled:
            report.warn("unpack_requires", "\(id) requires fencing but fencing is disabled", resource)
        case "unfencing" where isDevice:
            report.warn(
                "unpack_requires",
                "Resetting \"requires\" for \(id) to \"quorum\" because fencing devices cannot require unfencing",
                resource)
        case "unfencing" where !report.isFencingEnabled:
            report.warn(
                "unpack_requires", "Resetting \"requires\" for \(id) to \"quorum\" because fencing is disabled",
                resource)
        default: break
        }
    }

    private mutating func checkTargetRole(_ text: String?, _ resource: XMLElement, _ id: String, top: XMLElement) {
        guard let text, !["started", "default"].contains(text.lowercased()) else { return }
        switch text.lowercased() {
        case "stopped": break
        case "promoted", "master", "unpromoted", "slave":
            let isPromotable = top.name == "master" || Self.isTrue(topMeta(top, "promotable")) || top.name == "bundle"
            guard !isPromotable else { return }
            report.error(
                "get_target_role",
                "Ignoring 'target-role' for \(id) because '\(text)' only makes sense for promotable clones", resource)
        default:
            report.error("text2role", "Unknown role: \(text)", resource)
            report.error("get_target_role", "Ignoring 'target-role' for \(id) because '\(text)' is not valid", resource)
        }
    }

    private mutating func visitClone(_ clone: XMLElement, _ meta: [String: XMLElement], _ id: String) {
        func number(_ name: String) -> Int? { meta[name]?["value"].flatMap { Int($0) } }
        let isUnique = Self.isTrue(meta["globally-unique"]?["value"])
        if !isUnique, (number("clone-node-max") ?? 1) > 1 {
            report.error(
                "clone_unpack",
                "Ignoring promoted-max for \(id) because anonymous clones support only one instance per node", clone)
        }
        guard let child = clone.children.first(where: { $0.name == "primitive" || $0.name == "group" }) else {
            report.error("clone_unpack", "\(id) has nothing to clone", clone)
            isUnusable = true
            return
        }
        let nodes = report.configuration.child("nodes")?.children("node").count ?? 0
        let count = max(1, min(number("clone-max") ?? nodes, 1000))
        var standards: [(String, String)] = []
        child.forEachDescendant {
            if $0.name == "primitive", let kind = $0["class"] { standards.append(($0.id ?? "", kind)) }
        }
        for instance in 0..<count {
            visit(child, inherited: meta, suffix: ":\(instance)", top: clone)
            if isUnusable { return }
            for (primitive, standard) in standards where isUnique && !["ocf", "stonith"].contains(standard) {
                report.warn(
                    "pe__force_anon",
                    "Ignoring globally-unique for \(id) because \(standard) resources such as \(primitive):\(instance) can be "
                        + "used only as anonymous clones", clone)
            }
        }
    }

    private mutating func visitBundle(_ bundle: XMLElement) {
        let id = bundle.id ?? ""
        guard let container = bundle.child("docker") ?? bundle.child("podman") ?? bundle.child("rkt") else {
            isUnusable = true
            return
        }
        let network = bundle.child("network")
        if network?["control-port"] != nil, network?["ip-range-start"] == nil,
            (container["replicas-per-host"].flatMap { Int($0) } ?? 1) > 1
        {
            report.error(
                "valid_network", "Specifying the 'control-port' for \(id) requires 'replicas-per-host=1'", bundle)
        }
        if let primitive = bundle.child("primitive"), network?["ip-range-start"] == nil, network?["control-port"] == nil
        {
            report.error(
                "pe__unpack_bundle",
                "Cannot control \(id) inside \(primitive.id ?? "") without either ip-range-start or control-port",
                bundle)
            isUnusable = true
        }
    }
}
