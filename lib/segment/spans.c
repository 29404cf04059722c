/* What no statistics may cut: numbers, dates, ASCII words, addresses. By characters and classes
 * only; the model sees each as one symbol. */
#include "segment/symbols.h"

static bool is_digit(const qm_text *text, uint32_t i)
{
    return text->classes[i] == QM_CHAR_DIGIT;
}

static bool is_latin(const qm_text *text, uint32_t i)
{
    return text->classes[i] == QM_CHAR_LATIN;
}

static bool is_alnum(const qm_text *text, uint32_t i)
{
    return is_digit(text, i) || is_latin(text, i);
}

enum { WIDE_COMMA = 0xFF0C };

/* Between digits a mark belongs to the number only if it is as wide as they are: １２，５００. */
static bool same_width(const qm_text *text, uint32_t i)
{
    return text->widths[i] == text->widths[i - 1];
}

static uint32_t digits_end(const qm_text *text, uint32_t i)
{
    while (i < text->count && is_digit(text, i)) i++;
    return i;
}

/* 2023-05-12, 2023/5/12, 2023.5.12: the end, or 0. */
static uint32_t date_end(const qm_text *text, uint32_t start, uint32_t first)
{
    if (first - start != 4 || first >= text->count) return 0;
    uint32_t mark = text->chars[first];
    if ((mark != '-' && mark != '/' && mark != '.') || !same_width(text, first)) return 0;
    uint32_t second = digits_end(text, first + 1);
    if (second == first + 1 || second - first > 3 || second >= text->count) return 0;
    if (text->chars[second] != mark) return 0;
    uint32_t third = digits_end(text, second + 1);
    return third == second + 1 || third - second > 3 ? 0 : third;
}

/* 9:30, 12:05:59: the end, or 0. */
static uint32_t clock_end(const qm_text *text, uint32_t start, uint32_t first)
{
    uint32_t end = 0;
    if (first - start > 2) return 0;
    while (first < text->count && text->chars[first] == ':' && same_width(text, first)) {
        uint32_t next = digits_end(text, first + 1);
        if (next - first != 3) break;
        end = first = next;
    }
    return end;
}

/* 4,300  50.18  1/3: the end of the digits that start at i. */
static uint32_t number_end(const qm_text *text, uint32_t i)
{
    uint32_t end = digits_end(text, i);
    uint32_t special = date_end(text, i, end);
    if (!special) special = clock_end(text, i, end);
    if (special) return special;
    while (end + 1 < text->count && is_digit(text, end + 1) && same_width(text, end)) {
        uint32_t mark = text->chars[end];
        if (mark != '.' && mark != ',' && mark != '/' && mark != WIDE_COMMA) break;
        end = digits_end(text, end + 1);
    }
    return end;
}

static bool is_scale(uint32_t c)
{
    return c == 0x4E07 /* 万 */ || c == 0x4EBF /* 亿 */ || c == 0x5343 /* 千 */ ||
           c == 0x767E /* 百 */;
}

/* 千瓦 千克 千米 千卡 千帕 are units, not thousands. */
static bool is_unit_head(const qm_text *text, uint32_t i)
{
    static const uint32_t units[] = {0x74E6, 0x514B, 0x7C73, 0x5361, 0x5E15, 0x8D6B, 0x4F0F};
    if (text->chars[i] != 0x5343 || i + 1 >= text->count) return false;
    for (size_t k = 0; k < sizeof units / sizeof *units; k++)
        if (text->chars[i + 1] == units[k]) return true;
    return false;
}

static bool is_some(uint32_t c)
{
    return c == 0x4F59 /* 余 */ || c == 0x591A /* 多 */;
}

/* 万 亿 … behind digits, and 余 or 多 behind those: 36万余. */
static uint32_t scale_end(const qm_text *text, uint32_t i)
{
    while (i < text->count && is_scale(text->chars[i]) && !is_unit_head(text, i)) i++;
    uint32_t c = text->chars[i]; /* 0 behind the end */
    if (is_some(c) || c == '%' || c == 0x2030 /* ‰ */) i++;
    return i;
}

static bool joins_latin(uint32_t c)
{
    return c == '-' || c == '_' || c == '\'' || c == '.' || c == '/' || c == '&' || c == '+';
}

