import Glibc

/// Where the package is.
let packageRoot = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

/// The bytes of a file that is part of the package.
func readFile(_ path: String) throws -> [UInt8] {
  struct Unreadable: Error {
    let path: String
  }
  guard let file = fopen(path, "r") else { throw Unreadable(path: path) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes.append(contentsOf: buffer.prefix(count))
  }
}

/// Writes a file that is part of the package, and the folders it is in.
func writeFile(_ path: String, _ text: String) throws {
  var folder = ""
  for part in path.split(separator: "/").dropLast() {
    folder += "/\(part)"
    mkdir(folder, 0o755)
  }
  struct Unwritable: Error {
    let path: String
  }
  guard let file = fopen(path, "w") else { throw Unwritable(path: path) }
  fputs(text, file)
  fclose(file)
}
