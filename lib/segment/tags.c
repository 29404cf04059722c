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
    if (bound.params.row_bits < 4 || bound.params.row_bits > 22 ||
        rows.size != (size_t)QM_TAG_LANES << bound.params.row_bits)
        return qm_fail(err, QM_E_CORRUPT, "tags: the table is missing or of the wrong size");
    for (int i = 0; i < QM_TAG_LANES; i++)
        if (!qm_upos_name(bound.params.tags[i]))
            return qm_fail(err, QM_E_CORRUPT, "tags: there is no tag %u", bound.params.tags[i]);
    bound.tag = qm_tag_plain;
#ifdef __x86_64__
    if (qm_has_avx2()) bound.tag = qm_tag_avx2;
#endif
    *model = bound;
    return QM_OK;
}

/* ---- words ---- */

/* Words of up to four characters, nearly all, without a branch: the text is padded, and what is
 * behind the word counts as zero. */
static inline uint32_t hash_word(const uint32_t *c, uint32_t length)
{
    uint32_t hash = c[0] * 0x9E3779B1u + (length > 1 ? c[1] : 0) * 0x85EBCA77u +
                    (length > 2 ? c[2] : 0) * 0xC2B2AE3Du + (length > 3 ? c[3] : 0) * 0x27D4EB2Fu;
    for (uint32_t i = 4; i < length; i++) hash = (hash ^ c[i]) * 0x9E3779B1u;
    return hash ^ hash >> 15;
}

/* Numbers and ASCII words count by their class, not by what they are. */
static inline qm_tag_word word_of(const qm_text *text, uint32_t start, uint32_t end,
                                  uint32_t in_dictionary, uint32_t row_bits)
{
    const uint32_t *c = text->chars + start;
    uint32_t length = end - start, class = length ? text->classes[start] : QM_CHAR_SPACE;
    uint32_t last = length ? c[length - 1] : 0, before = length > 1 ? c[length - 2] : 0;
    qm_tag_word word = {.hash = class};
    uint32_t first = class;
    if (class == QM_CHAR_DIGIT || class == QM_CHAR_LATIN) {
        word.last = class == QM_CHAR_LATIN ? class : last;
    } else if (class != QM_CHAR_SPACE) {
        word.hash = hash_word(c, length);
        word.last_two = before ? before << 12 ^ last : 0;
        word.last = last;
        first = c[0];
    }
    if (class != QM_CHAR_SPACE)
        word.shape = class << 8 | (length > 4 ? 4 : length) << 5 | in_dictionary;
    uint32_t shift = 32 - row_bits;
    word.hash_rows = (word.hash * 0xC2B2AE35u >> shift & ~3u) * QM_TAG_LANES;
    word.last_rows = (word.last * 0x9E3779B1u >> shift & ~1u) * QM_TAG_LANES;
    word.first_rows = (first * 0x85EBCA6Bu >> shift & ~1u) * QM_TAG_LANES;
    return word;
}

qm_tag_word qm_tag_word_of(const qm_text *text, uint32_t start, uint32_t end,
                           uint32_t in_dictionary, uint32_t row_bits)
{
    return word_of(text, start, end, in_dictionary, row_bits);
}

void qm_tag_features(const qm_tag_word *window, uint32_t row_bits, uint32_t *rows)
{
    find_rows(window, row_bits, rows);
}

void qm_tag_plain(const qm_tag_model *model, const qm_tag_word *words, uint8_t *tags)
{
    tag_chunk(model, words, tags);
}

/* ---- the words of a text ---- */

/* The words are read QM_TAG_REACH ahead of those that are tagged. */
enum { WINDOW = QM_TAG_CHUNK + 2 * QM_TAG_REACH };
typedef struct tagger {
    const qm_tag_model *tags;
    const qm_words_model *model;
    const qm_text *text;
    const uint8_t *begins;
    uint32_t at; /* where the next word starts */
    qm_tag_word words[WINDOW];
    uint32_t starts[WINDOW];
} tagger;

/* Where the words [from, to) of the window start, and what the dictionary will be asked for them:
 * all of it is fetched before the first is read. */
static void find_words(tagger *t, uint32_t from, uint32_t to, qm_word_place *places)
{
    for (uint32_t i = from; i < to; i++) {
        uint32_t start = t->at, end = start;
        if (start < t->text->count)
            for (end++; !t->begins[end];) end++;
        t->starts[i] = start;
        t->at = end;
        if (t->model) qm_word_place_of(t->model, t->text->chars + start, end - start, &places[i]);
    }
}

static void read_words(tagger *t, uint32_t from, uint32_t to)
{
    qm_word_place places[WINDOW];
    uint32_t row_bits = t->tags->params.row_bits;
    find_words(t, from, to, places);
    for (uint32_t i = from; i < to; i++) {
        uint32_t end = i + 1 < to ? t->starts[i + 1] : t->at;
        uint32_t class = t->model ? qm_word_class(t->model, &places[i]) : 0;
        t->words[i] = word_of(t->text, t->starts[i], end, class, row_bits);
        __builtin_prefetch(t->tags->rows + t->words[i].hash_rows);
        __builtin_prefetch(t->tags->rows + t->words[i].last_rows);
        __builtin_prefetch(t->tags->rows + t->words[i].first_rows);
    }
}

void qm_tag_words(const qm_tag_model *model, const qm_words_model *words_model, const qm_text *text,
                  const uint8_t *begins, uint8_t *tags)
{
    tagger t = {.tags = model, .model = words_model, .text = text, .begins = begins};
    uint8_t chunk[QM_TAG_CHUNK];
    for (uint32_t i = 0; i < QM_TAG_REACH; i++)
        t.words[i] = word_of(text, 0, 0, 0, model->params.row_bits);
    read_words(&t, QM_TAG_REACH, 2 * QM_TAG_REACH);
    while (t.starts[QM_TAG_REACH] < text->count) {
        read_words(&t, 2 * QM_TAG_REACH, WINDOW);
        model->tag(model, t.words, chunk);
        for (uint32_t i = 0; i < QM_TAG_CHUNK; i++) {
            uint32_t start = t.starts[i + QM_TAG_REACH];
            if (start == text->count) break;
            tags[start] = text->classes[start] == QM_CHAR_SPACE ? 0 : chunk[i];
        }
        memmove(t.words, t.words + QM_TAG_CHUNK, sizeof *t.words * 2 * QM_TAG_REACH);
        memmove(t.starts, t.starts + QM_TAG_CHUNK, sizeof *t.starts * 2 * QM_TAG_REACH);
    }
}
