/// How the values of a point come.
public enum Delivery: Sendable, Hashable {
  /// It is read each cycle.
  case polled
  /// Its connection tells of it when something happens (``DeviceConnection/watch(_:_:)``). It is read when its device starts
  /// and after each connect, and else only where its Device gives a `collectCycle`.
  case byException
  /// It is read each cycle, and watched besides: a counter, for instance, or an output that is to end a pulse by itself.
  case watched
}
