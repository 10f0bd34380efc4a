internal import Glibc

/// A time as the incumbents print it, in the local time zone: `Mon Nov 23 06:00:00 2026`.
func dateText(_ seconds: Int64) -> String {
    var time = time_t(seconds)
    var parts = tm()
    guard localtime_r(&time, &parts) != nil else { return String(seconds) }
    var buffer = [CChar](repeating: 0, count: 64)
    // Fixed names of days and months: the text does not depend on the language of the terminal.
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard days.indices.contains(Int(parts.tm_wday)), months.indices.contains(Int(parts.tm_mon)),
        strftime(&buffer, buffer.count, "%H:%M:%S %Y", &parts) > 0
    else { return String(seconds) }
    let rest = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let day = String(parts.tm_mday)
    return "\(days[Int(parts.tm_wday)]) \(months[Int(parts.tm_mon)]) \(day.count < 2 ? " " + day : day) \(rest)"
}
