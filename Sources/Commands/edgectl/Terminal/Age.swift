/// A span of time, said as kubectl says an age: two units at most, the finer one only while it matters.
func ageText(seconds: Int64) -> String {
  func two(_ first: Int64, _ firstUnit: String, _ second: Int64, _ secondUnit: String) -> String {
    second == 0 ? "\(first)\(firstUnit)" : "\(first)\(firstUnit)\(second)\(secondUnit)"
  }
  let seconds = max(0, seconds)
  let minutes = seconds / 60
  let hours = minutes / 60
  let days = hours / 24
  switch seconds {
  case ..<120: return "\(seconds)s"
  case ..<600: return two(minutes, "m", seconds % 60, "s")
  case ..<(3 * 3600): return "\(minutes)m"
  case ..<(8 * 3600): return two(hours, "h", minutes % 60, "m")
  case ..<(48 * 3600): return "\(hours)h"
  case ..<(8 * 86_400): return two(days, "d", hours % 24, "h")
  case ..<(2 * 365 * 86_400): return "\(days)d"
  case ..<(8 * 365 * 86_400): return two(days / 365, "y", days % 365, "d")
  default: return "\(days / 365)y"
  }
}
