#include "engine/analyzer.h"
#include "faults.h"
#include "initiative/classify_model.h"
#include "initiative/initiator.h"
#include "initiative/scratch.h"
#include "unit.h"

/* ---- a section made by hand ---- */

typedef struct weights {
    qm_classifier_header header;
    uint32_t slots[16];
    qm_classifier_row rows[3];
    qm_classifier_row beside[3];
    qm_classifier_label labels[5];
    char pool[8];
} weights;

static weights sound_weights(void)
{
    weights w = {.header = {.version = QM_CLASSIFIER_VERSION,
                            .labels = 5,
                            .slot_bits = 4,
                            .rows = 3,
                            .beside = 1,
                            .pool = sizeof w.pool},
                 .slots[3] = 2,
                 .pool = "roadsxyz"};
    memset(w.rows, QM_ROW_ZERO, sizeof w.rows);
    memset(w.beside, QM_ROW_ZERO, sizeof w.beside);
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
    w.slots[3] = 3; /* a row behind the last */
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    for (int i = 0; i < 16; i++) w.slots[i] = 1; /* none is empty */
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.header.rows = 0;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.header.beside = 3; /* more than there are rows */
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.header.around[QM_AROUND_BEHIND] = -(1 << 21);
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.labels[4].name_at = 4;
    ck_assert_int_eq(bind_weights(&w), QM_E_CORRUPT);
    w = sound_weights();
    w.labels[4].unit = -1;
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

START_TEST(a_row_has_a_byte_for_each_label)
{
    bool seen[QM_LABELS_MOST] = {false};
    for (uint32_t label = 0; label < QM_LABELS_MOST; label++) {
        ck_assert_uint_lt(qm_row_byte(label), QM_LABELS_MOST);
        ck_assert(!seen[qm_row_byte(label)]);
        seen[qm_row_byte(label)] = true;
    }
}
END_TEST

enum { ROWS = 97, LISTED = 160, SLOTS = 1024 };

static uint32_t next_random(uint32_t *state)
{
    return (*state = *state * 1664525 + 1013904223) >> 8;
}

/* Weights, lists of rows and needs that look like anything. */
static void fill_weighing(qm_weighing *w, qm_classifier_row rows[ROWS], int32_t *needs,
                          uint32_t offsets[QM_ROW_LISTS][LISTED])
{
    uint32_t random = 7;
    *w = (qm_weighing){rows, rows, .scale = 5000, .scale_beside = 9000, .needs = needs};
    for (uint32_t i = 0; i < ROWS; i++)
        for (uint32_t k = 0; k < QM_LABELS_MOST; k++)
            rows[i].weights[k] = (uint8_t)(1 + next_random(&random) % 63);
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) needs[i] = (int32_t)(i * 100000);
    for (int list = 0; list < QM_ROW_LISTS; list++) {
        uint32_t count = list == QM_ROWS_OWN ? LISTED : 16;
        w->lists[list] = (qm_row_list){offsets[list], count};
        for (uint32_t i = 0; i < count; i++)
            offsets[list][i] = next_random(&random) % ROWS << QM_ROW_SHIFT;
    }
}

static int64_t sum_of(const qm_weighing *w, int list, uint32_t label)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < w->lists[list].count; i++) {
        const qm_classifier_row *row = &w->rows[w->lists[list].offsets[i] >> QM_ROW_SHIFT];
        sum += row->weights[qm_row_byte(label)] - QM_ROW_ZERO;
    }
    return sum;
}

static void check_weighing(const qm_classify_way *way)
{
    static qm_classifier_row rows[ROWS];
    static uint32_t offsets[QM_ROW_LISTS][LISTED];
    static int32_t needs[QM_LABELS_MOST];
    static qm_quick_units quick = {.shift = 10};
    qm_weighing w;
    qm_clause_scores scores;
    fill_weighing(&w, rows, needs, offsets);
    for (uint32_t i = 0; i < QM_LABELS_MOST; i++) quick.factors[i] = 3000;
    way->weigh(&w, &scores);
    way->rank(&quick, &scores);
    for (uint32_t label = 0; label < QM_LABELS_MOST; label++) {
        int64_t beside = sum_of(&w, QM_ROWS_BEFORE, label) + sum_of(&w, QM_ROWS_BEHIND, label);
        ck_assert_int_eq(scores.sums[label], sum_of(&w, QM_ROWS_OWN, label) * w.scale +
                                                 beside * w.scale_beside +
                                                 sum_of(&w, QM_ROWS_AROUND, label) * 65536);
        ck_assert_uint_eq(scores.reached >> label & 1, scores.sums[label] >= needs[label]);
    }
    /* The best two, as near as the lowest bits of sums that are left out allow. */
    ck_assert_uint_ne(scores.first, scores.second);
    for (uint32_t label = 0; label < QM_LABELS_MOST; label++) {
        int32_t sum = scores.sums[label] >> QM_QUICK_SHIFT;
        ck_assert_int_le(sum, (scores.sums[scores.first] >> QM_QUICK_SHIFT) + 1);
        if (label == scores.first) continue;
        ck_assert_int_le(sum, (scores.sums[scores.second] >> QM_QUICK_SHIFT) + 1);
    }
}

