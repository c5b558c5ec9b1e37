// Reads an API over plain sockets: a list to its end, or many watches for a while, and tells what came and what the server took for it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 1000 };

static const char *path = "/", *accept_type = "application/json";
static int port, connections = 1, process;
static double seconds;
static int sockets[CONNECTIONS];
static char last[CONNECTIONS];
static unsigned long long bytes, lines, least, most, per_connection[CONNECTIONS];
static int ended;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what) {
  fprintf(stderr, "read: %s: %s\n", what, errno ? strerror(errno) : "failed");
  exit(1);
}

// The seconds of processor time a process took.
static double cpu(void) {
  char name[64], text[1024];
  snprintf(name, sizeof name, "/proc/%d/stat", process);
  FILE *file = fopen(name, "r");
  if (!file) die(name);
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  const char *rest = strrchr(text, ')');
  unsigned long user = 0, system = 0;
  if (!rest || sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) die(name);
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

// A field of the process's status, in MiB.
static double memory(const char *field) {
  char name[64], line[256];
  snprintf(name, sizeof name, "/proc/%d/status", process);
  FILE *file = fopen(name, "r");
  if (!file) die(name);
  double kilobytes = 0;
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, field, strlen(field))) kilobytes = atof(line + strlen(field) + 1);
  fclose(file);
  return kilobytes / 1024;
}

// From here on VmHWM is the peak.
static void forget_peak(void) {
  char name[64];
  snprintf(name, sizeof name, "/proc/%d/clear_refs", process);
  FILE *file = fopen(name, "w");
  if (!file || fputs("5", file) < 0 || fclose(file)) die(name);
}

static int ask(int poller, int index) {
  int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address)) die("connect");
  char request[2048];
  int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: %s\r\nConnection: close\r\n\r\n", path, accept_type);
  if (write(descriptor, request, (size_t)length) != length) die("write");
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (unsigned)index};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event)) die("epoll");
  return descriptor;
}

// The lines of JSON in it: chunks begin and end with \r\n.
static void take(int index, const char *text, ssize_t count) {
  bytes += (unsigned long long)count;
  char before = last[index];
  for (ssize_t i = 0; i < count; i++) {
    if (text[i] == '\n' && before == '}') per_connection[index]++;
    before = text[i];
  }
  last[index] = before;
}

static void read_until(int poller, double end) {
  static char buffer[1 << 18];
  struct epoll_event events[64];
  while (ended < connections && (end == 0 || now() < end)) {
    int count = epoll_wait(poller, events, 64, end == 0 ? -1 : 10);
    for (int i = 0; i < count; i++) {
      int index = (int)events[i].data.u32;
      ssize_t got = read(sockets[index], buffer, sizeof buffer);
      if (got > 0) {
        take(index, buffer, got);
      } else if (got == 0 || errno != EINTR) {
        close(sockets[index]);
        ended++;
      }
    }
  }
}

static void usage(FILE *out) {
  fprintf(out,
          "Usage: read --port PORT --process PID [--path PATH] [--accept TYPE] [--connections N] [--warm-up S] [--seconds S]\n\n"
          "Asks an API on this machine for PATH on N connections (1), and reads until they end, or S seconds.\n"
          "What comes in the first --warm-up seconds doesn't count.\n");
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"port", 1, 0, 'p'},    {"process", 1, 0, 'P'}, {"path", 1, 0, 'x'},
                                          {"accept", 1, 0, 'a'},  {"connections", 1, 0, 'n'}, {"seconds", 1, 0, 's'},
                                          {"warm-up", 1, 0, 'w'}, {"help", 0, 0, 'h'},    {0, 0, 0, 0}};
  double warm_up = 0;
  int option;
  while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) switch (option) {
      case 'p': port = atoi(optarg); break;
      case 'P': process = atoi(optarg); break;
      case 'x': path = optarg; break;
      case 'a': accept_type = optarg; break;
      case 'n': connections = atoi(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'w': warm_up = atof(optarg); break;
      case 'h': usage(stdout); return 0;
      default: usage(stderr); return 2;
    }
  if (port <= 0 || process <= 0 || connections < 1 || connections > CONNECTIONS) {
    usage(stderr);
    return 2;
  }
  double rss = memory("VmRSS");
  forget_peak();
  int poller = epoll_create1(0);
  if (poller < 0) die("epoll");
  double begin = now(), cpu_begin = cpu();
  for (int i = 0; i < connections; i++) sockets[i] = ask(poller, i);
  if (warm_up > 0) {
    read_until(poller, now() + warm_up);
    bytes = 0;
    memset(per_connection, 0, sizeof per_connection);
    begin = now();
    cpu_begin = cpu();
  }
  read_until(poller, seconds > 0 ? now() + seconds : 0);
  double took = now() - begin, used = cpu() - cpu_begin;
  least = ~0ull;
  for (int i = 0; i < connections; i++) {
    lines += per_connection[i];
    if (per_connection[i] < least) least = per_connection[i];
    if (per_connection[i] > most) most = per_connection[i];
  }
  printf("seconds %.3f\nmib %.2f\nlines %llu\nlines_least %llu\nlines_most %llu\ncpu_s %.2f\ncpu_cores %.3f\nended %d\n", took,
         (double)bytes / 1048576, lines, least, most, used, used / took, ended);
  printf("rss_mib.before %.1f\nrss_mib.peak %.1f\nrss_mib.after %.1f\n", rss, memory("VmHWM"), memory("VmRSS"));
  return 0;
}
