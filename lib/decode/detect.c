#include "decode/decode.h"

#include "base/utf8.h"

#include <unicode/ucsdet.h>

#define SAMPLE 65536u

void qm_decode_info_init(qm_decode_info *info)
{
    *info = (qm_decode_info){.first_undecodable = UINT64_MAX};
}

void qm_decode_info_name(qm_decode_info *info, const char *name)
{
    size_t size = strlen(name);
    if (size >= sizeof info->encoding) size = sizeof info->encoding - 1;
    memset(info->encoding, 0, sizeof info->encoding);
    memcpy(info->encoding, name, size);
}

/* ---- UTF-8 ---- */

/* Whether it is the beginning of a character and nothing else. */
static bool is_cut(const uint8_t *at, size_t size)
{
    bool well;
    const uint32_t step = qm_utf8_step(at, size, &well);
    return !well && step == size && at[0] >= 0xC2 && at[0] <= 0xF4;
}

qm_utf8_count qm_utf8_check(qm_bytes text, bool sample)
{
    qm_utf8_count count = {.first = UINT64_MAX};
    const uint8_t *at = text.data;
    for (size_t i = 0; i < text.size;) {
        bool well;
        const uint32_t n = qm_utf8_step(at + i, text.size - i, &well);
        if (!well && sample && is_cut(at + i, text.size - i)) break;
        if (!well && count.ill_formed++ == 0) count.first = i;
        count.characters += well && n > 1;
        i += n;
    }
    return count;
}

/* Without the character that the end of a sample may have cut off. */
static bool sample_is_well_formed(qm_bytes text, bool whole)
{
    const uint8_t *at = text.data;
    size_t size = text.size;
    for (size_t back = 1; !whole && back <= 3 && back <= text.size; back++) {
        if ((at[text.size - back] & 0xC0) == 0x80) continue;
        if (is_cut(at + text.size - back, back)) size -= back;
        break;
    }
    return qm_utf8_is_well_formed(at, size);
}

/* ---- what is no text ---- */

static bool starts_with(qm_bytes text, const char *magic, size_t size)
{
    return text.size >= size && memcmp(text.data, magic, size) == 0;
}

static bool has_binary_magic(qm_bytes text)
{
    static const qm_bytes magics[] = {
        {"%PDF-", 5},
        {"PK\3\4", 4},
        {"PK\5\6", 4},
        {"\x89PNG\r\n", 6},
        {"\xFF\xD8\xFF", 3},
        {"GIF8", 4},
        {"\x1F\x8B", 2},
        {"BZh", 3},
        {"7z\xBC\xAF", 4},
        {"Rar!\x1A", 5},
        {"\xD0\xCF\x11\xE0", 4},
        {"\x7F"
         "ELF",
         4},
        {"SQLite format 3", 15},
        {"\xFD"
         "7zXZ",
         5},
    };
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (starts_with(text, magics[i].data, magics[i].size)) return true;
    return false;
}

/* Control characters that texts don't have. */
static bool is_control(uint8_t c)
{
    return c < 0x20 && !(c >= '\t' && c <= '\r') && c != 0x1A && c != 0x1B;
}

static size_t count_controls(qm_bytes text)
{
    const uint8_t *at = text.data;
    size_t controls = 0;
    for (size_t i = 0; i < text.size; i++) controls += is_control(at[i]);
    return controls;
}

/* Hardly any text has one: asked for sixteen bytes at a time. */
static bool has_controls(qm_bytes text)
{
    typedef uint8_t block __attribute__((vector_size(16)));
    const uint8_t *at = text.data;
    size_t i = 0;
    for (; text.size - i >= sizeof(block); i += sizeof(block)) {
        block bytes;
        uint64_t halves[2];
        memcpy(&bytes, at + i, sizeof bytes);
        block found = (block)(bytes < 0x09) | ((block)(bytes > 0x0D) & (block)(bytes < 0x1A)) |
                      ((block)(bytes > 0x1B) & (block)(bytes < 0x20));
        memcpy(halves, &found, sizeof halves);
        if (halves[0] | halves[1]) return true;
    }
    for (; i < text.size; i++)
        if (is_control(at[i])) return true;
    return false;
}

