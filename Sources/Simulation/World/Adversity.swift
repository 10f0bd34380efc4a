internal import ClusterTypes

/// What else goes wrong in a simulated world, beyond the faults that strike one by one; drawn from the seed.
struct Adversity {
    /// Safe messages are sent, too.
    var sendsProbes = false
    /// Some messages are as long as a hundred packets, so that rings change in the middle of them.
    var sendsLongMessages = false
    /// The network repeats packets that it carried long ago, and carries such that are cut short or nonsense.
    var repeatsOldPackets = false
    /// Somebody in the network makes packets that no node sent. Then only two things are promised: nobody traps, and when it ends,
    /// all nodes form one ring again.
    var forgesPackets = false
    /// A daemon that is killed comes back at once, before anybody has missed it.
    var restartsAtOnce = false
    /// The ring's number is on the disk after up to three token timeouts only.
    var hasSlowDisks = false
    /// The ring's number that all disks begin with: 0, or one before the end of 32 bits, or a quarter of 64.
    var firstRingSequence: UInt64 = 0

    /// - Parameter isCalm: nothing of it.
    init(isCalm: Bool, _ generator: inout SeededGenerator) {
        if isCalm { return }
        sendsProbes = generator.chance(0.5)
        sendsLongMessages = generator.chance(0.25)
        repeatsOldPackets = generator.chance(0.4)
        forgesPackets = generator.chance(0.1)
        restartsAtOnce = generator.chance(0.3)
        hasSlowDisks = generator.chance(0.2)
        if generator.chance(0.3) { firstRingSequence = [UInt64(UInt32.max) - 20, UInt64.max / 4][generator.below(2)] }
    }

    var actsInTheNetwork: Bool { repeatsOldPackets || forgesPackets }
}
