internal import XMLTree

/// Says when nothing can be started because there is no way to make a failed node safe.
enum FencingCheck {
    static func problems(in configuration: XMLElement) -> [CIBProblem] {
        let options = configuration.child("crm_config")?.children("cluster_property_set").flatMap {
            $0.children("nvpair")
        }
        let enabled = options?.first { $0["name"] == "stonith-enabled" || $0["name"] == "fencing-enabled" }?["value"]
        guard !["false", "no", "off", "n", "0"].contains(enabled?.lowercased() ?? "true") else { return [] }
        var hasResource = false
        var hasDevice = false
        configuration.child("resources")?.forEachDescendant { element in
            guard element.name == "primitive" else { return }
            if element["class"] == "stonith" { hasDevice = true } else { hasResource = true }
        }
        guard hasResource, !hasDevice else { return [] }
        return [
            CIBProblem(
                .error,
                "there is no fencing device, so no resource will be started: define one, or set stonith-enabled=false "
                    + "for a cluster without shared data")
        ]
    }
}
