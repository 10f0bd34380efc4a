package import ClusterTypes

/// One node's copy of the CIB, kept equal to the others' by virtual synchrony.
///
/// Every change is a message to the process group, applied by each member at the same place of the agreed order. After a
/// change of the group the members compare versions and digests; when they differ, the holder of the best copy sends it,
/// and changes that arrive meanwhile wait until it is complete. A change of the configuration is acknowledged when every
/// member of the present group has it on disk.
///
/// 1. A message counts only in the membership it was sent in. After a change of the group every origin sends its open
///    requests again, in their order, and the copies still under way are void at every member alike: so a request is
///    applied once, or (when its origin dies) everywhere or nowhere.
/// 2. The best copy has the highest `admin_epoch`, then the highest lineage (see `CIBLineage`), then the highest version;
///    among equals the one that most members hold; then the one of the lowest member. A node that lost its disk has no
///    lineage and therefore gets the others' copy; an administrator overrules the others by raising `admin_epoch`.
/// 3. Members that were synchronised in the same membership say so instead of computing a digest: when nobody joined, that
///    is enough, and a failover does not wait for digests. Otherwise all say their digests.
/// 4. What was applied but not yet acknowledged stays open over changes of the group: it is acknowledged when the new
///    members have it on disk too, or refused as `.superseded` when another partition's copy was better.
///
/// - Source: Birman and Joseph 1987 (virtual synchrony); the messages' order and the memberships come from the seam.
package struct CIBReplica: Sendable {
    package enum Event: Sendable, Equatable {
        /// The process group of the resource managers changed (also: this node joined it).
        case groupChanged(GroupConfiguration)
        /// The votes of a ring; comes before the groups of the same ring.
        case quorumChanged(QuorumView)
        /// A message that a `multicast` effect of some member carried, at its place in the agreed order.
        case messageDelivered(from: GroupMember, [UInt8])
        /// A client or another part of the node wants a change. `acknowledge` with the same number follows.
        case changeRequested(CIBRequestID, CIBChange)
        /// The document of that `store` effect is on disk and will survive a power cut.
        case stored(CIBStoreID)
        /// It is not, for a reason in words; the replica asks again at the next change.
        case storeFailed(CIBStoreID, String)
    }

    package enum Effect: Sendable, Equatable {
        /// Well below `MessageLimits.payload` bytes, so that a byte or two of routing fit in front.
        case multicast([UInt8])
        /// Write this document (without status section) to disk, then its lineage, then report `stored` or `storeFailed`.
        /// One at a time. No document: the one on disk is right, only its lineage is not.
        case store(CIBStoreID, CIBDocument?, CIBLineage)
        /// The document changed.
        case applied(CIBChangeSummary, from: GroupMember)
        /// The document was replaced as a whole by the best copy in the group.
        case adopted(CIBVersion)
        /// All members have the same document now; requests are served. Follows every change of the group.
        case synchronised
        case acknowledge(CIBRequestID, CIBOutcome)
        case report(CIBReport)
    }

    private enum State {
        /// Not a member of the group.
        case outside
        /// Waiting until every member has said which copy it has.
        case comparing
        /// Waiting for the copy of that member.
        case receiving(from: GroupMember)
        case synchronised
    }

    /// The present document. Between a change of the group and `synchronised` it may be replaced by a better one.
    package private(set) var document: CIBDocument

    private let member: GroupMember
    private var state = State.outside
    private var membership = InstalledMemberships()
    private var quorum: QuorumView?
    private var copies: [GroupMember: ReportedCopy] = [:]
    private var assemblies: [GroupMember: MessageAssembly] = [:]
    /// Changes that were delivered before the members are synchronised, in the agreed order.
    private var waiting: [(sender: GroupMember, request: CIBRequestID, change: CIBChange)] = []
    /// Requests of this node that are not applied yet, in the order in which they were made.
    private var open: [(request: CIBRequestID, change: CIBChange)] = []
    private var stability: Stability

    /// - Parameters:
    ///   - member: this node in the process group.
    ///   - document: what was on disk, or a new document.
    ///   - storedVersion: the version on this node's disk; `nil` when nothing is.
    ///   - lineage: of the document on disk.
    package init(
        member: GroupMember, document: CIBDocument, storedVersion: CIBVersion?, lineage: CIBLineage = .none
    ) {
        self.member = member
        self.document = document
        let isStored = storedVersion?.sameConfiguration(as: document.version) ?? false
        stability = Stability(isStored: isStored, lineage: storedVersion == nil ? .none : lineage)
    }

    /// Whether all members of the present group are known to hold this document.
    package var isSynchronised: Bool {
        if case .synchronised = state { true } else { false }
    }

    /// Applies one event and returns what must be done, in order.
    package mutating func receive(_ event: Event) -> [Effect] {
        var effects: [Effect] = []
        switch event {
        case .groupChanged(let configuration): change(to: configuration, &effects)
        case .quorumChanged(let view):
            quorum = view
            raiseLineage()
            reportStability(&effects)
        case .messageDelivered(let sender, let payload): deliver(payload, from: sender, &effects)
        case .changeRequested(let request, let change): send(request, change, &effects)
        case .stored(let store):
            guard stability.storeEnded(store, succeeded: true) != nil else { break }
            reportStability(&effects)
        case .storeFailed(let store, let reason):
            guard let index = stability.storeEnded(store, succeeded: false) else { break }
            effects.append(.report(.notStored(reason)))
            multicast(.notStored(index, reason), &effects)
        }
        return effects
    }
}

