// What a disk can do: writes what a commit to SQLite's log writes, at the place behind the last and back at the start of the file when
// that is as long as a log gets, and has it on the disk before the next. Nothing that commits each update by itself can be faster.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LATENCIES = 1 << 22 };

// A page and the frame's head, of which SQLite writes one each for a small change.
static const size_t frame = 4096 + 24, log_frames = 1000;
static double latencies[LATENCIES];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what) {
  fprintf(stderr, "fsync: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int by_size(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static void usage(FILE *out) {
  fprintf(out,
          "Usage: fsync --file FILE [--frames N] [--rate N] [--seconds S]\n\n"
          "Writes N frames of SQLite's log (1 by default) and waits until they are on the disk, again and again for S seconds\n"
          "(5 by default), as fast as it can or so many times a second; prints how often, and how long it took.\n");
}

int main(int argc, char **argv) {
  const char *path = NULL;
  size_t frames = 1;
  double seconds = 5, rate = 0;
  static const struct option options[] = {{"file", 1, 0, 'f'}, {"frames", 1, 0, 'n'}, {"rate", 1, 0, 'r'}, {"seconds", 1, 0, 's'}, {"help", 0, 0, 'h'}, {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
    switch (option) {
      case 'f': path = optarg; break;
      case 'n': frames = (size_t)atoi(optarg); break;
      case 'r': rate = atof(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'h': usage(stdout); return 0;
      default: usage(stderr); return 2;
    }
  }
  if (!path || frames < 1 || frames > log_frames) return usage(stderr), 2;
  int file = open(path, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) die(path);
  size_t size = frames * frame, length = log_frames * frame;
  char *bytes = malloc(size);
  if (!bytes) die("memory");
  memset(bytes, 0x5a, size);
  // The log keeps its length between checkpoints, so the file doesn't grow while it is measured.
  for (size_t at = 0; at < length; at += frame)
    if (pwrite(file, bytes, frame, (off_t)at) != (ssize_t)frame) die("writing");
  if (fsync(file)) die("fsync");

  size_t count = 0, at = 0;
  double begin = now(), due = begin;
  while (now() - begin < seconds && count < LATENCIES) {
    double start = now();
    if (rate > 0) {
      if (due > start) {
        struct timespec t = {(time_t)due, (long)((due - (double)(time_t)due) * 1e9)};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
      }
      start = due;
      due += 1 / rate;
    }
    if (at + size > length) at = 0;
    bytes[0]++;
    if (pwrite(file, bytes, size, (off_t)at) != (ssize_t)size) die("writing");
    if (fdatasync(file)) die("fdatasync");
    at += size;
    latencies[count++] = (now() - start) * 1e3;
  }
  double elapsed = now() - begin;
  qsort(latencies, count, sizeof *latencies, by_size);
  printf("per_s %.0f\nlatency_ms.p50 %.3f\nlatency_ms.p99 %.3f\n", (double)count / elapsed, latencies[count / 2], latencies[count * 99 / 100]);
  unlink(path);
  return 0;
}
