// What the slave tells those who measure, in a file that both map.
#ifndef COUNTERS_H
#define COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

enum { HOSTS_MAX = 1024, WRITES_MAX = 1 << 16 };

// A write that arrived: of all kinds the first two registers as one number of 32 bits.
struct write_record {
  uint64_t at_ns;  // CLOCK_MONOTONIC when the request had arrived whole
  uint32_t value;
  uint16_t address;
  uint16_t host;
  uint8_t unit;
  uint8_t function;
};

struct counters {
  _Atomic uint64_t requests;     // requests for bits and registers, reads and writes
  _Atomic uint64_t registers;    // registers that were read
  _Atomic uint64_t bits;         // bits that were read
  _Atomic uint64_t exceptions;   // answers that were exceptions
  _Atomic uint64_t connections;  // connections that were ever made
  _Atomic uint64_t open;         // connections that are open
  _Atomic uint64_t writes;       // writes; the last WRITES_MAX of them are below
  _Atomic uint64_t host_requests[HOSTS_MAX];
  // A serial line: how long characters and the silences after frames took, and when the last one of it was over.
  _Atomic uint64_t character_ns;
  _Atomic uint64_t silence_ns;
  _Atomic uint64_t violations;  // requests that began before the silence after the last frame was over
  struct write_record records[WRITES_MAX];
};

#endif
