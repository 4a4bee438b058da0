// The load: requests built beforehand and sent again and again, so that the broker is what gets tired.
//
// Produce sends one batch, checksummed once, on each connection, and checks every answer: no error, and where a
// connection has a partition for itself, offsets without a gap. Fetch reads a partition from its start to its end and
// over again, and walks the headers of what comes. With a rate, requests have a time at which they are due, whether
// answers come or not, and an answer's time counts from there.
//
// Run: load produce port=P topic=T seconds=S size=BYTES records=N connections=C flight=W partitions=N [rate=R] [spread=1] [touch=MIB]
//      load fetch   port=P topic=T seconds=S bytes=MAX
// With more partitions than connections, each connection takes turns on its share of them.
// `spread` gives each connection a topic of its own: T-0, T-1, … `touch` uses that much memory once, before the load.
// Prints one line of JSON.
#define _GNU_SOURCE
#include "wire.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FLIGHT_MAX = 4096 };            // requests a connection may owe; a power of two
enum { TIMES_MAX = 4 << 20 };          // answers whose times are kept
static const double GRACE_S = 10;      // answers may come this long after the end
static const size_t READ_BYTES = 64 << 10;

struct connection {
  int socket, partition;
  struct buffer request, in;
  size_t sent;
  int64_t next_offset;                 // the next fetch's
  int share;                           // partitions it takes turns on: its own and every connections-th behind it
  int64_t *next_offsets;               // the next base offset of each; -1 unknown
  size_t partition_at;                 // where in the request its number is
  double due_s[FLIGHT_MAX];            // of requests not answered, a ring
  unsigned begun, answered;
};

static struct {
  int fetch, port, size, records, connections, flight, partitions, bytes, spread, touch;
  double seconds, rate;
  const char *topic;
} want = {.connections = 1, .flight = 1, .partitions = 1, .seconds = 1, .size = 100, .records = 1, .bytes = 1 << 20};

static struct {
  int64_t requests, records, bytes;
  double *times_s;
  size_t times;
} seen;

static void complain(const char *what, long number) {
  fprintf(stderr, "%s %ld\n", what, number);
  exit(1);
}

// ---- requests

