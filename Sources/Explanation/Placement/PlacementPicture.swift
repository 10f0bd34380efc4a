import ClusterTypes

/// A placement table as a picture: resources down, nodes across, the chosen cell filled.
package struct PlacementPicture {
    private let table: PlacementTable
    private let title: String
    private static let rowHeight = 26.0
    private static let top = 96.0

    package init(_ table: PlacementTable, title: String) {
        self.table = table
        self.title = title
    }

    private enum Line {
        case whole(String)
        case row(PlacementTable.Row)
    }

    private var lines: [Line] {
        var result: [Line] = []
        var whole: String?
        for row in table.rows {
            if row.whole != whole, let next = row.whole { result.append(.whole(next)) }
            whole = row.whole
            result.append(.row(row))
        }
        return result
    }

    package var svg: String {
        let lines = self.lines
        let nameWidth = min(320, max(120, (table.rows.map { SVGText.width($0.resource, size: 12) }.max() ?? 0) + 44))
        let columns = table.nodes.map { min(160, max(84, SVGText.width($0.name, size: 12) + 20)) }
        let remarkWidth = 110.0
        let width = max(560, 16 + nameWidth + columns.reduce(0, +) + remarkWidth)
        let height = Self.top + Double(max(1, lines.count)) * Self.rowHeight + 48
        var text = SVGText(width: Int(width), height: Int(height), title: title)
        text.add("rect", ["width": "100%", "height": "100%", "fill": "#ffffff"])
        text.add(
            "text", ["x": "16", "y": "28", "font-size": "16", "font-weight": "bold", "fill": "#1d2530"], content: title)
        text.add(
            "text", ["x": "16", "y": "47", "font-size": "11", "fill": "#4a5563"],
            content: "What each node is worth to each resource; the chosen node is filled")
        var x = 16 + nameWidth
        for (node, column) in zip(table.nodes, columns) {
            drawHeader(node, x, column, &text)
            x += column
        }
        var y = Self.top
        for (position, line) in lines.enumerated() {
            if position % 2 == 0 {
                text.add(
                    "rect",
                    [
                        "x": "8", "y": "\(Int(y))", "width": "\(Int(width - 16))", "height": "\(Int(Self.rowHeight))",
                        "fill": "#f6f8fb",
                    ])
            }
            draw(line, y, nameWidth, columns, &text)
            y += Self.rowHeight
        }
        drawLegend(y + 14, &text)
        return text.document
    }

    private func drawLegend(_ y: Double, _ text: inout SVGText) {
        var x = 16.0
        func add(_ words: String) {
            text.add(
                "text", ["x": "\(Int(x))", "y": "\(Int(y + 12))", "font-size": "11", "fill": "#4a5563"], content: words)
            x += SVGText.width(words, size: 11) + 22
        }
        for (words, isChosen) in [("will be there", true), ("is there now", false)] {
            text.add(
                "rect",
                [
                    "x": "\(Int(x))", "y": "\(Int(y))", "width": "24", "height": "15", "rx": "4",
                    "fill": isChosen ? "#cdebdf" : "none", "stroke": isChosen ? "#007a58" : "#7b8794",
                    "stroke-dasharray": isChosen ? "none" : "3,2",
                ])
            x += 30
            add(words)
        }
        for words in ["-∞  never", "–  not a candidate", "★  promoted"] { add(words) }
    }

    private func drawHeader(_ node: PlacementTable.Node, _ x: Double, _ width: Double, _ text: inout SVGText) {
        let centre = "\(Int(x + width / 2))"
        text.add(
            "text",
            [
                "x": centre, "y": "76", "font-size": "12", "font-weight": "bold", "text-anchor": "middle",
                "fill": node.state == nil ? "#1d2530" : "#9aa4b2",
            ], content: SVGText.fitted(node.name, size: 12, width: width - 8))
        if let state = node.state {
            text.add(
                "text", ["x": centre, "y": "90", "font-size": "10", "text-anchor": "middle", "fill": "#c24d00"],
                content: state)
        }
    }

    private func draw(_ line: Line, _ y: Double, _ nameWidth: Double, _ columns: [Double], _ text: inout SVGText) {
        let baseline = "\(Int(y + 17))"
        switch line {
        case .whole(let name):
            text.add(
                "text", ["x": "16", "y": baseline, "font-size": "12", "font-style": "italic", "fill": "#4a5563"],
                content: name)
        case .row(let row):
            let indent = row.whole == nil ? 16.0 : 30.0
            let name = row.resource + (row.isPromoted ? " ★" : "")
            text.add(
                "text", ["x": "\(Int(indent))", "y": baseline, "font-size": "12", "fill": "#1d2530"],
                content: SVGText.fitted(name, size: 12, width: nameWidth - indent))
            var x = 16 + nameWidth
            for (node, column) in columns.enumerated() {
                drawCell(row, node, x, y, column, &text)
                x += column
            }
            guard row.outcome.isChange else { return }
            text.add(
                "text", ["x": "\(Int(x + 10))", "y": baseline, "font-size": "11", "fill": "#4a5563"],
                content: row.outcome.rawValue)
        }
    }

    private func drawCell(
        _ row: PlacementTable.Row, _ node: Int, _ x: Double, _ y: Double, _ width: Double, _ text: inout SVGText
    ) {
        let isChosen = row.chosen == node
        let isActive = row.active.contains(node)
        if isChosen || isActive {
            text.add(
                "rect",
                [
                    "x": "\(Int(x + 5))", "y": "\(Int(y + 3))", "width": "\(Int(width - 10))", "height": "20",
                    "rx": "5",
                    "fill": isChosen ? "#cdebdf" : "none", "stroke": isChosen ? "#007a58" : "#7b8794",
                    "stroke-dasharray": isChosen ? "none" : "3,2",
                ])
        }
        let score = row.scores[node]
        let isBanned = score.map { $0 < .zero } ?? false
        text.add(
            "text",
            [
                "x": "\(Int(x + width / 2))", "y": "\(Int(y + 17))", "font-size": "12", "text-anchor": "middle",
                "font-weight": isChosen ? "bold" : "normal",
                "fill": score == nil ? "#b6bdc7" : isBanned ? "#c24d00" : "#1d2530",
            ], content: score.map(PlacementTable.short) ?? "–")
    }

    /// The picture in a page of its own, for a browser.
    package var html: String {
        let picture = svg.split(separator: "\n").dropFirst().joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>\(SVGText.escaped(title))</title>
            <style>body { margin: 2em; font-family: sans-serif; background: #fff; overflow-x: auto; }</style></head>
            <body>
            \(picture)
            </body></html>

            """
    }
}
