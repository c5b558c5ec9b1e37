import Foundation

/// What SQLite's write-ahead log looks like before SQLite opens it.
///
/// SQLite takes the frames up to the first whose checksum is wrong and drops the rest without a word. That is right after
/// a loss of power, which can spoil no more than the transaction that was being written. If transactions come after the
/// spoilt frame, they were on the disk once, and were acknowledged.
///
/// The format is at <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.
package enum WriteAheadLog: Sendable, Hashable {
  /// Nothing in it.
  case empty
  /// Whole, but perhaps for a transaction that was never finished.
  case sound
  /// Committed transactions in it can't be read any more.
  case damaged(String)

  private static let headerSize = 32
  private static let frameHeaderSize = 24

  /// Reads the log.
  package init(path: String) {
    self = .empty
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    guard size > Self.headerSize, let header = Self.read(Self.headerSize, at: 0, from: descriptor) else { return }

    let isBigEndian = header.word(0) == 0x377f_0683
    let pageSize = Int(header.word(8))
    var checksum = Checksum(isBigEndian: isBigEndian)
    checksum.add(header[..<24])
    guard isBigEndian || header.word(0) == 0x377f_0682, (512...65_536).contains(pageSize), checksum.is(header.word(24), header.word(28))
    else {
      self = header.allSatisfy { $0 == 0 } ? .empty : .damaged("its beginning can't be read")
      return
    }

    let frameSize = Self.frameHeaderSize + pageSize
    var offset = Self.headerSize
    var isValid = true
    var lost = 0
    while offset + frameSize <= Int(size), let frame = Self.read(frameSize, at: offset, from: descriptor) {
      let isOfThisLog = frame[8..<16].elementsEqual(header[16..<24])
      if isValid {
        checksum.add(frame[..<8])
        checksum.add(frame[Self.frameHeaderSize...])
        isValid = isOfThisLog && checksum.is(frame.word(16), frame.word(20))
      }
      // The second word is the database's size in the last frame of a transaction, else 0.
      if !isValid, isOfThisLog, frame.word(4) != 0 { lost += 1 }
      offset += frameSize
    }
    self = lost > 1 ? .damaged("\(lost) transactions behind a spoilt frame can't be read") : .sound
  }

  private static func read(_ count: Int, at offset: Int, from descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    return pread(descriptor, &bytes, count, off_t(offset)) == count ? bytes : nil
  }

  /// SQLite's checksum, which goes on from frame to frame.
  private struct Checksum {
    let isBigEndian: Bool
    var first: UInt32 = 0
    var second: UInt32 = 0

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    mutating func add(_ bytes: ArraySlice<UInt8>) {
      bytes.withUnsafeBytes { bytes in
        var index = 0
        while index + 8 <= bytes.count {
          first &+= word(bytes, index) &+ second
          second &+= word(bytes, index + 4) &+ first
          index += 8
        }
      }
    }

    private func word(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
      let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)
      return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }

    func `is`(_ first: UInt32, _ second: UInt32) -> Bool { self.first == first && self.second == second }
  }
}

extension [UInt8] {
  fileprivate func word(_ index: Int) -> UInt32 { self[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) } }
}
