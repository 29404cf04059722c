/* Weights of whole words for the lattice: what it should go by beside the margins, so that the best
 * path is the gold one. An averaged perceptron with a margin of its own and AdaGrad's steps. The
 * margins it sees in training are of models that have not seen the sentence; those of the finished
 * model would hardly ever be wrong there, and nothing would be left to learn. */
#include "compile/train/shuffle.h"
#include "compile/train/words.h"
#include "segment/parts.h"
#include "segment/paths.h"

#include <math.h>
#include <stdlib.h>

enum { PASSES = 8 };
static const double STEP = 0.2;

/* A word that a path may take. */
typedef struct arc {
    uint32_t features[QM_PATH_KEYS];
    uint8_t from, length;
} arc;

typedef struct span {
    uint32_t arcs, n_arcs; /* in the order of their beginnings */
    uint32_t symbols, count;
} span;

typedef struct weight {
    double value, squares, sum; /* sum: of the changes, each by the number of its step */
} weight;

typedef struct learner {
    const qm_words_training *training;
    const qm_corpus *corpus;
    const qm_train_lexicon *lexicon;
    const qm_allocator *alloc;
    const int16_t *margins; /* by symbol of the corpus */
    int32_t certain;
    qm_feature_map map;
    QM_ARRAY(arc) arcs;
    QM_ARRAY(span) spans;
    weight *weights; /* that of the margins behind the last feature's */
    double step;
} learner;

/* ---- paths ---- */

static uint8_t level_of(const learner *l, const qm_lexeme *word, uint32_t fold)
{
    if (!qm_lexeme_frequency(word, fold)) return 0;
    return word->length > 3 ? qm_long_level(word->frequency)
                            : qm_train_level(l->lexicon, word->given_count);
}

static void put_levels(const learner *l, uint32_t fold, qm_stretch *s)
{
    memset(s->levels, 0, sizeof s->levels);
    for (uint32_t i = 0; i < s->count; i++)
        for (uint32_t n = 2; n <= QM_WORD_MAX && i + n <= s->count; n++) {
            const qm_lexeme *word = qm_train_lexicon_find(l->lexicon, s->ids + 1 + i, n);
            if (!word) break;
            s->levels[i][n] = level_of(l, word, fold);
            if (!word->goes_on) break;
        }
}

static int add_arc(learner *l, const qm_stretch *s, uint32_t i, uint32_t n)
{
    uint64_t keys[QM_PATH_KEYS];
    arc a = {.from = (uint8_t)i, .length = (uint8_t)n};
    qm_path_keys(s, i, n, keys);
    for (uint32_t k = 0; k < QM_PATH_KEYS; k++)
        if (qm_feature_map_add(&l->map, keys[k], &a.features[k]) != QM_OK) return QM_E_NOMEM;
    return qm_array_push(l->alloc, &l->arcs, a);
}

/* What a teacher cut would but say again what its own words were worth. */
static bool is_taught(const learner *l, uint32_t symbol)
{
    return l->training->raw.text.size &&
           l->corpus->sources.at[symbol] + (size_t)1 == l->training->n_texts;
}

/* The stretch that starts at symbol `first`, if there is any choice in it; the next in *first. */
static int add_span(learner *l, const uint8_t *level_one, uint32_t *first)
{
    const uint16_t *ids = l->corpus->ids.at + *first;
    qm_stretch s;
    span added = {.arcs = (uint32_t)l->arcs.count, .symbols = *first};
    for (s.count = 0; s.count < QM_STRETCH_ROOM; s.count++) {
        s.margins[s.count] = l->margins[*first + s.count];
        if (s.count && s.margins[s.count] >= l->certain) break;
    }
    added.count = s.count;
    *first += s.count;
    if (s.count == 1) return QM_OK;
    memcpy(s.ids, ids - 1, (s.count + 2) * sizeof *s.ids);
    uint32_t folds = l->training->options.folds, fold = l->corpus->folds.at[added.symbols];
    put_levels(l, folds ? fold % folds : QM_FOLDS_MAX, &s);
    for (uint32_t i = 0; i < s.count; i++) {
        s.levels[i][1] = level_one[s.ids[1 + i]];
        if (i && s.margins[i] <= -l->certain) continue;
        for (uint32_t n = qm_path_next(&s, i, 0, l->certain); n;
             n = qm_path_next(&s, i, n, l->certain))
            if (add_arc(l, &s, i, n) != QM_OK) return QM_E_NOMEM;
    }
    added.n_arcs = (uint32_t)l->arcs.count - added.arcs;
    if (added.n_arcs == 1) return QM_OK;
    return qm_array_push(l->alloc, &l->spans, added);
}

