// Drives a DeviceTwin core through its broker: publishes one reported value a message (QoS 1), over all devices and properties in turn,
// and waits for the answer with the same event_id. Works against any KubeEdge edgecore.
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <mosquitto.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { PROCESSES = 8, WINDOWS = 100, SLOTS = 1 << 17, LATENCIES = 1 << 22, PATIENCE_S = 30 };

struct process {
  const char *name;
  int pid;
  double cpu, per_10k[WINDOWS], mib;
};

struct slot {
  uint64_t number, due_ns;
  int is_waiting;
};

static struct process processes[PROCESSES];
static int process_count;
static const char *prefix = "bench", *space = "default", *property = "p";
static unsigned devices = 1000, properties = 10, in_flight = 1;
static double rate;
static uint64_t limit = UINT64_MAX;
static struct slot slots[SLOTS];
static double latencies[LATENCIES];
static size_t latency_count;
static uint64_t sent, answered, refused, lost, oldest, waiting;
static char run_id[32], first_refusal[256];
static int is_connected, is_subscribed;

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

static void die(const char *what, const char *why) {
  fprintf(stderr, "drive: %s: %s\n", what, why);
  exit(1);
}

static void check(int code, const char *what) {
  if (code != MOSQ_ERR_SUCCESS) die(what, code == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(code));
}

// The seconds of processor time a process took, and its memory in MiB.
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

static void on_connect(struct mosquitto *client, void *user, int code) {
  (void)client, (void)user;
  if (code) die("the broker refuses the connection", mosquitto_connack_string(code));
  is_connected = 1;
}

static void on_subscribe(struct mosquitto *client, void *user, int id, int count, const int *granted) {
  (void)client, (void)user, (void)id;
  for (int i = 0; i < count; i++)
    if (granted[i] >= 0x80) die("the broker", "refuses the subscription to the answers");
  is_subscribed = 1;
}

static void on_message(struct mosquitto *client, void *user, const struct mosquitto_message *message) {
  (void)client, (void)user;
  char key[64];
  int size = snprintf(key, sizeof key, "\"event_id\":\"%s-", run_id);
  const char *id = message->payloadlen > 0 ? memmem(message->payload, (size_t)message->payloadlen, key, (size_t)size) : NULL;
  if (!id) return;
  uint64_t number = strtoull(id + size, NULL, 10);
  struct slot *slot = &slots[number % SLOTS];
  if (!slot->is_waiting || slot->number != number) return;
  slot->is_waiting = 0;
  waiting--;
  answered++;
  if (latency_count < LATENCIES) latencies[latency_count++] = (double)(now_ns() - slot->due_ns) / 1e6;
  if (memmem(message->payload, (size_t)message->payloadlen, "\"code\":", 7)) {
    if (!refused++) snprintf(first_refusal, sizeof first_refusal, "%.*s", message->payloadlen, (const char *)message->payload);
  }
}

static void publish(struct mosquitto *client, uint64_t due_ns) {
  char topic[256], payload[512];
  uint64_t number = sent++;
  struct slot *slot = &slots[number % SLOTS];
  if (slot->is_waiting) lost++, waiting--;
  *slot = (struct slot){number, due_ns, 1};
  waiting++;
  unsigned device = (unsigned)(number % devices) + 1, name = (unsigned)(number / devices % properties) + 1;
  if (*space) snprintf(topic, sizeof topic, "$hw/events/device/%s/%s-%u/twin/update", space, prefix, device);
  else snprintf(topic, sizeof topic, "$hw/events/device/%s-%u/twin/update", prefix, device);
  long long ms = wall_ms();
  int size = snprintf(payload, sizeof payload,
                      "{\"event_id\":\"%s-%llu\",\"timestamp\":%lld,\"twin\":{\"%s%u\":{\"actual\":{\"value\":\"v%llu\",\"metadata\":{\"timestamp\":%lld}},"
                      "\"metadata\":{\"type\":\"string\"}}}}",
                      run_id, (unsigned long long)number, ms, property, name, (unsigned long long)number, ms);
  check(mosquitto_publish(client, NULL, topic, size, payload, 1, false), "publishing");
}

