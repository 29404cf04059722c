/* From segmented text and dictionaries to the sections of a words image. */
#include "compile/train/words.h"
#include "segment/parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

qm_train_options qm_train_defaults(void)
{
    return (qm_train_options){
        .cost = 0.1, .passes = 12, .seed = 1, .prune = 0.05, .scale = 64, .window = QM_WINDOW};
}

void qm_train_say(const qm_words_training *training, const char *format, ...)
{
    if (!training->progress) return;
    char line[200];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    training->progress(training->ud, line);
}

enum { TEXTS_MAX = 200 };

typedef struct trainer {
    const qm_words_training *training;
    const qm_allocator *alloc;
    uint32_t used[QM_FEATURES]; /* those that the window has, of all features of a boundary */
    uint32_t n_used;
    qm_corpus corpus;
    qm_train_lexicon lexicon;
    qm_alphabet *alphabet;
    qm_codes codes;
    qm_feature_map map;
    qm_examples examples;
    qm_dev_set dev;
    double *weights; /* and a 0 behind them */
    uint32_t n_weights;
    int16_t *margins; /* by symbol; only where the lattice learns */
    qm_words_params params;
} trainer;

static int add_example(trainer *t, uint32_t j)
{
    uint64_t keys[QM_FEATURES];
    uint8_t source = t->corpus.sources.at[j];
    qm_examples *e = &t->examples;
    if (qm_array_reserve(t->alloc, &e->features, e->features.count + e->width) != QM_OK)
        return QM_E_NOMEM;
    qm_features_of(&t->corpus, &t->codes, j, keys);
    for (uint32_t k = 0; k < e->width; k++) {
        uint64_t key = keys[t->used[k % t->n_used]];
        if (k >= t->n_used) key |= (uint64_t)(source + 1) << QM_FEATURE_COPY_SHIFT;
        if (qm_feature_map_add(&t->map, key, &e->features.at[e->features.count++]) != QM_OK)
            return QM_E_NOMEM;
    }
    if (qm_array_push(t->alloc, &e->labels, t->corpus.begins.at[j]) != QM_OK ||
        qm_array_push(t->alloc, &e->parts, t->corpus.folds.at[j] % QM_PARTS) != QM_OK)
        return QM_E_NOMEM;
    return qm_array_push(t->alloc, &e->weights, (float)t->training->texts[source].weight);
}

/* Features of n symbols stand together, by the place where they begin. Dictionary words and the
 * bias are seen by any window. */
static void choose_features(trainer *t)
{
    static const struct {
        uint32_t kind, length;
    } kinds[] = {{QM_FEATURE_SINGLE, 1}, {QM_FEATURE_PAIR, 2},      {QM_FEATURE_TRIPLE, 3},
                 {QM_FEATURE_TYPES, 1},  {QM_FEATURE_TYPES + 6, 2}, {QM_FEATURE_TYPES + 11, 3}};
    uint32_t first = QM_WINDOW - t->training->options.window;
    uint32_t end = QM_WINDOW + t->training->options.window;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (uint32_t place = first; place + kinds[i].length <= end; place++)
            t->used[t->n_used++] = kinds[i].kind + place;
    for (uint32_t k = QM_FEATURE_CODE; k < QM_FEATURES; k++) t->used[t->n_used++] = k;
}

static int make_examples(trainer *t)
{
    if (qm_feature_map_init(&t->map, t->alloc) != QM_OK) return QM_E_NOMEM;
    choose_features(t);
    t->examples.width = t->training->options.copies ? 2 * t->n_used : t->n_used;
    for (uint32_t j = 0; j < t->corpus.ids.count; j++)
        if (t->corpus.begins.at[j] != QM_GOLD_FIXED && add_example(t, j) != QM_OK)
            return QM_E_NOMEM;
    t->examples.n_features = t->map.count;
    t->examples.left_out = QM_PARTS;
    return QM_OK;
}

static bool has_cuts(const qm_examples *examples)
{
    for (size_t i = 0; i < examples->labels.count; i++)
        if (examples->labels.at[i]) return true;
    return false;
}

static int refuse_text(qm_error *err)
{
    return qm_fail(err, QM_E_SYNTAX, "no two words to learn from: words have blanks between");
}

