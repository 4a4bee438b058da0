// The same load as crates/client/examples/load.rs, by librdkafka: what our client is compared with.
//
// Run: rdkafka produce servers=HOST:PORT topic=T seconds=S size=BYTES [rate=R] [warm=S] [SETTING=VALUE …]
// A setting is one of librdkafka's. Every record's delivery is looked at. Prints one line of JSON.
#define _GNU_SOURCE
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { TIMES_MAX = 4 << 20 };  // deliveries whose times are kept
enum { LOOK_EVERY = 100 };     // records between two looks at what has been delivered

static struct {
  const char *topic;
  double seconds, rate, warm;
  int size;
} want = {.seconds = 1, .size = 100};

static struct {
  int64_t sent, delivered;
  double *times_us;
  size_t times;
} seen;

static void complain(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu_s(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

// A record's opaque is when it was due, in microseconds.
static void told(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque) {
  (void)rk, (void)opaque;
  if (m->err) complain(rd_kafka_err2str(m->err));
  seen.delivered++;
  if (m->_private && seen.times < TIMES_MAX)
    seen.times_us[seen.times++] = now_s() * 1e6 - (double)(uintptr_t)m->_private;
}

static void send_one(rd_kafka_t *rk, rd_kafka_topic_t *t, const char *value, double due_s) {
  void *due = due_s > 0 ? (void *)(uintptr_t)(due_s * 1e6) : NULL;
  while (rd_kafka_produce(t, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, (void *)value, want.size, NULL, 0, due)) {
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) complain(rd_kafka_err2str(rd_kafka_last_error()));
    rd_kafka_poll(rk, 1);
  }
  seen.sent++;
}

static void drain(rd_kafka_t *rk) {
  if (rd_kafka_flush(rk, 60000) || seen.delivered != seen.sent) complain("not all was delivered");
}

static void flat_out(rd_kafka_t *rk, rd_kafka_topic_t *t, const char *value, double seconds) {
  double until = now_s() + seconds;
  while (now_s() < until) {
    for (int i = 0; i < LOOK_EVERY; i++) send_one(rk, t, value, 0);
    rd_kafka_poll(rk, 0);
  }
  drain(rk);
}

static void open_loop(rd_kafka_t *rk, rd_kafka_topic_t *t, const char *value) {
  int64_t count = want.seconds * want.rate;
  double begun = now_s();
  for (int64_t i = 0; i < count; i++) {
    double due = begun + i / want.rate;
    for (double left; (left = due - now_s()) > 0;) {
      // Waits where deliveries are told, in whole milliseconds, then on the clock.
      if (left > 0.001) rd_kafka_poll(rk, left * 1000); else usleep(left * 1e6), rd_kafka_poll(rk, 0);
    }
    send_one(rk, t, value, due);
  }
  drain(rk);
}

static int by_time(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  char why[512];
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  if (argc < 2 || strcmp(argv[1], "produce")) complain("rdkafka produce …");
  for (int i = 2; i < argc; i++) {
    char *value = strchr(argv[i], '=');
    if (!value) complain("key=value");
    *value++ = 0;
    const char *key = argv[i];
    if (!strcmp(key, "topic")) want.topic = value;
    else if (!strcmp(key, "seconds")) want.seconds = atof(value);
    else if (!strcmp(key, "rate")) want.rate = atof(value);
    else if (!strcmp(key, "warm")) want.warm = atof(value);
    else if (!strcmp(key, "size")) want.size = atoi(value);
    else {
      if (!strcmp(key, "servers")) key = "bootstrap.servers";
      if (rd_kafka_conf_set(conf, key, value, why, sizeof why)) complain(why);
    }
  }
  if (!want.topic || want.size <= 0) complain("topic=T size=BYTES");
  rd_kafka_conf_set_dr_msg_cb(conf, told);
  rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (!rk) complain(why);
  rd_kafka_topic_t *t = rd_kafka_topic_new(rk, want.topic, NULL);
  seen.times_us = malloc(TIMES_MAX * sizeof(double));
  char *letters = malloc(want.size);
  uint64_t chance = 0x9e3779b97f4a7c15;
  for (int i = 0; i < want.size; i++) {
    chance = chance * 6364136223846793005 + 1442695040888963407;
    letters[i] = 'a' + (chance >> 60);
  }
  if (want.warm > 0) flat_out(rk, t, letters, want.warm);
  int64_t before = seen.delivered;
  double cpu = cpu_s(), begun = now_s();
  if (want.rate > 0) open_loop(rk, t, letters);
  else flat_out(rk, t, letters, want.seconds);
  double took = now_s() - begun;
  cpu = cpu_s() - cpu;
  qsort(seen.times_us, seen.times, sizeof(double), by_time);
  double p50 = seen.times ? seen.times_us[seen.times / 2] : 0, p99 = seen.times ? seen.times_us[seen.times * 99 / 100] : 0;
  double worst = seen.times ? seen.times_us[seen.times - 1] : 0;
  printf("{\"records\":%lld,\"seconds\":%.3f,\"cpu_s\":%.3f,\"p50_us\":%.0f,\"p99_us\":%.0f,\"max_us\":%.0f}\n",
         (long long)(seen.delivered - before), took, cpu, p50, p99, worst);
  return 0;
}
