/* Segmented text into sentences, and into symbols with gold boundaries. */
#include "compile/train/words.h"

static bool next_line(qm_word_reader *reader, qm_bytes *line)
{
    if (reader->at == reader->end) return false;
    const char *stop = memchr(reader->at, '\n', (size_t)(reader->end - reader->at));
    const char *end = stop ? stop : reader->end;
    *line = (qm_bytes){reader->at, (size_t)(end - reader->at)};
    reader->at = stop ? stop + 1 : reader->end;
    if (line->size && end[-1] == '\r') line->size--;
    return true;
}

static int add_word(qm_sentence *s, const qm_allocator *alloc, const char *word, size_t size)
{
    if (size == 0) return QM_OK;
    if (qm_array_reserve(alloc, &s->bytes, s->bytes.count + size) != QM_OK) return QM_E_NOMEM;
    memcpy(s->bytes.at + s->bytes.count, word, size);
    s->bytes.count += size;
    return qm_array_push(alloc, &s->ends, (uint32_t)s->bytes.count);
}

static int split_blanks(qm_bytes line, const qm_allocator *alloc, qm_sentence *out)
{
    const char *at = line.data, *end = at + line.size;
    while (at < end) {
        const char *stop = at;
        while (stop < end && *stop != ' ' && *stop != '\t') stop++;
        if (add_word(out, alloc, at, (size_t)(stop - at)) != QM_OK) return QM_E_NOMEM;
        at = stop < end ? stop + 1 : stop;
    }
    return QM_OK;
}

/* Field number `index` of a tab-separated line. */
static qm_bytes tab_field(qm_bytes line, uint32_t index)
{
    const char *at = line.data, *end = at + line.size;
    for (;; index--) {
        const char *stop = at < end ? memchr(at, '\t', (size_t)(end - at)) : NULL;
        if (!stop) stop = end;
        if (index == 0) return (qm_bytes){at, (size_t)(stop - at)};
        if (stop == end) return (qm_bytes){end, 0};
        at = stop + 1;
    }
}

static bool is_word_number(qm_bytes field)
{
    const char *c = field.data;
    for (size_t i = 0; i < field.size; i++)
        if (c[i] < '0' || c[i] > '9') return false; /* 3-4 and 5.1 are no words of the text */
    return field.size > 0;
}

