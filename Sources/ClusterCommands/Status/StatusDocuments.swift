internal import Agents
internal import ClusterTypes
package import JSONText
package import XMLTree

extension ClusterStatus {
    /// The status in the shape of `crm_mon --output-as=xml`.
    ///
    /// - Parameters:
    ///   - request: the command line that asked.
    ///   - now: seconds since 1970.
    /// - Source: crm_mon.rng of Pacemaker 2.1, API version 2.25.
    package func xml(request: String, now: Int64) -> XMLElement {
        var root = XMLElement("pacemaker-result", ["api-version": "2.25", "request": request])
        root.children.append(summaryXML(now))
        root.children.append(XMLElement("nodes", children: nodes.map(\.xml)))
        if !resources.isEmpty { root.children.append(XMLElement("resources", children: resources.map(\.xml))) }
        if !failures.isEmpty { root.children.append(XMLElement("failures", children: failures.map(\.xml))) }
        if !bans.isEmpty {
            root.children.append(
                XMLElement(
                    "bans",
                    children: bans.map {
                        XMLElement(
                            "ban",
                            [
                                "id": $0.id, "resource": $0.resource, "node": $0.node, "weight": "-1000000",
                                "promoted-only": "false", "master_only": "false",
                            ])
                    }))
        }
        root.children.append(XMLElement("status", ["code": "0", "message": "OK"]))
        return root
    }

    private func summaryXML(_ now: Int64) -> XMLElement {
        let disabled = instances.filter(\.isDisabled).count
        let blocked = instances.filter(\.isBlocked).count
        let controller = summary.controller
        return XMLElement(
            "summary",
            children: [
                XMLElement("stack", ["type": summary.stack]),
                XMLElement(
                    "current_dc",
                    [
                        "present": text(controller != nil), "version": controller.map { _ in summary.version },
                        "name": controller, "id": controller.map { _ in summary.controllerID ?? "" },
                        "with_quorum": controller.map { _ in text(summary.hasQuorum) },
                    ]),
                XMLElement("last_update", ["time": dateText(now)]),
                XMLElement(
                    "last_change",
                    [
                        "time": summary.lastChange, "user": summary.lastChangeBy ?? "",
                        "client": summary.lastChangeClient ?? "", "origin": summary.lastChangeNode ?? "",
                    ]),
                XMLElement("nodes_configured", ["number": String(nodes.count)]),
                XMLElement(
                    "resources_configured",
                    ["number": String(instances.count), "disabled": String(disabled), "blocked": String(blocked)]),
                XMLElement(
                    "cluster_options",
                    [
                        "stonith-enabled": text(summary.options.fencingEnabled),
                        "symmetric-cluster": text(summary.options.isSymmetric),
                        "no-quorum-policy": summary.options.quorumPolicy,
                        "maintenance-mode": text(summary.options.maintenanceMode),
                        "stop-all-resources": text(summary.options.stopsAllResources), "stonith-timeout-ms": "60000",
                        "priority-fencing-delay-ms": "0",
                    ]),
            ])
    }
}

private func text(_ value: Bool) -> String { value ? "true" : "false" }

extension NodeCondition {
    fileprivate var xml: XMLElement {
        XMLElement(
            "node",
            [
                "name": name, "id": id, "online": text(state == .online), "standby": text(isStandby),
                "standby_onfail": text(isStandbyTransient), "maintenance": text(isInMaintenance),
                "pending": text(state == .pending), "unclean": text(state == .unclean), "health": "green",
                "shutdown": text(isShuttingDown), "expected_up": text(isExpectedUp), "is_dc": text(isController),
                "resources_running": String(runningResources), "type": isRemote ? "remote" : "member",
            ])
    }

    fileprivate var json: JSON {
        .object([
            "name": .string(name), "id": .string(id), "state": .string(state.rawValue),
            "standby": .bool(isStandby || isStandbyTransient),
            "maintenance": .bool(isInMaintenance), "controller": .bool(isController),
            "shutdown": .bool(isShuttingDown), "resources": .integer(Int64(runningResources)),
            "attributes": .array(
                attributes.map { .object(["name": .string($0.name), "value": .string($0.value)]) }),
        ])
    }
}