/* A table with the keys of every third symbol below 300 and of every fifth pair of neighbours. */
static void fill_slots(uint32_t slots[SLOTS])
{
    memset(slots, 0, SLOTS * sizeof *slots);
    for (uint32_t i = 0; i < 300; i++) {
        bool pair = i % 5 == 0;
        if (!pair && i % 3) continue;
        uint32_t hash = qm_slot_hash(pair ? qm_symbols_key(i, i + 1) : qm_symbol_key(i));
        uint32_t at = hash % SLOTS;
        while (slots[at]) at = (at + 1) % SLOTS;
        slots[at] = (hash & ~QM_ROW_MASK) | (i + 1);
    }
}

static void check_reading(const qm_classify_way *way)
{
    static uint32_t slots[SLOTS], symbols[QM_SYMBOLS_ROOM];
    static qm_reading r;
    static qm_classifier_row rows[301];
    const qm_row_table table = {slots, SLOTS - 1, 100, rows, rows};
    fill_slots(slots);
    for (uint32_t n = 0; n <= QM_SYMBOLS_MOST; n++) {
        uint32_t pairs = n > 0 ? n - 1 : 0;
        for (uint32_t i = 0; i < n; i++) symbols[i] = i + n;
        way->read(&table, symbols, n, &r);
        ck_assert_uint_eq(r.symbols, n);
        ck_assert_uint_eq(r.n_rows, qm_rows_up(n));
        ck_assert_uint_eq(r.n_beside,
                          qm_rows_up(pairs < QM_PAIRS_BESIDE ? pairs : QM_PAIRS_BESIDE));
        for (uint32_t i = 0; i < r.n_rows; i++) {
            uint32_t key = i + n;
            bool pair = i < pairs && key < 300 && key % 5 == 0;
            bool known = pair || (i < n && key < 300 && key % 5 && key % 3 == 0);
            bool beside = pair && i < QM_PAIRS_BESIDE && key + 1 <= table.n_beside;
            ck_assert_uint_eq(r.rows[i], known ? (key + 1) << QM_ROW_SHIFT : 0);
            if (i >= r.n_beside) continue;
            ck_assert_uint_eq(r.before[i], beside ? (2 * key + 1) << QM_ROW_SHIFT : 0);
            ck_assert_uint_eq(r.behind[i], beside ? (2 * key + 2) << QM_ROW_SHIFT : 0);
        }
    }
}

/* Every way of the processor finds the rows that are looked up one by one, and the sums that are
 * made one by one. */
