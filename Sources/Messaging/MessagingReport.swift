internal import Totem

/// Something a person reading the log may want to know, in words.
package struct MessagingReport: Sendable, Equatable, CustomStringConvertible {
    /// Who must act: nobody (`debug`, `notice`), somebody soon (`warning`), somebody now (`error`).
    package enum Level: Sendable, Equatable { case debug, notice, warning, error }

    package let level: Level
    package let text: String
    /// Whether it says who is in the ring now, and why others are not: part of the cluster's timeline.
    package let isMembership: Bool

    package init(_ level: Level, _ text: String, isMembership: Bool = false) {
        self.level = level
        self.text = text
        self.isMembership = isMembership
    }

    package var description: String { text }
}

extension MessagingReport {
    init(_ report: RingReport) {
        let level: Level =
            switch report {
            case .gathering, .ringInstalled: .notice
            case .packetRejected, .tokenLate, .processPaused: .warning
            case .retransmitRequested: .debug
            }
        if case .ringInstalled = report {
            self.init(level, report.description, isMembership: true)
        } else {
            self.init(level, report.description)
        }
    }
}