/* One in fifty is such a character, or one is a NUL. */
static bool looks_binary(qm_bytes text)
{
    return count_controls(text) * 50 > text.size ||
           (text.size > 0 && memchr(text.data, 0, text.size) != NULL);
}

/* ---- how much it looks like Chinese in an encoding: points, and the most there could be ---- */

typedef struct score {
    int64_t points, most;
} score;

static void add(score *s, int points)
{
    s->points += points;
    s->most += 2;
}

/* Better than half of what is possible. */
static bool convinces(score s)
{
    return s.most > 0 && s.points * 2 > s.most;
}

static int score_utf16_unit(uint32_t unit)
{
    if ((unit >= 0x4E00 && unit <= 0x9FA5) || (unit >= 0x3000 && unit <= 0x3011)) return 2;
    if ((unit >= 0x20 && unit <= 0x7E) || unit == '\n' || unit == '\r' || unit == '\t') return 2;
    if ((unit >= 0xFF01 && unit <= 0xFF5E) || (unit >= 0x2010 && unit <= 0x2026)) return 2;
    return unit < 0x20 || unit >= 0xFFFE || (unit >= 0xD800 && unit <= 0xF8FF) ? -8 : -1;
}

static bool is_utf16_mark(uint32_t unit)
{
    return unit == 0xFF0C || unit == 0x3001 || unit == 0x3002 || unit == ' ' || unit == '\n';
}

/* Bytes that read as common characters in one order read as rare ones in the other. Japanese in
 * its own encodings reads as Han characters, too, but without any mark between them. */
static score score_utf16(qm_bytes text, bool big_endian)
{
    score s = {0, 0};
    size_t marks = 0;
    const uint8_t *at = text.data;
    for (size_t i = 0; i + 1 < text.size; i += 2) {
        uint32_t unit = (uint32_t)at[i + !big_endian] << 8 | at[i + big_endian];
        add(&s, score_utf16_unit(unit));
        marks += is_utf16_mark(unit);
    }
    if (marks * 100 < text.size / 2) s.points = 0;
    return s;
}

static int score_gb_pair(uint8_t lead, uint8_t trail)
{
    if (trail < 0x40 || trail == 0x7F || trail == 0xFF) return -8;
    if ((lead == 0xA3 && trail == 0xAC) || (lead == 0xA1 && trail == 0xA3)) return 6; /* ，。 */
    if (trail < 0xA1) return -1;                /* GBK's additions: rare in Simplified text */
    if (lead >= 0xB0 && lead <= 0xD7) return 2; /* level 1 of GB 2312 */
    if (lead >= 0xA1 && lead <= 0xA3) return 2;
    return lead >= 0xD8 && lead <= 0xF7 ? 1 : -2;
}

static int score_big5_pair(uint8_t lead, uint8_t trail)
{
    if (trail < 0x40 || (trail > 0x7E && trail < 0xA1) || trail == 0xFF) return -8;
    if (lead == 0xA1 && (trail == 0x41 || trail == 0x43)) return 6; /* ，。 */
    if (lead >= 0xA4 && lead <= 0xC6) return 2;                     /* level 1 */
    if (lead >= 0xA1 && lead <= 0xA3) return trail <= 0x7E ? 2 : 1;
    return lead >= 0xC9 && lead <= 0xF9 ? 0 : -4;
}

static score score_pairs(qm_bytes text, int (*pair)(uint8_t, uint8_t), bool four_bytes)
{
    score s = {0, 0};
    const uint8_t *at = text.data;
    for (size_t i = 0; i < text.size; i++) {
        if (at[i] < 0x80) continue;
        if (i + 1 == text.size) break;
        bool four = four_bytes && at[i + 1] >= 0x30 && at[i + 1] <= 0x39 && i + 3 < text.size;
        if (four && at[i + 2] >= 0x81 && at[i + 3] >= 0x30 && at[i + 3] <= 0x39) {
            add(&s, -1);
            i += 3;
        } else {
            int points = at[i] == 0x80 || at[i] == 0xFF ? -8 : pair(at[i], at[i + 1]);
            add(&s, points);
            if (points > -8) i++;
        }
    }
    return s;
}

/* ---- the decision ---- */

