#include "base/processor.h"
#include "segment/tag_passes.h"

int qm_tags_bind(qm_tag_model *model, const qm_image *image, bool *found, qm_error *err)
{
    qm_bytes params = qm_image_section(image, QM_SECTION_TAGS);
    qm_bytes rows = qm_image_section(image, QM_SECTION_TAGS_ROWS);
    qm_tag_model bound = {.rows = rows.data};
    *found = params.data != NULL;
    if (!*found) return QM_OK;
    if (params.size != sizeof bound.params)
        return qm_fail(err, QM_E_CORRUPT, "tags: wrong size of the parameters");
    memcpy(&bound.params, params.data, sizeof bound.params);
    if (bound.params.version != QM_TAGS_VERSION)
        return qm_fail(err, QM_E_VERSION,
                       "tags of format %u, but this library reads format %d: "
                       "the image has to be trained anew",
                       (unsigned)bound.params.version, QM_TAGS_VERSION);
    if (bound.params.row_bits < 4 || bound.params.row_bits > 22 ||
        rows.size != (size_t)QM_TAG_LANES << bound.params.row_bits)
        return qm_fail(err, QM_E_CORRUPT, "tags: the table is missing or of the wrong size");
    for (int i = 0; i < QM_TAG_LANES; i++)
        if (!qm_upos_name(bound.params.tags[i]))
            return qm_fail(err, QM_E_CORRUPT, "tags: there is no tag %u", bound.params.tags[i]);
    bound.tag = qm_tag_plain;
    bound.read = qm_tag_read_plain;
#ifdef __x86_64__
    if (qm_has_avx2()) bound.tag = qm_tag_avx2, bound.read = qm_tag_read_avx2;
    if (qm_has_avx512()) bound.tag = qm_tag_avx512, bound.read = qm_tag_read_avx512;
#endif
    *model = bound;
    return QM_OK;
}

/* ---- words ---- */

/* x if the condition holds, else 0: not a jump, whatever the compiler thinks. */
static inline uint32_t only_if(bool condition, uint32_t x)
{
    return x & (0 - (uint32_t)condition);
}

/* Words of up to four characters, nearly all, without a branch: the text is padded, and what is
 * behind the word counts as zero. */
static inline uint32_t hash_word(const uint32_t *c, uint32_t length)
{
    uint32_t hash = c[0] * QM_TAG_FIRST + only_if(length > 1, c[1] * QM_TAG_SECOND) +
                    only_if(length > 2, c[2] * 0xC2B2AE3Du) +
                    only_if(length > 3, c[3] * 0x27D4EB2Fu);
    for (uint32_t i = 4; i < length; i++) hash = (hash ^ c[i]) * 0x9E3779B1u;
    return hash ^ hash >> 15;
}

/* Numbers and ASCII words count by their class, not by what they are. */
static inline qm_tag_word word_of(const qm_text *text, uint32_t start, uint32_t end,
                                  uint32_t in_dictionary)
{
    uint32_t length = end - start, class = length ? text->classes[start] : QM_CHAR_SPACE;
    qm_tag_word word = {.hash = class, .first = class};
    if (class == QM_CHAR_SPACE) return word;
    const uint32_t *c = text->chars + start, *behind = c + length;
    word.shape = class << 8 | (length > 4 ? 4 : length) << 5 | in_dictionary;
    word.last = *(behind - 1);
    if (class == QM_CHAR_LATIN) word.last = class;
    if (class == QM_CHAR_DIGIT || class == QM_CHAR_LATIN) return word;
    uint32_t before = only_if(length > 1, *(behind - 2));
    word.hash = hash_word(c, length);
    word.last_two = only_if(before != 0, before << 12 ^ word.last);
    word.first = c[0];
    return word;
}

qm_tag_word qm_tag_word_of(const qm_text *text, uint32_t start, uint32_t end,
                           uint32_t in_dictionary)
{
    return word_of(text, start, end, in_dictionary);
}

static inline void put(qm_tag_block *block, uint32_t i, qm_tag_word word)
{
    block->hash[i] = word.hash;
    block->last[i] = word.last;
    block->last_two[i] = word.last_two;
    block->first[i] = word.first;
    block->shape[i] = word.shape;
}

void qm_tag_block_put(qm_tag_block *block, uint32_t i, qm_tag_word word)
{
    put(block, i, word);
}

/* Of word i, in the order in which they are summed: what the words before it say of it, it itself,
 * the next one. */
