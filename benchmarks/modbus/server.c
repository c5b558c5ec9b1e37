// A fast Modbus TCP slave for measuring: many addresses, 247 units at each, every register there.
//
// Registers 0-59999 of both tables hold float32 values, most significant register first, each from an even address on. They
// follow from host, unit, address and time: a given share of them changes each second. From 60000 on registers hold what was
// written to them, 0 before.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "counters.h"

enum { WRITABLE = 60000, FRAME_MAX = 260, BUFFER = 8192, ANSWERS = 32 * FRAME_MAX, UNITS = 256 };

struct connection {
  int fd;  // a listener has the buffer NULL
  uint16_t host;
  size_t used;
  uint8_t *buffer;
};

static struct counters *counters;
static uint16_t *written[HOSTS_MAX];  // 256 units of 65536 - WRITABLE registers, made when first written
static double share = 1;

static void die(const char *what) {
  fprintf(stderr, "server: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint32_t mix(uint32_t x) {
  x ^= x >> 16, x *= 0x7feb352du, x ^= x >> 15, x *= 0x846ca68bu;
  return x ^ x >> 16;
}

// The float at an even address, as bits: it steps when time and its own phase have added up to a whole step.
static uint32_t float_at(uint16_t host, uint8_t unit, uint16_t address, double seconds) {
  uint32_t hash = mix((uint32_t)host << 24 ^ (uint32_t)unit << 16 ^ address);
  uint64_t steps = (uint64_t)(seconds * share + (double)hash / 4294967296.0);
  float value = (float)(hash % 900) + (float)(steps % 64) / 64;
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static uint16_t *stored(uint16_t host, uint8_t unit, int make) {
  if (!written[host]) {
    if (!make) return NULL;
    written[host] = calloc(UNITS * (65536 - WRITABLE), sizeof(uint16_t));
    if (!written[host]) die("memory");
  }
  return written[host] + unit * (65536 - WRITABLE);
}

static uint16_t register_at(uint16_t host, uint8_t unit, uint16_t address, double seconds) {
  if (address >= WRITABLE) {
    uint16_t *values = stored(host, unit, 0);
    return values ? values[address - WRITABLE] : 0;
  }
  uint32_t bits = float_at(host, unit, address & 0xfffe, seconds);
  return address & 1 ? bits & 0xffff : bits >> 16;
}

static void put16(uint8_t *at, unsigned value) { at[0] = value >> 8, at[1] = value; }
static unsigned get16(const uint8_t *at) { return at[0] << 8 | at[1]; }

static size_t exception(uint8_t *pdu, uint8_t function, uint8_t code) {
  atomic_fetch_add_explicit(&counters->exceptions, 1, memory_order_relaxed);
  pdu[0] = function | 0x80, pdu[1] = code;
  return 2;
}

static void note_write(uint16_t host, uint8_t unit, uint8_t function, unsigned address, uint32_t value, uint64_t at) {
  uint64_t index = atomic_load_explicit(&counters->writes, memory_order_relaxed);
  counters->records[index % WRITES_MAX] = (struct write_record){at, value, (uint16_t)address, host, unit, function};
  atomic_store_explicit(&counters->writes, index + 1, memory_order_release);
}

// Answers a request.
static size_t serve(uint16_t host, uint8_t unit, const uint8_t *pdu, size_t length, uint8_t *answer, double seconds, uint64_t at) {
  uint8_t function = pdu[0];
  if (length < 5) return exception(answer, function, 3);
  unsigned address = get16(pdu + 1), count = get16(pdu + 3);
  answer[0] = function;
  switch (function) {
    case 1:
    case 2: {
      if (count < 1 || count > 2000) return exception(answer, function, 3);
      if (address + count > 65536) return exception(answer, function, 2);
      size_t bytes = (count + 7) / 8;
      answer[1] = (uint8_t)bytes;
      memset(answer + 2, 0, bytes);
      for (unsigned i = 0; i < count; i++)
        if (register_at(host, unit, (uint16_t)((address + i) % WRITABLE), seconds) & 1) answer[2 + i / 8] |= 1 << i % 8;
      atomic_fetch_add_explicit(&counters->bits, count, memory_order_relaxed);
      return 2 + bytes;
    }
    case 3:
    case 4: {
      if (count < 1 || count > 125) return exception(answer, function, 3);
      if (address + count > 65536) return exception(answer, function, 2);
      answer[1] = (uint8_t)(count * 2);
      for (unsigned i = 0; i < count; i++) put16(answer + 2 + 2 * i, register_at(host, unit, (uint16_t)(address + i), seconds));
      atomic_fetch_add_explicit(&counters->registers, count, memory_order_relaxed);
      return 2 + count * 2;
    }
    case 5:
    case 6:
      note_write(host, unit, function, address, count, at);
      if (address >= WRITABLE && function == 6) stored(host, unit, 1)[address - WRITABLE] = (uint16_t)count;
      memcpy(answer, pdu, 5);
      return 5;
    case 15:
    case 16: {
      size_t bytes = function == 16 ? count * 2 : (count + 7) / 8;
      if (length < 6 || pdu[5] != bytes || length != 6 + bytes || count < 1) return exception(answer, function, 3);
      if (address + count > 65536) return exception(answer, function, 2);
      uint32_t value = 0;
      for (size_t i = 0; i < bytes && i < 4; i++) value = value << 8 | pdu[6 + i];
      note_write(host, unit, function, address, value, at);
      if (function == 16)
        for (unsigned i = 0; i < count; i++)
          if (address + i >= WRITABLE) stored(host, unit, 1)[address + i - WRITABLE] = (uint16_t)get16(pdu + 6 + 2 * i);
      memcpy(answer, pdu, 5);
      return 5;
    }
    case 22: {
      if (length != 7) return exception(answer, function, 3);
      unsigned and = count, or = get16(pdu + 5);
      if (address >= WRITABLE) {
        uint16_t *value = stored(host, unit, 1) + (address - WRITABLE);
        *value = (uint16_t)((*value & and) | (or & ~and));
      }
      note_write(host, unit, function, address, or, at);
      memcpy(answer, pdu, 7);
      return 7;
    }
    default: return exception(answer, function, 1);
  }
}

static void close_connection(struct connection *c) {
  close(c->fd);
  free(c->buffer);
  free(c);
  atomic_fetch_sub(&counters->open, 1);
}

static int send_all(int fd, const uint8_t *bytes, size_t count) {
  while (count > 0) {
    ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return 0;
    if (sent > 0) bytes += sent, count -= (size_t)sent;
  }
  return 1;
}

// Answers all that came whole; 0 when the client is to be dropped.
static int receive(struct connection *c) {
  ssize_t count = recv(c->fd, c->buffer + c->used, BUFFER - c->used, MSG_DONTWAIT);
  if (count == 0) return 0;
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  uint64_t at = now_ns();
  double seconds = (double)at / 1e9;
  c->used += (size_t)count;
  uint8_t out[ANSWERS];
  size_t position = 0, ready = 0;
  while (c->used - position >= 8) {
    const uint8_t *frame = c->buffer + position;
    size_t length = get16(frame + 4);
    if (get16(frame + 2) != 0 || length < 2 || length > 254) return 0;
    if (c->used - position < 6 + length) break;
    uint8_t *answer = out + ready;
    size_t pdu = serve(c->host, frame[6], frame + 7, length - 1, answer + 7, seconds, at);
    memcpy(answer, frame, 4);
    put16(answer + 4, (unsigned)pdu + 1);
    answer[6] = frame[6];
    ready += 7 + pdu;
    position += 6 + length;
    atomic_fetch_add_explicit(&counters->requests, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counters->host_requests[c->host], 1, memory_order_relaxed);
    if (ready > sizeof out - FRAME_MAX) {
      if (!send_all(c->fd, out, ready)) return 0;
      ready = 0;
    }
  }
  memmove(c->buffer, c->buffer + position, c->used - position);
  c->used -= position;
  return send_all(c->fd, out, ready);
}

static void accept_one(int poll, struct connection *listener) {
  int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) return;
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct connection *c = calloc(1, sizeof *c);
  if (!c || !(c->buffer = malloc(BUFFER))) die("memory");
  c->fd = fd, c->host = listener->host;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
  atomic_fetch_add(&counters->connections, 1);
  atomic_fetch_add(&counters->open, 1);
}

static void listen_at(int poll, unsigned host, unsigned port) {
  int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(0x7f4d0001u + (host / 250 << 8) + host % 250);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 64) < 0) die("listening");
  struct connection *c = calloc(1, sizeof *c);
  if (!c) die("memory");
  c->fd = fd, c->host = (uint16_t)host;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

