// The ceiling: what libmodbus does in a bare loop of C, a thread a connection, reading the same registers as the mapper and
// decoding each value, and doing nothing with it.
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <modbus.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static unsigned connections = 10, units = 10, floats = 1000, port = 15020, cycle_ms = 1000, baud = 9600;
static double seconds = 10;
static _Atomic uint64_t decoded, late;
static atomic_int stopping;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void sleep_until(double time) {
  struct timespec t = {(time_t)time, (long)((time - (double)(time_t)time) * 1e9)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {}
}

static void *poll_connection(void *argument) {
  unsigned host = (unsigned)(uintptr_t)argument;
  char ip[32];
  snprintf(ip, sizeof ip, "127.77.%u.%u", host / 250, host % 250 + 1);
  modbus_t *line = modbus_new_tcp(ip, (int)port);
  if (!line || modbus_connect(line) < 0) {
    fprintf(stderr, "loop: %s:%u: %s\n", ip, port, modbus_strerror(errno));
    exit(1);
  }
  uint16_t registers[MODBUS_MAX_READ_REGISTERS];
  float *values = malloc(floats * sizeof *values);
  if (!values) exit(1);
  // Connections begin spread over the cycle, as a poller would have them.
  double due = now() + cycle_ms / 1000.0 * host / connections;
  while (!atomic_load_explicit(&stopping, memory_order_relaxed)) {
    if (cycle_ms > 0) {
      sleep_until(due);
      due += cycle_ms / 1000.0;
    }
    for (unsigned unit = 1; unit <= units; unit++) {
      modbus_set_slave(line, (int)unit);
      for (unsigned first = 0; first < floats;) {
        unsigned count = floats - first < 62 ? floats - first : 62;
        if (modbus_read_registers(line, (int)(first * 2), (int)(count * 2), registers) < 0) {
          fprintf(stderr, "loop: unit %u: %s\n", unit, modbus_strerror(errno));
          exit(1);
        }
        for (unsigned i = 0; i < count; i++) values[first + i] = modbus_get_float_abcd(registers + 2 * i);
        first += count;
        atomic_fetch_add_explicit(&decoded, count, memory_order_relaxed);
      }
    }
    if (cycle_ms > 0 && now() > due) atomic_fetch_add(&late, 1);
  }
  free(values);
  modbus_close(line);
  modbus_free(line);
  return NULL;
}

// One master on a serial line, which asks units 1 to --units for 125 registers each by turns. libmodbus keeps no silence
// between an answer and the next request, so it is kept here.
static void *poll_line(void *argument) {
  const char *path = argument;
  modbus_t *line = modbus_new_rtu(path, (int)baud, 'E', 8, 1);
  modbus_set_response_timeout(line, 5, 0);
  if (!line || modbus_connect(line) < 0) {
    fprintf(stderr, "loop: %s: %s\n", path, modbus_strerror(errno));
    exit(1);
  }
  double silence = baud > 19200 ? 0.00175 : 3.5 * 11 / baud;
  uint16_t registers[MODBUS_MAX_READ_REGISTERS];
  for (unsigned unit = 1; !atomic_load_explicit(&stopping, memory_order_relaxed); unit = unit % units + 1) {
    modbus_set_slave(line, (int)unit);
    if (modbus_read_registers(line, 0, 125, registers) < 0) {
      fprintf(stderr, "loop: unit %u: %s\n", unit, modbus_strerror(errno));
      exit(1);
    }
    sleep_until(now() + silence);
  }
  modbus_close(line);
  modbus_free(line);
  return NULL;
}

static double cpu(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double resident_mib(void) {
  FILE *file = fopen("/proc/self/statm", "r");
  long size = 0, resident = 0;
  if (file && fscanf(file, "%ld %ld", &size, &resident) != 2) resident = 0;
  if (file) fclose(file);
  return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1048576;
}

static void usage(FILE *out) {
  fprintf(out,
          "Usage: loop [--connections N] [--units N] [--floats N] [--port P] [--cycle MS] [--seconds S]\n"
          "       loop --line PATH [--baud B] [--units N] [--seconds S]\n\n"
          "Reads float32 values of a server (see server.c) with libmodbus, 10 connections x 10 units x 1000 by default, every\n"
          "--cycle milliseconds (1000), with 0 as fast as it can. With --line instead 125 registers of each unit on a serial\n"
          "line (see line.c) of B bits per second (9600), as fast as it can; it prints nothing then.\n");
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"connections", 1, 0, 'n'}, {"units", 1, 0, 'u'},   {"floats", 1, 0, 'f'}, {"port", 1, 0, 'p'},
                                          {"cycle", 1, 0, 'c'},       {"seconds", 1, 0, 's'}, {"line", 1, 0, 'l'},
                                          {"baud", 1, 0, 'b'},        {"help", 0, 0, 'h'},    {0, 0, 0, 0}};
  char *path = NULL;
  for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
    switch (option) {
      case 'n': connections = (unsigned)atoi(optarg); break;
      case 'u': units = (unsigned)atoi(optarg); break;
      case 'f': floats = (unsigned)atoi(optarg); break;
      case 'p': port = (unsigned)atoi(optarg); break;
      case 'c': cycle_ms = (unsigned)atoi(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'l': path = optarg; break;
      case 'b': baud = (unsigned)atoi(optarg); break;
      case 'h': usage(stdout); return 0;
      default: usage(stderr); return 2;
    }
  }
  if (connections < 1 || connections > 500 || units < 1 || units > 247 || floats < 1 || floats > 30000) return usage(stderr), 2;
  if (path) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, poll_line, path)) return 1;
    sleep_until(now() + seconds);
    atomic_store(&stopping, 1);
    return pthread_join(thread, NULL);
  }
  pthread_t *threads = calloc(connections, sizeof *threads);
  if (!threads) return 1;
  for (unsigned i = 0; i < connections; i++)
    if (pthread_create(threads + i, NULL, poll_connection, (void *)(uintptr_t)i)) return 1;
  sleep_until(now() + 1 + cycle_ms / 1000.0);
  double start = now(), cpu_start = cpu();
  uint64_t decoded_start = decoded, late_start = late;
  sleep_until(start + seconds);
  double elapsed = now() - start;
  printf("floats_per_s %.0f\ncpu_cores %.3f\nrss_mib %.1f\nmissed %llu\n", (double)(decoded - decoded_start) / elapsed,
         (cpu() - cpu_start) / elapsed, resident_mib(), (unsigned long long)(late - late_start));
  atomic_store(&stopping, 1);
  for (unsigned i = 0; i < connections; i++) pthread_join(threads[i], NULL);
  free(threads);
  return 0;
}
