internal import ToolReports

/// The help of `crm_simulate`, made of the option table.
func helpText(_ topic: SimulateOptions.Help, ellipsis: String) -> String {
    var text = "Usage:\n  crm_simulate [OPTION\(ellipsis)]\n\n"
    text += "crm_simulate - simulate a Pacemaker cluster's response to events\n\n"
    switch topic {
    case .main: text += helpOptions() + section(.application)
    case .all: text += helpOptions() + SimulateOption.Group.allCases.map(section).joined()
    case .output: text += section(.output)
    case .operations: text += section(.operations)
    case .synthetic: text += section(.synthetic)
    case .artifact: text += section(.artifact)
    case .source: text += section(.source)
    }
    return text + closing
}

/// Where the explanations begin.
private let column = 35

private func helpOptions() -> String {
    let rows: [(String, String)] = [
        ("  -h, --help", "Show help options"), ("  --help-all", "Show all help options"),
        ("  --help-output", "Show output help"), ("  --help-operations", "Show operations options"),
        ("  --help-synthetic", "Show synthetic cluster event options"),
        ("  --help-artifact", "Show artifact options"), ("  --help-source", "Show data source options"),
    ]
    return "Help Options:\n" + rows.map { $0.0.padded(to: column) + $0.1 + "\n" }.joined() + "\n"
}

private func section(_ group: SimulateOption.Group) -> String {
    var text = group.title + ":\n"
    for option in SimulateOption.all where option.group == group {
        guard let first = option.help.first else { continue }
        var name = "  " + (option.short.map { "-\($0), " } ?? "") + "--" + option.long
        switch option.effect {
        case .flag: break
        case .value(let value, _), .number(let value, _): name += "=" + value
        }
        text += name.padded(to: column) + first + "\n"
        for line in option.help.dropFirst() { text += String(repeating: " ", count: column) + line + "\n" }
    }
    return text + "\n"
}

private let closing = """
    Operation Specification:

    The OPSPEC in any command line option is of the form
    ${resource}_${task}_${interval_in_ms}@${node}=${rc}
    (memcached_monitor_20000@bart.example.com=7, for example).
    ${rc} is an OCF return code.  For more information on these
    return codes, refer to https://clusterlabs.org/pacemaker/doc/2.1/Pacemaker_Administration/html/agents.html#ocf-return-codes

    Examples:

    Pretend a recurring monitor action found memcached stopped on node
    fred.example.com and, during recovery, that the memcached stop
    action failed:

    \tcrm_simulate -LS --op-inject memcached:0_monitor_20000@bart.example.com=7 --op-fail memcached:0_stop_0@fred.example.com=1 --save-output /tmp/memcached-test.xml

    Now see what the reaction to the stop failed would be:

    \tcrm_simulate -S --xml-file /tmp/memcached-test.xml



    """
