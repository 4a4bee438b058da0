/* sync-ways: three ways to make many logs' appends durable, beside each other and beside the page cache alone.
 *
 * One thread appends for all (as a network task does), round robin over the partitions, in a closed loop with N appenders; what is
 * appended waits for a committer, who takes everybody that waits and makes them durable at once:
 *   page      nobody waits
 *   journal   the group's bytes again, one pwritev into a circular file that was written before, and one fdatasync; segments are
 *             synced when the circle closes
 *   files     fdatasync of every file the group touched, by so many threads
 *   syncfs    one syncfs of the file system
 * Shares no code with Kampa; crates/storage does what this measured (docs/decisions/0001-shared-sync.md).
 *
 *   sync-ways DIR WAY PARTITIONS BYTES APPENDERS SECONDS [THREADS [JOURNAL_LIMIT]]
 * prints: way partitions bytes appenders appends/s MB/s p50 p99 (us) cpu_us/append syncs syncs/1000
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { JOURNAL_BYTES = 256 << 20, SEGMENT_BYTES = 1 << 30, SAMPLES_MAX = 1 << 22, SLICES_MAX = 1024 };

static void die(const char *what) { perror(what); exit(1); }

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static enum { PAGE, JOURNAL, FILES, SYNCFS } way;
static int partitions, appenders, threads = 4, dir_fd;
static size_t bytes, journal_limit = 128 << 10;
static int *files;
static off_t *ends;
static char *dirty, *dirty_since_circle, *payload;
static int64_t *began;
static uint32_t *samples;
static uint64_t samples_count, appends, syncs;

/* Appenders whose turn it is, and those who wait for the committer. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t some_ready = PTHREAD_COND_INITIALIZER, some_waiting = PTHREAD_COND_INITIALIZER;
static int *ready, ready_count, *waiting, *waiting_file, waiting_count, stop;

/* The pool that syncs files. */
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t pool_work = PTHREAD_COND_INITIALIZER, pool_done = PTHREAD_COND_INITIALIZER;
static int *pool_files, pool_next, pool_count, pool_left, pool_stop;

static void sync_file(int fd) {
    if (fdatasync(fd)) die("fdatasync");
    __atomic_add_fetch(&syncs, 1, __ATOMIC_RELAXED);
}

static int pool_step(void) {
    if (pool_next >= pool_count) return 0;
    int file = pool_files[pool_next++];
    pthread_mutex_unlock(&pool_lock);
    sync_file(files[file]);
    pthread_mutex_lock(&pool_lock);
    if (--pool_left == 0) pthread_cond_signal(&pool_done);
    return 1;
}

static void *pool_thread(void *_) {
    (void)_;
    pthread_mutex_lock(&pool_lock);
    while (!pool_stop)
        if (!pool_step()) pthread_cond_wait(&pool_work, &pool_lock);
    pthread_mutex_unlock(&pool_lock);
    return NULL;
}

/* Syncs the files with several threads, this one among them. */
static void sync_files(const int *which, int count) {
    pthread_mutex_lock(&pool_lock);
    memcpy(pool_files, which, count * sizeof *which);
    pool_next = 0, pool_count = pool_left = count;
    if (count > 1) pthread_cond_broadcast(&pool_work);
    while (pool_step()) {}
    while (pool_left) pthread_cond_wait(&pool_done, &pool_lock);
    pthread_mutex_unlock(&pool_lock);
}

static int journal_fd;
static off_t journal_at;
static char header[64];

static void write_all(int fd, struct iovec *slices, int count, off_t at) {
    while (count) {
        int some = count < SLICES_MAX ? count : SLICES_MAX;
        ssize_t want = 0;
        for (int n = 0; n < some; n++) want += slices[n].iov_len;
        if (pwritev(fd, slices, some, at) != want) die("pwritev");
        at += want, slices += some, count -= some;
    }
}