static void list_rows(const tag_rows *rows, uint32_t i, uint32_t list[QM_TAG_FEATURES])
{
    const uint32_t *hash = rows->hash + QM_TAG_REACH + i, *last = rows->last + QM_TAG_REACH + i;
    const uint32_t *first = rows->first + QM_TAG_REACH + i;
    *list++ = *(hash - 2) + SECOND_NEXT;
    *list++ = *(hash - 1) + NEXT;
    *list++ = *(last - 1) + NEXT;
    *list++ = rows->behind[i];
    for (uint32_t k = 0; k < PAIRS; k++) *list++ = rows->pairs[k][i];
    *list++ = hash[0];
    *list++ = last[0];
    *list++ = first[0] + FIRST;
    *list++ = rows->behind[i + 1] + NEXT;
    *list++ = hash[1] + BEFORE;
    *list++ = first[1] + BEFORE_FIRST;
}

void qm_tag_features(const qm_tag_word *window, uint32_t row_bits, uint32_t *rows)
{
    qm_tag_block block = {.hash = {0}};
    tag_rows found;
    for (uint32_t i = 0; i <= 2 * QM_TAG_REACH; i++) put(&block, i, window[i]);
    find_rows(&block, row_bits, 1, &found);
    list_rows(&found, 0, rows);
}

void qm_tag_plain(const qm_tag_model *model, const qm_tag_block *words, const uint32_t *starts,
                  uint32_t n, uint8_t *tags)
{
    tag_block(model, words, starts, n, tags);
}

/* ---- the words of a text ---- */

enum { EIGHT = 8 };

/* Where the words [from, QM_TAG_ROOM) of the block start. */
static void find_words(qm_tagger *t, uint32_t from)
{
    const uint8_t *restrict begins = t->begins;
    uint32_t *restrict starts = t->starts;
    uint32_t n = from, at = t->at, count = t->text->count;
    for (; n + EIGHT <= QM_TAG_ROOM && at + EIGHT <= count; at += EIGHT)
        for (uint32_t k = 0; k < EIGHT; k++) {
            starts[n] = at + k;
            n += begins[at + k];
        }
    for (; n <= QM_TAG_ROOM && at <= count; at++) {
        starts[n] = at;
        n += begins[at];
    }
    while (n <= QM_TAG_ROOM) starts[n++] = count;
    t->at = starts[QM_TAG_ROOM];
}

/* Whether the class of a character is DIGIT, LATIN or SPACE. */
static inline uint32_t is_special(uint8_t class)
{
    const uint32_t special = 1u << QM_CHAR_DIGIT | 1u << QM_CHAR_LATIN | 1u << QM_CHAR_SPACE;
    return special >> class & 1;
}

/* Words of two characters, half of all, and of one without a branch; the few that are listed are
 * written, too, but not rightly. */
void qm_tag_read_plain(qm_tagger *t, uint32_t from)
{
    const uint8_t *known = t->tags, *classes = t->text->classes;
    uint32_t n = 0, has_classes = 0 - (uint32_t)(t->model != NULL);
    find_words(t, from);
    for (uint32_t i = from; i < QM_TAG_ROOM; i++) {
        uint32_t start = t->starts[i], end = t->starts[i + 1], length = end - start;
        uint32_t is_pair = (uint32_t)(length == 2) &
                           ~(is_special(classes[start]) | is_special(classes[start + 1]));
        put(&t->words, i, word_of(t->text, start, end, known[start] & (0 - is_pair) & has_classes));
        t->listed[n] = (uint8_t)i;
        n += (uint32_t)(length > 1) & ~is_pair;
    }
    t->n_listed = n;
}

/* Whether it is a word of three plain characters, as most that are listed are. */
static inline bool is_three(const qm_tagger *t, uint32_t i)
{
    const uint8_t *classes = t->text->classes + t->starts[i];
    return (uint32_t)(t->starts[i + 1] - t->starts[i] == 3) &
           ~(is_special(classes[0]) | is_special(classes[1]) | is_special(classes[2]));
}

/* The words that are listed: those of three plain characters, and others. */
typedef struct listed_words {
    uint32_t n_threes, n_others;
    uint8_t threes[QM_TAG_ROOM], others[QM_TAG_ROOM];
    uint32_t starts[QM_TAG_ROOM]; /* of the threes */
    qm_three three_places[QM_TAG_ROOM];
    qm_word_place other_places[QM_TAG_ROOM];
} listed_words;

