extension Schema {
  /// Where a property's values go besides the twin, in v1beta1.
  static let pushMethod: Schema = .object(
    "Where the mapper pushes the property's values besides the twin.",
    [
      .optional(
        "http",
        .object(
          "Push by HTTP POST.",
          [
            .optional("hostName", .string("The scheme and host, for instance http://127.0.0.1.")),
            .optional("port", .integer("The TCP port.", minimum: 0, maximum: 65535)),
            .optional("requestPath", .string("The path of the request.")),
            .optional("timeout", .integer("How long to wait for the answer, in milliseconds.")),
          ])),
      .optional(
        "mqtt",
        .object(
          "Publish to an MQTT broker.",
          [
            .optional("address", .string("The broker, for instance tcp://127.0.0.1:1883.")),
            .optional("topic", .string("The topic.")),
            .optional("qos", .integer("The quality of service: 0, 1 or 2.", minimum: 0, maximum: 2, format: "int32")),
            .optional("retained", .boolean("Whether the broker keeps the last message.")),
          ])),
      .optional(
        "otel",
        .object(
          "Export as an OpenTelemetry metric.",
          [.optional("endpointURL", .string("Where OTLP over HTTP is taken, for instance http://127.0.0.1:4318/v1/metrics."))])),
      .optional("dbMethod", database),
      .optional("anomalyDetection", .free("What an anomaly detection service needs.")),
    ])

  private static let database: Schema = .object(
    "Write to a database.",
    [
      .optional("influxdb2", influxDB),
      .optional("redis", redis),
      .optional(
        "TDEngine",
        .object(
          "Write to TDengine.",
          [
            .optional(
              "TDEngineClientConfig",
              .object(
                "Where the database is.",
                [
                  .optional("addr", .string("Host and port.")),
                  .optional("dbName", .string("The name of the database.")),
                ]))
          ])),
      .optional(
        "mysql",
        .object(
          "Write to MySQL.",
          [
            .optional(
              "mysqlClientConfig",
              .object(
                "Where the database is.",
                [
                  .optional("addr", .string("Host and port.")),
                  .optional("database", .string("The name of the database.")),
                  .optional("userName", .string("The user.")),
                ]))
          ])),
    ])

  private static let influxDB: Schema = .object(
    "Write to InfluxDB 2.",
    [
      .optional(
        "influxdb2ClientConfig",
        .object(
          "Where the database is.",
          [
            .optional("url", .string("The URL of the server.")),
            .optional("org", .string("The organization.")),
            .optional("bucket", .string("The bucket.")),
          ])),
      .optional(
        "influxdb2DataConfig",
        .object(
          "How a value is stored.",
          [
            .optional("measurement", .string("The measurement.")),
            .optional("fieldKey", .string("The key of the field that holds the value.")),
            .optional("tag", .map("Tags put on each point.", of: .string("The value of the tag."))),
          ])),
    ])

  private static let redis: Schema = .object(
    "Write to Redis.",
    [
      .optional(
        "redisClientConfig",
        .object(
          "Where the database is.",
          [
            .optional("addr", .string("Host and port.")),
            .optional("db", .integer("The number of the database.", format: nil)),
            .optional("poolsize", .integer("How many connections are open at most.", format: nil)),
            .optional("minIdleConns", .integer("How many connections are kept open when idle.", format: nil)),
          ]))
    ])
}
