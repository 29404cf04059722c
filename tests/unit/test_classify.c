#include "desk.h"
#include "engine/analyzer.h"
#include "faults.h"
#include "initiative/classify_model.h"
#include "initiative/initiator.h"
#include "initiative/scratch.h"
#include "unit.h"

/* ---- a section made by hand ---- */

enum { SYMBOLS = 16, NUMBERS = 3, RECORDS = 8 };

typedef struct weights {
    qm_classifier_header header;
    qm_classifier_record records[RECORDS];
    qm_classifier_row rows[2];
    uint64_t keys[1];
    uint32_t symbols[SYMBOLS];
    qm_classifier_label labels[5];
    char pool[16];
} weights;

/* Two symbols are known, the second of which has the last place that there may be. */
static weights sound_weights(void)
{
    weights w = {.header = {.version = QM_CLASSIFIER_VERSION,
                            .labels = 5,
                            .records = RECORDS,
                            .symbols = SYMBOLS,
                            .numbers = NUMBERS,
                            .circumstances = 1,
                            .pool = sizeof w.pool},
                 .symbols = {[3] = 1 << QM_NUMBER_BITS | 1, [7] = 5 << QM_NUMBER_BITS | 2},
                 .pool = "roads"};
    memset(w.rows, QM_ROW_ZERO, sizeof w.rows);
    w.labels[4] = (qm_classifier_label){.name_size = 5, .unit = 256};
    return w;
}

static const qm_bytes type_ids[] = {{"", 0}, {"water", 5}, {"roads", 5}};
static const uint32_t classes[] = {0x12345678};
static const qm_classifier_names names = {type_ids, 3, classes, 1};

static int bind_as(const weights *w, size_t size, const qm_allocator *alloc, qm_error *err)
{
    qm_image_writer *writer = NULL;
    qm_image image;
    qm_bytes bytes;
    qm_classifier *classifier = NULL;
    int status = qm_image_writer_new(&writer, NULL, err);
    if (status == QM_OK) status = qm_image_writer_add(writer, QM_SECTION_CLASSIFIER, w, size, err);
    if (status == QM_OK) status = qm_image_writer_finish(writer, &bytes, err);
    if (status == QM_OK) status = qm_image_open(&image, bytes, false, err);
    const qm_images images = {&image, 1};
    if (status == QM_OK) status = qm_classifier_new(&classifier, &images, &names, alloc, err);
    if (status == QM_OK) {
        ck_assert(qm_classifier_knows(classifier, 2));
        ck_assert(!qm_classifier_knows(classifier, 1));
        ck_assert(!qm_classifier_knows(classifier, 3));
    }
    qm_classifier_free(classifier);
    qm_image_writer_free(writer);
    return status;
}

static int bind_weights(const weights *w)
{
    qm_error err;
    return bind_as(w, sizeof *w, qm_allocator_or_default(NULL), &err);
}

START_TEST(types_are_known_by_their_ids)
{
    weights w = sound_weights();
    ck_assert_int_eq(bind_weights(&w), QM_OK);
}
END_TEST

START_TEST(a_stack_without_weights_has_no_classifier)
{
    qm_images none = {NULL, 0};
    qm_classifier *classifier = NULL;
    qm_error err;
    ck_assert_int_eq(
        qm_classifier_new(&classifier, &none, &names, qm_allocator_or_default(NULL), &err), QM_OK);
    ck_assert_ptr_null(classifier);
}
END_TEST

START_TEST(hostile_weights_are_refused)
{
    qm_error err;
    weights w = sound_weights();
    for (size_t size = 1; size < sizeof w; size += 3)
        ck_assert_int_ne(bind_as(&w, size, qm_allocator_or_default(NULL), &err), QM_OK);
    w.header.version++;
    ck_assert_int_eq(bind_weights(&w), QM_E_VERSION);
    w = sound_weights();
    w.symbols[7] += 1 << QM_NUMBER_BITS; /* its pair with itself lies behind the last record */
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.symbols[3] = 1 << QM_NUMBER_BITS | NUMBERS;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.symbols[SYMBOLS - 1] = 1; /* it stands for all that are not known */
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.header.records = 0;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.header.numbers = QM_NUMBER_MASK + 2;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.header.around[QM_AROUND_BEHIND] = -(1 << 21);
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.header.statuses[QM_STATUSES_TOLD - 1][QM_STATUS_TERMS - 1] = 1 << 21;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.labels[4].name_at = 12;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.labels[4].unit = -1;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.labels[4].around = INT16_MAX + 1;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.header.labels = QM_LABELS_MOST + 1;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
}
END_TEST

