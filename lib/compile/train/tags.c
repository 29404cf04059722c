/* Tags: one support vector machine a tag, over hashed features. */
#include "segment/tags.h"
#include "compile/train/words.h"

#include <math.h>

enum { ROW_BITS = 17, PASSES = 10 };
static const double COST = 0.12, LARGEST = 3.0;

typedef struct tag_trainer {
    const qm_words_training *training;
    const qm_train_lexicon *lexicon;
    const qm_alphabet *alphabet;
    const qm_allocator *alloc;
    QM_ARRAY(qm_tag_word) words; /* QM_TAG_REACH edges around each sentence */
    qm_u8_array lanes;           /* gold; 0xFF for edges */
    qm_tag_params params;
    qm_examples examples;
    double *weights; /* rows of the table, one tag after the other */
} tag_trainer;

static uint8_t lane_of(tag_trainer *t, qm_bytes name)
{
    uint8_t code = 1;
    if (qm_bytes_equal(name, qm_bytes_of("CONJ"))) name = qm_bytes_of("CCONJ"); /* as UD 1 has it */
    while (qm_upos_name(code) && !qm_bytes_equal(name, qm_bytes_of(qm_upos_name(code)))) code++;
    if (!qm_upos_name(code)) return 0xFF;
    for (uint32_t lane = 0; lane < QM_TAG_LANES; lane++) {
        if (!t->params.tags[lane]) t->params.tags[lane] = code;
        if (t->params.tags[lane] == code) return (uint8_t)lane;
    }
    return 0xFF;
}

static int put(tag_trainer *t, qm_tag_word word, uint8_t lane)
{
    if (qm_array_push(t->alloc, &t->words, word) != QM_OK) return QM_E_NOMEM;
    return qm_array_push(t->alloc, &t->lanes, lane);
}

static int put_edges(tag_trainer *t, const qm_text *text)
{
    for (int i = 0; i < QM_TAG_REACH; i++)
        if (put(t, qm_tag_word_of(text, 0, 0, 0), 0xFF) != QM_OK) return QM_E_NOMEM;
    return QM_OK;
}

/* The class that the image will know. */
static uint32_t class_of(const tag_trainer *t, const qm_text *text, uint32_t start, uint32_t end)
{
    uint16_t ids[QM_WORD_MAX];
    uint32_t length = end - start;
    if (length < 2 || length > QM_WORD_MAX) return 0;
    for (uint32_t i = 0; i < length; i++) {
        uint32_t c = text->chars[start + i];
        ids[i] = t->alphabet->ids[c <= 0xFFFF ? c : 0];
    }
    const qm_lexeme *word = qm_train_lexicon_find(t->lexicon, ids, length);
    return word && (length < 4 || word->class < 8) ? word->class : 0;
}

static int put_sentence(tag_trainer *t, const qm_text *text, const qm_sentence *sentence)
{
    uint32_t at = 0;
    if (put_edges(t, text) != QM_OK) return QM_E_NOMEM;
    for (size_t i = 0; i < sentence->ends.count; i++) {
        uint32_t end = at;
        while (end < text->count && text->starts[end] < sentence->ends.at[i]) end++;
        uint8_t lane = lane_of(t, sentence->tags.at[i]);
        if (put(t, qm_tag_word_of(text, at, end, class_of(t, text, at, end)), lane) != QM_OK)
            return QM_E_NOMEM;
        at = end;
    }
    return put_edges(t, text);
}

static int read_sentences(tag_trainer *t, qm_error *err)
{
    qm_text text;
    qm_sentence sentence = {0};
    const char *bytes = t->training->tags.text.data;
    qm_word_reader reader = {bytes, bytes + t->training->tags.text.size, QM_TRAIN_CONLLU};
    int status = QM_OK;
    qm_text_init(&text, t->alloc);
    for (bool more = true; status == QM_OK;) {
        status = qm_sentence_next(&reader, t->alloc, &sentence, &more);
        if (status != QM_OK || !more) break;
        status = qm_text_decode(&text, t->training->map, sentence.bytes.at, sentence.bytes.count,
                                false, err);
        if (status == QM_OK) status = put_sentence(t, &text, &sentence);
    }
    qm_sentence_free(&sentence, t->alloc);
    qm_text_free(&text);
    return status;
}

