#include "screen.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#define WIDTH_MIN 40
#define WIDTH_MAX 400

unsigned cli_screen_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    long width = columns ? strtol(columns, NULL, 10) : 0;
    if (width <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) width = size.ws_col;
    if (width <= 0) width = 100;
    return width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : (unsigned)width;
}

static size_t screen_decode(const char *text, size_t size, int32_t *codepoint)
{
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, codepoint);
    if (n > 0) return (size_t)n;
    *codepoint = 0xFFFD;
    return 1;
}

/* Characters that steer a terminal or turn its direction show as U+FFFD. */
static bool screen_is_control(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFFFD;
}

/* One character of UTF-8 (1 byte if ill-formed) and the columns it takes. */
static size_t screen_step(const char *text, size_t size, unsigned *width)
{
    int32_t c;
    size_t n = screen_decode(text, size, &c);
    int columns = screen_is_control(c) ? 1 : utf8proc_charwidth(c);
    *width = columns < 0 ? 0 : (unsigned)columns;
    return n;
}

unsigned cli_screen_measure(qm_bytes text)
{
    unsigned total = 0, width;
    for (size_t at = 0; at < text.size; total += width)
        at += screen_step((const char *)text.data + at, text.size - at, &width);
    return total;
}

unsigned cli_screen_put(qm_buffer *out, qm_bytes text)
{
    unsigned total = 0, width;
    for (size_t at = 0; at < text.size; total += width) {
        const char *from = (const char *)text.data + at;
        int32_t c;
        screen_decode(from, text.size - at, &c);
        size_t n = screen_step(from, text.size - at, &width);
        if (c == '\t') cli_putc(out, ' ');
        else if (screen_is_control(c)) cli_puts(out, "\xEF\xBF\xBD");
        else cli_add(out, from, n);
        at += n;
    }
    return total;
}

void cli_screen_pad(qm_buffer *out, unsigned columns)
{
    while (columns-- > 0) cli_putc(out, ' ');
}

static bool screen_is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
}

/* Marks that close something belong to what stands before them. */
static bool screen_closes(const char *text, size_t size)
{
    static const char *const marks[] = {"，", "。", "；", "：", "！", "？", "、", "”",
                                        "’",  "）", "》", "」", "』", "】", "%",  ")",
                                        ",",  ".",  ";",  ":",  "…",  NULL};
    for (size_t i = 0; marks[i]; i++) {
        size_t n = strlen(marks[i]);
        if (size >= n && memcmp(text, marks[i], n) == 0) return true;
    }
    return false;
}

size_t cli_screen_wrap(qm_bytes text, unsigned width)
{
    const char *data = text.data;
    size_t at = 0, good = 0; /* good: the last place where a line may end */
    unsigned used = 0, columns;
    while (at < text.size) {
        size_t n = screen_step(data + at, text.size - at, &columns);
        if (used + columns > width && at > 0) break;
        used += columns;
        at += n;
        if (at == text.size) return at;
        bool inside = screen_is_word(data[at - 1]) && screen_is_word(data[at]);
        if (!inside && !screen_closes(data + at, text.size - at)) good = at;
    }
    return good ? good : at;
}
