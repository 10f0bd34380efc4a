package import TransitionGraph

/// The transition graph as a picture: a lane for each node, actions in columns from left to right by what they wait for.
package struct TransitionPicture {
    private struct Box {
        var label: String
        var detail: String
        var kind: Kind
        var lane: Int
        var isPseudo: Bool
        var tip: String
        var x = 0.0
        var y = 0.0
        var width = 0.0
    }

    /// What an action does: one colour each.
    private enum Kind: Int, CaseIterable {
        case start, stop, promote, demote, monitor, migrate, fence, order, other

        var name: String {
            switch self {
            case .start: "start"
            case .stop: "stop"
            case .promote: "promote"
            case .demote: "demote"
            case .monitor: "monitor, probe"
            case .migrate: "migrate"
            case .fence: "fence, shut down"
            case .order: "point in the order"
            case .other: "other"
            }
        }

        /// Fill and border: colours that people who confuse red and green tell apart (Okabe and Ito's, as tints).
        var colours: (String, String) {
            switch self {
            case .start: ("#cdebdf", "#007a58")
            case .stop: ("#fbd9c3", "#c24d00")
            case .promote: ("#c5e3f6", "#0072b2")
            case .demote: ("#fff0c2", "#a87900")
            case .monitor: ("#eceff4", "#7b8794")
            case .migrate: ("#f3dcea", "#a8487f")
            case .fence: ("#3b3b45", "#111118")
            case .order: ("#ffffff", "#b6bdc7")
            case .other: ("#f7f7f2", "#77715c")
            }
        }

        var text: String { self == .fence ? "#ffffff" : "#1d2530" }
    }

    private static let boxHeight = 34.0
    private static let gap = 10.0
    private static let columnGap = 46.0
    /// The names of nodes take what they need, within limits.
    private var labelWidth = 120.0
    private static let top = 64.0

    private let title: String
    private var boxes: [Box] = []
    private var inputs: [[Int]] = []
    private var layer: [Int] = []
    private let count: Int
    private var lanes: [String] = []

    /// More boxes than this are too many to read: alike ones of a node become one.
    private static let readableCount = 120
    /// How many alike actions become one box then.
    private static let mergedCount = 4

    /// - Parameters:
    ///   - title: such as the name of the file.
    ///   - showsOrderPoints: whether every action is drawn by itself, and those that execute nothing, too. Default false:
    ///     of these only those between many, and in a large graph alike actions of a node as one.
    package init(_ graph: TransitionGraph, title: String, showsOrderPoints: Bool = false) {
        self.title = title
        var positions: [TransitionGraph.ActionID: Int] = [:]
        for (position, action) in graph.actions.enumerated() { positions[action.id] = position }
        var inputs = [[Int]](repeating: [], count: graph.actions.count)
        for synapse in graph.synapses {
            for action in synapse.actions {
                guard let position = positions[action] else { continue }
                inputs[position] += synapse.inputs.compactMap { positions[$0] }
            }
        }
        let points = OrderPoints(
            inputs: inputs, isPoint: graph.actions.map { $0.kind == .pseudo && !showsOrderPoints })
        let actions = points.kept.map { graph.actions[$0] }
        let places = Dictionary(uniqueKeysWithValues: points.kept.enumerated().map { ($1, $0) })
        let layout = LayeredGraph(inputs: points.kept.map { points.inputs[$0].compactMap { places[$0] } })
        let nodes = Set(actions.compactMap(\.node)).sorted(by: Self.isBefore)
        lanes = (actions.contains { $0.node == nil } ? ["cluster"] : []) + nodes
        let lane = Dictionary(uniqueKeysWithValues: lanes.enumerated().map { ($1, $0) })
        let all = actions.map { Self.box($0, lane: $0.node.flatMap { lane[$0] } ?? 0) }
        count = all.count { !$0.isPseudo }
        let isLarge = all.count > Self.readableCount && !showsOrderPoints
        let merged = MergedBoxes(layout, threshold: isLarge ? Self.mergedCount : .max) { vertex in
            all[vertex].isPseudo ? nil : "\(all[vertex].lane) \(all[vertex].label)"
        }
        boxes = merged.members.map { Self.joined($0.map { all[$0] }) }
        (self.inputs, layer) = (merged.inputs, merged.layer)
        labelWidth = min(260, max(120, (lanes.map { SVGText.width($0, size: 12) * 1.1 }.max() ?? 0) + 24))
        place()
    }

    /// One box for several alike ones; their names are its tip.
    private static func joined(_ alike: [Box]) -> Box {
        guard var box = alike.first, alike.count > 1 else { return alike[0] }
        box.label += " × \(alike.count)"
        box.detail = "\(alike[0].detail) … \(alike[alike.count - 1].detail)"
        box.tip = alike.prefix(60).map(\.tip).joined(separator: "\n") + (alike.count > 60 ? "\n…" : "")
        return box
    }

    /// Digits in names count as numbers: n2 before n10.
    private static func isBefore(_ left: String, _ right: String) -> Bool {
        func parts(_ text: String) -> (Substring, Int) {
            let digits = text.reversed().prefix { $0.isASCII && $0.isNumber }.count
            return (text.dropLast(digits), Int(text.suffix(digits)) ?? 0)
        }
        let (a, b) = (parts(left), parts(right))
        return a.0 != b.0 ? a.0 < b.0 : a.1 < b.1
    }

    private static func box(_ action: TransitionGraph.Action, lane: Int) -> Box {
        let name = action.resource?.longID ?? action.resource?.id
        let isPseudo = action.kind == .pseudo
        let interval = action["CRM_meta_interval"].flatMap { Int($0) } ?? 0
        let kind: Kind
        var label = action.operation
        switch action.operation {
        case "start": kind = isPseudo ? .order : .start
        case "stop": kind = isPseudo ? .order : .stop
        case "promote": kind = isPseudo ? .order : .promote
        case "demote": kind = isPseudo ? .order : .demote
        case "monitor":
            kind = .monitor
            label = interval > 0 ? "monitor \(duration(interval))" : "probe"
        case "migrate_to", "migrate_from": kind = .migrate
        case "stonith", "do_shutdown":
            kind = .fence
            if let way = action["CRM_meta_stonith_action"] ?? action["stonith_action"] {
                label = way == "on" ? "unfence" : "fence (\(way))"
            }
            if action.operation == "do_shutdown" { label = "shut down" }
        default: kind = isPseudo ? .order : .other
        }
        let key = action.operationKey == action.operation ? "" : action.operationKey
        let subject = name ?? (isPseudo ? key : action.node ?? "")
        return Box(
            label: label, detail: subject, kind: kind, lane: lane, isPseudo: isPseudo,
            tip: action.operationKey + (action.node.map { " on \($0)" } ?? ""))
    }

    private static func duration(_ milliseconds: Int) -> String {
        milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }

    // MARK: - Places

    private var laneTops: [Double] = []
    private var laneHeights: [Double] = []
    private var width = 0.0
    private var height = 0.0

    private mutating func place() {
        var columns = [[[Int]]](
            repeating: [[Int]](repeating: [], count: lanes.count), count: (layer.max() ?? -1) + 1)
        for index in boxes.indices {
            let text = max(
                SVGText.width(boxes[index].label, size: 11), SVGText.width(boxes[index].detail, size: 10))
            boxes[index].width = min(190, max(70, text + 18))
            columns[layer[index]][boxes[index].lane].append(index)
        }
        orderColumns(&columns)
        var depth = [Int](repeating: 1, count: lanes.count)
        for column in columns { for lane in lanes.indices { depth[lane] = max(depth[lane], column[lane].count) } }
        laneHeights = depth.map { Double($0) * (Self.boxHeight + Self.gap) + Self.gap }
        var y = Self.top
        for height in laneHeights {
            laneTops.append(y)
            y += height
        }
        height = y + 56
        var x = labelWidth + 16
        for column in columns {
            let widest = column.joined().map { boxes[$0].width }.max() ?? 0
            for lane in lanes.indices {
                let used = Double(column[lane].count) * (Self.boxHeight + Self.gap) - Self.gap
                var top = laneTops[lane] + (laneHeights[lane] - used) / 2
                for index in column[lane] {
                    boxes[index].x = x + (widest - boxes[index].width) / 2
                    boxes[index].y = top
                    top += Self.boxHeight + Self.gap
                }
            }
            x += widest + Self.columnGap
        }
        width = max(x, 760)
    }

    /// Sorts each column so that what belongs together is at one height: by where its predecessors are, a few times.
    private mutating func orderColumns(_ columns: inout [[[Int]]]) {
        var height = [Double](repeating: 0, count: boxes.count)
        func settle(_ columns: [[[Int]]], _ height: inout [Double]) {
            for column in columns {
                for lane in column.indices {
                    for (position, index) in column[lane].enumerated() {
                        height[index] = Double(lane) * 100 + Double(position)
                    }
                }
            }
        }
        var outputs = [[Int]](repeating: [], count: boxes.count)
        for (index, list) in inputs.enumerated() { for input in list { outputs[input].append(index) } }
        settle(columns, &height)
        for round in 0..<6 {
            let neighbours = round % 2 == 0 ? inputs : outputs
            for position in round % 2 == 0 ? Array(columns.indices) : columns.indices.reversed() {
                for lane in lanes.indices {
                    let keyed = columns[position][lane].map { index -> (Int, Double) in
                        let near = neighbours[index]
                        let centre =
                            near.isEmpty ? height[index] : near.map { height[$0] }.reduce(0, +) / Double(near.count)
                        return (index, centre)
                    }
                    columns[position][lane] = keyed.sorted { $0.1 != $1.1 ? $0.1 < $1.1 : $0.0 < $1.0 }.map(\.0)
                }
                settle([columns[position]], &height)
            }
        }
    }

    // MARK: - Drawing

    package var svg: String {
        var text = SVGText(width: Int(width), height: Int(height), title: title)
        text.add("rect", ["width": "100%", "height": "100%", "fill": "#ffffff"])
        text.addRaw(
            ##"<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" "##
                + ##"orient="auto"><path d="M0,0.8 L7.5,4 L0,7.2 z" fill="#8a94a3"/></marker></defs>"##)
        text.add(
            "text", ["x": "16", "y": "26", "font-size": "16", "font-weight": "bold", "fill": "#1d2530"], content: title)
        if boxes.isEmpty {
            text.add(
                "text", ["x": "16", "y": "52", "font-size": "13", "fill": "#4a5563"], content: "Nothing is to be done.")
            return text.document
        }
        text.add(
            "text", ["x": "16", "y": "46", "font-size": "11", "fill": "#4a5563"],
            content:
                "\(count) action\(count == 1 ? "" : "s"), from left to right; each waits for those with an arrow to it")
        drawLanes(&text)
        for index in boxes.indices { for input in inputs[index] { drawEdge(from: input, to: index, &text) } }
        for box in boxes { draw(box, &text) }
        drawLegend(&text)
        return text.document
    }

    private func drawLanes(_ text: inout SVGText) {
        for lane in lanes.indices {
            text.add(
                "rect",
                [
                    "x": "8", "y": number(laneTops[lane]), "width": number(width - 16),
                    "height": number(laneHeights[lane]),
                    "fill": lane % 2 == 0 ? "#f6f8fb" : "#ffffff", "stroke": "#e3e8ef",
                ])
            text.add(
                "text",
                [
                    "x": "18", "y": number(laneTops[lane] + laneHeights[lane] / 2 + 4), "font-size": "12",
                    "font-weight": "bold", "fill": "#364152",
                ], content: SVGText.fitted(lanes[lane], size: 12, width: labelWidth - 14))
        }
    }

    private func drawEdge(from first: Int, to then: Int, _ text: inout SVGText) {
        let (a, b) = (boxes[first], boxes[then])
        let (x1, y1) = (a.x + a.width, a.y + Self.boxHeight / 2)
        let (x2, y2) = (b.x - 2, b.y + Self.boxHeight / 2)
        let bend = max(18, min(60, (x2 - x1) / 2))
        text.add(
            "path",
            [
                "d":
                    "M\(number(x1)),\(number(y1)) C\(number(x1 + bend)),\(number(y1)) \(number(x2 - bend)),\(number(y2)) "
                    + "\(number(x2)),\(number(y2))",
                "fill": "none", "stroke": "#8a94a3", "stroke-width": "1.1", "stroke-opacity": "0.75",
                "marker-end": "url(#arrow)",
            ])
    }

    private func draw(_ box: Box, _ text: inout SVGText) {
        let (fill, border) = box.kind.colours
        var attributes: KeyValuePairs<String, String> {
            [
                "x": number(box.x), "y": number(box.y), "width": number(box.width), "height": number(Self.boxHeight),
                "rx": box.isPseudo ? "17" : "5", "fill": fill, "stroke": border,
                "stroke-dasharray": box.isPseudo ? "3,2" : "none",
            ]
        }
        text.add("rect", attributes, tip: box.tip)
        let centre = number(box.x + box.width / 2)
        text.add(
            "text",
            [
                "x": centre, "y": number(box.y + 14), "font-size": "11",
                "font-weight": box.isPseudo ? "normal" : "bold",
                "text-anchor": "middle", "fill": box.isPseudo ? "#697586" : box.kind.text,
            ], content: SVGText.fitted(box.label, size: 11, width: box.width - 8))
        text.add(
            "text",
            [
                "x": centre, "y": number(box.y + 27), "font-size": "10", "text-anchor": "middle",
                "fill": box.isPseudo ? "#697586" : box.kind.text,
            ], content: SVGText.fitted(box.detail, size: 10, width: box.width - 8))
    }

    private func drawLegend(_ text: inout SVGText) {
        var x = 18.0
        let y = height - 34
        for kind in Kind.allCases where boxes.contains(where: { $0.kind == kind }) {
            let (fill, border) = kind.colours
            text.add(
                "rect",
                [
                    "x": number(x), "y": number(y), "width": "14", "height": "14", "rx": "3", "fill": fill,
                    "stroke": border,
                ])
            text.add(
                "text", ["x": number(x + 19), "y": number(y + 11), "font-size": "11", "fill": "#364152"],
                content: kind.name)
            x += 19 + SVGText.width(kind.name, size: 11) + 22
        }
    }

    /// A coordinate to a tenth of a pixel.
    private func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let rest = abs(tenths % 10)
        return (tenths < 0 && tenths / 10 == 0 ? "-" : "") + "\(tenths / 10)" + (rest == 0 ? "" : ".\(rest)")
    }
}