static int add_spans(learner *l, const uint8_t *level_one)
{
    if (qm_feature_map_init(&l->map, l->alloc) != QM_OK) return QM_E_NOMEM;
    for (uint32_t j = 0; j < l->corpus->ids.count;) {
        if (l->corpus->ids.at[j] == QM_SYMBOL_EDGE || is_taught(l, j)) j++;
        else if (add_span(l, level_one, &j) != QM_OK) return QM_E_NOMEM;
    }
    return QM_OK;
}

/* ---- learning ---- */

static double *margin_weight(learner *l)
{
    return &l->weights[l->map.count].value;
}

/* Whether a word begins at a symbol; what is certain is so, right or wrong. */
static bool begins(const learner *l, const span *s, uint32_t i)
{
    int32_t margin = i < s->count ? l->margins[s->symbols + i] : l->certain;
    if (i == 0 || margin >= l->certain) return true;
    return margin > -l->certain && l->corpus->begins.at[s->symbols + i] != 0;
}

/* The best path, of those that are better than the gold one by less than their mistakes, if there
 * are such: cuts[i] is 1 where it cuts. */
static void find_path(learner *l, const span *s, const uint8_t *gold, uint8_t *cuts)
{
    double best[QM_STRETCH_ROOM + 1];
    uint8_t from[QM_STRETCH_ROOM + 1] = {0};
    double per_unit = *margin_weight(l) / l->training->options.scale;
    for (uint32_t i = 1; i <= s->count; i++) best[i] = -INFINITY;
    best[0] = 0;
    for (uint32_t k = 0; k < s->n_arcs; k++) {
        const arc *a = &l->arcs.at[s->arcs + k];
        uint32_t end = a->from + a->length;
        double score = best[a->from];
        for (uint32_t f = 0; f < QM_PATH_KEYS; f++) score += l->weights[a->features[f]].value;
        if (end < s->count) score += per_unit * l->margins[s->symbols + end] + !gold[end];
        for (uint32_t i = a->from + 1u; i < end; i++) score += gold[i];
        if (score <= best[end]) continue;
        best[end] = score;
        from[end] = a->length;
    }
    memset(cuts, 0, s->count + 1);
    cuts[0] = 1;
    for (uint32_t end = s->count; end > 0; end -= from[end]) cuts[end] = 1;
}

static void change(learner *l, weight *w, double gradient)
{
    w->squares += gradient * gradient;
    double by = STEP * gradient / sqrt(w->squares);
    w->value += by;
    w->sum += by * l->step;
}

/* Whether the path takes the word. */
static bool takes(const uint8_t *cuts, const arc *a)
{
    uint32_t end = a->from + a->length;
    if (!cuts[a->from] || !cuts[end]) return false;
    for (uint32_t i = a->from + 1u; i < end; i++)
        if (cuts[i]) return false;
    return true;
}

static bool learn_from(learner *l, const span *s)
{
    uint8_t gold[QM_STRETCH_ROOM + 1], cuts[QM_STRETCH_ROOM + 1];
    for (uint32_t i = 0; i <= s->count; i++) gold[i] = begins(l, s, i);
    find_path(l, s, gold, cuts);
    l->step++;
    if (memcmp(gold, cuts, s->count + 1) == 0) return false;
    double margins = 0;
    for (uint32_t i = 1; i < s->count; i++)
        margins += (gold[i] - cuts[i]) * (double)l->margins[s->symbols + i];
    change(l, &l->weights[l->map.count], margins / l->training->options.scale);
    for (uint32_t k = 0; k < s->n_arcs; k++) {
        const arc *a = &l->arcs.at[s->arcs + k];
        int by = takes(gold, a) - takes(cuts, a);
        for (uint32_t f = 0; by && f < QM_PATH_KEYS; f++)
            change(l, &l->weights[a->features[f]], by);
    }
    return true;
}

static int learn(learner *l)
{
    size_t n = l->spans.count;
    uint64_t random = l->training->options.seed;
    uint32_t *order = qm_resize(l->alloc, NULL, 0, n * sizeof *order + 1);
    l->weights = qm_alloc_zero(l->alloc, ((size_t)l->map.count + 1) * sizeof *l->weights);
    if (!order || !l->weights) {
        qm_release(l->alloc, order, n * sizeof *order + 1);
        return QM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) order[i] = (uint32_t)i;
    for (uint32_t i = 0; i <= l->map.count; i++) l->weights[i].squares = 1e-6;
    *margin_weight(l) = 1;
    for (uint32_t pass = 0; pass < PASSES; pass++) {
        size_t wrong = 0;
        qm_shuffle(order, n, &random);
        for (size_t i = 0; i < n; i++) wrong += learn_from(l, &l->spans.at[order[i]]);
        qm_train_say(l->training, "lattice, pass %u: %.3f %% of %zu stretches wrong", pass + 1,
                     100.0 * (double)wrong / (double)(n ? n : 1), n);
    }
    for (uint32_t i = 0; i <= l->map.count; i++)
        l->weights[i].value -= l->weights[i].sum / (l->step + 1);
    qm_release(l->alloc, order, n * sizeof *order + 1);
    return QM_OK;
}

