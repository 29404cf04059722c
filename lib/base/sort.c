#include "base/base.h"

static void swap(uint8_t *a, uint8_t *b, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        uint8_t kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

/* A heap sort: no memory of its own, never quadratic. */
static void sift(uint8_t *at, size_t root, size_t count, size_t width,
                 int (*compare)(const void *, const void *, const void *), const void *context)
{
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && compare(at + child * width, at + (child + 1) * width, context) < 0)
            child++;
        if (compare(at + root * width, at + child * width, context) >= 0) return;
        swap(at + root * width, at + child * width, width);
    }
}

void qm_sort(void *at, size_t count, size_t width,
             int (*compare)(const void *a, const void *b, const void *context), const void *context)
{
    uint8_t *bytes = at;
    for (size_t i = count / 2; i-- > 0;) sift(bytes, i, count, width, compare, context);
    for (size_t end = count; end-- > 1;) {
        swap(bytes, bytes + end * width, width);
        sift(bytes, 0, end, width, compare, context);
    }
}