extension ResourceCondition {
    fileprivate var xml: XMLElement {
        switch kind {
        case .primitive: primitiveXML
        case .group:
            XMLElement(
                "group",
                [
                    "id": id, "number_resources": String(members.count), "managed": text(isManaged),
                    "disabled": text(isDisabled),
                ], children: members.map(\.xml))
        case .clone:
            XMLElement(
                "clone",
                [
                    "id": id, "multi_state": text(isPromotable), "unique": text(isUnique), "managed": text(isManaged),
                    "disabled": text(isDisabled), "failed": text(instances.contains(where: \.hasFailed)),
                    "failure_ignored": "false", "target_role": targetRole,
                ], children: members.map(\.xml))
        case .bundle:
            XMLElement("bundle", ["id": id, "managed": text(isManaged)], children: members.map(\.xml))
        }
    }

    private var primitiveXML: XMLElement {
        XMLElement(
            "resource",
            [
                "id": id, "resource_agent": agent, "role": role, "target_role": targetRole,
                "active": text(!locations.isEmpty), "orphaned": text(isOrphaned), "blocked": text(isBlocked),
                "managed": text(isManaged), "failed": text(hasFailed), "failure_ignored": "false",
                "nodes_running_on": String(locations.count), "pending": pending?.operation,
            ],
            children: locations.map { XMLElement("node", ["name": $0.node, "id": $0.node, "cached": "true"]) })
    }

    fileprivate var json: JSON {
        .object([
            "id": .string(id), "kind": .string(kind.rawValue), "agent": agent.isEmpty ? nil : .string(agent),
            "role": kind == .primitive ? .string(role) : nil, "active": .bool(isActive),
            "nodes": kind == .primitive
                ? .array(locations.map { .object(["name": .string($0.node), "role": .string($0.role)]) }) : nil,
            "target_role": targetRole.map(JSON.string), "managed": .bool(isManaged),
            "failed": .bool(instances.contains(where: \.hasFailed)),
            "blocked": .bool(instances.contains(where: \.isBlocked)),
            "orphaned": isOrphaned ? .bool(true) : nil, "pending": pending.map { .string($0.operation) },
            "promotable": kind == .clone ? .bool(isPromotable) : nil,
            "members": kind == .primitive ? nil : .array(members.map(\.json)),
        ])
    }
}

extension FailedAction {
    fileprivate var xml: XMLElement {
        XMLElement(
            "failure",
            [
                "op_key": key, "node": node, "exitstatus": result.description, "exitreason": exitReason,
                "exitcode": String(result.rawValue), "call": callID, "status": status,
                "last-rc-change": lastChange.map(dateText), "queued": queueMilliseconds, "exec": executionMilliseconds,
                "interval": intervalMilliseconds, "task": operation,
            ])
    }

    fileprivate var json: JSON {
        .object([
            "operation": .string(key), "resource": .string(resource), "node": .string(node),
            "exit_code": .integer(Int64(result.rawValue)), "exit_status": .string(result.description),
            "exit_reason": exitReason.isEmpty ? nil : .string(exitReason), "status": .string(status),
            "call": Int64(callID).map(JSON.integer), "time": lastChange.map(JSON.integer),
        ])
    }
}

extension ClusterStatus {
    /// The status as JSON for scripts.
    ///
    /// - Parameter activity: what a running cluster does right now.
    package func json(now: Int64, activity: ClusterActivity?) -> JSON {
        .object([
            "time": .integer(now),
            "controller": summary.controller.map(JSON.string) ?? .null, "version": .string(summary.version),
            "quorate": .bool(summary.hasQuorum), "last_change": .string(summary.lastChange),
            "maintenance": .bool(summary.options.maintenanceMode), "fencing": .bool(summary.options.fencingEnabled),
            "settled": activity.map { .bool($0.isSettled) }, "activity": activity.map { .string($0.progressText) },
            "nodes": .array(nodes.map(\.json)), "resources": .array(resources.map(\.json)),
            "failures": .array(failures.map(\.json)),
        ])
    }
}