static const char *by_mark(qm_bytes text)
{
    if (starts_with(text, "\xEF\xBB\xBF", 3)) return "UTF-8";
    if (starts_with(text, "\xFF\xFE\0\0", 4)) return "UTF-32LE";
    if (starts_with(text, "\0\0\xFE\xFF", 4)) return "UTF-32BE";
    if (starts_with(text, "\xFF\xFE", 2)) return "UTF-16LE";
    if (starts_with(text, "\xFE\xFF", 2)) return "UTF-16BE";
    return starts_with(text, "\x84\x31\x95\x33", 4) ? "GB18030" : NULL;
}

static const char *by_utf16(qm_bytes text)
{
    if (text.size % 2 != 0 && text.size < SAMPLE) return NULL;
    score little = score_utf16(text, false), big = score_utf16(text, true);
    if (little.points < big.points) return convinces(big) ? "UTF-16BE" : NULL;
    return convinces(little) ? "UTF-16LE" : NULL;
}

static const char *by_pairs(qm_bytes text)
{
    score gb = score_pairs(text, score_gb_pair, true);
    score big5 = score_pairs(text, score_big5_pair, false);
    if (gb.points >= big5.points) return convinces(gb) ? "GB18030" : NULL;
    return convinces(big5) ? "Big5" : NULL;
}

/* ICU's detector, for Japanese, Korean and Western texts. */
static int by_icu(qm_bytes text, qm_decode_info *info, qm_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    UCharsetDetector *detector = ucsdet_open(&code);
    ucsdet_setText(detector, text.data, (int32_t)text.size, &code);
    const UCharsetMatch *match = U_SUCCESS(code) ? ucsdet_detect(detector, &code) : NULL;
    const char *name = match && U_SUCCESS(code) ? ucsdet_getName(match, &code) : NULL;
    if (name) qm_decode_info_name(info, name);
    ucsdet_close(detector);
    if (code == U_MEMORY_ALLOCATION_ERROR) return qm_fail_nomem(err);
    if (!name) qm_decode_info_name(info, "UTF-8");
    return QM_OK;
}

/* Other encodings hardly ever give well-formed sequences of several bytes, so twice as many of them
 * as wrong pieces settle it; and as many more of them than control characters make a stray NUL a
 * slip in a text. */
static bool reads_as_utf8(qm_bytes text, qm_utf8_count utf8, bool binary)
{
    if (utf8.ill_formed * 2 > utf8.characters) return false;
    return !binary || count_controls(text) * 3 <= utf8.characters;
}

static int detect(qm_bytes text, bool whole, qm_decode_info *info, bool *well_formed, qm_error *err)
{
    const char *name = by_mark(text);
    if (name) {
        info->flags |= QM_DECODE_BOM;
        qm_decode_info_name(info, name);
        return QM_OK;
    }
    if (!has_controls(text) && sample_is_well_formed(text, whole)) { /* nearly all */
        *well_formed = whole;
        qm_decode_info_name(info, "UTF-8");
        return QM_OK;
    }
    qm_utf8_count utf8 = qm_utf8_check(text, true);
    bool binary = looks_binary(text);
    if (reads_as_utf8(text, utf8, binary)) name = "UTF-8";
    if (!name && has_binary_magic(text)) binary = true;
    else if (!name) name = by_utf16(text);
    if (!name && !binary) name = by_pairs(text);
    if (name) {
        qm_decode_info_name(info, name);
        return QM_OK;
    }
    if (!binary) return by_icu(text, info, err);
    info->flags |= QM_DECODE_BINARY;
    qm_decode_info_name(info, "binary");
    return QM_OK;
}

int qm_decode_look(qm_bytes text, qm_decode_info *info, bool *well_formed, qm_error *err)
{
    qm_decode_info found;
    bool whole = text.size <= SAMPLE, well = false;
    qm_decode_info_init(&found);
    if (!whole) text.size = SAMPLE;
    int status = detect(text, whole, &found, &well, err);
    if (status != QM_OK) return status;
    *info = found;
    *well_formed = well;
    return QM_OK;
}

int qm_decode_detect(qm_bytes text, qm_decode_info *info, qm_error *err)
{
    bool well_formed;
    return qm_decode_look(text, info, &well_formed, err);
}
