internal import CKronosnet
internal import CLinux
internal import Glibc

/// Lets the equal pages of a large block share memory.
///
/// A libknet handle is one block of 34 MB: a table of two million sockets, whose entries are all alike but for the few that
/// are in use. Their pages are replaced by private mappings of one file in memory with the same content, so nobody can tell
/// the difference; a page that is written to becomes the handle's own again.
enum EqualPages {
    private static let pageSize = 4096
    /// Pages in the shared file: fewer mean more mappings, more cost memory. 1 MB.
    private static let shared = 256

    /// Shares the longest run of equal pages in a block from malloc(3), if it is long enough to matter.
    ///
    /// Call before memory is locked, and while nobody writes to the block's tables. Failing changes nothing but memory.
    static func share(in block: UnsafeMutableRawPointer) {
        let offset = (pageSize - Int(bitPattern: block) % pageSize) % pageSize
        let start = block + offset
        let count = (malloc_usable_size(block) - offset) / pageSize
        let run = longestRun(start, count)
        // The first and last page may be changing: they border on something else.
        let inside = run.dropFirst().dropLast()
        guard inside.count >= 2 * shared else { return }
        let file = lockstep_memory_file("equal-pages")
        guard file >= 0 else { return }
        defer { close(file) }
        for _ in 0..<shared where write(file, start + inside.lowerBound * pageSize, pageSize) != pageSize { return }
        for first in stride(from: inside.lowerBound, to: inside.upperBound, by: shared) {
            let length = min(shared, inside.upperBound - first) * pageSize
            _ = mmap(start + first * pageSize, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0)
        }
    }

    private static func longestRun(_ start: UnsafeMutableRawPointer, _ count: Int) -> Range<Int> {
        var longest = 0..<0
        var first = 0
        for page in 1...max(1, count) {
            let isEqual =
                page < count && memcmp(start + page * pageSize, start + first * pageSize, pageSize) == 0
            if isEqual { continue }
            if page - first > longest.count { longest = first..<min(page, count) }
            first = page
        }
        return longest
    }
}
