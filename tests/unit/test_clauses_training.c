#include "compile/train/clauses.h"
#include "unit.h"

#include <math.h>

/* A character and a pair that begins with it, another pair, a circumstance. */
enum { CHARACTER, PAIR, OTHER, CIRCUMSTANCE, FEATURES };

static qm_clause_examples examples;
static double weights[FEATURES + 1];

static void setup(void)
{
    const uint64_t keys[FEATURES] = {qm_symbol_key(0x4fee), qm_symbols_key(0x4fee, 0x8def),
                                     qm_symbols_key(0x5efa, 0x6210), QM_KEY_MIXED | 8};
    examples = (qm_clause_examples){.alloc = qm_allocator_or_default(NULL)};
    for (uint32_t i = 0; i < FEATURES; i++) {
        ck_assert_int_eq(qm_array_push(examples.alloc, &examples.kept, keys[i]), QM_OK);
        ck_assert_int_eq(qm_array_push(examples.alloc, &examples.sizes, 1), QM_OK);
        ck_assert_int_eq(
            qm_array_push(examples.alloc, &examples.firsts, i == PAIR ? CHARACTER : QM_NONE),
            QM_OK);
    }
}

static void teardown(void)
{
    qm_clause_examples_free(&examples);
}

static void round_weights(double character, double pair, double other, double circumstance)
{
    const double all[FEATURES + 1] = {character, pair, other, circumstance, 0.125};
    memcpy(weights, all, sizeof weights);
    qm_weights_round(&examples, weights);
}

START_TEST(weights_are_rounded_to_steps_of_the_greatest_of_their_kind)
{
    round_weights(-0.9, 0.2, 6.3, 0.031);
    ck_assert_double_eq_tol(weights[OTHER], 6.3, 1e-4);
    ck_assert_double_eq_tol(weights[CHARACTER], -0.9, 1e-4);
    /* In rows around, in steps of their own. */
    ck_assert_double_eq_tol(weights[CIRCUMSTANCE], 0.031, 1e-4);
    round_weights(0.24, 0, 6.3, 0);
    ck_assert_double_eq_tol(weights[CHARACTER], 0.2, 1e-4);
}
END_TEST

/* A record has the sum of both, so that it is the sum that is rounded. */
START_TEST(a_pair_is_rounded_together_with_its_first_character)
{
    round_weights(0.24, 0.24, 6.3, 0);
    ck_assert_double_eq_tol(weights[CHARACTER] + weights[PAIR], 0.5, 1e-4);
}
END_TEST

START_TEST(a_bias_is_not_rounded)
{
    round_weights(1, 1, 1, 1);
    ck_assert_double_eq(weights[FEATURES], 0.125);
}
END_TEST

START_TEST(circumstances_may_weigh_more_than_all_else)
{
    round_weights(0.001, 0, 0, 5);
    ck_assert_double_eq_tol(weights[CIRCUMSTANCE], 5, 0.01);
    ck_assert_double_eq_tol(weights[CHARACTER], 0, 1e-9);
}
END_TEST

/* Of three examples the first has the pair, the others have the other one; of the last nothing is
 * said. */
START_TEST(a_regression_tells_examples_apart)
{
    static const uint32_t has[] = {PAIR, OTHER, OTHER};
    static const float labels[] = {3, -1, 0};
    const qm_clauses_options options = qm_clauses_defaults();
    qm_machine_task task;
    for (uint32_t i = 0; i < 3; i++) {
        const qm_example one = {.first = i, .end = i + 1};
        ck_assert_int_eq(qm_array_push(examples.alloc, &examples.at, one), QM_OK);
        ck_assert_int_eq(qm_array_push(examples.alloc, &examples.features, has[i]), QM_OK);
        ck_assert_int_eq(qm_array_push(examples.alloc, &examples.values, 1), QM_OK);
    }
    ck_assert_int_eq(qm_machine_init(&task, &examples, &options, examples.alloc), QM_OK);
    memcpy(task.labels, labels, sizeof labels);
    qm_regression_train(&task, weights);
    ck_assert_double_gt(qm_machine_margin(&examples, weights, 0),
                        qm_machine_margin(&examples, weights, 1) + 0.25);
    ck_assert_double_gt(weights[PAIR], 0);
    ck_assert_double_lt(weights[OTHER], 0);
    ck_assert_double_eq(weights[CHARACTER], 0);
    const double before = weights[PAIR];
    qm_regression_train(&task, weights); /* begins anew, and in the same order */
    ck_assert_double_eq(weights[PAIR], before);
    qm_machine_free(&task);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("training of clauses");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, weights_are_rounded_to_steps_of_the_greatest_of_their_kind);
    tcase_add_test(tests, a_pair_is_rounded_together_with_its_first_character);
    tcase_add_test(tests, a_bias_is_not_rounded);
    tcase_add_test(tests, circumstances_may_weigh_more_than_all_else);
    tcase_add_test(tests, a_regression_tells_examples_apart);
    Suite *suite = suite_create("training of clauses");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
