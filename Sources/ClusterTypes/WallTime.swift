/// A moment on the civil clock: whole seconds since 1970-01-01T00:00:00Z, plus nanoseconds within the second.
///
/// Cores receive it as data; only edges read the clock.
package struct WallTime: Hashable, Sendable, Comparable {
    package let seconds: Int64
    /// 0 to 999,999,999.
    package let nanoseconds: Int32

    package init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package static func < (left: WallTime, right: WallTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