static int bind_with(const qm_allocator *alloc, qm_error *err)
{
    weights w = sound_weights();
    return bind_as(&w, sizeof w, alloc, err);
}

START_TEST(missing_memory_is_said_and_nothing_leaks)
{
    qm_faults_run(bind_with);
}
END_TEST

/* The same in rows and records, which have their owner behind the bytes of all labels. */
START_TEST(a_row_has_a_byte_for_each_label)
{
    bool seen[QM_LABELS_MOST] = {false};
    for (uint32_t label = 0; label < QM_LABELS_MOST; label++) {
        const uint32_t byte = qm_slot_byte(qm_label_slot(label));
        ck_assert_uint_lt(byte, QM_LABELS_MOST);
        ck_assert(!seen[byte]);
        seen[byte] = true;
    }
}
END_TEST

enum { ROWS = 97, LISTED = 160, FEW = 16 };

static uint32_t next_random(uint32_t *state)
{
    return (*state = *state * 1664525 + 1013904223) >> 8;
}

/* What is weighed, all of which looks like anything. */
typedef struct weighed {
    qm_classifier_record records[ROWS];
    qm_classifier_row rows[ROWS];
    uint32_t around[FEW];
    uint32_t own[LISTED];
    int32_t sums[QM_SLOTS]; /* of these */
    int32_t before[QM_SLOTS], behind[QM_SLOTS];
    int32_t scales_around[QM_SLOTS], needs[QM_SLOTS];
} weighed;

static void fill_weighed(weighed *all)
{
    uint32_t random = 7;
    for (uint32_t i = 0; i < ROWS; i++) {
        all->records[i].owner = (uint16_t)next_random(&random);
        for (uint32_t k = 0; k < QM_LABELS_MOST; k++)
            all->records[i].weights[k] = (uint8_t)(next_random(&random) % 128);
        for (uint32_t k = 0; k < QM_SLOTS; k++)
            all->rows[i].weights[k] = (uint8_t)(1 + next_random(&random) % 63);
    }
    for (uint32_t i = 0; i < LISTED; i++) all->own[i] = next_random(&random) % ROWS << QM_ROW_SHIFT;
    for (uint32_t i = 0; i < FEW; i++) all->around[i] = next_random(&random) % ROWS << QM_ROW_SHIFT;
    for (uint32_t i = 0; i < QM_SLOTS; i++) {
        all->scales_around[i] = (int32_t)(next_random(&random) % 32768);
        all->before[i] = (int32_t)(next_random(&random) % 9999999) - 5000000;
        all->behind[i] = (int32_t)(next_random(&random) % 9999999) - 5000000;
        all->needs[i] = (int32_t)(i * 100000);
    }
}

static int64_t sum_own(const weighed *all, uint32_t byte)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < LISTED; i++)
        sum += all->records[all->own[i] >> QM_ROW_SHIFT].weights[byte] - QM_RECORD_ZERO;
    return sum;
}

static int64_t sum_around(const weighed *all, uint32_t byte)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < FEW; i++)
        sum += all->rows[all->around[i] >> QM_ROW_SHIFT].weights[byte] - QM_ROW_ZERO;
    return sum;
}

enum { SCALE = 5000 };

static void check_sums(const weighed *all, const qm_clause_scores *scores)
{
    for (uint32_t label = 0; label < QM_LABELS_MOST; label++) {
        const uint32_t slot = qm_label_slot(label), byte = qm_slot_byte(slot);
        const int64_t beside = (int64_t)all->before[slot] + all->behind[slot];
        ck_assert_int_eq(all->sums[slot], sum_own(all, byte) * SCALE);
        ck_assert_int_eq(scores->sums[slot], all->sums[slot] + (beside >> QM_BESIDE_SHIFT) +
                                                 sum_around(all, byte) * all->scales_around[slot]);
        ck_assert_uint_eq(scores->reached >> slot & 1, scores->sums[slot] >= all->needs[slot]);
    }
}