static void report(void) {
  printf("requests %llu registers %llu bits %llu writes %llu exceptions %llu connections %llu\n",
         (unsigned long long)counters->requests, (unsigned long long)counters->registers, (unsigned long long)counters->bits,
         (unsigned long long)counters->writes, (unsigned long long)counters->exceptions, (unsigned long long)counters->connections);
  fflush(stdout);
}

static void usage(FILE *out) {
  fprintf(out,
          "Usage: server --counters FILE [--hosts N] [--port P] [--share S] [--interval SECONDS]\n\n"
          "A Modbus TCP slave on 127.77.0.1, 127.77.0.2 and so on, with all units at each.\n\n"
          "  --counters FILE     what is counted is in this file (see counters.h)\n"
          "  --hosts N           how many addresses, 1 by default\n"
          "  --port P            the port, 15020 by default\n"
          "  --share S           the share of float32 values that change each second, 0 to 1 (the default)\n"
          "  --interval SECONDS  print the counts so often; they are printed at the end anyway\n");
}

int main(int argc, char **argv) {
  const char *file = NULL;
  unsigned hosts = 1, port = 15020, interval = 0;
  static const struct option options[] = {{"counters", 1, 0, 'c'}, {"hosts", 1, 0, 'n'}, {"port", 1, 0, 'p'},
                                          {"share", 1, 0, 's'},    {"interval", 1, 0, 'i'}, {"help", 0, 0, 'h'}, {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
    switch (option) {
      case 'c': file = optarg; break;
      case 'n': hosts = (unsigned)atoi(optarg); break;
      case 'p': port = (unsigned)atoi(optarg); break;
      case 's': share = atof(optarg); break;
      case 'i': interval = (unsigned)atoi(optarg); break;
      case 'h': usage(stdout); return 0;
      default: usage(stderr); return 2;
    }
  }
  if (!file || hosts < 1 || hosts > HOSTS_MAX || port < 1 || port > 65535) return usage(stderr), 2;
  int fd = open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, sizeof *counters) < 0) die(file);
  counters = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (counters == MAP_FAILED) die(file);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  int ending = signalfd(-1, &signals, SFD_CLOEXEC), poll = epoll_create1(EPOLL_CLOEXEC);
  if (ending < 0 || poll < 0) die("epoll");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, ending, &event) < 0) die("epoll_ctl");
  for (unsigned host = 0; host < hosts; host++) listen_at(poll, host, port);
  printf("ready\n");
  fflush(stdout);

  uint64_t reported = now_ns();
  for (;;) {
    struct epoll_event events[64];
    int count = epoll_wait(poll, events, 64, interval ? 1000 : -1);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < count; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c) {
        report();
        return 0;
      }
      if (!c->buffer) accept_one(poll, c);
      else if (!receive(c)) close_connection(c);
    }
    if (interval && now_ns() - reported >= interval * 1000000000ull) report(), reported = now_ns();
  }
}
