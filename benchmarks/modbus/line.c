// A Modbus RTU slave on a pseudo-terminal that takes the time a serial line would: 11 bits a character both ways, and 3.5
// characters of silence after each frame, 1.75 ms above 19200 bits per second (MODBUS over Serial Line V1.02, 2.5.1.1).
//
// All units answer, at once after that silence. How long characters and silences took is in the counters: this, divided by
// the time that went by, is how well a master used the line.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "counters.h"

static struct counters *counters;
static volatile sig_atomic_t ended;

static void die(const char *what) {
  fprintf(stderr, "line: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void sleep_until(uint64_t at) {
  struct timespec t = {(time_t)(at / 1000000000u), (long)(at % 1000000000u)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR && !ended) {}
}

static void end(int signal) {
  (void)signal;
  ended = 1;
}

static uint16_t checksum(const uint8_t *bytes, size_t count) {
  uint16_t crc = 0xffff;
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1;
  }
  return crc;
}

// The answer to a request for registers, else exception 1.
static size_t answer_to(const uint8_t *request, uint8_t *answer) {
  unsigned address = request[2] << 8 | request[3], count = request[4] << 8 | request[5];
  size_t size;
  answer[0] = request[0], answer[1] = request[1];
  if ((request[1] == 3 || request[1] == 4) && count >= 1 && count <= 125) {
    answer[2] = (uint8_t)(count * 2);
    for (unsigned i = 0; i < count; i++) answer[3 + 2 * i] = (uint8_t)((address + i) >> 8), answer[4 + 2 * i] = (uint8_t)(address + i);
    size = 3 + count * 2;
    counters->registers += count;
  } else {
    answer[1] |= 0x80, answer[2] = 1;
    size = 3;
    counters->exceptions++;
  }
  uint16_t crc = checksum(answer, size);
  answer[size] = (uint8_t)crc, answer[size + 1] = (uint8_t)(crc >> 8);
  return size + 2;
}

static int open_line(const char *link) {
  int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0) die("no pseudo-terminal");
  const char *name = ptsname(fd);
  // Held open, so that the line doesn't hang up while no master has it.
  int held = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  struct termios options;
  if (held < 0 || tcgetattr(held, &options) < 0) die(name);
  cfmakeraw(&options);
  if (tcsetattr(held, TCSANOW, &options) < 0) die(name);
  unlink(link);
  if (symlink(name, link) < 0) die(link);
  return fd;
}

static void usage(FILE *out) {
  fprintf(out,
          "Usage: line --counters FILE --link PATH [--baud B]\n\n"
          "Modbus RTU slaves of all ids on a pseudo-terminal that PATH leads to, as slow as a line of B bits per second (9600).\n");
}

int main(int argc, char **argv) {
  const char *file = NULL, *link = NULL;
  unsigned baud = 9600;
  static const struct option options[] = {{"counters", 1, 0, 'c'}, {"link", 1, 0, 'l'}, {"baud", 1, 0, 'b'}, {"help", 0, 0, 'h'}, {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
    switch (option) {
      case 'c': file = optarg; break;
      case 'l': link = optarg; break;
      case 'b': baud = (unsigned)atoi(optarg); break;
      case 'h': usage(stdout); return 0;
      default: usage(stderr); return 2;
    }
  }
  if (!file || !link || baud < 300) return usage(stderr), 2;
  int shared = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (shared < 0 || ftruncate(shared, sizeof *counters) < 0) die(file);
  counters = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
  if (counters == MAP_FAILED) die(file);
  struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  prctl(PR_SET_TIMERSLACK, 1);

  int fd = open_line(link);
  uint64_t character = 11000000000ull / baud, silence = baud > 19200 ? 1750000 : character * 7 / 2;
  // The line hands over what a UART's buffer would: what came in about a millisecond, or one character.
  size_t piece = baud > 11000 ? baud / 11000 : 1;
  printf("ready\n");
  fflush(stdout);

  uint8_t request[256], answer[256];
  size_t used = 0;
  uint64_t free_at = 0, began = 0, touched = 0;
  while (!ended) {
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    if (poll(&waiting, 1, 1000) <= 0) continue;
    uint64_t here = now_ns();
    // What is left of a request that never became one.
    if (used && here - touched > 20000000) used = 0;
    ssize_t count = read(fd, request + used, sizeof request - used);
    if (count <= 0) continue;
    if (!used) began = here;
    used += (size_t)count, touched = here;
    if (used < 8) continue;
    if (used > 8 || checksum(request, 6) != (request[6] | request[7] << 8)) {
      used = 0;
      continue;
    }
    used = 0;
    // A hundred microseconds are the clocks' and the scheduler's, not the master's.
    if (began + 100000 < free_at) counters->violations++;
    uint64_t start = began > free_at ? began : free_at;
    uint64_t first = start + 8 * character + silence;
    size_t size = answer_to(request, answer);
    for (size_t sent = 0; sent < size && !ended;) {
      size_t next = size - sent < piece ? size - sent : piece;
      sleep_until(first + (sent + next) * character);
      if (write(fd, answer + sent, next) != (ssize_t)next) break;
      sent += next;
    }
    free_at = first + size * character + silence;
    counters->character_ns += (8 + size) * character;
    counters->silence_ns += 2 * silence;
    counters->requests++;
  }
  unlink(link);
  return 0;
}