/* The best two, as near as the lowest bits of sums that are left out allow. */
static void check_best(const qm_clause_scores *scores)
{
    const uint32_t first = scores->first, second = scores->second;
    ck_assert_uint_ne(first, second);
    for (uint32_t label = 0; label < QM_LABELS_MOST; label++) {
        const uint32_t slot = qm_label_slot(label);
        int32_t sum = scores->sums[slot] >> QM_QUICK_SHIFT;
        ck_assert_int_le(sum, (scores->sums[first] >> QM_QUICK_SHIFT) + 1);
        if (slot == first) continue;
        ck_assert_int_le(sum, (scores->sums[second] >> QM_QUICK_SHIFT) + 1);
    }
}

static void check_weighing(const qm_classify_way *way)
{
    static weighed all;
    static qm_quick_units quick = {.shift = 10};
    qm_clause_scores scores;
    fill_weighed(&all);
    const qm_record_table table = {.records = all.records};
    const qm_weighing w = {.own = all.sums,
                           .before = all.before,
                           .behind = all.behind,
                           .rows = all.rows,
                           .around = {all.around, FEW},
                           .scales_around = all.scales_around,
                           .needs = all.needs};
    for (uint32_t i = 0; i < QM_SLOTS; i++) quick.biases[i] = -(1 << 24);
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) {
        quick.factors[qm_label_slot(i)] = 3000;
        quick.biases[qm_label_slot(i)] = 0;
    }
    way->sum(&table, SCALE, &(qm_row_list){all.own, LISTED}, all.sums);
    way->weigh(&w, &scores);
    check_sums(&all, &scores);
    way->rank(&quick, &scores);
    check_best(&scores);
}

/* Of the symbols below 300 every third is known; symbol s has number s + 1, and its records from
 * place 400 * (s + 1) on, the pair with the next one that is known among them. */
enum { KNOWN = 300, APART = 400, TABLED = KNOWN * APART + APART };

static uint32_t known_as(uint32_t symbol)
{
    bool known = symbol < KNOWN && symbol % 3 == 0;
    return known ? (symbol + 1) * APART << QM_NUMBER_BITS | (symbol + 1) : 0;
}

static uint32_t record_at(uint32_t symbol, uint32_t next)
{
    if (!known_as(symbol)) return 0;
    bool pair = known_as(next) && next == symbol + 3;
    return (symbol + 1) * APART + (pair ? next + 1 : 0);
}

static void fill_table(uint32_t symbols[KNOWN + 1], qm_classifier_record *records)
{
    for (uint32_t i = 0; i <= KNOWN; i++) symbols[i] = known_as(i);
    for (uint32_t i = 0; i < KNOWN; i += 3)
        records[record_at(i, 1)].owner = records[record_at(i, i + 3)].owner = (uint16_t)(i + 1);
}

/* Symbols that make known pairs, with those among them that make none, or are not known. */
static void fill_symbols(uint32_t symbols[QM_SYMBOLS_ROOM], uint32_t n)
{
    for (uint32_t i = 0; i < QM_SYMBOLS_ROOM; i++) symbols[i] = 3;
    for (uint32_t i = 0; i < n; i++) symbols[i] = 3 * (i + n) + (i % 11 == 10);
    for (uint32_t i = 0; i < n; i++)
        if (symbols[i] >= 'A' && symbols[i] <= 'Z') symbols[i] += 'a' - 'A';
    if (n > 4) symbols[n / 2] = 0x1F600;
}

static void check_reading(const qm_classify_way *way)
{
    static uint32_t known[KNOWN + 1], symbols[QM_SYMBOLS_ROOM];
    static uint32_t read[QM_SYMBOLS_ROOM], rows[QM_SYMBOLS_ROOM];
    static qm_classifier_record records[TABLED];
    const qm_record_table table = {known, KNOWN, records};
    fill_table(known, records);
    for (uint32_t n = 0; n <= QM_SYMBOLS_MOST; n++) {
        fill_symbols(symbols, n);
        way->know(&table, symbols, n, read);
        memset(read + n, 0, (QM_SYMBOLS_AT_ONCE + 1) * sizeof *read);
        way->find(&table, read, n, rows);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t at = record_at(symbols[i], i + 1 < n ? symbols[i + 1] : 1);
            ck_assert_uint_eq(rows[i], at << QM_ROW_SHIFT);
        }
    }
}

