internal import ClusterTypes

/// Finds the word that was probably meant, for messages about unknown keys.
enum Suggestion {
    /// The candidate with the smallest edit distance, when it is at most a third of the word's length (and at least 1).
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let limit = max(1, word.utf8.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = editDistance(word, candidate)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }
}
