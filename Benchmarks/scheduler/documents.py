"""CIBs to schedule: first placements, a node lost, groups, clones, chains of colocations."""

SIZES = [(8, 200), (16, 1000), (32, 2000), (64, 5000), (128, 10000)]
DIGEST = "f2317cad3d54cec5d7d7aa7d0bf35cf8"
MONITOR_DIGEST = "4811cef7f7f94e3a35a70be7916cb2fd"


def primitive(name):
    return (
        f'<primitive id="{name}" class="ocf" provider="pacemaker" type="Dummy"><operations>'
        f'<op id="{name}-monitor" name="monitor" interval="10s" timeout="20s"/></operations></primitive>'
    )


def entry(name, node, operation, code, interval=0, call=1):
    expected = 7 if operation == "monitor" and interval == 0 else 0
    identifier = f"{name}_{operation}_{interval}" if interval else f"{name}_last_0"
    key = f"{call}:1:{expected}:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
    return (
        f'<lrm_rsc_op id="{identifier}" operation_key="{name}_{operation}_{interval}" operation="{operation}" '
        f'crm-debug-origin="benchmark" crm_feature_set="3.16.1" transition-key="{key}" transition-magic="0:{code};{key}" '
        f'exit-reason="" on_node="{node}" call-id="{call}" rc-code="{code}" op-status="0" interval="{interval}" '
        f'last-rc-change="1777970000" exec-time="10" queue-time="0" '
        f'op-digest="{MONITOR_DIGEST if interval else DIGEST}"/>'
    )


def history(name, node, is_active):
    inside = (
        entry(name, node, "start", 0, call=2) + entry(name, node, "monitor", 0, 10000, call=3)
        if is_active
        else entry(name, node, "monitor", 7)
    )
    return f'<lrm_resource id="{name}" type="Dummy" class="ocf" provider="pacemaker">{inside}</lrm_resource>'


def document(
    nodes, resources, constraints="", running=None, lost=None, probed=True, options="", capacity="", attributes=None, failed=None
):
    """A CIB; `running` maps the names of primitives to their nodes.

    As a cluster keeps it, the history holds a probe's result for every resource on every node where it does not run. With
    `probed` false the cluster does without probes, and the history holds what was started only.
    """
    states = []
    for number in range(nodes):
        name = f"node{number}"
        up = number != lost
        join = 'in_ccm="true" crmd="online" join="member"' if up else 'in_ccm="false" crmd="offline" join="down"'
        entries = [(r, n == number) for r, n in (running or {}).items() if probed or n == number]
        inside = "".join(history(r, name, is_active) for r, is_active in entries) + (failed or {}).get(number, "")
        transient = (attributes or {}).get(number, "")
        states.append(
            f'<node_state id="{number + 1}" uname="{name}" {join} expected="member" crm-debug-origin="benchmark">'
            f'<lrm id="{number + 1}"><lrm_resources>{inside}</lrm_resources></lrm>{transient}</node_state>'
        )
    probes = "" if probed else '<nvpair id="p" name="enable-startup-probes" value="false"/>'
    listed = "".join(f'<node id="{n + 1}" uname="node{n}">{capacity.format(n=n)}</node>' for n in range(nodes))
    return (
        '<cib admin_epoch="0" epoch="1" num_updates="1" validate-with="pacemaker-3.7" crm_feature_set="3.16.1" '
        'have-quorum="1" dc-uuid="2" execution-date="1777975200"><configuration><crm_config>'
        '<cluster_property_set id="options"><nvpair id="f" name="stonith-enabled" value="true"/>'
        f"{probes}{options}</cluster_property_set>"
        f"</crm_config><nodes>{listed}</nodes><resources>"
        '<primitive id="fencing" class="stonith" type="fence_xvm"/>'
        f'{resources}</resources><constraints>{constraints}</constraints></configuration>'
        f'<status>{"".join(states)}</status></cib>'
    )


def one_lost(nodes, names, resources, probed):
    running = {name: i % nodes for i, name in enumerate(names)}
    return document(nodes, resources, running=running, lost=0, probed=probed)


def cases():
    """Names, and what makes the document when it is wanted."""
    for nodes, count in SIZES:
        names = [f"r{i}" for i in range(count)]
        resources = "".join(map(primitive, names))
        yield f"place {nodes}x{count}", lambda n=nodes, r=resources: document(n, r)
        # With 1.28 million probe results the largest would be 690 MB of XML: more than either program is meant to read.
        probed = nodes * count < 1_000_000
        yield f"lost {nodes}x{count}", lambda n=nodes, r=resources, m=names, p=probed: one_lost(n, m, r, p)
    groups = "".join(
        f'<group id="g{g}">' + "".join(primitive(f"g{g}m{m}") for m in range(10)) + "</group>" for g in range(100)
    )
    yield "groups 16x100x10", lambda: document(16, groups)
    clones = "".join(
        f'<clone id="c{c}"><meta_attributes id="c{c}-m"><nvpair id="c{c}-i" name="interleave" value="true"/>'
        f"</meta_attributes>{primitive(f'p{c}')}</clone>"
        for c in range(50)
    )
    orders = "".join(f'<rsc_order id="o{c}" first="c{c}" then="c{c + 1}"/>' for c in range(49))
    yield "clones 32x50", lambda: document(32, clones, orders)
    for nodes, length in (8, 200), (16, 2000):
        chain = "".join(primitive(f"r{i}") for i in range(length))
        links = "".join(
            f'<rsc_colocation id="k{i}" rsc="r{i + 1}" with-rsc="r{i}" score="INFINITY"/>' for i in range(length - 1)
        )
        yield f"chain {nodes}x{length}", lambda n=nodes, c=chain, k=links: document(n, c, k)
    yield from unusual()


