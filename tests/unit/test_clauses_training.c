#include "compile/train/clauses.h"
#include "unit.h"

enum { LABELS = 6, FEATURES = 5, ROW = FEATURES + 1 };

static qm_clause_examples examples;
static double weights[LABELS * ROW];

/* A pair in a clause, in that before and in that behind; another one behind alone; a circumstance.
 */
static void setup(void)
{
    const uint64_t pair = qm_symbols_key(0x4fee, 0x8def), other = qm_symbols_key(0x5efa, 0x6210);
    const uint64_t keys[FEATURES] = {pair, pair | QM_KEY_BEFORE, pair | QM_KEY_BEHIND,
                                     other | QM_KEY_BEHIND, QM_KEY_MIXED | 8};
    examples = (qm_clause_examples){.alloc = qm_allocator_or_default(NULL)};
    for (int i = 0; i < FEATURES; i++) {
        ck_assert_int_eq(qm_array_push(examples.alloc, &examples.kept, keys[i]), QM_OK);
        ck_assert_int_eq(qm_array_push(examples.alloc, &examples.sizes, 1), QM_OK);
        ck_assert_int_eq(qm_array_push(examples.alloc, &examples.firsts, QM_NONE), QM_OK);
    }
    for (int i = 0; i < LABELS * ROW; i++) weights[i] = 0.01 * (i + 1) * (i % 2 ? 1 : -1);
}

static void teardown(void)
{
    qm_clause_examples_free(&examples);
}

/* How many labels a feature has a weight for. */
static int count(int feature)
{
    int n = 0;
    for (int label = 0; label < LABELS; label++) n += weights[label * ROW + feature] != 0;
    return n;
}

START_TEST(a_pair_keeps_as_many_weights_for_the_clauses_beside_as_a_record_holds)
{
    ck_assert_int_eq(qm_beside_trim(&examples, weights, LABELS, examples.alloc), QM_OK);
    ck_assert_int_eq(count(1) + count(2), QM_ENTRIES);
    ck_assert_int_eq(count(3), LABELS); /* fewer than there is room for */
}
END_TEST

START_TEST(the_greatest_weights_stay_whatever_their_sign)
{
    for (int label = 0; label < LABELS; label++) weights[label * ROW + 1] = 1e-6;
    weights[2 * ROW + 1] = -0.9;
    ck_assert_int_eq(qm_beside_trim(&examples, weights, LABELS, examples.alloc), QM_OK);
    ck_assert_int_eq(count(1), 1);
    ck_assert_double_eq(weights[2 * ROW + 1], -0.9);
    ck_assert_int_eq(count(2), LABELS);
}
END_TEST

START_TEST(what_stands_in_the_clause_itself_is_left_alone)
{
    ck_assert_int_eq(qm_beside_trim(&examples, weights, LABELS, examples.alloc), QM_OK);
    ck_assert_int_eq(count(0), LABELS);
    ck_assert_int_eq(count(4), LABELS);
    ck_assert_int_eq(count(FEATURES), LABELS); /* biases */
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("training of clauses");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, a_pair_keeps_as_many_weights_for_the_clauses_beside_as_a_record_holds);
    tcase_add_test(tests, the_greatest_weights_stay_whatever_their_sign);
    tcase_add_test(tests, what_stands_in_the_clause_itself_is_left_alone);
    Suite *suite = suite_create("training of clauses");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
