#include "json.h"

#include "result/put.h"

#include <string.h>

#define JSON_DEPTH 512

typedef struct json_reader {
    const char *start, *at, *end;
    const char *what; /* first mistake */
} json_reader;

static bool json_fail(json_reader *r, const char *what)
{
    if (!r->what) r->what = what;
    return false;
}

static void json_blank(json_reader *r)
{
    while (r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at) r->at++;
}

static bool json_hex(json_reader *r, uint32_t *out)
{
    uint32_t value = 0;
    if (r->end - r->at < 4) return json_fail(r, "\\u needs four hexadecimal digits");
    for (int i = 0; i < 4; i++) {
        char c = r->at[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16) return json_fail(r, "\\u needs four hexadecimal digits");
        value = value << 4 | digit;
    }
    r->at += 4;
    *out = value;
    return true;
}

static void json_put(qm_buffer *out, uint32_t c)
{
    char bytes[4];
    size_t n = 0;
    if (!out) return;
    if (c < 0x80) {
        bytes[n++] = (char)c;
    } else if (c < 0x800) {
        bytes[n++] = (char)(0xC0 | c >> 6);
        bytes[n++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        bytes[n++] = (char)(0xE0 | c >> 12);
        bytes[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[n++] = (char)(0x80 | (c & 0x3F));
    } else {
        bytes[n++] = (char)(0xF0 | c >> 18);
        bytes[n++] = (char)(0x80 | (c >> 12 & 0x3F));
        bytes[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[n++] = (char)(0x80 | (c & 0x3F));
    }
    cli_add(out, bytes, n);
}

/* Behind "\u": one character, a surrogate pair as one; a lone surrogate becomes U+FFFD. */
static bool json_unicode(json_reader *r, qm_buffer *out)
{
    uint32_t c, low;
    if (!json_hex(r, &c)) return false;
    if (c >= 0xD800 && c < 0xDC00 && r->end - r->at >= 6 && r->at[0] == '\\' && r->at[1] == 'u') {
        const char *back = r->at;
        r->at += 2;
        if (!json_hex(r, &low)) return false;
        if (low >= 0xDC00 && low < 0xE000) {
            json_put(out, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
            return true;
        }
        r->at = back;
    }
    json_put(out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
    return true;
}

static bool json_escape(json_reader *r, qm_buffer *out)
{
    static const char marks[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (r->at == r->end) return json_fail(r, "the string does not end");
    char c = *r->at++;
    if (c == 'u') return json_unicode(r, out);
    const char *mark = c ? strchr(marks, c) : NULL;
    if (!mark) return json_fail(r, "no such escape in a string");
    if (out) cli_putc(out, values[mark - marks]);
    return true;
}

/* Passes over what stands in a string as it is. */
static void json_plain(json_reader *r)
{
    const qm_block none = {0};
    while (r->end - r->at >= 16 && !qm_special_block(qm_block_load(r->at), none)) r->at += 16;
    while (r->at < r->end && *r->at != '"' && *r->at != '\\' && (unsigned char)*r->at >= 0x20)
        r->at++;
}

static bool json_string(json_reader *r, qm_buffer *out)
{
    r->at++;
    while (r->at < r->end && *r->at != '"') {
        const char *from = r->at;
        json_plain(r);
        if (out) cli_add(out, from, (size_t)(r->at - from));
        if (r->at == r->end || *r->at == '"') break;
        if (*r->at != '\\') return json_fail(r, "a bare control character in a string");
        r->at++;
        if (!json_escape(r, out)) return false;
    }
    if (r->at == r->end) return json_fail(r, "the string does not end");
    r->at++;
    return true;
}

static bool json_digits(json_reader *r)
{
    const char *from = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9') r->at++;
    return r->at > from;
}

static bool json_takes(json_reader *r, const char *signs)
{
    bool takes = r->at < r->end && *r->at && strchr(signs, *r->at);
    r->at += takes;
    return takes;
}

static bool json_number(json_reader *r)
{
    const char *from = r->at;
    json_takes(r, "-");
    const char *whole = r->at;
    bool good = json_digits(r) && (*whole != '0' || r->at == whole + 1);
    if (good && json_takes(r, ".")) good = json_digits(r);
    if (good && json_takes(r, "eE")) {
        json_takes(r, "+-");
        good = json_digits(r);
    }
    if (good) return true;
    bool begun = r->at > from;
    r->at = from;
    return json_fail(r, begun ? "this is no number" : "a value is expected here");
}

static bool json_scalar(json_reader *r)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t left = (size_t)(r->end - r->at);
    for (size_t i = 0; i < 3; i++) {
        size_t size = strlen(words[i]);
        if (left < size || memcmp(r->at, words[i], size) != 0) continue;
        r->at += size;
        return true;
    }
    return json_number(r);
}

static bool json_name(json_reader *r, qm_buffer *name)
{
    json_blank(r);
    if (r->at == r->end || *r->at != '"') return json_fail(r, "a name in quotes is expected here");
    if (!json_string(r, name)) return false;
    json_blank(r);
    if (r->at == r->end || *r->at != ':') return json_fail(r, "':' is expected here");
    r->at++;
    json_blank(r);
    return true;
}

/* What stands before a value inside brackets: in an object its name. */
static bool json_before(json_reader *r, char close)
{
    if (close == '}') return json_name(r, NULL);
    json_blank(r);
    return true;
}

/* What stands behind a value: the brackets that end with it, and a comma before the next one. */
static bool json_behind(json_reader *r, const char *open, size_t *depth)
{
    while (*depth > 0) {
        json_blank(r);
        if (r->at == r->end) return json_fail(r, "a bracket is not closed");
        char c = *r->at, close = open[*depth - 1];
        if (c != close && (c == ']' || c == '}')) return json_fail(r, "the wrong bracket");
        if (c != close && c != ',') return json_fail(r, "',' or a bracket is expected here");
        r->at++;
        if (c == ',') return json_before(r, close);
        --*depth;
    }
    return true;
}

/* Passes over an array or object; `open` is a stack of the brackets that are still to be closed. */
static bool json_nested(json_reader *r)
{
    char open[JSON_DEPTH];
    size_t depth = 0;
    do {
        if (r->at == r->end) return json_fail(r, "a value is expected here");
        char c = *r->at;
        if (c == '[' || c == '{') {
            if (depth == JSON_DEPTH) return json_fail(r, "nested too deeply");
            open[depth++] = c == '[' ? ']' : '}';
            r->at++;
            json_blank(r);
            if (r->at == r->end || *r->at != open[depth - 1]) {
                if (!json_before(r, open[depth - 1])) return false;
                continue;
            }
        } else if (!(c == '"' ? json_string(r, NULL) : json_scalar(r))) {
            return false;
        }
        if (!json_behind(r, open, &depth)) return false;
    } while (depth > 0);
    return true;
}

static bool json_value(json_reader *r, cli_json_field *field)
{
    if (r->at == r->end) return json_fail(r, "a value is expected here");
    const char *from = r->at;
    bool is_string = *from == '"', nested = *from == '[' || *from == '{';
    if (field) field->value.size = 0;
    if (is_string) {
        if (!json_string(r, field ? &field->value : NULL)) return false;
    } else if (!(nested ? json_nested(r) : json_scalar(r))) {
        return false;
    }
    if (!field) return true;
    bool is_number = *from == '-' || (*from >= '0' && *from <= '9');
    field->found = is_string || is_number;
    field->is_string = is_string;
    if (is_number) cli_add(&field->value, from, (size_t)(r->at - from));
    return true;
}

static bool json_object(json_reader *r, cli_json_field *fields, size_t n, qm_buffer *name)
{
    json_blank(r);
    if (r->at == r->end || *r->at != '{') return json_fail(r, "an object {...} is expected here");
    r->at++;
    json_blank(r);
    if (r->at < r->end && *r->at == '}') {
        r->at++;
        return true;
    }
    for (;;) {
        cli_json_field *field = NULL;
        name->size = 0;
        if (!json_name(r, name)) return false;
        for (size_t i = 0; i < n; i++)
            if (strlen(fields[i].name) == name->size &&
                memcmp(fields[i].name, name->data, name->size) == 0)
                field = &fields[i];
        if (!json_value(r, field)) return false;
        json_blank(r);
        if (r->at == r->end) return json_fail(r, "the object is not closed");
        char c = *r->at++;
        if (c == '}') return true;
        if (c == ',') continue;
        r->at--;
        return json_fail(r, "',' or '}' is expected here");
    }
}

bool cli_json_read(const char *line, size_t size, cli_json_field *fields, size_t n,
                   cli_json_error *error)
{
    json_reader r = {line, line, line + size, NULL};
    qm_buffer name = cli_buffer();
    cli_add(&name, "", 1); /* never without data, for memcmp */
    bool good = json_object(&r, fields, n, &name);
    if (good) {
        json_blank(&r);
        if (r.at < r.end) good = json_fail(&r, "something stands behind the object");
    }
    qm_buffer_free(&name);
    if (good) return true;
    error->what = r.what;
    error->column = 1;
    for (const char *c = line; c < r.at; c++)
        if (((unsigned char)*c & 0xC0) != 0x80) error->column++;
    return false;
}