START_TEST(all_ways_of_weighing_agree)
{
    check_weighing(&qm_classify_plain);
    check_reading(&qm_classify_plain);
#ifdef __x86_64__
    if (!__builtin_cpu_supports("avx2")) return;
    check_weighing(&qm_classify_avx2);
    check_reading(&qm_classify_avx2);
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

static qm_engine *engine;
static qm_analyzer *analyzer;
static qm_result *result;

static void start(void)
{
    qm_model *model;
    qm_error err;
    ck_assert_int_eq(qm_model_builtin(&model, &err), QM_OK);
    ck_assert_int_eq(qm_engine_new(&engine, &model, 1, NULL, 0, NULL, &err), QM_OK);
    ck_assert_int_eq(qm_analyzer_new(&analyzer, engine, NULL, &err), QM_OK);
    ck_assert_int_eq(qm_result_new(&result, NULL, &err), QM_OK);
    qm_model_unref(model);
}

static void stop(void)
{
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
}

static qm_document document_of(const char *text)
{
    qm_error err;
    ck_assert_int_eq(qm_analyze(analyzer, text, strlen(text), result, &err), QM_OK);
    qm_analyzer *a = analyzer;
    return (qm_document){&a->text,       &a->clauses, &a->words, &a->matches[QM_ROOM_INITIATIVE],
                         &a->quantities, &a->entities};
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

/* Evidence and scores of a clause, after those before it. */
static void score_clause(const qm_document *document, uint32_t clause, qm_clause_evidence *evidence,
                         qm_clause_scores *scores)
{
    const qm_initiator *initiator = engine->initiator;
    qm_initiative_scratch *scratch = analyzer->initiative;
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
    qm_initiative_scratch *scratch = analyzer->initiative;
    const uint32_t n = (uint32_t)document.clauses->count;
    static qm_clause_scores kept[64], fresh;
    qm_clause_evidence evidence;
    ck_assert_uint_ge(n, 6);
    ck_assert_uint_le(n, 64);
    qm_evidence_begin(scratch);
    for (uint32_t i = 0; i < n; i++) score_clause(&document, i, &evidence, &kept[i]);
    qm_evidence_begin(scratch);
    for (uint32_t i = 0; i < n; i++) {
        qm_readings_forget(scratch->readings);
        score_clause(&document, i, &evidence, &fresh);
        ck_assert_int_eq(memcmp(fresh.sums, kept[i].sums, sizeof fresh.sums), 0);
        ck_assert(fresh.reached == kept[i].reached);
    }
}
END_TEST

/* What rows add up to is what their weights add up to, one by one. */
START_TEST(points_of_single_features_add_up)
{
    const char text[] = "天一亮他就出了门。我们把山泉水引到了各家灶台边，共埋管3公里";
    qm_document document = document_of(text);
    const qm_classifier *classifier = engine->initiator->classifier;
    qm_clause_evidence evidence;
    qm_clause_scores scores;
    static qm_clause_feature features[QM_FEATURES_ALL];
    int reached = 0;
    qm_evidence_begin(analyzer->initiative);
    score_clause(&document, 0, &evidence, &scores);
    score_clause(&document, 1, &evidence, &scores);
    for (uint32_t type = 1; type < engine->initiator->types.count; type++) {
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
    const qm_classifier *classifier = engine->initiator->classifier;
    qm_clause_evidence evidence;
    static qm_clause_scores scores[3];
    qm_evidence_begin(analyzer->initiative);
    for (uint32_t i = 0; i < 3; i++) score_clause(&document, i, &evidence, &scores[i]);
    qm_classify_rank(classifier, &scores[1]);
    qm_clause_around alone = {.own = &scores[1], .ruled = true};
    qm_clause_around all = alone;
    all.before = &scores[0];
    all.behind = &scores[2];
    ck_assert_uint_ne(scores[1].first, scores[1].second);
    ck_assert_int_eq(qm_around_points(classifier, &all, 0), 0);
    for (uint32_t type = 1; type < engine->initiator->types.count; type++) {
        if (!qm_bytes_equal(engine->initiator->types.at[type].id, qm_bytes_of("water")))
            continue;
        /* Three clauses of water in a row: each is surer than it would be by itself. */
        ck_assert_int_gt(qm_around_points(classifier, &all, type),
                         qm_around_points(classifier, &alone, type));
    }
}
END_TEST

static int32_t best_type(const char *text, uint32_t *best)
{
    qm_document document = document_of(text);
    const qm_classifier *classifier = engine->initiator->classifier;
    qm_clause_evidence evidence;
    qm_clause_scores scores;
    qm_evidence_begin(analyzer->initiative);
    score_clause(&document, 0, &evidence, &scores);
    int32_t most = INT32_MIN;
    for (uint32_t type = 1; type < engine->initiator->types.count; type++) {
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
    ck_assert(qm_initiator_type(engine->initiator, best, &type));
    ck_assert_msg(qm_bytes_equal(type.id, qm_bytes_of(id)), "%s is %.*s, not %s", text,
                  (int)type.id.size, (const char *)type.id.data, id);
    ck_assert_int_ge(points, 0);
}

START_TEST(what_is_told_in_other_words_is_known)
{
    expect_type("把山泉水引到了各家灶台边", "water");
    expect_type("给全村的孤寡老人挨个量血压、把脉开方", "health_service");
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
    tcase_add_test(library, points_of_single_features_add_up);
    tcase_add_test(library, clauses_beside_speak_for_a_type);
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