static int read_conllu(qm_word_reader *reader, const qm_allocator *alloc, qm_sentence *out)
{
    qm_bytes line;
    while (next_line(reader, &line)) {
        if (line.size == 0) {
            if (out->ends.count) break;
            continue;
        }
        if (*(const char *)line.data == '#' || !is_word_number(tab_field(line, 0))) continue;
        qm_bytes form = tab_field(line, 1);
        if (form.size == 0) continue;
        if (add_word(out, alloc, form.data, form.size) != QM_OK) return QM_E_NOMEM;
        if (qm_array_push(alloc, &out->tags, tab_field(line, 3)) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

int qm_sentence_next(qm_word_reader *reader, const qm_allocator *alloc, qm_sentence *out,
                     bool *more)
{
    out->bytes.count = out->ends.count = out->tags.count = 0;
    *more = false;
    if (reader->format == QM_TRAIN_CONLLU) {
        int status = read_conllu(reader, alloc, out);
        *more = status == QM_OK && out->ends.count > 0;
        return status;
    }
    qm_bytes line;
    while (next_line(reader, &line)) {
        int status = split_blanks(line, alloc, out);
        if (status != QM_OK) return status;
        if (out->ends.count == 0) continue;
        *more = true;
        break;
    }
    return QM_OK;
}

void qm_sentence_free(qm_sentence *sentence, const qm_allocator *alloc)
{
    qm_array_free(alloc, &sentence->bytes);
    qm_array_free(alloc, &sentence->ends);
    qm_array_free(alloc, &sentence->tags);
}

/* ---- symbols ---- */

typedef struct corpus_reader {
    qm_corpus *corpus;
    const qm_words_training *training;
    const qm_allocator *alloc;
    qm_text text;
    qm_sentence sentence;
    uint16_t *identity; /* every character its own code point */
    uint32_t joins;
    uint32_t sentences;
} corpus_reader;

static int reserve(qm_corpus *corpus, const qm_allocator *alloc, size_t more)
{
    size_t need = corpus->ids.count + more;
    if (qm_array_reserve(alloc, &corpus->ids, need) != QM_OK ||
        qm_array_reserve(alloc, &corpus->types, need) != QM_OK ||
        qm_array_reserve(alloc, &corpus->begins, need) != QM_OK ||
        qm_array_reserve(alloc, &corpus->sources, need) != QM_OK ||
        qm_array_reserve(alloc, &corpus->folds, need) != QM_OK)
        return QM_E_NOMEM;
    return QM_OK;
}

static void put(corpus_reader *r, uint16_t id, uint8_t type, uint8_t gold, uint8_t source)
{
    qm_corpus *c = r->corpus;
    size_t n = c->ids.count;
    c->ids.at[n] = id;
    c->types.at[n] = type;
    c->begins.at[n] = gold;
    c->sources.at[n] = source;
    c->folds.at[n] = (uint8_t)(r->sentences % QM_FOLDS_MAX);
    c->ids.count = c->types.count = c->begins.count = c->sources.count = c->folds.count = n + 1;
}

static void put_edges(corpus_reader *r, uint8_t source)
{
    for (int i = 0; i < QM_WINDOW; i++)
        put(r, QM_SYMBOL_EDGE, QM_CHAR_SPACE, QM_GOLD_FIXED, source);
}

/* The symbols of the decoded sentence; a gold cut inside a symbol is lost, as it is at run time. */
static int put_sentence(corpus_reader *r, uint8_t source)
{
    const qm_text *text = &r->text;
    if (reserve(r->corpus, r->alloc, (size_t)text->count * 3 + (size_t)2 * QM_WINDOW) != QM_OK)
        return QM_E_NOMEM;
    enum { ROOM = 4 * QM_SYMBOLS_STEP };
    uint16_t ids[ROOM];
    uint8_t types[ROOM];
    uint32_t starts[ROOM];
    size_t word = 0;
    put_edges(r, source);
    for (uint32_t at = 0; at < text->count;) {
        qm_symbols symbols = {ids, types, starts, 0, ROOM};
        at = qm_symbols_fill(&symbols, r->identity, r->joins, text, at);
        for (uint32_t j = 0; j < symbols.count; j++) {
            uint32_t byte = text->starts[starts[j]];
            while (word < r->sentence.ends.count && r->sentence.ends.at[word] < byte) word++;
            bool begins =
                byte == 0 || (word < r->sentence.ends.count && r->sentence.ends.at[word] == byte);
            uint8_t before = r->corpus->types.at[r->corpus->types.count - 1];
            bool fixed = types[j] == QM_CHAR_SPACE || before == QM_CHAR_SPACE;
            put(r, ids[j], types[j], fixed ? QM_GOLD_FIXED : begins, source);
        }
    }
    put_edges(r, source);
    r->sentences++;
    return QM_OK;
}

static int read_text(corpus_reader *r, const qm_train_text *text, uint8_t source, qm_error *err)
{
    qm_word_reader reader = {text->text.data, (const char *)text->text.data + text->text.size,
                             text->format};
    for (bool more;;) {
        if (qm_sentence_next(&reader, r->alloc, &r->sentence, &more) != QM_OK)
            return qm_fail_nomem(err);
        if (!more) return QM_OK;
        int status = qm_text_decode(&r->text, r->training->map, r->sentence.bytes.at,
                                    r->sentence.bytes.count, false, err);
        if (status != QM_OK) return status;
        if (put_sentence(r, source) != QM_OK) return qm_fail_nomem(err);
    }
}

int qm_corpus_read(qm_corpus *corpus, const qm_words_training *training, const qm_allocator *alloc,
                   qm_error *err)
{
    corpus_reader r = {.corpus = corpus, .training = training, .alloc = alloc};
    r.joins = training->options.any_standard ? 0 : QM_JOIN_SCALE;
    int status = QM_E_NOMEM;
    qm_text_init(&r.text, alloc);
    r.identity = qm_resize(alloc, NULL, 0, 65536 * sizeof *r.identity);
    if (!r.identity) {
        qm_fail_nomem(err);
        goto out;
    }
    for (uint32_t c = 0; c < 65536; c++)
        r.identity[c] = (uint16_t)(c < QM_SYMBOL_FIRST_CHAR ? QM_SYMBOL_UNKNOWN : c);
    status = QM_OK;
    for (size_t i = 0; i < training->n_texts && status == QM_OK; i++)
        status = read_text(&r, &training->texts[i], (uint8_t)i, err);
out:
    qm_release(alloc, r.identity, 65536 * sizeof *r.identity);
    qm_sentence_free(&r.sentence, alloc);
    qm_text_free(&r.text);
    return status;
}

void qm_corpus_free(qm_corpus *corpus, const qm_allocator *alloc)
{
    qm_array_free(alloc, &corpus->ids);
    qm_array_free(alloc, &corpus->types);
    qm_array_free(alloc, &corpus->begins);
    qm_array_free(alloc, &corpus->sources);
    qm_array_free(alloc, &corpus->folds);
}