static void sort_listed(const qm_tagger *t, listed_words *l)
{
    uint32_t n_threes = 0, n_others = 0;
    for (uint32_t k = 0; k < t->n_listed; k++) {
        const uint32_t i = t->listed[k];
        const bool three = is_three(t, i);
        l->threes[n_threes] = l->others[n_others] = (uint8_t)i;
        l->starts[n_threes] = t->starts[i];
        n_threes += three;
        n_others += !three;
    }
    l->n_threes = n_threes;
    l->n_others = n_others;
}

static void ask_others(const qm_tagger *t, listed_words *l)
{
    for (uint32_t k = 0; k < l->n_others; k++) {
        const uint32_t i = l->others[k], start = t->starts[i];
        qm_word_ask(t->model, t->text->chars + start, t->starts[i + 1] - start,
                    &l->other_places[k]);
    }
}

/* But for the classes of the threes, which are still to come. */
static void put_words(qm_tagger *t, const listed_words *l)
{
    for (uint32_t k = 0; k < l->n_threes; k++) {
        const uint32_t i = l->threes[k];
        put(&t->words, i, word_of(t->text, t->starts[i], t->starts[i] + 3, 0));
    }
    for (uint32_t k = 0; k < l->n_others; k++) {
        const uint32_t i = l->others[k];
        const uint32_t class = t->model ? qm_word_class(t->model, &l->other_places[k]) : 0;
        put(&t->words, i, word_of(t->text, t->starts[i], t->starts[i + 1], class));
    }
}

/* Between the steps of one kind are those of the other, so that what is fetched has time. */
static void put_listed(qm_tagger *t)
{
    listed_words l;
    sort_listed(t, &l);
    if (t->model) {
        qm_threes_ask(t->model, t->text->chars, l.starts, l.n_threes, l.three_places);
        ask_others(t, &l);
        qm_threes_locate(t->model, l.three_places, l.n_threes);
        for (uint32_t k = 0; k < l.n_others; k++) qm_word_locate(t->model, &l.other_places[k]);
    }
    put_words(t, &l);
    for (uint32_t k = 0; t->model && k < l.n_threes; k++)
        t->words.shape[l.threes[k]] |= qm_three_class(t->model, &l.three_places[k]);
}

/* The last words of the block become the first. */
static void slide(qm_tagger *t)
{
    uint32_t *columns[] = {t->words.hash,  t->words.last,  t->words.last_two,
                           t->words.first, t->words.shape, t->starts};
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        memmove(columns[k], columns[k] + QM_TAG_BLOCK, sizeof **columns * 2 * QM_TAG_REACH);
}

/* Blanks have no tag. Bytes, which compilers take many of at once. */
static void clear_blanks(const uint8_t *restrict classes, uint8_t *restrict tags, size_t n)
{
    for (size_t i = 0; i < n; i++) tags[i] = classes[i] == QM_CHAR_SPACE ? 0 : tags[i];
}

/* Tags of the n words from QM_TAG_REACH on; what was known of all that were read is used up. */
static void put_tags(const qm_tag_model *model, const qm_tagger *t, uint32_t n)
{
    const uint32_t *starts = t->starts + QM_TAG_REACH;
    size_t size = starts[n] - starts[0];
    memset(t->tags + starts[0], 0, size);
    model->tag(model, &t->words, starts, n, t->tags);
    clear_blanks(t->text->classes + starts[0], t->tags + starts[0], size);
}

/* Of the words of the block those that the text has. */
static uint32_t count_words(const qm_tagger *t)
{
    uint32_t n = QM_TAG_BLOCK;
    while (n > 0 && t->starts[n - 1 + QM_TAG_REACH] == t->text->count) n--;
    return n;
}

void qm_tag_words(const qm_tag_model *model, const qm_words_model *words_model, const qm_text *text,
                  const uint8_t *begins, uint8_t *tags, uint32_t *last)
{
    qm_tagger t = {.model = words_model, .text = text, .begins = begins, .tags = tags};
    uint32_t n = QM_TAG_BLOCK;
    for (uint32_t i = 0; i < QM_TAG_REACH; i++) put(&t.words, i, word_of(text, 0, 0, 0));
    t.words.hash[0] = *last; /* which is all that is seen of it */
    for (uint32_t from = QM_TAG_REACH; n == QM_TAG_BLOCK; from = 2 * QM_TAG_REACH) {
        if (from > QM_TAG_REACH) slide(&t);
        model->read(&t, from);
        put_listed(&t);
        n = count_words(&t);
        put_tags(model, &t, n);
    }
    *last = t.words.hash[QM_TAG_REACH + n - 2];
    tags[text->count] = 0;
}
