// Measures a mapper at work: what it reads at the slave (see counters.h), what it reports at the broker, what it and others
// cost, and how long desired values take to the bus.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "counters.h"

enum { PROCESSES = 8, WINDOWS = 100, WISHES = 10000, FIRST_WISH = 1000000 };

struct process {
  const char *name;
  int pid;
  double cpu, cores[WINDOWS], mib[WINDOWS];
};

static struct process processes[PROCESSES];
static int process_count;
static const struct counters *counters;
static unsigned connections = 10, units = 10, wishes;
static const char *property = "setpoint", *core_node;
static _Atomic uint64_t updates, properties, bytes;
static _Atomic uint64_t wished[WISHES], told[WISHES];
static struct mosquitto *reports, *deltas;
static atomic_int subscribed;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static long long wall_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void sleep_until(uint64_t at) {
  struct timespec t = {(time_t)(at / 1000000000u), (long)(at % 1000000000u)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {}
}

static void die(const char *what, const char *why) {
  fprintf(stderr, "probe: %s: %s\n", what, why);
  exit(1);
}

// The seconds of processor time a process took, and its memory.
static double cpu_of(int pid, double *mib) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file) die(path, "the process ended");
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  const char *rest = strrchr(text, ')');
  unsigned long user = 0, system = 0;
  long pages = 0;
  if (!rest || sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d %*d %*u %*u %ld", &user, &system, &pages) != 3)
    die(path, "can't be read");
  *mib = (double)pages * (double)sysconf(_SC_PAGESIZE) / 1048576;
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static uint64_t occurrences(const char *text, size_t length, const char *what) {
  size_t size = strlen(what);
  uint64_t count = 0;
  for (const char *at = text; (at = memmem(at, length - (size_t)(at - text), what, size)); at += size) count++;
  return count;
}

// A core that agrees to all, instead of edgecore: what a mapper costs where the core is never late.
static void agree(struct mosquitto *client, const struct mosquitto_message *message) {
  const char *id = memmem(message->payload, (size_t)message->payloadlen, "\"event_id\":\"", 12);
  const char *end = id ? memchr(id + 12, '"', (size_t)message->payloadlen - (size_t)(id + 12 - (const char *)message->payload)) : NULL;
  if (!end) return;
  char topic[512], answer[512];
  int is_get = strstr(message->topic, "/twin/get") != NULL;
  snprintf(topic, sizeof topic, "%s/result", message->topic);
  int size = snprintf(answer, sizeof answer, "{\"event_id\":\"%.*s\",\"timestamp\":%lld,%s}", (int)(end - id - 12), id + 12, wall_ms(),
                      is_get ? "\"code\":404,\"reason\":\"no twin\"" : "\"twin\":{}");
  mosquitto_publish(client, NULL, topic, size, answer, 1, false);
}

static void on_report(struct mosquitto *client, void *user, const struct mosquitto_message *message) {
  (void)user;
  if (core_node) agree(client, message);
  if (!strstr(message->topic, "/twin/update")) return;
  uint64_t values = occurrences(message->payload, (size_t)message->payloadlen, "\"actual\":");
  if (!values) return;
  updates++;
  properties += values;
  bytes += (uint64_t)message->payloadlen;
}

static void on_delta(struct mosquitto *client, void *user, const struct mosquitto_message *message) {
  (void)client, (void)user;
  char key[128];
  const char *text = message->payload, *delta = memmem(text, (size_t)message->payloadlen, "\"delta\":{", 9);
  if (!delta) return;
  size_t left = (size_t)message->payloadlen - (size_t)(delta - text);
  int size = snprintf(key, sizeof key, "\"%s\":\"", property);
  const char *value = memmem(delta, left, key, (size_t)size);
  if (!value) return;
  long number = atol(value + size) - FIRST_WISH;
  if (number >= 0 && number < WISHES && told[number] == 0) told[number] = now_ns();
}

static void on_subscribe(struct mosquitto *client, void *user, int id, int count, const int *granted) {
  (void)client, (void)user, (void)id, (void)count, (void)granted;
  subscribed++;
}

static struct mosquitto *connect_to(int port, const char *what, void (*received)(struct mosquitto *, void *, const struct mosquitto_message *)) {
  char name[64];
  snprintf(name, sizeof name, "bench-%s-%d", what, getpid());
  struct mosquitto *client = mosquitto_new(name, true, NULL);
  if (!client) die("MQTT", "no memory");
  if (getenv("MQTT_USERNAME")) mosquitto_username_pw_set(client, getenv("MQTT_USERNAME"), getenv("MQTT_PASSWORD"));
  mosquitto_message_callback_set(client, received);
  mosquitto_subscribe_callback_set(client, on_subscribe);
  int code = mosquitto_connect(client, "127.0.0.1", port, 60);
  if (code == MOSQ_ERR_SUCCESS) code = mosquitto_loop_start(client);
  if (code != MOSQ_ERR_SUCCESS) die("the broker", mosquitto_strerror(code));
  return client;
}

static void wish(unsigned number) {
  static uint32_t random = 2463534242u;
  random ^= random << 13, random ^= random >> 17, random ^= random << 5;
  char topic[256], payload[512];
  const char *name = core_node ? "twin/update/delta" : "twin/update";
  snprintf(topic, sizeof topic, "$hw/events/device/default/bench-%u-%u/%s", random % connections + 1, random / connections % units + 1, name);
  int size = snprintf(payload, sizeof payload,
                      "{\"event_id\":\"wish-%d-%u\",\"timestamp\":%lld,\"twin\":{\"%s\":{\"expected\":{\"value\":\"%u\",\"metadata\":{\"timestamp\":%lld}}}}%s",
                      getpid(), number, wall_ms(), property, number + FIRST_WISH, wall_ms(), core_node ? "" : "}");
  if (core_node)
    size += snprintf(payload + size, sizeof payload - (size_t)size, ",\"delta\":{\"%s\":\"%u\"}}", property, number + FIRST_WISH);
  wished[number] = now_ns();
  int code = mosquitto_publish(deltas, NULL, topic, size, payload, 1, false);
  if (code != MOSQ_ERR_SUCCESS) die("publishing", mosquitto_strerror(code));
}

static int by_size(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

static double quantile(double *values, size_t count, double part) {
  if (!count) return 0;
  qsort(values, count, sizeof *values, by_size);
  size_t index = (size_t)(part * (double)count);
  return values[index < count ? index : count - 1];
}

static double median(const double *values, size_t count) {
  double sorted[WINDOWS];
  memcpy(sorted, values, count * sizeof *values);
  qsort(sorted, count, sizeof *sorted, by_size);
  return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static void print_latencies(void) {
  static double from_wish[WISHES], from_delta[WISHES];
  size_t count = 0, with_delta = 0;
  for (uint64_t i = 0; i < counters->writes && i < WRITES_MAX; i++) {
    const struct write_record *record = counters->records + i;
    float value;
    memcpy(&value, &record->value, sizeof value);
    long number = (long)value - FIRST_WISH;
    if (number < 0 || number >= WISHES || !wished[number]) continue;
    from_wish[count++] = (double)(record->at_ns - wished[number]) / 1e6;
    // Where the core is this program, the wish is the delta. One that came here after the write was sent before it all the same.
    uint64_t delta = core_node ? wished[number] : told[number];
    if (delta) from_delta[with_delta++] = record->at_ns > delta ? (double)(record->at_ns - delta) / 1e6 : 0;
    wished[number] = 0;
  }
  printf("writes_asked %u\nwrites_done %zu\n", wishes, count);
  if (with_delta) {
    printf("write_ms.p50 %.2f\nwrite_ms.p99 %.2f\nwrite_ms.max %.2f\n", quantile(from_delta, with_delta, 0.5),
           quantile(from_delta, with_delta, 0.99), quantile(from_delta, with_delta, 1));
  }
  if (count) {
    printf("write_from_set_ms.p50 %.2f\nwrite_from_set_ms.p99 %.2f\n", quantile(from_wish, count, 0.5), quantile(from_wish, count, 0.99));
  }
}

static void map_counters(const char *file) {
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) die(file, strerror(errno));
  counters = mmap(NULL, sizeof *counters, PROT_READ, MAP_SHARED, fd, 0);
  if (counters == MAP_FAILED) die(file, strerror(errno));
}

// "12 34": requests at each of the first addresses, for scripts.
static void print_hosts(unsigned hosts) {
  for (unsigned i = 0; i < hosts; i++) printf("%s%llu", i ? " " : "", (unsigned long long)counters->host_requests[i]);
  printf("\n");
}

static void usage(FILE *out) {
  fprintf(out,
          "Usage: probe --counters FILE [--mqtt PORT] [--process NAME=PID]... [--windows N] [--seconds S] [--writes N]\n"
          "             [--connections N] [--units N] [--core NODE]\n"
          "       probe --counters FILE --requests N | --registers | --line\n\n"
          "Prints what was measured, a name and a value a line; of several windows the median.\n\n"
          "  --after N, --warm-up S     begin S seconds after N registers were read\n"
          "  --windows N, --seconds S   measure N times S seconds, 3 x 5 by default\n"
          "  --writes N                 meanwhile wish N values for the property setpoint of bench-<connection>-<unit>\n"
          "  --core NODE                play the edge core of a node: answer everything at once\n"
          "  --requests N               print the requests at the first N addresses so far, and end\n"
          "  --registers                print the registers that were read so far, and end\n"
          "  --line                     print how long the line was busy, in nanoseconds: characters, silences; and end\n");
}

static void prepare_core(void) {
  char topic[256], payload[256];
  snprintf(topic, sizeof topic, "$hw/events/node/%s/status", core_node);
  int size = snprintf(payload, sizeof payload, "{\"event_id\":\"core-%d\",\"timestamp\":%lld,\"state\":\"online\",\"node\":\"%s\"}", getpid(), wall_ms(), core_node);
  mosquitto_subscribe(reports, NULL, "$hw/events/device/+/+/twin/get", 1);
  while (subscribed < 2) usleep(1000);
  mosquitto_publish(reports, NULL, topic, size, payload, 1, true);
}

int main(int argc, char **argv) {
  const char *file = NULL;
  unsigned mqtt = 0, windows = 3, requests = 0;
  double seconds = 5, warm_up = 0;
  unsigned long long after = 0;
  int is_line = 0, is_registers = 0;
  static const struct option options[] = {
      {"counters", 1, 0, 'c'}, {"mqtt", 1, 0, 'm'},        {"process", 1, 0, 'p'}, {"windows", 1, 0, 'w'}, {"seconds", 1, 0, 's'},
      {"writes", 1, 0, 'W'},   {"connections", 1, 0, 'n'}, {"units", 1, 0, 'u'},   {"core", 1, 0, 'C'},    {"requests", 1, 0, 'r'},
      {"registers", 0, 0, 'R'}, {"line", 0, 0, 'l'},       {"warm-up", 1, 0, 'U'}, {"after", 1, 0, 'a'}, {"help", 0, 0, 'h'},    {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
    switch (option) {
      case 'c': file = optarg; break;
      case 'm': mqtt = (unsigned)atoi(optarg); break;
      case 'p': {
        char *sign = strchr(optarg, '=');
        if (!sign || process_count == PROCESSES) return usage(stderr), 2;
        *sign = 0;
        processes[process_count++] = (struct process){.name = optarg, .pid = atoi(sign + 1)};
        break;
      }
      case 'w': windows = (unsigned)atoi(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'U': warm_up = atof(optarg); break;
      case 'a': after = strtoull(optarg, NULL, 10); break;
      case 'W': wishes = (unsigned)atoi(optarg); break;
      case 'n': connections = (unsigned)atoi(optarg); break;
      case 'u': units = (unsigned)atoi(optarg); break;
      case 'C': core_node = optarg; break;
      case 'r': requests = (unsigned)atoi(optarg); break;
      case 'R': is_registers = 1; break;
      case 'l': is_line = 1; break;
      case 'h': usage(stdout); return 0;
      default: usage(stderr); return 2;
    }
  }
  if (!file || windows < 1 || windows > WINDOWS || wishes > WISHES || !connections || !units) return usage(stderr), 2;
  map_counters(file);
  if (requests) return print_hosts(requests < HOSTS_MAX ? requests : HOSTS_MAX), 0;
  if (is_registers) return printf("%llu\n", (unsigned long long)counters->registers), 0;
  if (is_line) {
    printf("%llu %llu %llu\n", (unsigned long long)counters->character_ns, (unsigned long long)counters->silence_ns, (unsigned long long)counters->violations);
    return 0;
  }

  mosquitto_lib_init();
  if (mqtt) {
    reports = connect_to((int)mqtt, "reports", on_report);
    deltas = connect_to((int)mqtt, "deltas", on_delta);
    mosquitto_subscribe(reports, NULL, "$hw/events/device/+/+/twin/update", core_node ? 1 : 0);
    if (core_node) prepare_core();
    else {
      mosquitto_subscribe(deltas, NULL, "$hw/events/device/+/+/twin/update/delta", 1);
      while (subscribed < 2) usleep(1000);
    }
  }
  for (uint64_t limit = now_ns() + 120000000000ull; counters->registers < after;) {
    if (now_ns() > limit) die("the slave", "was not asked for as many registers in two minutes");
    usleep(10000);
  }
  sleep_until(now_ns() + (uint64_t)(warm_up * 1e9));

  double floats[WINDOWS], messages[WINDOWS], values[WINDOWS], traffic[WINDOWS], asked[WINDOWS];
  uint64_t start = now_ns();
  double whole = windows * seconds;
  for (unsigned window = 0; window < windows; window++) {
    uint64_t begin = now_ns(), end = start + (uint64_t)((window + 1) * seconds * 1e9);
    uint64_t registers = counters->registers, served = counters->requests, sent = updates, held = properties, size = bytes;
    double mib;
    for (int i = 0; i < process_count; i++) processes[i].cpu = cpu_of(processes[i].pid, &mib);
    static unsigned next;
    // Spread over the whole time, none in the last second, so that each can arrive.
    while (next < wishes) {
      uint64_t due = start + (uint64_t)((whole - 1) * 1e9 * (next + 0.5) / wishes);
      if (due >= end) break;
      sleep_until(due);
      wish(next++);
    }
    sleep_until(end);
    double elapsed = (double)(now_ns() - begin) / 1e9;
    floats[window] = (double)(counters->registers - registers) / 2 / elapsed;
    asked[window] = (double)(counters->requests - served) / elapsed;
    messages[window] = (double)(updates - sent) / elapsed;
    values[window] = (double)(properties - held) / elapsed;
    traffic[window] = (double)(bytes - size) / elapsed;
    for (int i = 0; i < process_count; i++)
      processes[i].cores[window] = (cpu_of(processes[i].pid, &processes[i].mib[window]) - processes[i].cpu) / elapsed;
  }
  printf("floats_per_s %.0f\nrequests_per_s %.1f\n", median(floats, windows), median(asked, windows));
  if (mqtt)
    printf("updates_per_s %.1f\nreported_per_s %.0f\nreported_mib_per_s %.2f\n", median(messages, windows), median(values, windows),
           median(traffic, windows) / 1048576);
  for (int i = 0; i < process_count; i++)
    printf("%s.cpu_cores %.3f\n%s.rss_mib %.1f\n", processes[i].name, median(processes[i].cores, windows), processes[i].name,
           median(processes[i].mib, windows));
  printf("exceptions %llu\n", (unsigned long long)counters->exceptions);
  if (wishes) print_latencies();
  if (mqtt) {
    mosquitto_disconnect(reports), mosquitto_disconnect(deltas);
    mosquitto_loop_stop(reports, false), mosquitto_loop_stop(deltas, false);
  }
  return 0;
}
