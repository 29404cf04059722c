#include "jobs.h"

#include "message.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOBS_MAX 256
#define JOBS_DEPTH 4 /* pieces in the ring for each thread */

typedef enum slot_state { SLOT_FREE, SLOT_READY, SLOT_TAKEN, SLOT_DONE } slot_state;

typedef struct jobs {
    const cli_stage *stage;
    unsigned wanted, started;
    size_t slots;
    char *pieces;       /* slots * piece_size */
    slot_state *states; /* guarded by mutex, as is all below */
    size_t next;        /* sequence number of the piece to be taken next */
    size_t filled;      /* sequence number behind the last piece that is ready */
    unsigned idle;
    bool closed; /* no more pieces will come */
    bool failed; /* a worker could not start */
    pthread_mutex_t mutex;
    pthread_cond_t ready, done;
    pthread_t threads[JOBS_MAX];
} jobs;

static void *jobs_piece(const jobs *j, size_t number)
{
    return j->pieces + number % j->slots * j->stage->piece_size;
}

/* The next piece to work on; false when there will be no more. */
static bool jobs_take(jobs *j, size_t *number)
{
    pthread_mutex_lock(&j->mutex);
    j->idle++;
    while (j->next == j->filled && !j->closed) pthread_cond_wait(&j->ready, &j->mutex);
    j->idle--;
    bool got = j->next < j->filled;
    if (got) {
        *number = j->next++;
        j->states[*number % j->slots] = SLOT_TAKEN;
    }
    pthread_mutex_unlock(&j->mutex);
    return got;
}

static void *jobs_thread(void *ud)
{
    jobs *j = ud;
    void *worker = j->stage->worker_new(j->stage->ud);
    size_t number;
    while (jobs_take(j, &number)) {
        if (worker) j->stage->work(worker, jobs_piece(j, number));
        pthread_mutex_lock(&j->mutex);
        if (!worker) j->failed = true;
        j->states[number % j->slots] = SLOT_DONE;
        pthread_cond_signal(&j->done);
        pthread_mutex_unlock(&j->mutex);
    }
    if (worker) j->stage->worker_free(worker);
    return NULL;
}

/* Hands a piece over, and starts a thread for it if all are busy. */
static bool jobs_hand_over(jobs *j)
{
    pthread_mutex_lock(&j->mutex);
    j->states[j->filled % j->slots] = SLOT_READY;
    j->filled++;
    bool start = j->started < j->wanted && j->filled - j->next > j->idle;
    pthread_cond_signal(&j->ready);
    pthread_mutex_unlock(&j->mutex);
    if (!start) return true;
    int code = pthread_create(&j->threads[j->started], NULL, jobs_thread, j);
    if (code == 0) j->started++;
    else if (j->started == 0) cli_say((cli_place){0}, "no thread: %s", strerror(code));
    return j->started > 0;
}

/* Waits for piece `number` and writes it. */
static bool jobs_emit(jobs *j, size_t number)
{
    pthread_mutex_lock(&j->mutex);
    while (j->states[number % j->slots] != SLOT_DONE) pthread_cond_wait(&j->done, &j->mutex);
    j->states[number % j->slots] = SLOT_FREE;
    bool failed = j->failed;
    pthread_mutex_unlock(&j->mutex);
    return !failed && j->stage->emit(j->stage->ud, jobs_piece(j, number));
}

/* One thread does it all: nothing to hand over, nothing to wait for. */
static bool jobs_alone(const cli_stage *stage)
{
    void *worker = stage->worker_new(stage->ud);
    if (!worker) return false;
    void *piece = cli_realloc(NULL, stage->piece_size);
    memset(piece, 0, stage->piece_size);
    bool good = true;
    while (good && stage->fill(stage->ud, piece)) {
        stage->work(worker, piece);
        good = stage->emit(stage->ud, piece);
    }
    stage->piece_free(piece);
    free(piece);
    stage->worker_free(worker);
    return good;
}

static bool jobs_together(jobs *j)
{
    const cli_stage *stage = j->stage;
    size_t in = 0, out = 0;
    bool good = true;
    while (good) {
        if (in - out == j->slots) good = jobs_emit(j, out++);
        if (!good || !stage->fill(stage->ud, jobs_piece(j, in))) break;
        in++;
        good = jobs_hand_over(j);
    }
    while (good && out < in) good = jobs_emit(j, out++);
    pthread_mutex_lock(&j->mutex);
    if (!good) j->next = j->filled; /* what nobody wants need not be done */
    j->closed = true;
    pthread_cond_broadcast(&j->ready);
    pthread_mutex_unlock(&j->mutex);
    for (unsigned i = 0; i < j->started; i++) pthread_join(j->threads[i], NULL);
    return good;
}

bool cli_jobs_run(const cli_stage *stage, int wanted)
{
    long processors = wanted > 0 ? wanted : sysconf(_SC_NPROCESSORS_ONLN);
    if (processors > JOBS_MAX) processors = JOBS_MAX;
    if (processors <= 1) return jobs_alone(stage);
    jobs *j = cli_realloc(NULL, sizeof *j);
    *j = (jobs){.stage = stage, .wanted = (unsigned)processors};
    j->slots = (size_t)processors * JOBS_DEPTH;
    j->pieces = cli_realloc(NULL, j->slots * stage->piece_size);
    memset(j->pieces, 0, j->slots * stage->piece_size);
    j->states = cli_realloc(NULL, j->slots * sizeof *j->states);
    memset(j->states, 0, j->slots * sizeof *j->states);
    pthread_mutex_init(&j->mutex, NULL);
    pthread_cond_init(&j->ready, NULL);
    pthread_cond_init(&j->done, NULL);
    bool good = jobs_together(j);
    for (size_t i = 0; i < j->slots; i++) stage->piece_free(jobs_piece(j, i));
    pthread_cond_destroy(&j->done);
    pthread_cond_destroy(&j->ready);
    pthread_mutex_destroy(&j->mutex);
    free(j->states);
    free(j->pieces);
    free(j);
    return good;
}