static int prepare(trainer *t, qm_error *err)
{
    const qm_train_options *options = &t->training->options;
    int status = qm_corpus_read(&t->corpus, t->training, t->alloc, err);
    if (status != QM_OK) return status;
    if (t->corpus.ids.count == 0) return refuse_text(err);
    status = qm_train_lexicon_read(&t->lexicon, t->training, t->alloc, err);
    if (status != QM_OK) return status;
    t->alphabet = qm_alloc_zero(t->alloc, sizeof *t->alphabet);
    if (!t->alphabet) return qm_fail_nomem(err);
    if (options->folds && qm_train_lexicon_learn(&t->lexicon, &t->corpus, options->folds) != QM_OK)
        return qm_fail_nomem(err);
    qm_alphabet_number(t->alphabet, &t->corpus, &t->lexicon);
    if (qm_train_lexicon_renumber(&t->lexicon) != QM_OK) return qm_fail_nomem(err);
    if (qm_codes_find(&t->codes, &t->corpus, &t->lexicon, options->folds, t->alloc) != QM_OK ||
        make_examples(t) != QM_OK)
        return qm_fail_nomem(err);
    if (!has_cuts(&t->examples)) return refuse_text(err);
    if (t->training->dev.text.data) {
        status = qm_dev_read(&t->dev, t->training, t->alphabet, &t->lexicon, &t->map, t->used,
                             t->n_used, t->alloc, err);
        if (status != QM_OK) return status;
        t->examples.dev = &t->dev;
    }
    qm_train_say(t->training, "%zu boundaries, %u features, %zu lexemes, %u symbols",
                 t->examples.labels.count, t->map.count, t->lexicon.lexemes.count,
                 t->alphabet->count);
    return QM_OK;
}

/* ---- the lattice ---- */

static int16_t margin_of(const trainer *t, size_t example)
{
    const uint32_t *features = t->examples.features.at + example * t->examples.width;
    double margin = 0;
    for (uint32_t k = 0; k < t->examples.width; k++) margin += t->weights[features[k]];
    margin = nearbyint(margin * t->training->options.scale);
    const double most = QM_EDGE_MARGIN / 2.0;
    return (int16_t)fmin(most, fmax(-most, margin));
}

/* Margins of what a part has, by a model of the other parts. */
static int find_margins(trainer *t, uint32_t part)
{
    size_t example = 0;
    t->examples.left_out = part;
    qm_train_say(t->training, "part %u of %d left out", part + 1, QM_PARTS);
    if (qm_svm_train(&t->examples, &t->training->options, t->training, t->alloc, t->weights) !=
        QM_OK)
        return QM_E_NOMEM;
    t->examples.left_out = QM_PARTS;
    for (size_t j = 0; j < t->corpus.ids.count; j++) {
        if (t->corpus.begins.at[j] == QM_GOLD_FIXED) t->margins[j] = QM_MARGIN_ALWAYS;
        else if (t->examples.parts.at[example++] == part) t->margins[j] = margin_of(t, example - 1);
    }
    return QM_OK;
}

static int train_lattice(trainer *t, qm_image_writer *writer, qm_error *err)
{
    uint8_t levels[QM_SYMBOLS_MAX];
    t->margins = qm_alloc_zero(t->alloc, t->corpus.ids.count * sizeof *t->margins);
    if (!t->margins) return qm_fail_nomem(err);
    for (uint32_t part = 0; part < QM_PARTS; part++)
        if (find_margins(t, part) != QM_OK) return qm_fail_nomem(err);
    qm_words_levels(&t->lexicon, t->alphabet, levels);
    return qm_paths_train(t->training, &t->corpus, &t->lexicon, levels, t->margins, t->alloc,
                          &t->params, writer, err);
}