/* ---- the table ---- */

static int16_t quantise(const learner *l, uint32_t number)
{
    double value = l->weights[number].value;
    if (fabs(value) < l->training->options.prune) return 0;
    return (int16_t)fmin(INT16_MAX, fmax(-INT16_MAX, nearbyint(value * QM_PATH_SCALE)));
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Key and weight of all that are worth a place, by their keys; NULL: no memory. */
static uint64_t *make_entries(const learner *l, size_t n)
{
    uint64_t *entries = qm_resize(l->alloc, NULL, 0, (n + 1) * sizeof *entries);
    if (!entries) return NULL;
    n = 0;
    for (size_t i = 0; i <= l->map.mask; i++) {
        if (!l->map.keys[i]) continue;
        int16_t value = quantise(l, l->map.numbers[i]);
        if (value) entries[n++] = (l->map.keys[i] - 1) | (uint16_t)value;
    }
    qsort(entries, n, sizeof *entries, by_key);
    return entries;
}

/* Each entry at the first free slot from its own on; how many slots that takes. */
static size_t spread(const uint64_t *entries, size_t n, uint64_t *table, qm_words_params *params)
{
    size_t next = 0;
    for (size_t i = 0; i < n; i++) {
        size_t home = qm_path_slot(entries[i], params->paths);
        if (next < home) next = home;
        if (params->path_probes <= next - home) params->path_probes = (uint32_t)(next - home) + 1;
        table[next++] = entries[i];
    }
    return (size_t)params->paths + params->path_probes;
}

static int write_table(const learner *l, qm_words_params *params, qm_image_writer *writer,
                       qm_error *err)
{
    size_t n = 0;
    for (uint32_t i = 0; i < l->map.count; i++) n += quantise(l, i) != 0;
    if (n > QM_PATHS_MAX / 2)
        return qm_fail(err, QM_E_LIMIT, "there are too many weights of words; prune more of them");
    params->paths = (uint32_t)(n + n / 2 + 16);
    params->path_probes = 1;
    params->path_margin = (uint32_t)fmin(
        QM_PATH_MARGIN_MAX, fmax(0, nearbyint(l->weights[l->map.count].value * QM_PATH_SCALE)));
    size_t size = (params->paths + n + 1) * sizeof(uint64_t); /* as if one chain had them all */
    uint64_t *table = qm_alloc_zero(l->alloc, size), *entries = make_entries(l, n);
    int status = QM_E_NOMEM;
    if (table && entries) {
        size_t slots = spread(entries, n, table, params);
        status =
            qm_image_writer_add(writer, QM_SECTION_WORDS_PATHS, table, slots * sizeof *table, err);
        qm_train_say(l->training, "lattice: %zu of %u weights, %.2f of the margins", n,
                     l->map.count, params->path_margin / (double)QM_PATH_SCALE);
    } else qm_fail_nomem(err);
    qm_release(l->alloc, table, size);
    qm_release(l->alloc, entries, (n + 1) * sizeof *entries);
    return status;
}

int qm_paths_train(const qm_words_training *training, const qm_corpus *corpus,
                   const qm_train_lexicon *lexicon, const uint8_t *levels, const int16_t *margins,
                   const qm_allocator *alloc, qm_words_params *params, qm_image_writer *writer,
                   qm_error *err)
{
    learner l = {.training = training,
                 .corpus = corpus,
                 .lexicon = lexicon,
                 .alloc = alloc,
                 .margins = margins,
                 .certain = qm_path_certain(training->options.scale)};
    int status = add_spans(&l, levels);
    if (status == QM_OK) status = learn(&l);
    status = status == QM_OK ? write_table(&l, params, writer, err) : qm_fail_nomem(err);
    qm_array_free(alloc, &l.arcs);
    qm_array_free(alloc, &l.spans);
    qm_release(alloc, l.weights, ((size_t)l.map.count + 1) * sizeof *l.weights);
    qm_feature_map_free(&l.map);
    return status;
}