// MARK: - Requests

extension CIBReplica {
    private mutating func send(_ request: CIBRequestID, _ change: CIBChange, _ effects: inout [Effect]) {
        guard ReplicaMessage.change(request, change).fitsLimits else {
            let failure = CIBFailure(.malformed, "the change is larger than \(MessagePiece.messageLimit) bytes")
            effects.append(.acknowledge(request, .refused(failure)))
            return
        }
        open.append((request, change))
        multicast(.change(request, change), &effects)
    }

    /// Sends in the present membership; outside the group nothing is sent (joining sends what is open).
    private func multicast(_ message: ReplicaMessage, _ effects: inout [Effect]) {
        guard let tag = membership.tag else { return }
        for payload in message.payloads(in: tag) { effects.append(.multicast(payload)) }
    }
}

// MARK: - Changes of the group

extension CIBReplica {
    private mutating func change(to configuration: GroupConfiguration, _ effects: inout [Effect]) {
        assemblies = [:]
        copies = [:]
        waiting = []
        guard configuration.members.contains(member) else {
            membership.leave()
            state = .outside
            return
        }
        let common = isSynchronised ? membership.tag?.text : nil
        membership.install(configuration)
        stability.membersChanged()
        state = .comparing
        multicast(.copy(ownCopy(digest: common ?? document.replicaDigest)), &effects)
        for (request, change) in open { multicast(.change(request, change), &effects) }
    }

    private func ownCopy(digest: String) -> ReportedCopy {
        ReportedCopy(version: document.version, lineage: stability.lineage, digest: digest)
    }

    /// Once all copies are known: chooses the best and has it sent, unless all are equal.
    private mutating func compare(_ effects: inout [Effect]) {
        let reported = membership.members.compactMap { member in copies[member].map { (member, $0) } }
        guard reported.count == membership.members.count, let best = Self.best(of: reported) else { return }
        if reported.allSatisfy({ $0.1.isSameDocument(as: best.1) }) {
            stability.take(best.1.lineage)
            synchronise(&effects)
            return
        }
        if reported.contains(where: { $0.1.namesMembership }) {
            copies = [:]
            multicast(.copy(ownCopy(digest: document.replicaDigest)), &effects)
            return
        }
        state = .receiving(from: best.0)
        if best.0 == member { multicast(.document(document.root), &effects) }
    }

    private static func best(of reported: [(GroupMember, ReportedCopy)]) -> (GroupMember, ReportedCopy)? {
        func rank(_ copy: ReportedCopy) -> (UInt32, CIBLineage, CIBVersion, Int) {
            let holders = reported.count { $0.1.isSameDocument(as: copy) }
            return (copy.version.adminEpoch, copy.lineage, copy.version, holders)
        }
        // The first of the best: members are in ascending order.
        var best: (GroupMember, ReportedCopy)?
        for (member, copy) in reported {
            if let best, rank(copy) <= rank(best.1) { continue }
            best = (member, copy)
        }
        return best
    }

    private mutating func adopt(_ best: CIBDocument, from sender: GroupMember, _ effects: inout [Effect]) {
        guard let chosen = copies[sender], let own = copies[member] else { return }
        stability.take(chosen.lineage)
        if chosen.isSameDocument(as: own) { return }
        effects.append(.report(.adopting(best.version, instead: document.version, from: sender)))
        document = best
        stability.documentReplaced()
        effects.append(.adopted(best.version))
        for request in stability.abandonPending() {
            let failure = CIBFailure(
                .superseded,
                "the change was applied here, but the cluster merged with nodes whose CIB counts more and is without it"
            )
            effects.append(.acknowledge(request, .refused(failure)))
        }
    }

