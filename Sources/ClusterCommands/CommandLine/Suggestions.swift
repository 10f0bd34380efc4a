/// `Did you mean "x"?`, when something known is close to what was typed.
func suggestion(for word: String, among known: [String]) -> String? {
    let near = nearest(to: word, among: known)
    return near.isEmpty ? nil : "Did you mean \(list(near.map { "\"\($0)\"" }, last: "or"))?"
}

/// The known words at the least edit distance, at most three, when that distance is small against the word's length.
func nearest(to word: String, among known: [String]) -> [String] {
    let limit = max(1, min(3, word.count / 3))
    let ranked = known.map { (word: $0, distance: editDistance(word.lowercased(), $0.lowercased())) }
    guard let least = ranked.map(\.distance).min() else { return [] }
    if least <= limit { return Array(ranked.filter { $0.distance == least }.map(\.word).prefix(3)) }
    return word.count < 3 ? [] : Array(known.filter { $0.hasPrefix(word) }.prefix(3))
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other.
func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left.unicodeScalars.prefix(64))
    let right = Array(right.unicodeScalars.prefix(64))
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            var best = min(previous[column + 1] + 1, current[column] + 1)
            best = min(best, previous[column] + (left[row] == right[column] ? 0 : 1))
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                best = min(best, beforePrevious[column - 1] + 1)
            }
            current.append(best)
        }
        beforePrevious = previous
        previous = current
    }
    return previous[right.count]
}
