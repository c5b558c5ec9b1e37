/// What the bytes received so far say about the length of the frame that they begin.
enum FrameProgress: Hashable {
  /// The frame has at least this many bytes in all.
  case needs(Int)
  /// It has exactly this many, and they are there.
  case complete(Int)
  /// These bytes begin no frame.
  case invalid(String)

  /// A frame of a known length.
  static func length(_ length: Int, of count: Int) -> FrameProgress { count >= length ? .complete(length) : .needs(length) }
}
