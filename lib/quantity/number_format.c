#include "base/base.h"

/* The two ways to write hanzi numerals; both are read back to the same value. */
typedef struct script {
    const char *digits[10];
    const char *scales[4]; /* 1, 10, 100, 1000 */
    bool leading_one;      /* 壹拾 where 汉字 have 十 */
} script;

static const script hanzi = {
    {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}, {"", "十", "百", "千"}, false};
static const script formal = {
    {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}, {"", "拾", "佰", "仟"}, true};

/* Four figures; a zero before the first of them when something larger stands to the left. */
static int put_group(qm_buffer *out, const script *s, unsigned group, bool continued)
{
    static const unsigned powers[] = {1, 10, 100, 1000};
    bool gap = continued && group < 1000, started = false;
    int status = QM_OK;
    for (int i = 3; i >= 0 && status == QM_OK; i--) {
        unsigned digit = group / powers[i] % 10;
        if (digit == 0) {
            gap = gap || started;
            continue;
        }
        if (gap) status = qm_buffer_string(out, s->digits[0]);
        bool silent = !s->leading_one && digit == 1 && i == 1 && !started && !continued;
        if (status == QM_OK && !silent) status = qm_buffer_string(out, s->digits[digit]);
        if (status == QM_OK) status = qm_buffer_string(out, s->scales[i]);
        started = true;
        gap = false;
    }
    return status;
}

/* Below 亿: 万 and units. */
static int put_eight(qm_buffer *out, const script *s, uint64_t value, bool continued)
{
    unsigned upper = (unsigned)(value / 10000), lower = (unsigned)(value % 10000);
    int status = QM_OK;
    if (upper) {
        status = put_group(out, s, upper, continued);
        if (status == QM_OK) status = qm_buffer_string(out, "万");
    }
    if (lower && status == QM_OK) {
        if (!upper && continued && lower >= 1000) status = qm_buffer_string(out, s->digits[0]);
        if (status == QM_OK) status = put_group(out, s, lower, continued || upper);
    }
    return status;
}

static int put_whole(qm_buffer *out, const script *s, uint64_t value)
{
    const uint64_t yi = 100000000;
    uint64_t high = value / yi / yi, middle = value / yi % yi, low = value % yi;
    int status = QM_OK;
    if (value == 0) return qm_buffer_string(out, s->digits[0]);
    if (high) {
        status = put_eight(out, s, high, false);
        if (status == QM_OK) status = qm_buffer_string(out, "亿");
    }
    if (middle && status == QM_OK) status = put_eight(out, s, middle, high != 0);
    if ((high || middle) && status == QM_OK) status = qm_buffer_string(out, "亿");
    if (low && status == QM_OK) status = put_eight(out, s, low, high || middle);
    return status;
}

static int put_script(qm_buffer *out, const script *s, qm_value value)
{
    char figures[48];
    uint64_t whole = 0;
    int status = QM_OK;
    size_t n = qm_value_text(&value, figures, sizeof figures), i = figures[0] == '-' ? 1 : 0;
    if (i) status = qm_buffer_string(out, "负");
    for (; i < n && figures[i] != '.'; i++) whole = whole * 10 + (uint64_t)(figures[i] - '0');
    if (status == QM_OK) status = put_whole(out, s, whole);
    if (i < n && status == QM_OK) status = qm_buffer_string(out, "点");
    for (i++; i < n && status == QM_OK; i++)
        status = qm_buffer_string(out, s->digits[figures[i] - '0']);
    return status;
}

static int put_scaled(qm_buffer *out, qm_value value)
{
    static const struct {
        int power;
        const char *name;
    } scales[] = {{12, "万亿"}, {8, "亿"}, {4, "万"}, {0, ""}};
    char figures[48];
    qm_value size = value;
    if (size.coefficient < 0) size.coefficient = -size.coefficient;
    size_t i = 0;
    while (scales[i].power && qm_number_compare(size, qm_number(1, scales[i].power)) < 0) i++;
    value.exponent = (int16_t)(value.exponent - scales[i].power);
    size_t n = qm_value_text(&value, figures, sizeof figures);
    int status = qm_buffer_add(out, figures, n);
    return status == QM_OK ? qm_buffer_string(out, scales[i].name) : status;
}

int qm_number_format(const qm_value *value, int style, qm_buffer *out, qm_error *err)
{
    if (value->type != QM_VALUE_NUMBER) return qm_fail(err, QM_E_INVALID, "not a number");
    if (style < QM_DIGITS || style > QM_SCALED)
        return qm_fail(err, QM_E_INVALID, "no number style %d", style);
    qm_value number = qm_number_normal(*value), size = number;
    const bool whole = size.coefficient != INT64_MIN; /* which has no other side */
    if (size.coefficient < 0 && whole) size.coefficient = -size.coefficient;
    if (style != QM_DIGITS && (!whole || number.exponent < -24 || number.exponent > 18 ||
                               qm_number_compare(size, qm_number(INT64_MAX, 0)) > 0))
        return qm_fail(err, QM_E_LIMIT, "number too large or too small to write in this style");
    char figures[48];
    size_t before = out->size;
    int status = QM_OK;
    switch (style) {
    case QM_HANZI: status = put_script(out, &hanzi, number); break;
    case QM_FINANCIAL: status = put_script(out, &formal, number); break;
    case QM_SCALED: status = put_scaled(out, number); break;
    default: status = qm_buffer_add(out, figures, qm_value_text(&number, figures, sizeof figures));
    }
    if (status == QM_OK) return QM_OK;
    out->size = before;
    return qm_fail_nomem(err);
}
