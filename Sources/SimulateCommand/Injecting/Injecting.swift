internal import Scheduler
internal import ToolReports
internal import XMLTree

extension SimulatedCIB {
    /// Makes the changes that were asked for, and says each.
    ///
    /// - Parameters:
    ///   - status: of the state before the changes: the agents of the resources, and what failures count for.
    ///   - time: when injected operations are to have run, in seconds since the epoch.
    mutating func inject(
        _ injections: Injections, status: ClusterStatus?, time: Int64,
        saying output: inout ToolOutput
    ) throws(Failure) {
        if !output.isQuiet { output.begin("Performing Requested Modifications", XMLElement("modifications")) }
        defer { if !output.isQuiet { output.end() } }
        injectOptions(injections, &output)
        makesNodeEntries = !injections.nodesUp.isEmpty
        for node in injections.nodesUp {
            say(&output, "Bringing node \(node) online", "modify_node", ["action": "Online", "node": node])
            try setMembership(of: node, .up)
        }
        for node in injections.nodesDown {
            say(&output, "Taking node \(node) offline", "modify_node", ["action": "Offline", "node": node])
            try setMembership(of: node, .down)
            clearNode(node)
        }
        for node in injections.nodesFailed {
            say(&output, "Failing node \(node)", "modify_node", ["action": "Failing", "node": node])
            try setMembership(of: node, .failed)
        }
        injectTickets(injections, &output)
        for specification in injections.operations {
            say(
                &output, "Injecting \(specification) into the configuration", "inject_spec", ["spec": specification])
            try injectOperation(specification, status, time, &output)
        }
    }

    private mutating func injectOptions(_ injections: Injections, _ output: inout ToolOutput) {
        if let quorum = injections.quorum {
            if !output.isQuiet {
                output.set("quorum", quorum)
                output.item("Setting quorum: \(quorum)")
            }
            setQuorum(quorum)
        }
        guard let watchdog = injections.watchdog else { return }
        if !output.isQuiet {
            output.set("watchdog", watchdog)
            output.item("Setting watchdog: \(watchdog)")
        }
        updateConfiguration { configuration in
            configuration.withChild("crm_config") { $0.setOption("have-watchdog", watchdog) }
        }
    }

    private mutating func injectTickets(_ injections: Injections, _ output: inout ToolOutput) {
        let changes: [(tickets: [String], words: String, action: String, attribute: String, value: String)] = [
            (injections.ticketsGranted, "Granting ticket ", "Granting", "granted", "true"),
            (injections.ticketsRevoked, "Revoking ticket ", "Revoking", "granted", "false"),
            (injections.ticketsStandby, "Making ticket ", "Standby", "standby", "true"),
            (injections.ticketsActivated, "Activating ticket ", "Activating", "standby", "false"),
        ]
        for change in changes {
            for ticket in change.tickets {
                let end = change.action == "Standby" ? " standby" : ""
                say(
                    &output, change.words + ticket + end, "modify_ticket",
                    ["action": change.action, "ticket": ticket])
                updateStatus { status in
                    status.withChild("tickets") { tickets in
                        tickets.withChild("ticket_state", id: ticket) { $0[change.attribute] = change.value }
                    }
                }
            }
        }
    }

    private mutating func injectOperation(
        _ text: String, _ status: ClusterStatus?, _ time: Int64, _ output: inout ToolOutput
    ) throws(Failure) {
        let operation: OperationSpecification
        do throws(OperationSpecification.Failure) {
            operation = try OperationSpecification(text)
        } catch {
            switch error {
            case .incomplete(let fields):
                output.problem("Invalid operation spec: \(text).  Only found \(fields) fields")
            case .malformedKey: output.problem("Invalid resource name: (null)")
            }
            return
        }
        guard let status, let agent = status.agents[operation.resource] else {
            output.problem("Invalid resource name: \(operation.resource)")
            return
        }
        let counter = FailureCounter(
            resource: operation.resource, task: operation.task, interval: operation.interval,
            status: operation.status, time: time,
            isFatal: operation.task == "stop" || operation.task == "start" && status.startFailureIsFatal)
        try announce(counter, on: operation.node, to: &output)
        guard let standard = agent.standard, let type = agent.type else {
            let id = nodeStates(operation.node).first?.id ?? operation.node
            output.problem(
                "Resource \(operation.resource) not found in the status section of \(id)."
                    + "  Please supply the class and type to continue")
            return
        }
        let record = HistoryRecord(
            resource: operation.resource, task: operation.task, interval: operation.interval,
            status: operation.status, targetStatus: 0, reason: "Simulated action result", node: operation.node,
            time: time, featureSet: "3.16.1")
        let name = ResourceHistoryName(
            operation.resource, standard: standard, provider: agent.provider, type: type)
        try add(record, to: name, on: operation.node, counting: counter)
    }

    private func say(
        _ output: inout ToolOutput, _ line: String, _ element: String,
        _ attributes: KeyValuePairs<String, String?>
    ) {
        if !output.isQuiet { output.item(line, XMLElement(element, attributes)) }
    }
}

extension XMLElement {
    /// Sets a cluster option where it is set already, else in the first set of options, made when there is none.
    fileprivate mutating func setOption(_ name: String, _ value: String) {
        for set in children.indices {
            for pair in children[set].children.indices where children[set].children[pair]["name"] == name {
                children[set].children[pair]["value"] = value
                return
            }
        }
        if let set = childIndex("cluster_property_set", id: "cib-bootstrap-options") {
            let pair = XMLElement(
                "nvpair", ["id": "cib-bootstrap-options-\(name)", "name": name, "value": value])
            children[set].children.append(pair)
            return
        }
        var set = XMLElement("cluster_property_set", ["id": "cib-bootstrap-options"])
        set.children = [
            XMLElement("nvpair", ["id": "cib-bootstrap-options-\(name)", "name": name, "value": value])
        ]
        children.append(set)
    }
}
