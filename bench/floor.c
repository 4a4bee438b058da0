// The floor: the least a broker can do for a produce and a fetch and still be right.
//
// One thread waits for sockets. A produced batch has its checksum checked, gets its offset, is written to the page cache
// and acknowledged; a fetch finds its batch in a table and goes out with sendfile. It creates and deletes topics, since
// a run needs that. It knows no groups, replicas, restarts, waiting fetches or hostile peers: it is something to
// measure brokers against, not a broker. It reads from 127.0.0.1 only, and trusts what it reads there.
//
// Run: floor PORT FOLDER
#define _GNU_SOURCE
#include "wire.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 249, EVENTS_MAX = 256 };
// What is read before a frame's length is known: many small requests at once, and little to move of a large one.
enum { READ_AHEAD_BYTES = 64 << 10 };
enum { OK = 0, OFFSET_OUT_OF_RANGE = 1, CORRUPT_MESSAGE = 2, UNKNOWN_TOPIC = 3, TOPIC_EXISTS = 36, STORAGE_ERROR = 56 };

struct entry {
  int64_t base_offset, position;
};

struct partition {
  int file;
  int64_t end_offset, size_bytes;
  struct entry *batches;
  size_t count, room;
};

struct topic {
  char name[NAME_MAX_BYTES + 1];
  size_t name_len;
  int partition_count;
  struct partition *partitions;
  struct topic *older;
};

struct connection {
  int socket;
  struct buffer in, out;
  size_t sent;
  // Records that follow `out`, from a file.
  int file;
  off_t file_position;
  size_t file_left;
  int waits_to_write;
};

static struct topic *newest;
static const char *folder;
static int epoll;

// ---- topics

// The newest first: a run uses the topic it has just made.
static struct topic *find_topic(const uint8_t *name, size_t len) {
  struct topic *t = newest;
  while (t && !(t->name_len == len && !memcmp(t->name, name, len))) t = t->older;
  return t;
}

static struct partition *find_partition(const uint8_t *name, size_t len, int index) {
  struct topic *t = find_topic(name, len);
  return t && index >= 0 && index < t->partition_count ? &t->partitions[index] : NULL;
}

static void path_of(char *path, size_t room, const struct topic *t, int index) {
  snprintf(path, room, "%s/%s-%d.log", folder, t->name, index);
}

static int create_topic(const uint8_t *name, size_t len, int partition_count) {
  if (find_topic(name, len)) return TOPIC_EXISTS;
  struct topic *t = calloc(1, sizeof *t);
  memcpy(t->name, name, t->name_len = len < NAME_MAX_BYTES ? len : NAME_MAX_BYTES);
  t->partition_count = partition_count;
  t->partitions = calloc(partition_count, sizeof *t->partitions);
  for (int i = 0; i < partition_count; i++) {
    char path[4096];
    path_of(path, sizeof path, t, i);
    t->partitions[i].file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (t->partitions[i].file < 0) fail(path);
  }
  t->older = newest;
  newest = t;
  return OK;
}

static int delete_topic(const uint8_t *name, size_t len) {
  struct topic **link = &newest, *t = find_topic(name, len);
  if (!t) return UNKNOWN_TOPIC;
  while (*link != t) link = &(*link)->older;
  *link = t->older;
  for (int i = 0; i < t->partition_count; i++) {
    char path[4096];
    path_of(path, sizeof path, t, i);
    close(t->partitions[i].file);
    unlink(path);
    free(t->partitions[i].batches);
  }
  free(t->partitions);
  free(t);
  return OK;
}

// ---- produce

static void note_batch(struct partition *p, int64_t position) {
  if (p->count == p->room) {
    p->room = p->room ? p->room * 2 : 1024;
    if (!(p->batches = realloc(p->batches, p->room * sizeof *p->batches))) fail("out of memory");
  }
  p->batches[p->count++] = (struct entry){p->end_offset, position};
}

// Checks and stamps every batch where it lies in the request, then writes them at once.
static int append(struct partition *p, uint8_t *records, size_t len) {
  uint8_t *batch = records, *end = records + len;
  while (batch < end) {
    size_t size = end - batch < BATCH_HEADER ? 0 : (size_t)i32_at(batch + BATCH_LENGTH) + BATCH_BEFORE_LENGTH;
    if (size < BATCH_HEADER || size > (size_t)(end - batch)) return CORRUPT_MESSAGE;
    if (crc32c(batch + BATCH_CRC_FROM, size - BATCH_CRC_FROM) != (uint32_t)i32_at(batch + BATCH_CRC)) return CORRUPT_MESSAGE;
    uint64_t base = htobe64(p->end_offset);
    memcpy(batch, &base, 8);
    memset(batch + BATCH_EPOCH, 0, 4);
    note_batch(p, p->size_bytes + (batch - records));
    p->end_offset += i32_at(batch + BATCH_LAST_DELTA) + 1;
    batch += size;
  }
  if (pwrite(p->file, records, len, p->size_bytes) != (ssize_t)len) return STORAGE_ERROR;
  p->size_bytes += len;
  return OK;
}

