/* The counted noun, and the rate that a quantity is told at. */
#include "quantity/internal.h"

enum { NOUN = 10, NEAR = QM_RATE_NEAR }; /* characters of a noun */

/* Whether a word starts at which nouns end. */
static bool stops(const qm_reader *r, uint32_t at, uint32_t *end)
{
    uint32_t sign = r->signs[at];
    if (!(sign & QM_MARK_NOUN)) return false;
    if (sign & QM_MARK_LONG) return qm_cue_begins(r, at, QM_CUE_STOP, end);
    *end = at + 1;
    return true;
}

/* A numeral, or what may stand there. */
static bool is_numeral(const qm_reader *r, uint32_t at)
{
    const qm_glyph *glyph = qm_glyph_of(r->chars[at]);
    return glyph->digit > 0 || glyph->scale;
}

/* Whether a noun cannot go on at `at`: a numeral stands there, or a word at which nouns end. */
static bool ends_noun(const qm_reader *r, uint32_t at)
{
    uint32_t skip;
    if (is_numeral(r, at)) return true;
    return qm_token_begins(r, at) && stops(r, at, &skip) && qm_token_begins(r, skip);
}

/* ---- what of it is a noun, by the classes of its words ---- */

typedef enum word_job { NAMES, ACTS, OTHER, SINGLE, IDLE } word_job;

static uint32_t next_token(const qm_reader *r, uint32_t at)
{
    do at++;
    while (!qm_token_begins(r, at));
    return at;
}

static uint32_t token_before(const qm_reader *r, uint32_t at)
{
    do at--;
    while (!qm_token_begins(r, at));
    return at;
}

static uint32_t class_of(const qm_reader *r, uint32_t start, uint32_t end)
{
    return end == start + 1
               ? 0
               : qm_segmenter_class(r->quantifier->segmenter, r->text, r->words, start, end, NULL);
}

/* 手续, 例会 */
static bool is_thing(const qm_reader *r, uint32_t start, uint32_t end)
{
    uint32_t stop;
    return qm_cue_at(r, start, QM_CUE_THING, &stop) && stop == end;
}

/* 12户发展到268户 */
static bool reaches(uint32_t c)
{
    return c == U'到' || c == U'至' || c == U'成' || c == U'为';
}

/* Words that nobody knows are names of things; 二人相依为命: an idiom says what they do. */
static word_job job_of(const qm_reader *r, uint32_t start, uint32_t end)
{
    const uint32_t others = 1u << QM_CLASS_ADVERB | 1u << QM_CLASS_PRONOUN |
                            1u << QM_CLASS_PREPOSITION | 1u << QM_CLASS_CONJUNCTION |
                            1u << QM_CLASS_TIME;
    const uint32_t class = class_of(r, start, end);
    if (end == start + 1) return SINGLE;
    if (class == QM_CLASS_IDIOM) return IDLE;
    if (class == QM_CLASS_VERBAL_NOUN && reaches(qm_char(r, end))) return ACTS;
    if (class == QM_CLASS_VERB) return is_thing(r, start, end) ? NAMES : ACTS;
    return others >> class & 1 ? OTHER : NAMES;
}

/* Whether words of one character are left, and several of them: 标准化 菌 棚, but not 牧民 认. */
static bool are_single(const qm_reader *r, uint32_t at, uint32_t end)
{
    uint32_t i = at;
    while (i < end && qm_token_begins(r, i + 1)) i++;
    return i == end && i > at + 1;
}

/* 干部 赴县城, 老人 健康 成长: a noun ends where somebody acts; what acts before it describes it
 * (退休 教师), and so does what a single character follows (垃圾 清运 车). Acts alone are counted
 * (三次 培训) unless people do them (三人 受伤). */
static uint32_t end_of_noun(const qm_reader *r, uint32_t start, uint32_t end, bool people)
{
    bool acts = people;
    uint32_t noun = start; /* behind the last word that is no mere adjective */
    for (uint32_t at = start, next; at < end; at = next) {
        next = next_token(r, at);
        const word_job job = job_of(r, at, next);
        const bool some = noun > start;
        acts = acts && (job == ACTS || job == OTHER);
        const bool tail = job == SINGLE ? are_single(r, at, end) : job == ACTS && next + 1 == end;
        if (some && tail) return end;
        if (job == ACTS && at == start + 1 && next == end) return at; /* 七个村|联合 */
        if (job == OTHER ? at > start : job == IDLE || (some && job != NAMES))
            return some ? noun : at;
        if (job == NAMES && class_of(r, at, next) != QM_CLASS_ADJECTIVE) noun = next;
    }
    return acts ? start : end;
}

/* 工作队 调解 地界 纠纷: a noun begins behind the act, if that does not describe it (走访 独居
 * 老人). acted: an act was found before `start` already. */
