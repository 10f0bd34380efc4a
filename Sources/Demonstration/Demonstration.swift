internal import ClusterClient
internal import ClusterConfiguration
internal import ClusterTypes
internal import Glibc

/// The story that `lockstep demo` tells: start a pair, lose the active node, watch the service come back, bring it home.
///
/// Everything is real: two daemons, kronosnet between them, encryption, an agent that serves HTTP, and a fence agent that
/// ends the other node's processes. It needs no privileges and removes all it made, on Ctrl-C too.
struct Demonstration {
    private let cluster: DemoCluster
    private let output = DemoOutput()
    private let probe: ServiceProbe

    /// Runs the story. Returns an exit status of sysexits(3): 0 when the service came back, 69 otherwise.
    static func run(_ messaging: DemoMessaging) -> Int32 {
        Interruption.watch()
        let story: Demonstration
        do { story = try Demonstration(messaging) } catch {
            print("lockstep demo: \(error)")
            return 69
        }
        defer { story.cluster.remove() }
        do {
            try story.tell()
            return 0
        } catch {
            story.output.failed("\(error)")
            story.showLogs()
            return Interruption.happened ? 130 : 69
        }
    }

    private init(_ messaging: DemoMessaging) throws(DemoFailure) {
        cluster = try DemoCluster(messaging)
        probe = ServiceProbe(port: cluster.port)
    }

    private var first: DemoNode { cluster.nodes[0] }
    private var second: DemoNode { cluster.nodes[1] }

    private func tell() throws(DemoFailure) {
        try startPair()
        try loseActiveNode()
        try bringNodeBack()
        try moveHome()
        try stopPair()
    }

    // MARK: - Chapters

    private func startPair() throws(DemoFailure) {
        output.title("A pair of nodes, n1 and n2, on this machine's loopback")
        output.note("everything is below \(cluster.directory) and goes when this ends")
        try succeed(first, ["keygen"])
        try copyKey()
        output.done("made a key and a configuration for each node: the links are encrypted")
        let begin = MonotonicClock.now()
        for node in cluster.nodes { try node.start() }
        try wait("the two nodes to find each other", cluster.messaging.formationLimit) {
            first.isMember && second.isMember
        }
        output.done(
            "started \(cluster.messaging.daemons) on n1 and n2; they formed a ring in "
                + DemoOutput.seconds(MonotonicClock.now() - begin))
        for line in cluster.configureLines { output.typed("crm configure \(line)") }
        try write(cluster.configureLines.joined(separator: "\n") + "\n", to: first.root + "/demo.crm")
        try succeed(first, ["configure", "load", "update", first.root + "/demo.crm"])
        let answer = try waitForAnswer(from: "n1", .seconds(30))
        output.done(
            "http://127.0.0.1:\(cluster.port)/ answers from n1, \(DemoOutput.seconds(answer.at - begin)) after the start"
        )
        try succeed(first, ["status"], isShown: true)
    }

    private func loseActiveNode() throws(DemoFailure) {
        output.title("n1 loses its power: SIGKILL to its daemon and to everything it runs")
        var events: EventStream
        do { events = try second.client.events() } catch {
            throw DemoFailure("the events of n2 can't be followed: \(error)")
        }
        var timeline = FailoverTimeline(death: MonotonicClock.wallSeconds())
        let death = MonotonicClock.now()
        first.kill()
        var answer: ServiceAnswer
        repeat {
            if Interruption.happened { throw DemoFailure("interrupted") }
            guard MonotonicClock.now() - death < .seconds(60) else {
                throw DemoFailure("waited 60 s in vain for the service to answer from n2")
            }
            timeline.collect(from: &events)
            answer = probe.ask()
        } while answer.body?.contains("Served by n2") != true
        timeline.note(answer.at - death, "first answer from n2")
        for _ in 0..<20 { timeline.collect(from: &events) }
        for line in timeline.lines { output.line("    " + line) }
        output.done("the service answers from n2; total outage \(DemoOutput.seconds(answer.at - death))")
    }

    private func bringNodeBack() throws(DemoFailure) {
        output.title("n1 comes back")
        NodeProcesses.reap()
        try first.start()
        try wait("n1 to be online", .seconds(30)) {
            first.isMember
        }
        output.done("n1 is online again; the service stayed on n2 (resource-stickiness)")
    }

    private func moveHome() throws(DemoFailure) {
        output.title("The service moves home by command")
        output.typed("crm resource move web n1")
        let begin = MonotonicClock.now()
        try succeed(first, ["resource", "move", "web", "n1"])
        let answer = try waitForAnswer(from: "n1", .seconds(30))
        output.done("the service answers from n1, \(DemoOutput.seconds(answer.at - begin)) after the command")
        try succeed(first, ["resource", "clear", "web"])
    }

    private func stopPair() throws(DemoFailure) {
        output.title("Cleaning up")
        cluster.remove()
        output.done("ended both nodes and removed \(cluster.directory)")
    }

    // MARK: - Steps

    private func succeed(_ node: DemoNode, _ words: [String], isShown: Bool = false) throws(DemoFailure) {
        let (status, text) = node.command(words)
        guard status == 0 else {
            throw DemoFailure("lockstep \(words.joined(separator: " ")) failed with exit status \(status): \(text)")
        }
        if isShown { for line in text.split(whereSeparator: \.isNewline) { output.note(String(line)) } }
    }

    private func copyKey() throws(DemoFailure) {
        let key = readFile(first.directory.authKey, limit: 4096)
        guard !key.isEmpty else { throw DemoFailure("\(first.directory.authKey) was not made") }
        try write(key, to: second.directory.authKey)
    }

    private func waitForAnswer(from node: String, _ limit: Duration) throws(DemoFailure) -> ServiceAnswer {
        var answer = ServiceAnswer(body: nil, at: MonotonicClock.now())
        try wait("the service to answer from \(node)", limit, every: .milliseconds(5)) {
            answer = probe.ask()
            return answer.body?.contains("Served by \(node)") == true
        }
        return answer
    }

    private func wait(
        _ what: String, _ limit: Duration, every pause: Duration = .milliseconds(20), until condition: () -> Bool
    ) throws(DemoFailure) {
        let begin = MonotonicClock.now()
        while !condition() {
            if Interruption.happened { throw DemoFailure("interrupted") }
            guard MonotonicClock.now() - begin < limit else {
                throw DemoFailure("waited \(DemoOutput.seconds(limit)) in vain for \(what)")
            }
            MonotonicClock.pause(pause)
        }
    }

    private func showLogs() {
        for node in cluster.nodes {
            let lines = String(decoding: readFile(node.root + "/daemon.log", limit: 1 << 20), as: UTF8.self)
                .split(whereSeparator: \.isNewline)
            output.note("the last messages of \(node.name):")
            for line in lines.suffix(25) { output.note("  " + line) }
            let others = String(decoding: readFile(node.root + "/corosync.log", limit: 1 << 20), as: UTF8.self)
            for line in others.split(whereSeparator: \.isNewline).suffix(10) { output.note("  corosync: " + line) }
        }
    }
}
