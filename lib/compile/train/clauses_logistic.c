/* Logistic regression by Newton's method. */
#include "compile/train/clauses.h"

#include <math.h>

enum { ROUNDS = 12 };

typedef double logistic_row[QM_LOGISTIC_MOST];

double qm_logistic_weigh(const qm_logistic_case *one, const double *weights, int terms)
{
    double sum = 0;
    for (int i = 0; i < terms; i++) sum += weights[i] * one->terms[i];
    return sum;
}

/* Solves the symmetric system in place: Gauss, the matrix being positive definite. */
static void solve(logistic_row *matrix, double *right, int terms)
{
    for (int i = 0; i < terms; i++) {
        for (int k = i + 1; k < terms; k++) {
            double factor = matrix[k][i] / matrix[i][i];
            for (int j = i; j < terms; j++) matrix[k][j] -= factor * matrix[i][j];
            right[k] -= factor * right[i];
        }
    }
    for (int i = terms; i-- > 0;) {
        for (int k = i + 1; k < terms; k++) right[i] -= matrix[i][k] * right[k];
        right[i] /= matrix[i][i];
    }
}

static void newton_step(const qm_logistic_cases *cases, double *weights, int terms)
{
    logistic_row matrix[QM_LOGISTIC_MOST] = {{0}}, right = {0};
    for (int i = 0; i < terms; i++) { /* a little against large weights */
        matrix[i][i] = 1;
        right[i] = -weights[i];
    }
    for (size_t n = 0; n < cases->count; n++) {
        const qm_logistic_case *one = &cases->at[n];
        if (one->skipped) continue;
        double p = 1 / (1 + exp(-qm_logistic_weigh(one, weights, terms)));
        for (int i = 0; i < terms; i++) {
            right[i] += ((one->right ? 1 : 0) - p) * one->terms[i];
            for (int k = 0; k < terms; k++)
                matrix[i][k] += p * (1 - p) * one->terms[i] * one->terms[k];
        }
    }
    solve(matrix, right, terms);
    for (int i = 0; i < terms; i++) weights[i] += right[i];
}

void qm_logistic_fit(const qm_logistic_cases *cases, double *weights, int terms)
{
    memset(weights, 0, (size_t)terms * sizeof *weights);
    for (int round = 0; round < ROUNDS; round++) newton_step(cases, weights, terms);
}