static uint32_t start_of_noun(const qm_reader *r, uint32_t start, uint32_t end, bool acted)
{
    for (uint32_t at = end, before; at > start; at = before) {
        before = token_before(r, at);
        const word_job job = job_of(r, before, at);
        if (job == OTHER || job == IDLE) return at;
        if (job != ACTS) continue;
        if (before > start) acted = job_of(r, token_before(r, before), before) == ACTS;
        return at < end && acted ? before : at;
    }
    return start;
}

/* ---- where it stands ---- */

/* Whole tokens from `at` up to a word at which nouns end: where they do. */
static uint32_t end_of_run(const qm_reader *r, uint32_t at)
{
    const uint32_t may_end = QM_TRAIT_FIGURE | QM_MARK_NOUN;
    uint32_t i = at;
    while (i < at + NOUN && qm_is_han(r, i) && !(r->signs[i] & may_end && ends_noun(r, i))) i++;
    while (i > at && !qm_token_begins(r, i)) i--;
    return i;
}

/* The noun right behind, or behind modifiers with 的: 三位热心的乡贤. */
static bool noun_behind(const qm_reader *r, uint32_t at, bool people, uint32_t *start,
                        uint32_t *end)
{
    enum { MODIFIERS = 4 };
    bool found = false;
    for (int i = 0; i <= MODIFIERS; i++) {
        uint32_t last = end_of_run(r, at), stop = last;
        if (r->words) stop = end_of_noun(r, at, last, people);
        if (stop > at) {
            found = true;
            *start = at;
            *end = stop;
        }
        if (last == at || qm_char(r, last) != U'的') break;
        at = last + 1;
    }
    return found;
}

/* Whether a noun cannot reach back over the character before `at`, a numeral or the end of a word
 * at which nouns end. */
static bool begins_noun(const qm_reader *r, uint32_t at, uint32_t first)
{
    uint32_t skip;
    if (is_numeral(r, at - 1)) return qm_token_begins(r, at); /* but 五保户 is one word */
    if (!qm_ends_at(r, at, QM_MARK_CUE) || !qm_token_begins(r, at)) return false;
    for (uint32_t k = at; k-- > first && k + 3 > at;)
        if (stops(r, k, &skip) && skip == at && qm_token_begins(r, k)) return true;
    return false;
}

/* “夜话会”9场: all that stands in the quotation which closes before `close`. */
static bool noun_quoted(const qm_reader *r, uint32_t first, uint32_t close, uint32_t *start)
{
    uint32_t i = close;
    while (i > first && i + NOUN > close && qm_is_han(r, i - 1)) i--;
    *start = i;
    return i < close && i > first && r->chars[i - 1] == U'“';
}

/* 二组55户, 一式两份, 大几十人: what a numeral and one character make counts nothing, nor does a
 * mere size. */
static bool is_no_noun(const qm_reader *r, uint32_t start, uint32_t end)
{
    uint32_t c = r->chars[start];
    return end == start + 2 ? is_numeral(r, start) : end == start + 1 && (c == U'大' || c == U'小');
}

static bool noun_before(const qm_reader *r, uint32_t at, uint32_t *start, uint32_t *end)
{
    const uint32_t may_begin = QM_TRAIT_FIGURE | QM_MARK_CUE;
    uint32_t i = at, skip, first = r->from;
    if (r->last && r->last->end > first && r->last->end <= at) first = r->last->end;
    while (i > first && (r->chars[i - 1] == U'各' || r->chars[i - 1] == U'”')) i--;
    *end = i;
    if (i < at && r->chars[i] == U'”' && noun_quoted(r, first, i, start)) return true;
    bool word = i >= first + 2 && !qm_token_begins(r, i - 1) &&
                r->signs[i - 2] & qm_mark_of(QM_SENSE_CUE) && r->signs[i - 2] & QM_MARK_LONG;
    if (word && qm_cue_before(r, i, QM_CUE_OBJECT, &skip))
        return *start = i - 1, true; /* 栽树900棵 */
    while (i > first && i + NOUN > *end && qm_is_han(r, i - 1) &&
           !(r->signs[i - 1] & may_begin && begins_noun(r, i, first)))
        i--;
    while (i < *end && !qm_token_begins(r, i)) i++;
    const bool acted = qm_cue_at(r, i, QM_CUE_VERB, &skip) && skip <= *end; /* 接待游客 */
    if (acted) i = skip;
    if (r->words && i < *end) i = start_of_noun(r, i, *end, acted);
    *start = i;
    return i < *end && !is_no_noun(r, i, *end) &&
           (i == first || (r->chars[i - 1] != U'每' && !is_numeral(r, i - 1)));
}

void qm_counted_find(const qm_reader *r, qm_quantity *q)
{
    uint32_t start, end;
    bool people = q->unit == QM_UNIT_WRITTEN &&
                  qm_word_at(r, q->unit_start, QM_SENSE_CLASSIFIER).flags & QM_CLASSIFIER_PERSON;
    if (!noun_behind(r, q->end, people, &start, &end) && !noun_before(r, q->start, &start, &end))
        return;
    q->counted_start = start;
    q->counted_end = end;
}