static void commit(const int *group_files, int count) {
    static int *touched;
    static struct iovec *slices;
    if (!touched) touched = malloc((partitions + 1) * sizeof(int)), slices = malloc(2 * (appenders + 1) * sizeof *slices);
    int touched_count = 0, slices_count = 0;
    int by_journal = way == JOURNAL && bytes <= journal_limit;
    if (way == FILES || (way == JOURNAL && !by_journal)) {
        for (int n = 0; n < count; n++)
            if (!dirty[group_files[n]]) dirty[group_files[n]] = 1, touched[touched_count++] = group_files[n];
        for (int n = 0; n < touched_count; n++) dirty[touched[n]] = 0;
        sync_files(touched, touched_count);
    } else if (way == SYNCFS) {
        if (syncfs(dir_fd)) die("syncfs");
        syncs++;
    } else if (by_journal) {
        for (int n = 0; n < count; n++) {
            slices[slices_count++] = (struct iovec){header, sizeof header};
            slices[slices_count++] = (struct iovec){payload, bytes};
            dirty_since_circle[group_files[n]] = 1;
        }
        size_t all = (bytes + sizeof header) * count;
        if (journal_at + (off_t)all > JOURNAL_BYTES) {
            for (int n = 0; n < partitions; n++)
                if (dirty_since_circle[n]) touched[touched_count++] = n, dirty_since_circle[n] = 0;
            sync_files(touched, touched_count);
            journal_at = 0;
        }
        write_all(journal_fd, slices, slices_count, journal_at);
        sync_file(journal_fd);
        journal_at += (all + 4095) & ~4095UL;
    }
}

static void release(const int *who, int count) {
    int64_t now = now_ns();
    for (int n = 0; n < count; n++)
        if (samples_count < SAMPLES_MAX) samples[samples_count++] = (now - began[who[n]]) / 1000;
    appends += count;
}

