/// `crm_failcount`: how often a resource failed on a node.
///
/// - Source: crm_failcount(8).
let crmFailcountProgram = Command(
    "crm_failcount", "Query or delete the fail count of a resource", usage: ["-r RESOURCE --query|--delete [-N NODE]"],
    options: [
        CommandOption("resource", "r", value: "RESOURCE", "The resource"),
        CommandOption("query", "G", "Show the count"), CommandOption("delete", "D", "Forget the failures"),
        CommandOption("node", "N", value: "NODE", "On this node; the local one when none is named"),
        CommandOption("operation", "n", value: "NAME", "Of this operation only"),
        CommandOption("interval", "I", value: "TIME", "With the operation: its interval"),
        CommandOption("quiet", "q", "Show the count only"),
    ] + commonIncumbentOptions
) { session, arguments in
    guard let resource = arguments.value("resource") ?? session.environment["OCF_RESOURCE_INSTANCE"] else {
        throw CommandFailure.usage("a resource is needed: -r RESOURCE")
    }
    let node = try arguments.value("node") ?? session.localNodeName()
    if arguments.has("delete") {
        try session.connection().forget(.cleanup, resource: resource, node: node)
        session.console.print("Cleaned up \(resource) on \(node)")
        return
    }
    let name = "fail-count-\(resource)"
    let operation = arguments.value("operation").map { name + "#\($0)_" } ?? name
    var sum = 0
    for attribute in try session.transientAttributes(node: node)
    where attribute.name == operation || attribute.name.hasPrefix(operation + (operation == name ? "#" : "")) {
        let value = attribute.value == "INFINITY" ? 1_000_000 : Int(attribute.value) ?? 0
        sum = min(1_000_000, sum.addingReportingOverflow(max(0, value)).partialValue)
    }
    let text = sum == 1_000_000 ? "INFINITY" : String(sum)
    session.console.print(arguments.has("quiet") ? text : "scope=status  name=\(name) value=\(text)")
}

/// `crm_standby`: whether a node may run resources.
///
/// - Source: crm_standby(8).
let crmStandbyProgram = Command(
    "crm_standby", "Query or change whether a node is in standby",
    usage: ["--query|--update on|--delete [-N NODE] [-l forever|reboot]"],
    options: crmAttributeProgram.options
) { session, arguments in
    var arguments = arguments
    arguments.set("name", "standby")
    if !arguments.has("default") { arguments.set("default", "off") }
    guard !arguments.has("lifetime") else { return try crmAttributeProgram.run(session, arguments) }
    // Without a lifetime the permanent attribute is meant; a query shows the transient one when that is all there is.
    let node = try arguments.value("node") ?? session.localNodeName()
    let isQuery = !arguments.has("update") && !arguments.has("delete")
    let isPermanent = try session.nodeElement(node).values(in: "instance_attributes").contains { $0.name == "standby" }
    arguments.set("lifetime", isQuery && !isPermanent ? "reboot" : "forever")
    try crmAttributeProgram.run(session, arguments)
}