/* Of n symbols, Latin capitals among them, what is known of the small ones. */
static void check_knowing(const qm_classify_way *way)
{
    static uint32_t known[KNOWN + 1];
    for (uint32_t i = 0; i <= KNOWN; i++) known[i] = i + 1;
    const qm_record_table table = {known, KNOWN, NULL};
    uint32_t symbols[KNOWN + 2 * QM_SYMBOLS_AT_ONCE] = {0}, out[KNOWN + 2 * QM_SYMBOLS_AT_ONCE];
    for (uint32_t i = 0; i < KNOWN + 2; i++) symbols[i] = i;
    symbols[KNOWN + 1] = 0x20000;
    way->know(&table, symbols, KNOWN + 2, out);
    for (uint32_t i = 0; i < KNOWN + 2; i++) {
        bool big = i >= 'A' && i <= 'Z';
        ck_assert_uint_eq(out[i], (big ? i + ('a' - 'A') : i < KNOWN ? i : KNOWN) + 1);
    }
}

/* Weights and terms of either sign, as large as they get. */
static void check_telling(const qm_classify_way *way)
{
    qm_status_weights told = {{{0}}};
    int32_t terms[QM_STATUS_ROOM] = {0};
    int64_t sums[QM_STATUSES_TOLD];
    for (int32_t i = 0; i < QM_STATUS_TERMS; i++) {
        terms[i] = i % 3 == 0 ? INT32_MIN + i : INT32_MAX - i;
        told.at[0][i] = i % 4 == 0 ? -(1 << 20) + i : (1 << 20) - i;
        told.at[1][i] = i - 7;
    }
    way->tell(&told, terms, sums);
    for (uint32_t status = 0; status < QM_STATUSES_TOLD; status++) {
        int64_t sum = 0;
        for (uint32_t i = 0; i < QM_STATUS_TERMS; i++)
            sum += (int64_t)told.at[status][i] * terms[i];
        ck_assert_int_eq(sums[status], sum);
    }
}

/* Every way of the processor finds the rows that are looked up one by one, and the sums that are
 * made one by one. */
START_TEST(all_ways_of_weighing_agree)
{
    check_weighing(&qm_classify_plain);
    check_reading(&qm_classify_plain);
    check_knowing(&qm_classify_plain);
    check_telling(&qm_classify_plain);
#ifdef __x86_64__
    if (!__builtin_cpu_supports("avx2")) return;
    check_weighing(&qm_classify_avx2);
    check_reading(&qm_classify_avx2);
    check_knowing(&qm_classify_avx2);
    check_telling(&qm_classify_avx2);
#endif
}
END_TEST

START_TEST(the_scale_of_a_block_is_an_exact_root)
{
    ck_assert_uint_eq(qm_feature_scale(0), 65536);
    ck_assert_uint_eq(qm_feature_scale(1), 65536);
    ck_assert_uint_eq(qm_feature_scale(2), 46340);
    ck_assert_uint_eq(qm_feature_scale(4), 32768);
    ck_assert_uint_eq(qm_feature_scale(1024), 2048);
}
END_TEST

/* ---- through the library ---- */

static desk d;

static void start(void)
{
    desk_open(&d, NULL);
}

static void stop(void)
{
    desk_close(&d);
}

static qm_document document_of(const char *text)
{
    desk_read(&d, text);
    return qm_analyzer_document(d.analyzer);
}

/* Features of the only clause of a text. */
static void read_features(const char *text, qm_features *out)
{
    qm_document document = document_of(text);
    ck_assert_uint_eq(document.clauses->count, 1);
    const qm_feature_keys keys = {.n_types = 1};
    qm_feature_source source = {.document = &document,
                                .end = 1,
                                .end_quantity = (uint32_t)document.quantities->count,
                                .keys = &keys};
    out->origins = NULL;
    qm_features_read(&source, out);
}

static qm_features one, other;

static bool same_clause_features(const char *a, const char *b)
{
    read_features(a, &one);
    read_features(b, &other);
    return one.counts[QM_BLOCK_CLAUSE] == other.counts[QM_BLOCK_CLAUSE] &&
           memcmp(one.keys, other.keys, one.counts[QM_BLOCK_CLAUSE] * sizeof *one.keys) == 0;
}