static void produce(struct connection *c, const uint8_t *at) {
  int transactional_id_len = read_i16(&at);
  if (transactional_id_len > 0) at += transactional_id_len;
  read_i16(&at); // acks: every request is answered
  read_i32(&at); // timeout
  int topics = read_i32(&at);
  put_i32(&c->out, topics);
  while (topics--) {
    size_t name_len = read_i16(&at);
    const uint8_t *name = at;
    at += name_len;
    put_string(&c->out, name, name_len);
    int partitions = read_i32(&at);
    put_i32(&c->out, partitions);
    while (partitions--) {
      int index = read_i32(&at);
      size_t len = read_i32(&at);
      struct partition *p = find_partition(name, name_len, index);
      int64_t base_offset = p ? p->end_offset : -1;
      put_i32(&c->out, index);
      put_i16(&c->out, p ? append(p, (uint8_t *)at, len) : UNKNOWN_TOPIC);
      put_i64(&c->out, base_offset);
      put_i64(&c->out, -1); // append time
      put_i64(&c->out, 0);  // log start offset
      at += len;
    }
  }
  put_i32(&c->out, 0); // throttle time
}

// ---- fetch

// The batch that holds an offset.
static size_t batch_at(const struct partition *p, int64_t offset) {
  size_t low = 0, high = p->count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (p->batches[middle].base_offset <= offset) low = middle;
    else high = middle;
  }
  return low;
}

// Whole batches from that offset on, one at least, and no more than fit.
static void choose_records(struct connection *c, const struct partition *p, int64_t offset, int64_t bytes_max) {
  size_t first = batch_at(p, offset), low = first + 1, high = p->count;
  int64_t from = p->batches[first].position, until = p->size_bytes;
  if (until - from > bytes_max) {
    while (low < high) {
      size_t middle = low + (high - low) / 2;
      if (p->batches[middle].position - from <= bytes_max) low = middle + 1;
      else high = middle;
    }
    size_t last = low - 1 > first ? low - 1 : low;
    if (last < p->count) until = p->batches[last].position;
  }
  c->file = p->file;
  c->file_position = from;
  c->file_left = until - from;
}

// One partition a request is what the load asks for.
static void fetch(struct connection *c, const uint8_t *at) {
  at += 4 + 4 + 4; // replica, longest wait, fewest bytes
  int bytes_max = read_i32(&at);
  at += 1 + 4 + 4; // isolation, session
  int topics = read_i32(&at);
  size_t name_len = read_i16(&at);
  const uint8_t *name = at;
  at += name_len;
  int partitions = read_i32(&at), index = read_i32(&at);
  read_i32(&at); // leader epoch
  int64_t offset = read_i64(&at);
  if (topics != 1 || partitions != 1) {
    fprintf(stderr, "a fetch of several partitions is more than the floor knows\n");
    exit(1);
  }
  struct partition *p = find_partition(name, name_len, index);
  int64_t end = p ? p->end_offset : -1;
  int in_range = p && offset >= 0 && offset <= end;
  if (in_range && offset < end) choose_records(c, p, offset, bytes_max);
  put_i32(&c->out, 0); // throttle time
  put_i16(&c->out, OK);
  put_i32(&c->out, 0); // session
  put_i32(&c->out, 1);
  put_string(&c->out, name, name_len);
  put_i32(&c->out, 1);
  put_i32(&c->out, index);
  put_i16(&c->out, !p ? UNKNOWN_TOPIC : in_range ? OK : OFFSET_OUT_OF_RANGE);
  put_i64(&c->out, end); // high watermark
  put_i64(&c->out, end); // last stable offset
  put_i64(&c->out, 0);   // log start offset
  put_i32(&c->out, -1);  // no aborted transactions
  put_i32(&c->out, -1);  // no preferred replica
  put_i32(&c->out, c->file_left);
}

// ---- the rest of what a run asks

static void api_versions(struct connection *c) {
  static const int16_t served[][3] = {{PRODUCE, PRODUCE_VERSION, PRODUCE_VERSION}, {FETCH, FETCH_VERSION, FETCH_VERSION},
    {API_VERSIONS, 0, 0}, {CREATE_TOPICS, CREATE_TOPICS_VERSION, CREATE_TOPICS_VERSION}, {DELETE_TOPICS, DELETE_TOPICS_VERSION, DELETE_TOPICS_VERSION}};
  put_i16(&c->out, OK);
  put_i32(&c->out, sizeof served / sizeof *served);
  for (size_t i = 0; i < sizeof served / sizeof *served; i++)
    for (int j = 0; j < 3; j++) put_i16(&c->out, served[i][j]);
}

static void create_topics(struct connection *c, const uint8_t *at) {
  int topics = read_i32(&at);
  put_i32(&c->out, 0); // throttle time
  put_i32(&c->out, topics);
  while (topics--) {
    size_t name_len = read_i16(&at);
    const uint8_t *name = at;
    at += name_len;
    int partition_count = read_i32(&at);
    at += 2 + 4 + 4; // replication factor; no assignments and no configs come here
    put_string(&c->out, name, name_len);
    put_i16(&c->out, create_topic(name, name_len, partition_count));
    put_i16(&c->out, -1); // no message
  }
}

