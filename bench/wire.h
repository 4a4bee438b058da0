// What the floor and the load share: Kafka's numbers on the wire, the checksum of a batch, the clock.
//
// Only x86-64 with SSE 4.2 and PCLMUL: a measuring stick has to be as quick as the machine allows.
#pragma once
#include <endian.h>
#include <nmmintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wmmintrin.h>

// API keys, and the versions spoken here: the last ones before the wire became flexible, so that both programs stay small.
enum { PRODUCE = 0, FETCH = 1, API_VERSIONS = 18, CREATE_TOPICS = 19, DELETE_TOPICS = 20 };
enum { PRODUCE_VERSION = 7, FETCH_VERSION = 11, CREATE_TOPICS_VERSION = 2, DELETE_TOPICS_VERSION = 1 };

// Where the fields of a batch lie.
enum { BATCH_LENGTH = 8, BATCH_EPOCH = 12, BATCH_CRC = 17, BATCH_CRC_FROM = 21, BATCH_LAST_DELTA = 23, BATCH_COUNT = 57, BATCH_HEADER = 61 };
// The length field counts what follows it.
enum { BATCH_BEFORE_LENGTH = 12 };

static inline void fail(const char *what) {
  perror(what);
  exit(1);
}

static inline double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

// ---- reading: a cursor that moves over a message known to be whole

static inline int16_t read_i16(const uint8_t **at) {
  uint16_t v;
  memcpy(&v, *at, 2);
  *at += 2;
  return be16toh(v);
}
static inline int32_t read_i32(const uint8_t **at) {
  uint32_t v;
  memcpy(&v, *at, 4);
  *at += 4;
  return be32toh(v);
}
static inline int64_t read_i64(const uint8_t **at) {
  uint64_t v;
  memcpy(&v, *at, 8);
  *at += 8;
  return be64toh(v);
}
static inline int32_t i32_at(const uint8_t *at) { return read_i32(&at); }
static inline int64_t i64_at(const uint8_t *at) { return read_i64(&at); }

// ---- writing: a buffer that grows

struct buffer {
  uint8_t *bytes;
  size_t len, room;
};

static inline void put(struct buffer *b, const void *bytes, size_t n) {
  if (b->len + n > b->room) {
    b->room = (b->len + n) * 2;
    if (!(b->bytes = realloc(b->bytes, b->room))) fail("out of memory");
  }
  memcpy(b->bytes + b->len, bytes, n);
  b->len += n;
}
static inline void put_i8(struct buffer *b, int8_t v) { put(b, &v, 1); }
static inline void put_i16(struct buffer *b, int16_t v) {
  uint16_t w = htobe16(v);
  put(b, &w, 2);
}
static inline void put_i32(struct buffer *b, int32_t v) {
  uint32_t w = htobe32(v);
  put(b, &w, 4);
}
static inline void put_i64(struct buffer *b, int64_t v) {
  uint64_t w = htobe64(v);
  put(b, &w, 8);
}
static inline void put_string(struct buffer *b, const void *text, size_t n) {
  put_i16(b, n);
  put(b, text, n);
}
// A length that is known only once what it counts has been written.
static inline void put_length_at(struct buffer *b, size_t at, int32_t v) {
  uint32_t w = htobe32(v);
  memcpy(b->bytes + at, &w, 4);
}

// ---- CRC-32C
//
// The processor finishes a checksum step every cycle but needs three for one, so three stripes are summed side by side.
// A stripe's sum is carried over the stripes behind it by multiplying with a power of x modulo the polynomial: one
// carry-less product, brought back to 32 bits by the checksum instruction itself, which multiplies by x^33 on the way.

enum { LONG_STRIPE = 4096, SHORT_STRIPE = 256 };
static uint32_t over_long, over_two_long, over_short, over_two_short;

// x^(8 bytes - 33) modulo the polynomial, bits reversed.
static uint32_t power_over(size_t bytes) {
  uint32_t v = 0x80000000;
  for (size_t i = 0; i < 8 * bytes - 33; i++) v = v & 1 ? (v >> 1) ^ 0x82f63b78 : v >> 1;
  return v;
}

static inline uint64_t carry_over(uint64_t sum, uint32_t power) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(sum), _mm_cvtsi64_si128(power), 0);
  return _mm_crc32_u64(0, _mm_cvtsi128_si64(product));
}

static inline uint64_t word_at(const uint8_t *p) {
  uint64_t v;
  memcpy(&v, p, 8);
  return v;
}

static inline uint64_t sum_stripes(uint64_t sum, const uint8_t *p, size_t stripe, uint32_t over_one, uint32_t over_two) {
  uint64_t second = 0, third = 0;
  for (size_t i = 0; i < stripe; i += 8) {
    sum = _mm_crc32_u64(sum, word_at(p + i));
    second = _mm_crc32_u64(second, word_at(p + stripe + i));
    third = _mm_crc32_u64(third, word_at(p + 2 * stripe + i));
  }
  return carry_over(sum, over_two) ^ carry_over(second, over_one) ^ third;
}

static inline uint32_t crc32c(const uint8_t *p, size_t n) {
  uint64_t sum = 0xffffffff;
  for (; n >= 3 * LONG_STRIPE; n -= 3 * LONG_STRIPE, p += 3 * LONG_STRIPE)
    sum = sum_stripes(sum, p, LONG_STRIPE, over_long, over_two_long);
  for (; n >= 3 * SHORT_STRIPE; n -= 3 * SHORT_STRIPE, p += 3 * SHORT_STRIPE)
    sum = sum_stripes(sum, p, SHORT_STRIPE, over_short, over_two_short);
  for (; n >= 8; n -= 8, p += 8) sum = _mm_crc32_u64(sum, word_at(p));
  for (; n; n--) sum = _mm_crc32_u8(sum, *p++);
  return ~(uint32_t)sum;
}

// Makes the powers, and holds the quick way against the slow one.
static void crc32c_begin(void) {
  over_long = power_over(LONG_STRIPE), over_two_long = power_over(2 * LONG_STRIPE);
  over_short = power_over(SHORT_STRIPE), over_two_short = power_over(2 * SHORT_STRIPE);
  uint8_t bytes[3 * LONG_STRIPE + 3 * SHORT_STRIPE + 13];
  uint64_t slow = 0xffffffff;
  for (size_t i = 0; i < sizeof bytes; i++) slow = _mm_crc32_u8(slow, bytes[i] = i * 31 + i / 7);
  if (crc32c(bytes, sizeof bytes) != ~(uint32_t)slow || crc32c((const uint8_t *)"123456789", 9) != 0xe3069283) {
    fprintf(stderr, "the checksum is wrong\n");
    exit(1);
  }
}