static int make_examples(tag_trainer *t)
{
    qm_examples *e = &t->examples;
    e->width = QM_TAG_FEATURES;
    e->n_features = 1u << ROW_BITS;
    for (size_t i = 0; i < t->words.count; i++) {
        if (t->lanes.at[i] == 0xFF) continue;
        size_t room = e->features.count + QM_TAG_FEATURES;
        if (qm_array_reserve(t->alloc, &e->features, room) != QM_OK ||
            qm_array_push(t->alloc, &e->labels, t->lanes.at[i]) != QM_OK ||
            qm_array_push(t->alloc, &e->weights, 1.0F) != QM_OK)
            return QM_E_NOMEM;
        qm_tag_features(t->words.at + i - QM_TAG_REACH, ROW_BITS,
                        e->features.at + e->features.count);
        for (; e->features.count < room; e->features.count++)
            e->features.at[e->features.count] /= QM_TAG_LANES;
    }
    return QM_OK;
}

static int learn(tag_trainer *t)
{
    qm_train_options options = t->training->options;
    qm_words_training quiet = {0};
    qm_examples one = t->examples;
    size_t n = one.labels.count;
    options.cost = COST;
    options.passes = PASSES;
    one.labels.at = qm_resize(t->alloc, NULL, 0, n + 1);
    int status = one.labels.at ? QM_OK : QM_E_NOMEM;
    for (uint8_t lane = 0; lane < QM_TAG_LANES && t->params.tags[lane] && status == QM_OK; lane++) {
        for (size_t i = 0; i < n; i++) one.labels.at[i] = t->examples.labels.at[i] == lane;
        status =
            qm_svm_train(&one, &options, &quiet, t->alloc, t->weights + ((size_t)lane << ROW_BITS));
        qm_train_say(t->training, "tag %s", qm_upos_name(t->params.tags[lane]));
    }
    qm_release(t->alloc, one.labels.at, n + 1);
    return status;
}

/* The lanes of a row together. Sums have eight bits, too, as weights have: hardly any is beyond
 * LARGEST. A lane without a tag never wins. */
static int write_rows(tag_trainer *t, qm_image_writer *writer, qm_error *err)
{
    size_t n_rows = (size_t)1 << ROW_BITS, size = n_rows * QM_TAG_LANES;
    int8_t *rows = qm_alloc_zero(t->alloc, size);
    if (!rows) return qm_fail_nomem(err);
    const double scale = 127 / LARGEST;
    for (size_t row = 0; row < n_rows; row++)
        for (size_t lane = 0; lane < QM_TAG_LANES; lane++) {
            double scaled = nearbyint(t->weights[lane << ROW_BITS | row] * scale);
            int8_t weight = (int8_t)fmax(-127, fmin(127, scaled));
            rows[row * QM_TAG_LANES + lane] = (int8_t)(t->params.tags[lane] ? weight : -127);
        }
    int status = qm_image_writer_add(writer, QM_SECTION_TAGS_ROWS, rows, size, err);
    if (status == QM_OK)
        status = qm_image_writer_add(writer, QM_SECTION_TAGS, &t->params, sizeof t->params, err);
    qm_release(t->alloc, rows, size);
    return status;
}

int qm_tags_train(const qm_words_training *training, const qm_train_lexicon *lexicon,
                  const qm_alphabet *alphabet, const qm_allocator *alloc, qm_image_writer *writer,
                  qm_error *err)
{
    tag_trainer t = {.training = training,
                     .lexicon = lexicon,
                     .alphabet = alphabet,
                     .alloc = alloc,
                     .params = {.row_bits = ROW_BITS, .version = QM_TAGS_VERSION}};
    size_t cells = (size_t)QM_TAG_LANES << ROW_BITS;
    t.weights = qm_alloc_zero(alloc, cells * sizeof *t.weights);
    int status = t.weights ? read_sentences(&t, err) : QM_E_NOMEM;
    if (status == QM_OK) status = make_examples(&t);
    if (status == QM_OK && t.examples.labels.count == 0)
        status = qm_fail(err, QM_E_SYNTAX,
                         "the tagged text has no tags to learn from: in CoNLL-U they are in the "
                         "fourth column, UPOS names");
    if (status == QM_OK) status = learn(&t);
    if (status == QM_OK) status = write_rows(&t, writer, err);
    if (status == QM_E_NOMEM) qm_fail_nomem(err);
    qm_array_free(alloc, &t.words);
    qm_array_free(alloc, &t.lanes);
    qm_array_free(alloc, &t.examples.features);
    qm_array_free(alloc, &t.examples.labels);
    qm_array_free(alloc, &t.examples.weights);
    qm_release(alloc, t.weights, cells * sizeof *t.weights);
    return status;
}
