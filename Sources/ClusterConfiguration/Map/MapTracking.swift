/// Who wants to know about changes of which keys.
package struct MapTracking<Tracker: Sendable & Hashable>: Sendable {
    /// Kinds of changes, and whether the key is a prefix: `CMAP_TRACK_…` of cmap.h.
    package struct Events: OptionSet, Sendable, Hashable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        package static var delete: Events { Events(rawValue: 1) }
        package static var modify: Events { Events(rawValue: 2) }
        package static var add: Events { Events(rawValue: 4) }
        package static var prefix: Events { Events(rawValue: 8) }
        package static var all: Events { [.delete, .modify, .add, .prefix] }
    }

    private struct Subscription {
        var tracker: Tracker
        var key: String
        var events: Events
    }

    /// In the order in which they came.
    private var subscriptions: [Subscription] = []

    package init() {}

    package var isEmpty: Bool { subscriptions.isEmpty }

    /// In the order in which they came.
    package var all: [Tracker] { subscriptions.map(\.tracker) }

    /// - Parameter key: a key, or with `.prefix` the beginning of keys; an empty prefix means all keys.
    package mutating func add(_ tracker: Tracker, key: String, events: Events) {
        subscriptions.append(Subscription(tracker: tracker, key: key, events: events))
    }

    package mutating func remove(where isGone: (Tracker) -> Bool) { subscriptions.removeAll { isGone($0.tracker) } }

    /// Those who are told about a change, in the order in which they came.
    package func trackers(of change: MapChange) -> [Tracker] {
        let event = change.event
        return subscriptions.compactMap { subscription in
            guard subscription.events.rawValue & event != 0 else { return nil }
            let isMeant =
                subscription.events.contains(.prefix)
                ? change.key.utf8.starts(with: subscription.key.utf8) : change.key == subscription.key
            return isMeant ? subscription.tracker : nil
        }
    }
}

extension MapChange {
    /// The number that clients know the kind of the change by: added 4, modified 2, deleted 1.
    package var event: Int32 { old == nil ? 4 : new == nil ? 1 : 2 }
}