static uint32_t unit_code(const qm_reader *r, qm_word word)
{
    return r->quantifier->units.at[word.value].code;
}

/* The unit or classifier of a denominator; 月 is one here. */
static bool denominator(const qm_reader *r, uint32_t at, uint32_t *code, uint32_t *end)
{
    qm_word unit = qm_word_at(r, at, QM_SENSE_UNIT);
    qm_word word = qm_word_at(r, at, QM_SENSE_CLASSIFIER);
    const bool two = qm_char(r, at) == U'两' && (qm_starts_at(r, at + 1, QM_SENSE_UNIT) ||
                                                 qm_starts_at(r, at + 1, QM_SENSE_CLASSIFIER));
    if (two) return false; /* 每两天 */
    if (unit.flags & QM_UNIT_BEFORE) unit = (qm_word){0};
    if (!unit.kind && !word.kind) {
        if (qm_char(r, at) != U'月') return false;
        *code = r->quantifier->month;
        *end = at + 1;
        return true;
    }
    *end = unit.end >= word.end ? unit.end : word.end;
    *code = unit.end == *end ? unit_code(r, unit) : QM_UNIT_WRITTEN;
    if (unit.end == at + 1 && qm_char(r, at) == U'分') *code = r->quantifier->minute; /* 80次/分 */
    return true;
}

/* 每户, 每人每年 (`at` is the last 每 of them) before the quantity. */
static void rate_of(const qm_reader *r, uint32_t at, qm_quantity *q)
{
    uint32_t code, end, first = at;
    if (!denominator(r, at + 1, &q->rate, &q->rate_end)) return;
    for (uint32_t i = at; i-- > r->from && i + NEAR > at;)
        if (r->chars[i] == U'每' && denominator(r, i + 1, &code, &end) && end == first) first = i;
    if (first < at) q->rate = QM_UNIT_WRITTEN;
    q->rate_start = first + 1;
}

/* 亩均, 人均, 月均, but not 平均, 目前均有; and 亩产: what stands before `at` is the denominator.
 */
static bool is_shared(const qm_reader *r, uint32_t at, uint32_t *code)
{
    uint32_t unit = qm_char(r, at - 1), end;
    if (at == r->from || unit == U'平' || (r->chars[at] == U'产' && unit != U'亩')) return false;
    return denominator(r, at - 1, code, &end) && end == at;
}

/* 年均气温13.6℃ is a mean, not so many degrees a year. */
static bool is_temperature(const qm_quantifier *quantifier, uint32_t unit)
{
    return unit != 0 && (unit == quantifier->celsius || unit == quantifier->degree ||
                         unit == quantifier->fahrenheit);
}

/* 每亩, 亩均, 亩产, 人均 before the quantity: what it is told per. */
void qm_rate_before(const qm_reader *r, qm_quantity *q)
{
    if (is_temperature(r->quantifier, q->unit)) return;
    uint32_t first = q->start > r->from + NEAR ? q->start - NEAR : r->from;
    for (uint32_t i = q->start; i-- > first;) {
        uint32_t c = r->chars[i];
        if (!(r->signs[i] & QM_TRAIT_RATE) || (c != U'每' && c != U'均' && c != U'产')) continue;
        if (c != U'每' && is_shared(r, i, &q->rate)) {
            q->rate_start = i - 1;
            q->rate_end = i;
            return;
        }
        if (c != U'每') continue;
        rate_of(r, i, q);
        return;
    }
}

/* 35元/亩, 15元/人·天, 3元/人/天: the denominator is in the span. */
static void rate_within(const qm_reader *r, qm_quantity *q)
{
    uint32_t code, end, more;
    if (qm_char(r, q->end) != '/' && qm_char(r, q->end) != U'／') return;
    if (!denominator(r, q->end + 1, &q->per, &end)) return;
    q->per_start = q->end + 1;
    for (uint32_t c; c = qm_char(r, end), c == U'·' || c == '.' || c == '/'; end = more) {
        if (!denominator(r, end + 1, &code, &more)) break;
        q->per = QM_UNIT_WRITTEN;
    }
    q->per_end = q->end = end;
}

/* 2元每斤: told behind, but outside the span. */
static void rate_told(const qm_reader *r, qm_quantity *q)
{
    uint32_t code, end, more;
    bool chained = false;
    if (qm_char(r, q->end) != U'每' || !denominator(r, q->end + 1, &code, &end)) return;
    for (; qm_char(r, end) == U'每' && denominator(r, end + 1, &code, &more); end = more)
        chained = true; /* 40元每人每天 */
    if (qm_is_han(r, end) || qm_numeral_begins(qm_char(r, end))) return;
    q->rate = chained ? QM_UNIT_WRITTEN : code;
    q->rate_start = q->end + 1;
    q->rate_end = end;
}

void qm_rate_behind(const qm_reader *r, qm_quantity *q)
{
    rate_within(r, q);
    if (!q->per) rate_told(r, q);
}