START_TEST(every_number_is_the_same_to_the_weights)
{
    ck_assert(same_clause_features("村里修了3公里水渠。", "村里修了12.5公里水渠。"));
    ck_assert(!same_clause_features("村里修了3公里水渠。", "村里修了3公里围墙。"));
}
END_TEST

/* 第一、 numbers a clause, and is part of a number: that begins before the clause. */
START_TEST(nothing_behind_a_clause_is_read)
{
    uint32_t symbols[QM_SYMBOLS_ROOM];
    qm_document document = document_of("第三至五名发奖状，第一、二批学员结业。\n");
    const qm_clause *last = &document.clauses->at[document.clauses->count - 1];
    ck_assert_uint_eq(document.quantities->count, 2);
    ck_assert_uint_lt(document.quantities->at[1].number_start, last->start);
    /* An edge, a number, five characters, an edge. */
    ck_assert_uint_eq(qm_symbols_read(&document, last->start, last->end, 1, symbols, NULL), 8);
}
END_TEST

START_TEST(traditional_text_has_the_features_of_its_twin)
{
    ck_assert(same_clause_features("修復水渠", "修复水渠"));
}
END_TEST

START_TEST(a_clause_of_any_length_fits)
{
    static char text[40000];
    for (size_t i = 0; i + 1 < sizeof text; i++) text[i] = "渠"[i % 3];
    text[39999 / 3 * 3] = 0;
    read_features(text, &one);
    ck_assert_uint_gt(one.counts[QM_BLOCK_CLAUSE], 100);
    ck_assert_uint_le(one.counts[QM_BLOCK_CLAUSE], QM_FEATURES_CLAUSE);
}
END_TEST

static void begin_scores(const qm_document *document)
{
    qm_initiative_scratch *scratch = d.analyzer->initiative;
    qm_evidence_begin(scratch);
    ck_assert_int_eq(
        qm_readings_begin(d.engine->initiator->classifier, scratch->readings, document), QM_OK);
}

/* Evidence and scores of a clause, after those before it. */
static void score_clause(const qm_document *document, uint32_t clause, qm_clause_evidence *evidence,
                         qm_clause_scores *scores)
{
    const qm_initiator *initiator = d.engine->initiator;
    qm_initiative_scratch *scratch = d.analyzer->initiative;
    qm_error err;
    ck_assert_int_eq(qm_evidence_of_clause(initiator, scratch, document, clause, evidence, &err),
                     QM_OK);
    qm_classify_clause(initiator->classifier, evidence, scratch->readings, scores);
}

START_TEST(a_clause_read_before_is_the_same_clause)
{
    const char text[] = "5月12日，村里修了3公里水渠，共投入1,200万元；养鸡2000只。\n"
                        "我们走访28户老人，送米50斤。村民增收1.2万元";
    qm_document document = document_of(text);
    qm_initiative_scratch *scratch = d.analyzer->initiative;
    const uint32_t n = (uint32_t)document.clauses->count;
    static qm_clause_scores kept[64], fresh;
    qm_clause_evidence evidence;
    ck_assert_uint_ge(n, 6);
    ck_assert_uint_le(n, 64);
    begin_scores(&document);
    for (uint32_t i = 0; i < n; i++) score_clause(&document, i, &evidence, &kept[i]);
    begin_scores(&document);
    for (uint32_t i = 0; i < n; i++) {
        ck_assert_int_eq(
            qm_readings_begin(d.engine->initiator->classifier, scratch->readings, &document),
            QM_OK);
        score_clause(&document, i, &evidence, &fresh);
        ck_assert_int_eq(memcmp(fresh.sums, kept[i].sums, sizeof fresh.sums), 0);
        ck_assert(fresh.reached == kept[i].reached);
    }
}
END_TEST

/* Blanks count for nothing, but a clause that has some is read symbol by symbol: also where a
 * number begins before the clause, or two stand side by side. */
START_TEST(numbers_weigh_the_same_however_a_clause_is_read)
{
    static const char *const twins[][2] = {
        {"村里修了3公里水渠。", "村里修了 3公里水渠。"},
        {"5月12日送米五十斤、油28桶。", "5月12日送米五十斤、 油28桶。"},
        {"第三至五名发奖状，第一、二批学员结业。", "第三至五名发奖状，第一、二批 学员结业。"},
        {"养鸡２０００只三十户", "养鸡 ２０００只三十户"}};
    static qm_clause_scores scores[2];
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
        for (int twin = 0; twin < 2; twin++) {
            qm_clause_evidence evidence;
            qm_document document = document_of(twins[i][twin]);
            const uint32_t n = (uint32_t)document.clauses->count;
            ck_assert_uint_ge(n, 1);
            begin_scores(&document);
            for (uint32_t k = 0; k < n; k++) score_clause(&document, k, &evidence, &scores[twin]);
        }
        ck_assert_mem_eq(scores[0].sums, scores[1].sums, sizeof scores[0].sums);
    }
}
END_TEST