// Gives up answers that are long overdue, so that a core that loses messages doesn't bring all to a stand.
static void give_up(uint64_t now) {
  for (; oldest < sent; oldest++) {
    struct slot *slot = &slots[oldest % SLOTS];
    if (slot->number != oldest || !slot->is_waiting) continue;
    if (now - slot->due_ns < PATIENCE_S * 1000000000ull) return;
    slot->is_waiting = 0;
    waiting--;
    lost++;
  }
}

// Serves the connection and publishes what is due, until a time; at 0 until `done` is set.
static void serve(struct mosquitto *client, uint64_t until, const int *done) {
  static uint64_t next_misc, begin;
  static double due;
  if (!begin) begin = now_ns();
  for (;;) {
    uint64_t now = now_ns();
    if (until ? now >= until || answered + lost >= limit : *done) return;
    if (now >= next_misc) {
      check(mosquitto_loop_misc(client), "the connection");
      next_misc = now + 500000000;
      give_up(now);
    }
    uint64_t wake = next_misc;
    if (until && rate > 0) {
      // Each has its time, whether or not the one before it was answered: a core that stalls is seen by all that wait meanwhile.
      if (due == 0) due = (double)now;
      while (due <= (double)now) {
        publish(client, (uint64_t)due);
        due += 1e9 / rate;
      }
      if ((uint64_t)due < wake) wake = (uint64_t)due;
    } else if (until) {
      while (waiting < in_flight && sent < limit) publish(client, now_ns());
    }
    if (until && until < wake) wake = until;
    struct pollfd polled = {mosquitto_socket(client), (short)(POLLIN | (mosquitto_want_write(client) ? POLLOUT : 0)), 0};
    now = now_ns();
    uint64_t rest = wake > now ? wake - now : 0;
    struct timespec timeout = {(time_t)(rest / 1000000000u), (long)(rest % 1000000000u)};
    ppoll(&polled, 1, &timeout, NULL);
    if (polled.revents & (POLLIN | POLLHUP | POLLERR)) check(mosquitto_loop_read(client, 1), "the connection");
    if (mosquitto_want_write(client)) check(mosquitto_loop_write(client, 1), "the connection");
  }
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

static double median(double *values, size_t count) {
  qsort(values, count, sizeof *values, by_size);
  return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static double own_cpu(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void usage(FILE *out) {
  fprintf(out,
          "Usage: drive --broker HOST:PORT [--in-flight N | --rate N] [--devices N] [--properties N] [--prefix NAME]\n"
          "             [--property NAME] [--namespace NAME | --no-namespace] [--windows N] [--seconds S] [--warm-up S]\n"
          "             [--updates N] [--process NAME=PID]...\n\n"
          "Publishes twin/update messages, one reported value each, and waits for their answers.\n"
          "Prints what was measured, a name and a value a line; of several windows the median.\n\n"
          "  --in-flight N              so many wait for their answers at any time, 1 by default\n"
          "  --rate N                   instead, so many a second\n"
          "  --devices N                PREFIX-1 to PREFIX-N, which must be there; 1000 by default\n"
          "  --properties N             each with the string properties NAME1 to NAMEN; 10 by default\n"
          "  --prefix NAME, --property NAME\n"
          "                             bench and p by default\n"
          "  --namespace NAME           the topics' namespace, as from KubeEdge 1.17 on; default by default\n"
          "  --no-namespace             topics as before KubeEdge 1.17\n"
          "  --windows N, --seconds S   measure N times S seconds, 3 x 5 by default, after --warm-up S seconds, 1 by default\n"
          "  --updates N                end when so many were answered\n"
          "  --process NAME=PID         tell the processor time and memory that a process takes\n");
}

int main(int argc, char **argv) {
  char *broker = NULL;
  unsigned windows = 3;
  double seconds = 5, warm_up = 1;
  static const struct option options[] = {
      {"broker", 1, 0, 'b'},    {"in-flight", 1, 0, 'i'}, {"rate", 1, 0, 'r'},      {"devices", 1, 0, 'd'},      {"properties", 1, 0, 'n'},
      {"prefix", 1, 0, 'x'},    {"property", 1, 0, 'y'},  {"namespace", 1, 0, 'N'}, {"no-namespace", 0, 0, 'O'}, {"windows", 1, 0, 'w'},
      {"seconds", 1, 0, 's'},   {"warm-up", 1, 0, 'U'},   {"process", 1, 0, 'p'},   {"updates", 1, 0, 'u'}, {"help", 0, 0, 'h'},         {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
    switch (option) {
      case 'b': broker = optarg; break;
      case 'i': in_flight = (unsigned)atoi(optarg); break;
      case 'r': rate = atof(optarg); break;
      case 'd': devices = (unsigned)atoi(optarg); break;
      case 'n': properties = (unsigned)atoi(optarg); break;
      case 'x': prefix = optarg; break;
      case 'y': property = optarg; break;
      case 'N': space = optarg; break;
      case 'O': space = ""; break;
      case 'w': windows = (unsigned)atoi(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'u': limit = strtoull(optarg, NULL, 10); break;
      case 'U': warm_up = atof(optarg); break;
      case 'p': {
        char *sign = strchr(optarg, '=');
        if (!sign || process_count == PROCESSES) return usage(stderr), 2;
        *sign = 0;
        processes[process_count++] = (struct process){.name = optarg, .pid = atoi(sign + 1)};
        break;
      }
      case 'h': usage(stdout); return 0;
      default: usage(stderr); return 2;
    }
  }
  char *colon = broker ? strrchr(broker, ':') : NULL;
  if (!colon || windows < 1 || windows > WINDOWS || !devices || !properties || !in_flight || in_flight > SLOTS / 2) return usage(stderr), 2;
  *colon = 0;

  mosquitto_lib_init();
  snprintf(run_id, sizeof run_id, "b%d-%llx", getpid(), (unsigned long long)wall_ms());
  struct mosquitto *client = mosquitto_new(run_id, true, NULL);
  if (!client) die("MQTT", "no memory");
  mosquitto_connect_callback_set(client, on_connect);
  mosquitto_subscribe_callback_set(client, on_subscribe);
  mosquitto_message_callback_set(client, on_message);
  mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_max_inflight_messages_set(client, 0);
  check(mosquitto_connect(client, broker, atoi(colon + 1), 60), "the broker");
  serve(client, 0, &is_connected);
  check(mosquitto_subscribe(client, NULL, *space ? "$hw/events/device/+/+/twin/update/result" : "$hw/events/device/+/twin/update/result", 1), "subscribing");
  serve(client, 0, &is_subscribed);
  serve(client, now_ns() + (uint64_t)(warm_up * 1e9), NULL);

  double per_s[WINDOWS], p50[WINDOWS], p99[WINDOWS], own[WINDOWS];
  for (unsigned window = 0; window < windows; window++) {
    uint64_t begin = now_ns(), before = answered;
    double mib, cpu = own_cpu();
    latency_count = 0;
    for (int i = 0; i < process_count; i++) processes[i].cpu = cpu_of(processes[i].pid, &mib);
    serve(client, begin + (uint64_t)(seconds * 1e9), NULL);
    double elapsed = (double)(now_ns() - begin) / 1e9, done = (double)(answered - before), share = done > 0 ? 1e4 / done : 0;
    per_s[window] = done / elapsed;
    own[window] = (own_cpu() - cpu) * share;
    for (int i = 0; i < process_count; i++) processes[i].per_10k[window] = (cpu_of(processes[i].pid, &processes[i].mib) - processes[i].cpu) * share;
    p50[window] = quantile(latencies, latency_count, 0.5);
    p99[window] = quantile(latencies, latency_count, 0.99);
  }
  printf("updates_per_s %.0f\nlatency_ms.p50 %.3f\nlatency_ms.p99 %.3f\n", median(per_s, windows), median(p50, windows), median(p99, windows));
  printf("driver.cpu_s_per_10k %.3f\n", median(own, windows));
  for (int i = 0; i < process_count; i++)
    printf("%s.cpu_s_per_10k %.3f\n%s.rss_mib %.1f\n", processes[i].name, median(processes[i].per_10k, windows), processes[i].name, processes[i].mib);
  printf("answered %llu\nrefused %llu\nlost %llu\n", (unsigned long long)answered, (unsigned long long)refused, (unsigned long long)lost);
  if (refused) fprintf(stderr, "drive: %llu updates were refused, first: %s\n", (unsigned long long)refused, first_refusal);
  mosquitto_disconnect(client);
  mosquitto_destroy(client);
  if (!answered) die("the core", "answered nothing");
  return 0;
}
