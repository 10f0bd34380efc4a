internal import ClusterTypes
internal import ResourceManager
internal import Scheduler
internal import TransitionGraph
internal import XMLTree

// The contents of the frames. Both sides are the same program, so the form is ours alone and may change with any version.

/// What the worker is asked.
struct ScheduleRequest {
    private static let timeLength = 12

    var now: WallTime
    /// The CIB's XML.
    var document: [UInt8]

    var content: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.timeLength + document.count)
        WorkerFrame.append(now.seconds, to: &bytes)
        WorkerFrame.append(now.nanoseconds, to: &bytes)
        return bytes + document
    }

    init(now: WallTime, document: [UInt8]) {
        self.now = now
        self.document = document
    }

    /// `nil` when the content is too short.
    init?(content: [UInt8]) {
        guard content.count >= Self.timeLength else { return nil }
        now = WallTime(
            seconds: WorkerFrame.integer(Int64.self, in: content, at: 0),
            nanoseconds: WorkerFrame.integer(Int32.self, in: content, at: 8))
        document = Array(content[Self.timeLength...])
    }
}

extension ComputedSchedule {
    init(_ output: SchedulerOutput) {
        self.init(
            graph: output.graph, recheckAt: output.recheckAt, summary: output.summary.lines,
            warnings: output.notices.map { ($0.severity == .error ? "error: " : "") + $0.message })
    }

    var xml: XMLElement {
        var root = XMLElement("schedule")
        if let recheckAt {
            root["recheck-seconds"] = String(recheckAt.seconds)
            root["recheck-nanoseconds"] = String(recheckAt.nanoseconds)
        }
        root.children = summary.map { XMLElement("summary", ["text": $0]) }
        root.children += warnings.map { XMLElement("warning", ["text": $0]) }
        root.children.append(graph.xml)
        return root
    }

    init(xml root: XMLElement) throws(XMLFailure) {
        guard root.name == "schedule", let graph = root.child("transition_graph") else {
            throw XMLFailure(.invalid, "expected schedule with a transition_graph, found \(root.name)")
        }
        var recheckAt: WallTime?
        if let seconds = root["recheck-seconds"].flatMap({ Int64($0) }) {
            recheckAt = WallTime(
                seconds: seconds, nanoseconds: root["recheck-nanoseconds"].flatMap { Int32($0) } ?? 0)
        }
        self.init(
            graph: try TransitionGraph(xml: graph), recheckAt: recheckAt,
            summary: root.children("summary").compactMap { $0["text"] },
            warnings: root.children("warning").compactMap { $0["text"] })
    }
}
