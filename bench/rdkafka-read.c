// The same as crates/client/examples/read.rs, by librdkafka: what our consumer is compared with.
//
// Run: rdkafka-read servers=HOST:PORT topic=T records=N partitions=P [SETTING=VALUE …]
// Build: gcc -O2 -o rdkafka-read bench/rdkafka-read.c -lrdkafka
// Every record is taken as its own message, as a program does; they are fetched from the queue many at a time.
#define _GNU_SOURCE
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { AT_ONCE = 500 };  // records of one look, as max.poll.records

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

int main(int argc, char **argv) {
  char why[512];
  const char *topic = NULL;
  long long wanted = 0, records = 0, bytes = 0;
  int partitions = 1;
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  for (int i = 1; i < argc; i++) {
    char *value = strchr(argv[i], '=');
    if (!value) complain("key=value");
    *value++ = 0;
    const char *key = argv[i];
    if (!strcmp(key, "topic")) topic = value;
    else if (!strcmp(key, "records")) wanted = atoll(value);
    else if (!strcmp(key, "partitions")) partitions = atoi(value);
    else {
      if (!strcmp(key, "servers")) key = "bootstrap.servers";
      if (rd_kafka_conf_set(conf, key, value, why, sizeof why)) complain(why);
    }
  }
  if (!topic || wanted <= 0) complain("topic=T records=N");
  rd_kafka_conf_set(conf, "group.id", "reader", why, sizeof why);
  rd_kafka_conf_set(conf, "enable.auto.commit", "false", why, sizeof why);
  rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
  if (!rk) complain(why);
  rd_kafka_poll_set_consumer(rk);
  rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
  for (int p = 0; p < partitions; p++)
    rd_kafka_topic_partition_list_add(list, topic, p)->offset = RD_KAFKA_OFFSET_BEGINNING;
  if (rd_kafka_assign(rk, list)) complain("assign");
  rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(rk);
  rd_kafka_message_t *messages[AT_ONCE];
  double begun = 0, cpu = 0;
  while (records < wanted) {
    ssize_t count = rd_kafka_consume_batch_queue(queue, 100, messages, AT_ONCE);
    for (ssize_t i = 0; i < count; i++) {
      if (!messages[i]->err) {
        if (!begun) begun = now_s(), cpu = cpu_s();
        records++;
        bytes += messages[i]->len;
      }
      rd_kafka_message_destroy(messages[i]);
    }
  }
  printf("{\"records\":%lld,\"bytes\":%lld,\"seconds\":%.3f,\"cpu_s\":%.3f}\n", records, bytes, now_s() - begun, cpu_s() - cpu);
  rd_kafka_queue_destroy(queue);
  return 0;
}