/* What rows add up to is what their weights add up to, one by one. */
START_TEST(points_of_single_features_add_up)
{
    const char text[] = "天一亮他就出了门。我们把山泉水引到了各家灶台边，共埋管3公里";
    qm_document document = document_of(text);
    const qm_classifier *classifier = d.engine->initiator->classifier;
    qm_clause_evidence evidence;
    qm_clause_scores scores;
    static qm_clause_feature features[QM_FEATURES_ALL];
    int reached = 0;
    begin_scores(&document);
    score_clause(&document, 0, &evidence, &scores);
    score_clause(&document, 1, &evidence, &scores);
    for (uint32_t type = 1; type < d.engine->initiator->types.count; type++) {
        if (!qm_classifier_knows(classifier, type)) continue;
        size_t n = qm_classifier_features(classifier, &evidence, type, features, QM_FEATURES_ALL);
        int64_t most = 0;
        for (size_t i = 0; i < n; i++) most += features[i].points + 1;
        /* The bias is small beside what a clause must have to reach a row. */
        int64_t points = qm_score_type(classifier, &scores, &evidence, type);
        ck_assert_int_le(points * 256, most + 8 * 256);
        reached += points + evidence.rule_points[type] >= QM_POINTS_MAYBE;
    }
    for (uint32_t type; (type = qm_score_take(classifier, &scores)) != 0; reached--) {
        int32_t points = qm_score_type(classifier, &scores, &evidence, type);
        ck_assert_int_ge(points + evidence.rule_points[type], QM_POINTS_MAYBE);
    }
    ck_assert_int_eq(reached, 0);
}
END_TEST

/* The strongest learnt type of the first clause, and how many points it has. */
/* What stands around is counted for the types that the weights know, and for no others. */
START_TEST(clauses_beside_speak_for_a_type)
{
    const char text[] = "我们修了三公里水渠，又修了一座泵站，解决了灌溉难题。";
    qm_document document = document_of(text);
    const qm_classifier *classifier = d.engine->initiator->classifier;
    qm_clause_evidence evidence;
    static qm_clause_scores scores[3];
    begin_scores(&document);
    for (uint32_t i = 0; i < 3; i++) score_clause(&document, i, &evidence, &scores[i]);
    qm_classify_rank(classifier, &scores[1]);
    qm_clause_around alone = {.own = &scores[1], .ruled = true};
    qm_clause_around all = alone;
    all.before = &scores[0];
    all.behind = &scores[2];
    ck_assert_uint_ne(scores[1].first, scores[1].second);
    ck_assert_int_eq(qm_around_points(classifier, &all, 0), 0);
    for (uint32_t type = 1; type < d.engine->initiator->types.count; type++) {
        if (!qm_bytes_equal(d.engine->initiator->types.at[type].id, qm_bytes_of("water"))) continue;
        /* Three clauses of water in a row: each is surer than it would be by itself. */
        ck_assert_int_gt(qm_around_points(classifier, &all, type),
                         qm_around_points(classifier, &alone, type));
    }
}
END_TEST

/* 引来企业 is done by itself; what the clause behind it says of the same row makes it go on. */
START_TEST(clauses_beside_speak_for_a_status)
{
    const char text[] = "引进总投资六百万元的竹笋项目，目前正在办理用地手续。";
    qm_document document = document_of(text);
    const qm_classifier *classifier = d.engine->initiator->classifier;
    qm_clause_evidence evidence, first;
    static qm_clause_scores scores[2];
    int32_t alone[QM_STATUSES], all[QM_STATUSES];
    begin_scores(&document);
    score_clause(&document, 0, &first, &scores[0]);
    score_clause(&document, 1, &evidence, &scores[1]);
    qm_clause_around around = {.own = &scores[0]};
    ck_assert(qm_status_points(classifier, &first, &around, alone));
    ck_assert_int_lt(alone[QM_STATUS_ONGOING], alone[QM_STATUS_DONE]);
    around.behind = &scores[1];
    ck_assert(qm_status_points(classifier, &first, &around, all));
    ck_assert_int_gt(all[QM_STATUS_ONGOING], alone[QM_STATUS_ONGOING]);
    ck_assert_int_gt(all[QM_STATUS_ONGOING], all[QM_STATUS_PLANNED]);
}
END_TEST