static void delete_topics(struct connection *c, const uint8_t *at) {
  int topics = read_i32(&at);
  put_i32(&c->out, 0); // throttle time
  put_i32(&c->out, topics);
  while (topics--) {
    size_t name_len = read_i16(&at);
    put_string(&c->out, at, name_len);
    put_i16(&c->out, delete_topic(at, name_len));
    at += name_len;
  }
}

// ---- connections

static void answer(struct connection *c, const uint8_t *at) {
  int key = read_i16(&at);
  read_i16(&at); // version
  int32_t correlation_id = read_i32(&at);
  int client_id_len = read_i16(&at);
  if (client_id_len > 0) at += client_id_len;
  size_t frame = c->out.len;
  put_i32(&c->out, 0);
  put_i32(&c->out, correlation_id);
  switch (key) {
  case PRODUCE: produce(c, at); break;
  case FETCH: fetch(c, at); break;
  case API_VERSIONS: api_versions(c); break;
  case CREATE_TOPICS: create_topics(c, at); break;
  case DELETE_TOPICS: delete_topics(c, at); break;
  default: fprintf(stderr, "the floor does not know API %d\n", key); exit(1);
  }
  put_length_at(&c->out, frame, c->out.len - frame - 4 + c->file_left);
}

static void watch(struct connection *c, int wait_to_write) {
  if (c->waits_to_write == wait_to_write) return;
  struct epoll_event event = {.events = wait_to_write ? EPOLLOUT : EPOLLIN, .data.ptr = c};
  if (epoll_ctl(epoll, EPOLL_CTL_MOD, c->socket, &event)) fail("epoll_ctl");
  c->waits_to_write = wait_to_write;
}

// Whether the connection is still there. While an answer waits for room, nothing more is read.
static int send_answers(struct connection *c) {
  while (c->sent < c->out.len || c->file_left) {
    int only_file = c->sent == c->out.len;
    ssize_t n = only_file ? sendfile(c->socket, c->file, &c->file_position, c->file_left)
                          : send(c->socket, c->out.bytes + c->sent, c->out.len - c->sent, MSG_NOSIGNAL | (c->file_left ? MSG_MORE : 0));
    if (n <= 0) {
      watch(c, 1);
      return n < 0 && errno == EAGAIN;
    }
    if (only_file) c->file_left -= n;
    else c->sent += n;
  }
  c->sent = c->out.len = 0;
  watch(c, 0);
  return 1;
}

// Answers every whole frame, and moves the cut one to the front.
static void answer_frames(struct connection *c) {
  size_t at = 0;
  while (!c->file_left && c->in.len - at >= 4 && c->in.len - at - 4 >= (size_t)i32_at(c->in.bytes + at)) {
    answer(c, c->in.bytes + at + 4);
    at += 4 + i32_at(c->in.bytes + at);
  }
  memmove(c->in.bytes, c->in.bytes + at, c->in.len - at);
  c->in.len -= at;
}

// A fetch's answer leaves before the next request is looked at.
static int work_off(struct connection *c) {
  for (;;) {
    answer_frames(c);
    if (!c->out.len) return 1;
    if (!send_answers(c)) return 0;
    if (c->waits_to_write) return 1;
  }
}

static int receive(struct connection *c) {
  size_t wanted = READ_AHEAD_BYTES;
  // The rest of a large frame, and nothing of the next: so nothing large is ever moved.
  if (c->in.len >= 4) wanted = 4 + (size_t)i32_at(c->in.bytes) - c->in.len;
  if (c->in.room < c->in.len + wanted && !(c->in.bytes = realloc(c->in.bytes, c->in.room = c->in.len + wanted))) fail("out of memory");
  ssize_t n = recv(c->socket, c->in.bytes + c->in.len, wanted, 0);
  if (n < 0 && errno == EAGAIN) return 1;
  if (n <= 0) return 0;
  c->in.len += n;
  return work_off(c);
}

static int serve(struct connection *c) {
  if (!c->waits_to_write) return receive(c);
  if (!send_answers(c)) return 0;
  return c->waits_to_write || work_off(c);
}

static void drop(struct connection *c) {
  close(c->socket);
  free(c->in.bytes);
  free(c->out.bytes);
  free(c);
}

static void accept_one(int listener) {
  int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;
  if (socket < 0) return;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct connection *c = calloc(1, sizeof *c);
  c->socket = socket;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event)) fail("epoll_ctl");
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "floor PORT FOLDER\n");
    return 2;
  }
  folder = argv[2];
  crc32c_begin();
  signal(SIGPIPE, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 1024)) fail("listen");
  epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN}, events[EVENTS_MAX];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int count = epoll_wait(epoll, events, EVENTS_MAX, -1);
    for (int i = 0; i < count; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c) accept_one(listener);
      else if (!serve(c)) drop(c);
    }
  }
}