static void free_trainer(trainer *t)
{
    qm_release(t->alloc, t->margins, t->corpus.ids.count * sizeof *t->margins);
    qm_corpus_free(&t->corpus, t->alloc);
    qm_train_lexicon_free(&t->lexicon);
    qm_release(t->alloc, t->alphabet, sizeof *t->alphabet);
    qm_codes_free(&t->codes, t->alloc);
    qm_feature_map_free(&t->map);
    qm_dev_free(&t->dev, t->alloc);
    qm_array_free(t->alloc, &t->examples.features);
    qm_array_free(t->alloc, &t->examples.labels);
    qm_array_free(t->alloc, &t->examples.weights);
    qm_array_free(t->alloc, &t->examples.parts);
    qm_release(t->alloc, t->weights, t->n_weights * sizeof *t->weights);
}

static int check_options(const qm_words_training *training, qm_error *err)
{
    const qm_train_options *o = &training->options;
    if (training->n_texts > TEXTS_MAX)
        return qm_fail(err, QM_E_LIMIT, "more than %d texts to learn from", TEXTS_MAX);
    if (o->cost <= 0) return qm_fail(err, QM_E_INVALID, "the cost must be above 0");
    bool ok = o->passes > 0 && o->scale > 0 && o->scale <= 1024 && o->folds <= QM_FOLDS_MAX &&
              o->window >= 1 && o->window <= QM_WINDOW;
    if (training->raw.text.size) ok &= training->raw.weight > 0;
    for (size_t i = 0; i < training->n_texts; i++) ok &= training->texts[i].weight > 0;
    return ok ? QM_OK : qm_fail(err, QM_E_INVALID, "an option of the training is out of range");
}

static int train(const qm_words_training *training, const qm_allocator *alloc,
                 qm_image_writer *writer, qm_error *err)
{
    trainer t = {.training = training, .alloc = alloc};
    int status = prepare(&t, err);
    if (status != QM_OK) goto out;
    t.n_weights = t.map.count + 1;
    t.weights = qm_alloc_zero(t.alloc, t.n_weights * sizeof *t.weights);
    if (t.weights && training->options.lattice) status = train_lattice(&t, writer, err);
    if (status != QM_OK) goto out;
    if (!t.weights ||
        qm_svm_train(&t.examples, &training->options, training, t.alloc, t.weights) != QM_OK) {
        status = qm_fail_nomem(err);
        goto out;
    }
    status = qm_words_export(&t.map, t.weights, &t.lexicon, t.alphabet, training, &t.params,
                             t.alloc, writer, err);
    if (status == QM_OK && training->tags.text.data)
        status = qm_tags_train(training, &t.lexicon, t.alphabet, t.alloc, writer, err);
out:
    free_trainer(&t);
    return status;
}

/* The raw text as a model of the other texts cuts it, in the best way there is. */
static int teach(const qm_words_training *training, const qm_allocator *alloc,
                 qm_char_array *segmented, qm_error *err)
{
    qm_words_training first = *training;
    qm_image_writer *writer = NULL;
    qm_bytes image;
    first.raw.text = first.tags.text = (qm_bytes){NULL, 0};
    first.options.lattice = true;
    int status = qm_image_writer_new(&writer, alloc, err);
    if (status == QM_OK) status = train(&first, alloc, writer, err);
    if (status == QM_OK) status = qm_image_writer_finish(writer, &image, err);
    if (status == QM_OK)
        status = qm_teacher_cut(image, training->map, training->raw.text, alloc, segmented, err);
    qm_image_writer_free(writer);
    return status;
}

int qm_words_train(const qm_words_training *training, const qm_allocator *alloc,
                   qm_image_writer *writer, qm_error *err)
{
    int status = check_options(training, err);
    if (status != QM_OK) return status;
    alloc = qm_allocator_or_default(alloc);
    if (training->raw.text.size == 0) return train(training, alloc, writer, err);
    qm_train_text texts[TEXTS_MAX + 1];
    qm_words_training second = *training;
    qm_char_array segmented = {0};
    status = teach(training, alloc, &segmented, err);
    if (status == QM_OK) {
        memcpy(texts, training->texts, training->n_texts * sizeof *texts);
        texts[training->n_texts] =
            (qm_train_text){{segmented.at, segmented.count}, QM_TRAIN_WORDS, training->raw.weight};
        second.texts = texts;
        second.n_texts++;
        status = train(&second, alloc, writer, err);
    }
    qm_array_free(alloc, &segmented);
    return status;
}
