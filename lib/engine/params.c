#include "engine/engine.h"

static const struct {
    const char *name; /* of the qm_param, in messages */
    int64_t min, max, initial;
} bounds[QM_PARAMS] = {
    [QM_P_TABLES] = {"tables", 0, (1 << QM_TABLES) - 1, (1 << QM_TABLES) - 1},
    [QM_P_GRANULARITY] = {"granularity", QM_WORD, QM_TERM, QM_WORD},
    [QM_P_STRICT] = {"strict", 0, 1, 0},
    [QM_P_MAX_DOC_BYTES] = {"max_doc_bytes", 0, INT32_MAX, 1 << 30},
    [QM_P_JOIN_LINES] = {"join_lines", QM_JOIN_NEVER, QM_JOIN_ALWAYS, QM_JOIN_FOR_CLAUSES},
    [QM_P_OFFSETS] = {"offsets", QM_BYTES, QM_UTF16, QM_BYTES},
    [QM_P_QUALITY] = {"quality", QM_FAST, QM_LATTICE, QM_FAST},
    [QM_P_TAGS] = {"tags", 0, 1, 0},
    [QM_P_REFERENCE_DATE] = {"reference_date", 0, 99991231, 0},
    [QM_P_SUPPRESSED] = {"suppressed", 0, 1, 0},
};

int qm_param_bounds(int param, int64_t *min, int64_t *max, int64_t *dflt)
{
    if (param < QM_P_TABLES || param >= QM_PARAMS) return QM_E_INVALID;
    if (min) *min = bounds[param].min;
    if (max) *max = bounds[param].max;
    if (dflt) *dflt = bounds[param].initial;
    return QM_OK;
}

static bool is_date(int64_t value)
{
    int year = (int)(value / 10000), month = (int)(value / 100 % 100), day = (int)(value % 100);
    if (value == 0) return true;
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 &&
           day <= qm_days_of_month(year, month);
}

int qm_settings_read(int64_t out[QM_PARAMS], const qm_setting *settings, size_t n, qm_error *err)
{
    for (int p = 0; p < QM_PARAMS; p++) out[p] = bounds[p].initial;
    for (size_t i = 0; i < n; i++) {
        int32_t param = settings[i].param;
        int64_t value = settings[i].value;
        if (param < QM_P_TABLES || param >= QM_PARAMS)
            return qm_fail(err, QM_E_INVALID, "there is no setting %d", param);
        if (value < bounds[param].min || value > bounds[param].max)
            return qm_fail(err, QM_E_INVALID, "the setting %s is %lld; it goes from %lld to %lld",
                           bounds[param].name, (long long)value, (long long)bounds[param].min,
                           (long long)bounds[param].max);
        if (param == QM_P_REFERENCE_DATE && !is_date(value))
            return qm_fail(err, QM_E_INVALID,
                           "the reference date %lld is no day of the calendar (yyyymmdd)",
                           (long long)value);
        out[param] = value;
    }
    return QM_OK;
}
