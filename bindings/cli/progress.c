#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define FIRST_SHOWN 1.0 /* seconds */
#define BETWEEN 0.1
#define BAR 24

static double seconds(struct timespec from, struct timespec to)
{
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

void cli_progress_start(cli_progress *p, uint64_t total, bool to_screen, bool quiet)
{
    *p = (cli_progress){.total = total};
    p->wanted = !quiet && isatty(STDERR_FILENO) && !(to_screen && isatty(STDOUT_FILENO));
    clock_gettime(CLOCK_MONOTONIC, &p->start);
    p->last = p->start;
}

static void progress_draw(const cli_progress *p, double passed)
{
    double done = (double)p->done / 1e6, total = (double)p->total / 1e6;
    fputs("\r\x1b[K", stderr);
    if (p->total >= p->done && p->total > 0) {
        int full = (int)(done / total * BAR);
        fputc('[', stderr);
        for (int i = 0; i < BAR; i++) fputc(i < full ? '#' : '.', stderr);
        fprintf(stderr, "] %3.0f %%  %.0f of %.0f MB", 100 * done / total, done, total);
    } else {
        fprintf(stderr, "%.0f MB", done);
    }
    fprintf(stderr, "  %llu documents  %.1f MB/s", (unsigned long long)p->documents,
            done / (passed > 0 ? passed : 1));
    if (p->total > p->done && p->done > 0)
        fprintf(stderr, "  %.0f s left", (total - done) / done * passed);
    fflush(stderr);
}

void cli_progress_add(cli_progress *p, uint64_t bytes, uint64_t documents)
{
    p->done += bytes;
    p->documents += documents;
    if (!p->wanted) return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double passed = seconds(p->start, now);
    if (passed < FIRST_SHOWN || (p->shown && seconds(p->last, now) < BETWEEN)) return;
    progress_draw(p, passed);
    p->last = now;
    p->shown = true;
}

void cli_progress_clear(cli_progress *p)
{
    if (!p->shown) return;
    fputs("\r\x1b[K", stderr);
    fflush(stderr);
    p->shown = false;
}