    private mutating func synchronise(_ effects: inout [Effect]) {
        state = .synchronised
        raiseLineage()
        stability.synchronised(members: membership.members)
        effects.append(.synchronised)
        let delivered = waiting
        waiting = []
        for (sender, request, change) in delivered { apply(change, request, from: sender, &effects) }
        reportStability(&effects)
    }

    /// Whether the present membership is all of a quorate ring: what its members have, a later quorate one will know.
    private var isQuorate: Bool { quorum.map { $0.isQuorate && membership.isAll(of: $0) } ?? false }

    /// The members of a quorate ring have this document in common.
    private mutating func raiseLineage() {
        guard isSynchronised, isQuorate, let quorum, quorum.excludesOthers else { return }
        // Not lowered when the numbering of rings began anew, after the loss of files.
        stability.take(max(stability.lineage, CIBLineage(rawValue: quorum.ring.sequence)))
    }
}

// MARK: - Messages

extension CIBReplica {
    private mutating func deliver(_ payload: [UInt8], from sender: GroupMember, _ effects: inout [Effect]) {
        let message: ReplicaMessage?
        do {
            let piece = try MessagePiece(decoding: payload)
            guard let tag = membership.tag, piece.tag == tag, membership.members.contains(sender) else { return }
            message = try assemblies[sender, default: MessageAssembly()].add(piece)
        } catch {
            effects.append(.report(.unreadableMessage(from: sender, error.description)))
            return
        }
        if let message { process(message, from: sender, &effects) }
    }

    private mutating func process(_ message: ReplicaMessage, from sender: GroupMember, _ effects: inout [Effect]) {
        switch (state, message) {
        case (.comparing, .copy(let copy)):
            copies[sender] = copy
            compare(&effects)
        case (.receiving(let holder), .document(let root)) where holder == sender:
            do {
                adopt(try CIBDocument(root), from: sender, &effects)
                synchronise(&effects)
            } catch {
                effects.append(.report(.unreadableMessage(from: sender, error.description)))
            }
        case (.comparing, .change(let request, let change)), (.receiving, .change(let request, let change)):
            waiting.append((sender, request, change))
        case (.synchronised, .change(let request, let change)):
            apply(change, request, from: sender, &effects)
            reportStability(&effects)
        case (.synchronised, .stable(let index, let lineage)):
            for (request, summary) in stability.memberStored(sender, index, lineage) {
                let isQuorate = isQuorate && stability.isLineageEverywhere
                effects.append(.acknowledge(request, .done(summary, isQuorate: isQuorate)))
            }
        case (.synchronised, .notStored(let index, let reason)):
            let failure = CIBFailure(
                .notStored, "the change is in effect, but node \(sender.node) could not write it to disk: \(reason)")
            for request in stability.memberFailed(index) {
                effects.append(.acknowledge(request, .refused(failure)))
            }
        case (.outside, _), (.comparing, _), (.receiving, _), (.synchronised, _):
            break  // Nothing sent in this membership by a member in step comes at another time.
        }
    }

    private mutating func apply(
        _ change: CIBChange, _ request: CIBRequestID, from sender: GroupMember, _ effects: inout [Effect]
    ) {
        let isOwn = sender == member && open.first?.request == request
        if isOwn { open.removeFirst() }
        do {
            let summary = try document.apply(change)
            if summary.changedConfiguration { stability.configurationChanged() }
            if !summary.isEmpty { effects.append(.applied(summary, from: sender)) }
            guard isOwn else { return }
            if summary.changedConfiguration {
                stability.await(request, summary)
            } else {
                effects.append(.acknowledge(request, .done(summary, isQuorate: isQuorate)))
            }
        } catch {
            if isOwn { effects.append(.acknowledge(request, .refused(error))) }
        }
    }

    /// Writes what is not on disk yet, and tells the members how far this node's disk is.
    private mutating func reportStability(_ effects: inout [Effect]) {
        guard isSynchronised else { return }
        if let (store, needsDocument) = stability.nextStore() {
            effects.append(.store(store, needsDocument ? document.withoutStatus : nil, stability.lineage))
        }
        if let (index, lineage) = stability.nextReport() { multicast(.stable(index, lineage), &effects) }
    }
}
