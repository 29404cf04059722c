#include "decode/decode.h"

#include "base/utf8.h"

#include <unicode/ucnv.h>

#define PIECE 1024 /* UTF-16 units converted at a time */

typedef struct conversion {
    UConverter *converter;
    const char *begin, *at, *end;
    qm_buffer *out;
    qm_decode_info *info;
    UChar pending; /* a high surrogate whose other half comes with the next piece */
    bool begun;    /* a byte order mark is none any more */
} conversion;

static int put_codepoint(qm_buffer *out, UChar32 c)
{
    char bytes[U8_MAX_LENGTH] = {0};
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, c);
    return qm_buffer_add(out, bytes, (size_t)size);
}

static int put_units(conversion *c, const UChar *units, size_t count)
{
    int status = QM_OK;
    for (size_t i = 0; i < count && status == QM_OK; i++) {
        UChar unit = units[i];
        if (U16_IS_LEAD(unit)) {
            c->pending = unit;
        } else if (U16_IS_TRAIL(unit) && c->pending) {
            status = put_codepoint(c->out, U16_GET_SUPPLEMENTARY(c->pending, unit));
            c->pending = 0;
        } else if (unit != 0xFEFF || c->begun) {
            status = put_codepoint(c->out, unit);
        }
        c->begun = true;
    }
    return status;
}

/* Counts the piece at which the converter stopped. */
static int put_undecodable(conversion *c, UErrorCode *code)
{
    char bytes[32];
    int8_t size = sizeof bytes;
    *code = U_ZERO_ERROR;
    ucnv_getInvalidChars(c->converter, bytes, &size, code);
    size_t offset = (size_t)(c->at - c->begin);
    if (U_SUCCESS(*code) && size > 0 && (size_t)size <= offset) offset -= (size_t)size;
    if (c->info->undecodable++ == 0) c->info->first_undecodable = offset;
    *code = U_ZERO_ERROR;
    return put_codepoint(c->out, 0xFFFD);
}

static bool is_undecodable(UErrorCode code)
{
    return code == U_ILLEGAL_CHAR_FOUND || code == U_INVALID_CHAR_FOUND ||
           code == U_TRUNCATED_CHAR_FOUND || code == U_ILLEGAL_ESCAPE_SEQUENCE ||
           code == U_UNSUPPORTED_ESCAPE_SEQUENCE;
}

static int convert(conversion *c, qm_error *err)
{
    UChar units[PIECE] = {0};
    for (;;) {
        UChar *to = units;
        UErrorCode code = U_ZERO_ERROR;
        ucnv_toUnicode(c->converter, &to, units + PIECE, &c->at, c->end, NULL, true, &code);
        if (put_units(c, units, (size_t)(to - units)) != QM_OK) return qm_fail_nomem(err);
        if (U_SUCCESS(code)) return QM_OK;
        if (code == U_BUFFER_OVERFLOW_ERROR) continue;
        if (!is_undecodable(code))
            return code == U_MEMORY_ALLOCATION_ERROR
                       ? qm_fail_nomem(err)
                       : qm_fail(err, QM_E_INVALID, "conversion failed: %s", u_errorName(code));
        if (put_undecodable(c, &code) != QM_OK) return qm_fail_nomem(err);
    }
}

/* GB 2312 and GBK are parts of GB18030, and files say so little about which it is. Of the names
 * that standards have for an encoding the first that is not too long to be told. */
static const char *superset(const char *name)
{
    static const char *const parts[] = {"GB2312", "GBK", "windows-936"};
    static const char *const standards[] = {"IANA", "MIME"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (ucnv_compareNames(name, parts[i]) == 0) return "GB18030";
    for (size_t i = 0; i < sizeof standards / sizeof *standards; i++) {
        UErrorCode code = U_ZERO_ERROR;
        const char *standard = ucnv_getStandardName(name, standards[i], &code);
        if (standard && strlen(standard) < sizeof(qm_decode_info){0}.encoding) return standard;
    }
    return name;
}

static int convert_with(qm_bytes text, const char *name, qm_buffer *out, qm_decode_info *info,
                        qm_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(name, &code);
    if (code == U_MEMORY_ALLOCATION_ERROR) return qm_fail_nomem(err);
    if (U_FAILURE(code)) return qm_fail(err, QM_E_INVALID, "unknown encoding \"%.100s\"", name);
    ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &code);
    const char *begin = text.data;
    conversion c = {converter, begin, begin, begin + text.size, out, info, 0, false};
    int status = U_SUCCESS(code) ? convert(&c, err) : qm_fail_nomem(err);
    ucnv_close(converter);
    return status;
}

static int copy_utf8(qm_bytes text, bool well_formed, qm_buffer *out, qm_decode_info *info,
                     qm_error *err)
{
    if (!well_formed && !qm_utf8_is_well_formed(text.data, text.size)) {
        qm_utf8_count count = qm_utf8_check(text, false);
        info->undecodable = count.ill_formed;
        info->first_undecodable = count.first;
    }
    return qm_buffer_add(out, text.data, text.size) == QM_OK ? QM_OK : qm_fail_nomem(err);
}

int qm_decode_text(qm_bytes text, const char *encoding, qm_buffer *out, qm_decode_info *info,
                   qm_error *err)
{
    qm_decode_info found;
    qm_decode_info_init(&found);
    int status = QM_OK;
    bool well_formed = false;
    if (encoding) qm_decode_info_name(&found, superset(encoding));
    else status = qm_decode_look(text, &found, &well_formed, err);
    if (status != QM_OK) return status;
    if (found.flags & QM_DECODE_BINARY)
        return qm_fail(err, QM_E_UNSUPPORTED, "binary data, no text");
    size_t before = out->size;
    if (well_formed || ucnv_compareNames(found.encoding, "UTF-8") == 0)
        status = copy_utf8(text, well_formed, out, &found, err);
    else status = convert_with(text, found.encoding, out, &found, err);
    if (status != QM_OK) out->size = before;
    else if (info) *info = found;
    return status;
}