static int32_t best_type(const char *text, uint32_t *best)
{
    qm_document document = document_of(text);
    const qm_classifier *classifier = d.engine->initiator->classifier;
    qm_clause_evidence evidence;
    qm_clause_scores scores;
    begin_scores(&document);
    score_clause(&document, 0, &evidence, &scores);
    int32_t most = INT32_MIN;
    for (uint32_t type = 1; type < d.engine->initiator->types.count; type++) {
        int32_t points =
            qm_score_type(classifier, &scores, &evidence, type) + evidence.rule_points[type];
        if (points <= most) continue;
        most = points;
        *best = type;
    }
    qm_clause_feature features[4];
    size_t n = qm_classifier_features(classifier, &evidence, *best, features, 4);
    for (size_t i = 1; i < n; i++) ck_assert_int_ge(features[i - 1].points, features[i].points);
    for (size_t i = 0; i < n; i++)
        ck_assert(features[i].start == QM_NONE || features[i].end <= document.text->count);
    ck_assert_uint_gt(n, 0);
    return most;
}

static void expect_type(const char *text, const char *id)
{
    uint32_t best;
    qm_initiative_type type;
    int32_t points = best_type(text, &best);
    ck_assert(qm_initiator_type(d.engine->initiator, best, &type));
    ck_assert_msg(qm_bytes_equal(type.id, qm_bytes_of(id)), "%s is %.*s, not %s", text,
                  (int)type.id.size, (const char *)type.id.data, id);
    ck_assert_int_ge(points, 0);
}

START_TEST(what_is_told_in_other_words_is_known)
{
    expect_type("把山泉水引到了各家灶台边", "water");
    expect_type("给山上的乡亲挨个量血压、把脉开方", "health_service");
    expect_type("带着乡亲们一块儿直播卖货，红薯粉卖到脱销", "marketing");
}
END_TEST

START_TEST(scenery_is_no_initiative)
{
    uint32_t best;
    ck_assert_int_lt(best_type("山雾散尽，一树桂花香了半条街", &best), QM_POINTS_ROW);
    ck_assert_int_lt(best_type("谁也没有说话", &best), QM_POINTS_ROW);
}
END_TEST

static Suite *classify_suite(void)
{
    Suite *suite = suite_create("classify");
    TCase *binding = tcase_create("binding"), *library = tcase_create("library");
    tcase_add_test(binding, types_are_known_by_their_ids);
    tcase_add_test(binding, a_stack_without_weights_has_no_classifier);
    tcase_add_test(binding, hostile_weights_are_refused);
    tcase_add_test(binding, missing_memory_is_said_and_nothing_leaks);
    tcase_add_test(binding, a_row_has_a_byte_for_each_label);
    tcase_add_test(binding, all_ways_of_weighing_agree);
    tcase_add_test(binding, the_scale_of_a_block_is_an_exact_root);
    tcase_add_checked_fixture(library, start, stop);
    tcase_add_test(library, every_number_is_the_same_to_the_weights);
    tcase_add_test(library, nothing_behind_a_clause_is_read);
    tcase_add_test(library, traditional_text_has_the_features_of_its_twin);
    tcase_add_test(library, a_clause_of_any_length_fits);
    tcase_add_test(library, a_clause_read_before_is_the_same_clause);
    tcase_add_test(library, numbers_weigh_the_same_however_a_clause_is_read);
    tcase_add_test(library, points_of_single_features_add_up);
    tcase_add_test(library, clauses_beside_speak_for_a_type);
    tcase_add_test(library, clauses_beside_speak_for_a_status);
    tcase_add_test(library, what_is_told_in_other_words_is_known);
    tcase_add_test(library, scenery_is_no_initiative);
    suite_add_tcase(suite, binding);
    suite_add_tcase(suite, library);
    return suite;
}

int main(void)
{
    return qm_unit_run(classify_suite());
}