static void put_varint(struct buffer *b, int64_t v) {
  uint64_t zigzag = (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
  for (; zigzag > 127; zigzag >>= 7) put_i8(b, zigzag | 128);
  put_i8(b, zigzag);
}

static void put_record(struct buffer *b, int delta) {
  static struct buffer body;
  static uint64_t chance = 0x9e3779b97f4a7c15;
  body.len = 0;
  put_i8(&body, 0);           // attributes
  put_varint(&body, 0);       // time
  put_varint(&body, delta);   // offset
  put_varint(&body, -1);      // no key
  put_varint(&body, want.size);
  for (int i = 0; i < want.size; i++) {
    chance = chance * 6364136223846793005 + 1442695040888963407;
    put_i8(&body, 'a' + (chance >> 60));
  }
  put_varint(&body, 0);       // no headers
  put_varint(b, body.len);
  put(b, body.bytes, body.len);
}

static void put_batch(struct buffer *b) {
  struct timespec wall;
  clock_gettime(CLOCK_REALTIME, &wall);
  int64_t now_ms = wall.tv_sec * 1000;
  size_t start = b->len;
  put_i64(b, 0);              // base offset
  put_i32(b, 0);              // length, below
  put_i32(b, -1);             // leader epoch
  put_i8(b, 2);               // magic
  put_i32(b, 0);              // checksum, below
  put_i16(b, 0);              // attributes
  put_i32(b, want.records - 1);
  put_i64(b, now_ms);
  put_i64(b, now_ms);
  put_i64(b, -1);             // no producer id,
  put_i16(b, -1);             // no epoch,
  put_i32(b, -1);             // no sequence
  put_i32(b, want.records);
  for (int i = 0; i < want.records; i++) put_record(b, i);
  put_length_at(b, start + BATCH_LENGTH, b->len - start - BATCH_BEFORE_LENGTH);
  put_length_at(b, start + BATCH_CRC, crc32c(b->bytes + start + BATCH_CRC_FROM, b->len - start - BATCH_CRC_FROM));
}

static void put_header(struct buffer *b, int key, int version) {
  b->len = 0;
  put_i32(b, 0);              // length, at the end
  put_i16(b, key);
  put_i16(b, version);
  put_i32(b, 1);              // correlation id
  put_string(b, "load", 4);
}

static void put_topic(struct buffer *b, struct connection *c, int number) {
  char name[256];
  int len = want.spread ? snprintf(name, sizeof name, "%s-%d", want.topic, number) : snprintf(name, sizeof name, "%s", want.topic);
  put_i32(b, 1);
  put_string(b, name, len);
  put_i32(b, 1);
  c->partition_at = b->len;
  put_i32(b, c->partition);
}

static void build_produce(struct connection *c, int number) {
  struct buffer *b = &c->request;
  put_header(b, PRODUCE, PRODUCE_VERSION);
  put_i16(b, -1);             // no transaction
  put_i16(b, -1);             // acks=all
  put_i32(b, 30000);          // timeout in ms
  put_topic(b, c, number);
  size_t length = b->len;
  put_i32(b, 0);
  put_batch(b);
  put_length_at(b, length, b->len - length - 4);
  put_length_at(b, 0, b->len - 4);
}

static void build_fetch(struct connection *c) {
  struct buffer *b = &c->request;
  put_header(b, FETCH, FETCH_VERSION);
  put_i32(b, -1);             // a consumer
  put_i32(b, 500);            // longest wait in ms
  put_i32(b, 1);              // fewest bytes
  put_i32(b, want.bytes);
  put_i8(b, 0);               // read uncommitted
  put_i32(b, 0);              // no session
  put_i32(b, -1);
  put_topic(b, c, 0);
  put_i32(b, -1);             // leader epoch unknown
  put_i64(b, c->next_offset);
  put_i64(b, -1);
  put_i32(b, want.bytes);
  put_i32(b, 0);              // nothing forgotten
  put_string(b, "", 0);       // no rack
  put_length_at(b, 0, b->len - 4);
}

// ---- answers

static void skip_string(const uint8_t **at) {
  int len = read_i16(at);
  *at += len;
}

static void check_produced(struct connection *c, const uint8_t *at) {
  at += 4 + 4;                // correlation id, topics
  skip_string(&at);
  at += 4 + 4;                // partitions, index
  int error = read_i16(&at);
  int64_t base_offset = read_i64(&at);
  if (error) complain("a produce was answered with error", error);
  int alone = want.spread || want.connections <= want.partitions;
  int64_t *next_offset = &c->next_offsets[c->answered % c->share];
  if (alone && *next_offset >= 0 && base_offset != *next_offset) complain("a produce left a gap before offset", base_offset);
  *next_offset = base_offset + want.records;
  seen.records += want.records;
}

static void check_fetched(struct connection *c, const uint8_t *at, const uint8_t *end) {
  at += 4 + 4;                // correlation id, throttle time
  int error = read_i16(&at);
  at += 4 + 4;                // session, topics
  skip_string(&at);
  at += 4 + 4;                // partitions, index
  if (!error) error = read_i16(&at);
  if (error) complain("a fetch was answered with error", error);
  int64_t high_watermark = read_i64(&at);
  at += 8 + 8;                // last stable offset, log start offset
  int aborted = read_i32(&at);
  if (aborted > 0) at += 16 * aborted;
  at += 4;                    // preferred replica
  int len = read_i32(&at);
  if (len > end - at) complain("a fetch was cut at", len);
  int64_t before = c->next_offset;
  while (end - at >= BATCH_HEADER && end - at >= i32_at(at + BATCH_LENGTH) + BATCH_BEFORE_LENGTH) {
    if (i64_at(at) != c->next_offset) complain("a fetch left a gap before offset", i64_at(at));
    c->next_offset += i32_at(at + BATCH_LAST_DELTA) + 1;
    seen.records += i32_at(at + BATCH_COUNT);
    seen.bytes += i32_at(at + BATCH_LENGTH) + BATCH_BEFORE_LENGTH;
    at += i32_at(at + BATCH_LENGTH) + BATCH_BEFORE_LENGTH;
  }
  if (c->next_offset == before) complain("a fetch brought nothing at offset", before);
  if (c->next_offset >= high_watermark) c->next_offset = 0;
}

static void take_answers(struct connection *c) {
  size_t at = 0;
  while (c->in.len - at >= 4 && c->in.len - at - 4 >= (size_t)i32_at(c->in.bytes + at)) {
    const uint8_t *frame = c->in.bytes + at + 4, *end = frame + i32_at(c->in.bytes + at);
    if (want.fetch) check_fetched(c, frame, end);
    else check_produced(c, frame);
    if (seen.times < TIMES_MAX) seen.times_s[seen.times++] = now_s() - c->due_s[c->answered % FLIGHT_MAX];
    c->answered++;
    seen.requests++;
    at = end - c->in.bytes;
  }
  memmove(c->in.bytes, c->in.bytes + at, c->in.len - at);
  c->in.len -= at;
}

static void receive(struct connection *c) {
  // The rest of an answer that has begun, and nothing of the next: nothing large is moved.
  size_t wanted = c->in.len >= 4 ? 4 + (size_t)i32_at(c->in.bytes) - c->in.len : READ_BYTES;
  if (c->in.room < c->in.len + wanted && !(c->in.bytes = realloc(c->in.bytes, c->in.room = c->in.len + wanted))) fail("out of memory");
  ssize_t n = recv(c->socket, c->in.bytes + c->in.len, wanted, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) complain("the broker closed a connection after answers:", seen.requests);
  c->in.len += n;
  take_answers(c);
}

// ---- sending

// The due time of the next request, if one may be begun.
static double next_due(const struct connection *c, double start_s, double now) {
  unsigned owed = c->begun - c->answered;
  if (!want.rate) return owed < (unsigned)want.flight && now < start_s + want.seconds ? now : -1;
  double due = start_s + c->begun * want.connections / want.rate;
  return owed < FLIGHT_MAX && due <= now && due < start_s + want.seconds ? due : -1;
}

static void send_requests(struct connection *c, double start_s, double now) {
  for (;;) {
    if (c->sent == c->request.len) {
      double due = next_due(c, start_s, now);
      if (due < 0) return;
      if (want.fetch) build_fetch(c);
      else if (c->share > 1) put_length_at(&c->request, c->partition_at, c->partition + c->begun % c->share * want.connections);
      c->due_s[c->begun++ % FLIGHT_MAX] = due;
      c->sent = 0;
    }
    ssize_t n = send(c->socket, c->request.bytes + c->sent, c->request.len - c->sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) fail("send");
    c->sent += n;
  }
}

// A virtual machine's host takes back what lies unused, and the first touch of a page then costs more than anything that
// is measured here. It takes and gives huge pages, so those are touched.
static void touch_memory(size_t mib) {
  size_t len = mib << 20;
  if (!len) return;
  char *memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("touch memory");
  madvise(memory, len, MADV_HUGEPAGE);
  memset(memory, 1, len);
  munmap(memory, len);
}

static int open_connection(void) {
  int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(want.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(s, (void *)&address, sizeof address)) fail("connect");
  setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(s, F_SETFL, O_NONBLOCK);
  return s;
}

// Until time is up and every request is answered.
static double run(struct connection *all) {
  struct pollfd *polled = calloc(want.connections, sizeof *polled);
  double start = now_s();
  for (;;) {
    double now = now_s(), end = start + want.seconds;
    int owed = 0;
    for (int i = 0; i < want.connections; i++) {
      struct connection *c = &all[i];
      send_requests(c, start, now);
      owed |= c->begun != c->answered;
      polled[i] = (struct pollfd){c->socket, POLLIN | (c->sent < c->request.len ? POLLOUT : 0), 0};
    }
    if (now >= end && (!owed || now > end + GRACE_S)) break;
    // With a rate, a short sleep keeps requests punctual.
    struct timespec pause = {0, want.rate ? 50000 : 100000000};
    ppoll(polled, want.connections, &pause, NULL);
    for (int i = 0; i < want.connections; i++)
      if (polled[i].revents & (POLLIN | POLLHUP | POLLERR)) receive(&all[i]);
  }
  for (int i = 0; i < want.connections; i++)
    if (all[i].begun != all[i].answered) complain("requests were never answered:", all[i].begun - all[i].answered);
  return now_s() - start;
}

static int shorter(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double quantile_us(double q) {
  return seen.times ? seen.times_s[(size_t)(q * (seen.times - 1))] * 1e6 : 0;
}

static void read_arguments(int argc, char **argv) {
  want.fetch = argc > 1 && !strcmp(argv[1], "fetch");
  for (int i = 2; i < argc; i++) {
    struct { const char *name; int *to; } numbers[] = {{"port=", &want.port}, {"size=", &want.size}, {"records=", &want.records},
      {"connections=", &want.connections}, {"flight=", &want.flight}, {"partitions=", &want.partitions}, {"bytes=", &want.bytes}, {"spread=", &want.spread}, {"touch=", &want.touch}};
    int known = 0;
    for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++)
      if (!strncmp(argv[i], numbers[j].name, strlen(numbers[j].name))) *numbers[j].to = atoi(argv[i] + strlen(numbers[j].name)), known = 1;
    if (!strncmp(argv[i], "topic=", 6)) want.topic = argv[i] + 6, known = 1;
    if (!strncmp(argv[i], "seconds=", 8)) want.seconds = atof(argv[i] + 8), known = 1;
    if (!strncmp(argv[i], "rate=", 5)) want.rate = atof(argv[i] + 5), known = 1;
    if (!known) fprintf(stderr, "load does not know %s\n", argv[i]), exit(2);
  }
  if (!want.topic || !want.port) fprintf(stderr, "load produce|fetch port=P topic=T …\n"), exit(2);
}

int main(int argc, char **argv) {
  read_arguments(argc, argv);
  crc32c_begin();
  touch_memory(want.touch);
  // Sleeps end when they should, not up to 50 microseconds later.
  prctl(PR_SET_TIMERSLACK, 1);
  seen.times_s = malloc(TIMES_MAX * sizeof *seen.times_s);
  struct connection *all = calloc(want.connections, sizeof *all);
  for (int i = 0; i < want.connections; i++) {
    all[i].socket = open_connection();
    all[i].partition = want.spread ? 0 : i % want.partitions;
    all[i].share = want.spread || want.partitions <= want.connections ? 1 : (want.partitions - i + want.connections - 1) / want.connections;
    all[i].next_offsets = malloc(all[i].share * sizeof *all[i].next_offsets);
    for (int j = 0; j < all[i].share; j++) all[i].next_offsets[j] = -1;
    if (!want.fetch) build_produce(&all[i], i);
    all[i].sent = all[i].request.len;
  }
  size_t request_bytes = want.fetch ? 0 : all[0].request.len;
  double seconds = run(all);
  if (!want.fetch) seen.bytes = seen.requests * request_bytes;
  qsort(seen.times_s, seen.times, sizeof *seen.times_s, shorter);
  printf("{\"seconds\": %.3f, \"requests\": %ld, \"records\": %ld, \"bytes\": %ld, \"p50_us\": %.0f, \"p99_us\": %.0f, \"p999_us\": %.0f, \"max_us\": %.0f}\n", seconds,
         (long)seen.requests, (long)seen.records, (long)seen.bytes, quantile_us(.5), quantile_us(.99), quantile_us(.999), quantile_us(1));
}