/* Letters and digits, with marks inside: COVID-19, GB/T, 5G. */
static uint32_t word_end(const qm_text *text, uint32_t i)
{
    uint32_t end = i;
    while (end < text->count && is_alnum(text, end)) {
        while (end < text->count && is_alnum(text, end)) end++;
        if (end + 1 >= text->count || !joins_latin(text->chars[end])) break;
        if (!same_width(text, end) || !is_alnum(text, end + 1)) break;
        end++;
    }
    return end;
}

static bool is_address(const qm_text *text, uint32_t i)
{
    uint32_t c = text->chars[i];
    if (text->widths[i] != 1 || c <= ' ' || c > '~') return false;
    return c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' && c != '{' &&
           c != '|' && c != '}';
}

static bool is_trailing(uint32_t c)
{
    return c == '.' || c == ',' || c == ';' || c == ':' || c == '!' || c == '?' || c == ')' ||
           c == '\'';
}

/* https://…, www.… and name@host; i where the ASCII word starts, end where it stops by itself. */
static uint32_t address_end(const qm_text *text, uint32_t i, uint32_t end)
{
    const uint32_t *c = text->chars; /* padded: reading two beyond the end is fine */
    bool scheme = end < text->count && c[end] == ':' && c[end + 1] == '/' && c[end + 2] == '/';
    bool www = end - i > 4 && (c[i] | 32) == 'w' && (c[i + 1] | 32) == 'w' &&
               (c[i + 2] | 32) == 'w' && c[i + 3] == '.';
    bool mail =
        end + 1 < text->count && c[end] == '@' && text->widths[end] == 1 && is_alnum(text, end + 1);
    if (!scheme && !www && !mail) return end;
    uint32_t stop = end;
    if (mail) return word_end(text, end + 1);
    while (stop < text->count && is_address(text, stop)) stop++;
    while (stop > end && is_trailing(c[stop - 1])) stop--;
    return stop;
}

/* Numbers by what they look like: the unit behind 2023 is another than behind 3. */
static uint16_t symbol_of_digits(const qm_text *text, uint32_t i, uint32_t digits)
{
    if (digits > 4) return QM_SYMBOL_NUMBER;
    if (digits < 4) return (uint16_t)(QM_SYMBOL_DIGITS + digits - 1);
    uint32_t first = text->chars[i];
    return first == '1' || first == '2' ? QM_SYMBOL_YEAR : QM_SYMBOL_NUMBER;
}

static uint16_t number_symbol(const qm_text *text, uint32_t i, uint32_t end)
{
    uint32_t digits = digits_end(text, i) - i;
    return digits == end - i ? symbol_of_digits(text, i, digits) : QM_SYMBOL_NUMBER;
}

/* How many digits stand at i, if they are a few and a hanzi follows that is none of what goes on
 * with a number; else 0. So are most numbers, and nothing else needs to be looked at then. */
static uint32_t plain_digits(const qm_text *text, uint32_t i)
{
    uint64_t classes;
    memcpy(&classes, text->classes + i, sizeof classes); /* which are padded, and below 8 */
    classes = qm_little_endian(classes) ^ QM_EACH_BYTE(QM_CHAR_DIGIT);
    uint64_t others = (classes + QM_EACH_BYTE(0x7F)) & QM_EACH_BYTE(0x80);
    uint32_t n = others ? (uint32_t)__builtin_ctzll(others) >> 3 : 0;
    uint32_t next = text->chars[i + n];
    bool is_plain = text->classes[i + n] == QM_CHAR_HAN && !is_scale(next) && !is_some(next);
    return is_plain ? n : 0;
}

qm_span qm_segment_span(const qm_text *text, uint32_t i, uint32_t joins)
{
    uint32_t digits = plain_digits(text, i);
    if (digits) return (qm_span){i + digits, symbol_of_digits(text, i, digits)};
    uint32_t word = word_end(text, i);
    uint32_t address = address_end(text, i, word);
    if (address > word || !is_digit(text, i)) return (qm_span){address, QM_SYMBOL_LATIN};
    uint32_t number = number_end(text, i);
    if (number < word) return (qm_span){word, QM_SYMBOL_LATIN};
    uint16_t symbol = number_symbol(text, i, number);
    if (!(joins & QM_JOIN_SCALE)) return (qm_span){number, symbol};
    uint32_t scaled = scale_end(text, number);
    if (scaled == number) return (qm_span){number, symbol};
    uint32_t last = text->chars[scaled - 1];
    return (qm_span){scaled, last == '%' || last == 0x2030 ? QM_SYMBOL_PERCENT : QM_SYMBOL_SCALED};
}
