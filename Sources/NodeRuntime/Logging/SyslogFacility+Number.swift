internal import ClusterConfiguration
internal import Glibc

extension LoggingSettings.SyslogFacility {
    /// What openlog(3) knows it by.
    var number: Int32 {
        switch self {
        case .kern: LOG_KERN
        case .user: LOG_USER
        case .mail: LOG_MAIL
        case .daemon: LOG_DAEMON
        case .auth: LOG_AUTH
        case .syslog: LOG_SYSLOG
        case .lpr: LOG_LPR
        case .news: LOG_NEWS
        case .uucp: LOG_UUCP
        case .cron: LOG_CRON
        case .authpriv: LOG_AUTHPRIV
        case .ftp: LOG_FTP
        case .local0: LOG_LOCAL0
        case .local1: LOG_LOCAL1
        case .local2: LOG_LOCAL2
        case .local3: LOG_LOCAL3
        case .local4: LOG_LOCAL4
        case .local5: LOG_LOCAL5
        case .local6: LOG_LOCAL6
        case .local7: LOG_LOCAL7
        }
    }
}
