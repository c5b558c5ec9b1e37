extension EdgeMetrics {
  /// What the metrics mean, by their names.
  static let help = [
    "edgecore_api_requests_total": "Requests to the API, by verb and by the answer's code; a watch counts when it begins.",
    "edgecore_broker_connected": "Whether edgecore is connected to the MQTT broker.",
    "edgecore_broker_connects_total": "How often edgecore was connected to the broker; more than 1 means that it lost it.",
    "edgecore_commit_failures_total": "Commits that failed: what they held was refused. A full or broken disk.",
    "edgecore_commit_rows": "Objects and twins that one commit wrote.",
    "edgecore_commit_seconds": "Time that a commit took until it was on the disk, in seconds.",
    "edgecore_devices": "Devices that are stored.",
    "edgecore_messages_failed_total": "Messages refused with code 500: their commit failed, or edgecore was stopping.",
    "edgecore_messages_overflow_total": "Messages refused with code 429: too many of their device (queue=device), or of all, waited.",
    "edgecore_messages_oversized_total": "Messages refused because their payload was too large.",
    "edgecore_messages_published_total": "Messages handed to the broker: answers, documents, deltas.",
    "edgecore_messages_received_total": "Messages received, by what they are about.",
    "edgecore_messages_retained_total": "Retained messages passed over: values from before that would be applied anew.",
    "edgecore_messages_unpublished_total": "Messages that couldn't be handed to the broker: it was away, or too slow. Senders ask again.",
    "edgecore_messages_unread_total":
      "Messages discarded unread: they came faster than they could be taken for half a keep-alive. Senders send again.",
    "edgecore_messages_waiting": "Messages that wait to be applied.",
    "edgecore_messages_waiting_bytes": "Memory of the messages that wait to be applied, in bytes, about.",
    "edgecore_objects": "Objects that are stored: devices, models, events.",
    "edgecore_twin_updates_refused_total": "Updates refused as a whole, by the answer's code: 400 isn't valid, 404 no such device.",
    "edgecore_twin_updates_total":
      "Updates taken: applied, unchanged (nothing was to be stored), duplicate (sent again and answered again).",
    "edgecore_watchers": "Watches of the API that are open.",
    "metrics_left_out": "Metrics that aren't kept: too many label sets.",
  ]
}