static void *committer(void *_) {
    (void)_;
    int *group = malloc(appenders * sizeof(int)), *group_files = malloc(appenders * sizeof(int));
    pthread_mutex_lock(&lock);
    for (;;) {
        while (!waiting_count && !stop) pthread_cond_wait(&some_waiting, &lock);
        if (!waiting_count) break;
        int count = waiting_count;
        memcpy(group, waiting, count * sizeof(int)), memcpy(group_files, waiting_file, count * sizeof(int));
        waiting_count = 0;
        pthread_mutex_unlock(&lock);
        commit(group_files, count);
        release(group, count);
        pthread_mutex_lock(&lock);
        memcpy(ready + ready_count, group, count * sizeof(int));
        ready_count += count;
        pthread_cond_signal(&some_ready);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void append(int file) {
    if (pwrite(files[file], payload, bytes, ends[file]) != (ssize_t)bytes) die("pwrite");
    ends[file] += bytes;
    if (ends[file] + (off_t)bytes > SEGMENT_BYTES) ends[file] = 0;
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc < 7) return fprintf(stderr, "sync-ways DIR page|journal|files|syncfs PARTITIONS BYTES APPENDERS SECONDS [THREADS [JOURNAL_LIMIT]]\n"), 2;
    const char *ways[] = {"page", "journal", "files", "syncfs"};
    while (strcmp(argv[2], ways[way])) if (++way > SYNCFS) return fprintf(stderr, "no way %s\n", argv[2]), 2;
    partitions = atoi(argv[3]), bytes = atoi(argv[4]), appenders = atoi(argv[5]);
    double seconds = atof(argv[6]);
    if (argc > 7) threads = atoi(argv[7]);
    if (argc > 8) journal_limit = atol(argv[8]);
    if (mkdir(argv[1], 0777) && errno != EEXIST) die("mkdir");
    if ((dir_fd = open(argv[1], O_RDONLY | O_DIRECTORY)) < 0) die("open");
    files = calloc(partitions, sizeof *files), ends = calloc(partitions, sizeof *ends);
    dirty = calloc(partitions, 1), dirty_since_circle = calloc(partitions, 1), pool_files = calloc(partitions, sizeof *pool_files);
    payload = malloc(bytes), began = calloc(appenders, sizeof *began), samples = calloc(SAMPLES_MAX, sizeof *samples);
    ready = calloc(appenders, sizeof *ready), waiting = calloc(appenders, sizeof *waiting), waiting_file = calloc(appenders, sizeof *waiting_file);
    for (size_t n = 0; n < bytes; n++) payload[n] = n * 2654435761u >> 13;
    char name[64];
    for (int n = 0; n < partitions; n++) {
        sprintf(name, "%05d.log", n);
        if ((files[n] = openat(dir_fd, name, O_RDWR | O_CREAT | O_TRUNC, 0666)) < 0) die(name);
        append(n);
    }
    if (way == JOURNAL) {
        if ((journal_fd = openat(dir_fd, "journal", O_RDWR | O_CREAT, 0666)) < 0) die("journal");
        char *zeros = calloc(1, 1 << 20);
        for (int n = 0; n < JOURNAL_BYTES >> 20; n++) if (pwrite(journal_fd, zeros, 1 << 20, (off_t)n << 20) < 0) die("journal");
    }
    syncfs(dir_fd);
    for (int n = 0; n < appenders; n++) ready[ready_count++] = n;
    pthread_t thread;
    for (int n = 1; n < threads; n++) pthread_create(&thread, NULL, pool_thread, NULL), pthread_detach(thread);
    pthread_create(&thread, NULL, committer, NULL);

    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9);
    int *mine = malloc(appenders * sizeof(int)), *mine_file = malloc(appenders * sizeof(int)), file = 0;
    uint64_t limit = 3ull << 30, written = 0;
    while (now_ns() < end && written < limit) {
        pthread_mutex_lock(&lock);
        while (!ready_count) pthread_cond_wait(&some_ready, &lock);
        int count = ready_count;
        memcpy(mine, ready, count * sizeof(int));
        ready_count = 0;
        pthread_mutex_unlock(&lock);
        /* As requests come in one after another, the committer may begin with the first. */
        for (int n = 0; n < count; n++) {
            began[mine[n]] = now_ns();
            append(file);
            written += bytes;
            mine_file[n] = file;
            file = (file + 1) % partitions;
            if (way == PAGE) { release(mine + n, 1); continue; }
            pthread_mutex_lock(&lock);
            waiting[waiting_count] = mine[n], waiting_file[waiting_count++] = mine_file[n];
            pthread_cond_signal(&some_waiting);
            pthread_mutex_unlock(&lock);
        }
        if (way == PAGE) {
            pthread_mutex_lock(&lock);
            memcpy(ready, mine, count * sizeof(int)), ready_count = count;
            pthread_mutex_unlock(&lock);
        }
    }
    pthread_mutex_lock(&lock);
    stop = 1;
    pthread_cond_signal(&some_waiting);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    double took = (now_ns() - start) / 1e9;
    getrusage(RUSAGE_SELF, &after);
    double cpu = (after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1e6 +
                 (after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_stime.tv_usec);
    qsort(samples, samples_count, sizeof *samples, by_size);
    printf("%-8s %5d %8zu %5d  %9.0f/s %8.1f MB/s  p50 %7u p99 %7u us  cpu %7.1f us  syncs %7lu  per 1000 %8.1f\n", argv[2], partitions,
           bytes, appenders, appends / took, appends * bytes / took / 1e6, samples[samples_count / 2],
           samples[samples_count * 99 / 100], cpu / appends, syncs, syncs * 1000.0 / appends);
    for (int n = 0; n < partitions; n++) sprintf(name, "%05d.log", n), unlinkat(dir_fd, name, 0);
    unlinkat(dir_fd, "journal", 0);
    return 0;
}
