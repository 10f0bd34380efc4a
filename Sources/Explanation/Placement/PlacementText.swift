import ClusterTypes

/// A placement table for a terminal.
package struct PlacementText {
    private let table: PlacementTable
    private let style: (String, ExplanationStyle) -> String

    package init(_ table: PlacementTable, style: @escaping (String, ExplanationStyle) -> String = { text, _ in text }) {
        self.table = table
        self.style = style
    }

    package func render() -> String {
        guard !table.rows.isEmpty else { return "No resources.\n" }
        var lines: [String] = []
        let headers = table.nodes.map { $0.name + ($0.state.map { " (\($0))" } ?? "") }
        let nameWidth = max(8, table.rows.map { name($0).count }.max() ?? 0)
        let widths = table.nodes.indices.map { node in
            max(headers[node].count, table.rows.map { table.cell($0, node).count }.max() ?? 0)
        }
        lines.append(
            style(
                padded("RESOURCE", nameWidth) + "  "
                    + zip(headers, widths).map { leading($0, $1) }.joined(separator: "  "),
                .heading))
        var whole: String?
        for row in table.rows {
            if row.whole != whole, let next = row.whole { lines.append(style(next, .quiet)) }
            whole = row.whole
            let cells = table.nodes.indices.map { node -> String in
                let text = leading(table.cell(row, node), widths[node])
                if row.chosen == node { return style(text, .chosen) }
                if row.scores[node].map({ $0.isMinusInfinite }) ?? false { return style(text, .rejected) }
                return text
            }
            let remark = row.outcome.isChange ? "  " + row.outcome.rawValue : ""
            lines.append(padded(name(row), nameWidth) + "  " + cells.joined(separator: "  ") + remark)
        }
        lines.append("→ will be there   · is there now   -∞ never   – not a candidate")
        return lines.joined(separator: "\n") + "\n"
    }

    private func name(_ row: PlacementTable.Row) -> String {
        (row.whole == nil ? "" : "  ") + row.resource + (row.isPromoted ? "*" : "")
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func leading(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
