internal import Agents

/// What a run of an agent will do to the machine or to another one when its time has come.
enum AgentTask {
    case metadata(String)
    case operation(resource: String, name: String)
    /// Power of another machine: `reboot`, `off` or `on`.
    case power(action: String, target: String)
    /// A call that changes nothing and succeeds.
    case query

    static let resourceMetadata = """
        <resource-agent name="Dummy" version="1.1"><version>1.1</version><shortdesc lang="en">simulated</shortdesc>\
        <parameters><parameter name="state" unique="1"><content type="string" default=""/></parameter></parameters>\
        <actions><action name="start" timeout="20s"/><action name="stop" timeout="20s"/>\
        <action name="monitor" timeout="20s" interval="10s" depth="0"/><action name="meta-data" timeout="5s"/>\
        </actions></resource-agent>
        """

    static let fenceMetadata = """
        <resource-agent name="fence_sim" shortdesc="simulated"><parameters><parameter name="port"><content type="string"/>\
        </parameter></parameters><actions><action name="on"/><action name="off"/><action name="reboot"/>\
        <action name="status"/><action name="monitor"/><action name="list"/><action name="metadata"/></actions>\
        </resource-agent>
        """

    /// Reads from an executor's call what it is about.
    init(operation invocation: AgentInvocation) {
        let name = invocation.arguments.first ?? ""
        if name == "meta-data" {
            self = .metadata(Self.resourceMetadata)
        } else {
            let resource = invocation.environment.first { $0.name == "OCF_RESOURCE_INSTANCE" }?.value ?? ""
            self = .operation(resource: resource, name: name)
        }
    }

    /// Reads from a fence agent's options what it is about.
    init(fencing invocation: AgentInvocation) {
        var options: [Substring: Substring] = [:]
        for line in String(decoding: invocation.standardInput, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { options[parts[0]] = parts[1] }
        }
        let action = String(options["action"] ?? "reboot")
        switch (action, options["port"] ?? options["plug"] ?? options["nodename"]) {
        case ("metadata", _): self = .metadata(Self.fenceMetadata)
        case ("reboot", let target?), ("off", let target?), ("on", let target?):
            self = .power(action: action, target: String(target))
        default: self = .query
        }
    }
}
