/// Where a mapper takes its Devices and DeviceModels from.
public enum DeviceSource: Sendable, Hashable {
  /// The API server.
  case api
  /// A file, or the files of a folder, with Devices and DeviceModels: the folder's own `.yaml`, `.yml` and `.json` files,
  /// not those of folders in it.
  case files(path: String)
  /// A `deviceProfile.json`, as KubeEdge up to 1.14 mounts it into mappers from the ConfigMap `device-profile-config-<node>`.
  case profile(path: String)
}
