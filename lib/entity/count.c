/* How often strings that may name places stand in the document: a tree over the characters in front
 * of the ends of suffixes, read from right to left. Its branches lie in a table by hash, so that a
 * step takes the same time in every document. What stands there but once is a leaf, however long it
 * is: most of them are. */
#include "entity/find.h"

/* The number of the ending that has one character more in front, 0 if there is none; *bucket is
 * where it belongs. The branches of earlier documents stay in the table: one is of this document
 * when the ending that it names says so as well. */
static uint32_t ending_of(const qm_entity_scratch *scratch, uint32_t behind, uint32_t first,
                          uint32_t *bucket)
{
    const qm_ending *endings = scratch->endings.at;
    const uint32_t *buckets = scratch->ending_buckets.at;
    const uint32_t mask = (uint32_t)scratch->ending_buckets.count - 1;
    uint32_t hash = (behind * 0x9E3779B1u ^ first * 0x85EBCA77u) * 0xC2B2AE3Du;
    for (uint32_t at = hash >> 8 & mask;; at = (at + 1) & mask) {
        const uint32_t number = buckets[at];
        *bucket = at;
        if (number >= scratch->endings.count || endings[number].bucket != at) return 0;
        if (endings[number].behind == behind && endings[number].first == first) return number;
    }
}

/* Whether one more character is part of what stands in front of a suffix, up to where the longest
 * name begins. */
static inline bool goes_on(const qm_entity_scratch *scratch, uint32_t suffix, uint32_t at)
{
    if (at > suffix) return true;
    return at > 0 && suffix - at < QM_LONGEST_PLACE && !(scratch->states[at - 1] & QM_SPOT_OUT);
}

/* The ending as it stands at `at` in front of that suffix: a leaf. There is room for it. */
static void add_leaf(qm_entity_scratch *scratch, uint32_t behind, uint32_t bucket, uint32_t suffix,
                     uint32_t at)
{
    const uint32_t number = scratch->ending_buckets.at[bucket] = (uint32_t)scratch->endings.count++;
    scratch->endings.at[number] = (qm_ending){.behind = behind,
                                              .first = qm_char_at(scratch, at),
                                              .bucket = bucket,
                                              .count = 1,
                                              .at = at,
                                              .suffix = suffix};
}

/* A leaf that is found a second time gets one of its own for what stands in front of it. */
static void grow_leaf(qm_entity_scratch *scratch, uint32_t number)
{
    const qm_ending leaf = scratch->endings.at[number];
    uint32_t bucket;
    if (!goes_on(scratch, leaf.suffix, leaf.at)) return;
    ending_of(scratch, number, qm_char_at(scratch, leaf.at - 1), &bucket);
    add_leaf(scratch, number, bucket, leaf.suffix, leaf.at - 1);
}

/* Room for so many endings, most buckets empty. */
static int make_room(qm_entity_scratch *scratch, size_t endings, qm_error *err)
{
    size_t old = scratch->ending_buckets.room, count = 256;
    while (count < 2 * endings) count *= 2;
    if (qm_array_reserve(scratch->alloc, &scratch->endings, endings + 1) != QM_OK ||
        qm_array_reserve(scratch->alloc, &scratch->ending_buckets, count) != QM_OK)
        return qm_fail_nomem(err);
    size_t fresh = scratch->ending_buckets.room - old;
    if (fresh > 0)
        memset(scratch->ending_buckets.at + old, 0, fresh * sizeof *scratch->ending_buckets.at);
    scratch->ending_buckets.count = count;
    scratch->endings.count = 1;
    scratch->endings.at[0] = (qm_ending){.bucket = UINT32_MAX};
    return QM_OK;
}

/* Counts the endings of a suffix's end, up to the first one that is new. */
static void count_endings(qm_entity_scratch *scratch, const qm_match *suffix)
{
    uint32_t behind = 0;
    for (uint32_t at = suffix->end; goes_on(scratch, suffix->start, at);) {
        uint32_t bucket, number = ending_of(scratch, behind, qm_char_at(scratch, --at), &bucket);
        if (number == 0) {
            add_leaf(scratch, behind, bucket, suffix->start, at);
            break;
        }
        if (scratch->endings.at[number].count++ == 1) grow_leaf(scratch, number);
        behind = number;
    }
}

int qm_endings_count(qm_entity_scratch *scratch, qm_error *err)
{
    const qm_match *matches = scratch->matches;
    const uint32_t *numbers = scratch->suffixes.at;
    size_t count = scratch->suffixes.count, endings = 0;
    /* No more than these: where names begin is seen when they are counted. */
    for (size_t i = 0; i < count; i++)
        endings += matches[numbers[i]].end - matches[numbers[i]].start + QM_LONGEST_PLACE;
    if (make_room(scratch, endings, err) != QM_OK) return QM_E_NOMEM;
    /* Of the suffixes with one end the longest comes first. */
    for (size_t i = 0; i < count; i++)
        if (i == 0 || matches[numbers[i]].end != matches[numbers[i - 1]].end)
            count_endings(scratch, &matches[numbers[i]]);
    return QM_OK;
}

/* Whether the string stands in front of the leaf. */
static bool leaf_follows(const qm_entity_scratch *scratch, uint32_t start, uint32_t end,
                         const qm_ending *leaf)
{
    for (uint32_t at = leaf->at; end > start; at--) {
        if (!goes_on(scratch, leaf->suffix, at)) return false;
        if (qm_char_at(scratch, at - 1) != qm_char_at(scratch, --end)) return false;
    }
    return true;
}

/* How often the string stands in front of an ending. */
static uint32_t count_before(const qm_entity_scratch *scratch, uint32_t start, uint32_t end,
                             uint32_t ending)
{
    uint32_t bucket;
    for (uint32_t at = end; at > start; at--) {
        const qm_ending *behind = &scratch->endings.at[ending];
        if (behind->count == 1) return leaf_follows(scratch, start, at, behind);
        ending = ending_of(scratch, ending, qm_char_at(scratch, at - 1), &bucket);
        if (ending == 0) return 0;
    }
    return scratch->endings.at[ending].count;
}

uint32_t qm_count_of(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    return count_before(scratch, start, end, 0);
}

bool qm_names_village(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    const uint32_t *suffixes = scratch->recognizer->table->chars[QM_CHARS_VILLAGE];
    for (size_t i = 0; i < QM_MOST_CHARS && suffixes[i]; i++) {
        uint32_t bucket, ending = ending_of(scratch, 0, suffixes[i], &bucket);
        if (ending > 0 && count_before(scratch, start, end, ending) > 0) return true;
    }
    return false;
}