def unusual():
    """Shapes that few clusters have, each a different place where a scan could be quadratic."""
    groups = "".join(
        f'<group id="g{g}">' + "".join(primitive(f"g{g}m{m}") for m in range(10)) + "</group>" for g in range(500)
    )
    yield "groups 32x500x10", lambda: document(32, groups)
    clones = "".join(f'<clone id="c{c}">{primitive(f"p{c}")}</clone>' for c in range(50))
    yield "clones 64x50", lambda: document(64, clones)
    plain = [f"r{i}" for i in range(2000)]
    references = "".join(f'<resource_ref id="{r}"/>' for r in plain)
    sequence = f'<rsc_order id="o"><resource_set id="s" sequential="true">{references}</resource_set></rsc_order>'
    yield "order set 16x2000", lambda: document(16, "".join(map(primitive, plain)), sequence)
    steps = "".join(
        f'<resource_set id="s{i}" sequential="false">'
        + "".join(f'<resource_ref id="{r}"/>' for r in plain[i * 20 : i * 20 + 20])
        + "</resource_set>"
        for i in range(100)
    )
    yield "order steps 16x100x20", lambda: document(
        16, "".join(map(primitive, plain)), f'<rsc_order id="o">{steps}</rsc_order>'
    )
    bundles = "".join(
        f'<bundle id="b{b}"><podman image="i" replicas="3"/><network control-port="{3000 + b}"/>'
        f"{primitive(f'p{b}')}</bundle>"
        for b in range(200)
    )
    yield "bundles 16x200x3", lambda: document(16, bundles)
    needs = "".join(
        primitive(f"r{i}").replace(
            "<operations>",
            f'<utilization id="u{i}"><nvpair id="u{i}c" name="cpu" value="{1 + i % 4}"/>'
            f'<nvpair id="u{i}m" name="memory" value="{100 * (1 + i % 7)}"/></utilization><operations>',
        )
        for i in range(1000)
    )
    yield "utilization 32x1000", lambda: document(
        32,
        needs,
        options='<nvpair id="ps" name="placement-strategy" value="balanced"/>',
        capacity='<utilization id="nu{n}"><nvpair id="nc{n}" name="cpu" value="90"/>'
        '<nvpair id="nm{n}" name="memory" value="20000"/></utilization>',
    )
    yield "failures 16x5000", lambda: failures(16, 1000, 5)


def failures(nodes, count, each):
    """Everything runs; every resource failed on `each` other nodes some time ago, with its fail counts."""
    names = [f"r{i}" for i in range(count)]
    failed = {node: [] for node in range(nodes)}
    counts = {node: [] for node in range(nodes)}
    for i, name in enumerate(names):
        for step in range(1, each + 1):
            node = (i + step) % nodes
            key = "9:1:0:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
            failed[node].append(
                f'<lrm_resource id="{name}" type="Dummy" class="ocf" provider="pacemaker"><lrm_rsc_op '
                f'id="{name}_last_failure_0" operation_key="{name}_monitor_10000" operation="monitor" '
                f'crm_feature_set="3.16.1" transition-key="{key}" transition-magic="0:1;{key}" call-id="8" '
                f'rc-code="1" op-status="0" interval="10000" last-rc-change="1777970000" op-digest="{MONITOR_DIGEST}"/>'
                f'{entry(name, f"node{node}", "stop", 0, call=9)}</lrm_resource>'
            )
            counts[node].append(
                f'<nvpair id="{name}-f{node}" name="fail-count-{name}#monitor_10000" value="1"/>'
                f'<nvpair id="{name}-l{node}" name="last-failure-{name}#monitor_10000" value="1777970000"/>'
            )
    return document(
        nodes,
        "".join(map(primitive, names)),
        running={name: i % nodes for i, name in enumerate(names)},
        probed=False,
        failed={node: "".join(entries) for node, entries in failed.items()},
        attributes={
            node: f'<transient_attributes id="{node + 1}"><instance_attributes id="status-{node}">'
            + "".join(entries)
            + "</instance_attributes></transient_attributes>"
            for node, entries in counts.items()
        },
    )
