internal import ClusterTypes

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
