/* The cases that all bindings share (tests/cases), against the JSON of the library. */
#include "desk.h"
#include "file.h"
#include "unit.h"

/* The value of "text": of a line; \t, \n and \" are the only escapes in the files. */
static void line_text(const char *line, char *out)
{
    const char *at = strstr(line, "\"text\":\"") + 8;
    for (; *at != '"'; at++) {
        if (*at != '\\') *out++ = *at;
        else if (*++at == '"') *out++ = '"';
        else *out++ = *at == 't' ? '\t' : '\n';
    }
    *out = '\0';
}

/* Cuts the object that begins at or behind `at`, braces off, out of a list; where the list goes on,
 * NULL at its end. No string of the cases has a brace. */
static char *take_object(char *at, char **object)
{
    at += strcspn(at, "{]");
    if (*at != '{') return NULL;
    *object = ++at;
    for (int depth = 1; depth > 0; at++) depth += (*at == '{') - (*at == '}');
    at[-1] = '\0';
    return at;
}

/* Every pair of what is expected stands in the row. */
static bool is_row(char *expected, const char *row)
{
    for (char *pair = expected, *next; pair; pair = next) {
        next = strstr(pair, ",\"");
        if (next) *next++ = '\0';
        const char *hit = strstr(row, pair);
        char behind = hit ? hit[strlen(pair)] : 'x';
        if (behind != ',' && behind != '\0') return false;
    }
    return true;
}

/* The table of a line, if it has one, row for row. */
static void check_table(char *line, char *found, const char *table)
{
    char key[32], *expected, *row;
    snprintf(key, sizeof key, "\"%s\":[", table);
    char *want = strstr(line, key), *have = strstr(found, key);
    if (!want) return;
    ck_assert_ptr_nonnull(have);
    want += strlen(key);
    have += strlen(key);
    for (int number = 0;; number++) {
        want = take_object(want, &expected);
        have = take_object(have, &row);
        ck_assert_msg(!want == !have, "%s: %s %d of %s", line, want ? "no" : "too many", number,
                      table);
        if (!want) return;
        char whole[1024];
        snprintf(whole, sizeof whole, "%s", expected);
        ck_assert_msg(is_row(expected, row), "%s: %s is not %s", line, row, whole);
    }
}

static void check_line(desk *d, const char *line)
{
    static const char *const tables[] = {"tokens", "quantities", "initiatives", "entities"};
    char text[1024];
    line_text(line, text);
    desk_read(d, text);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        qm_buffer out = {0};
        qm_bytes whole = {text, strlen(text)}, name = {"case", 4};
        ck_assert_int_eq(qm_result_render(d->result, 0, whole, name, QM_JSON, &out, NULL), QM_OK);
        ck_assert_int_eq(qm_buffer_add(&out, "", 1), QM_OK);
        char *copy = strdup(line);
        check_table(copy, out.data, tables[i]);
        free(copy);
        qm_buffer_free(&out);
    }
}

static void check_file(const char *path, int least)
{
    desk d;
    desk_open(&d, NULL);
    size_t size;
    char *cases = qm_test_file(path, &size), *rest = cases, *line;
    int lines = 0;
    for (; (line = strtok_r(rest, "\n", &rest)); lines++) check_line(&d, line);
    ck_assert_int_ge(lines, least);
    free(cases);
    desk_close(&d);
}

START_TEST(quantities_are_as_expected)
{
    check_file("tests/cases/quantities.jsonl", 200);
}
END_TEST

START_TEST(reports_are_as_expected)
{
    check_file("tests/cases/reports.jsonl", 16);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("cases");
    tcase_add_test(tests, quantities_are_as_expected);
    tcase_add_test(tests, reports_are_as_expected);
    tcase_set_timeout(tests, 120);
    Suite *suite = suite_create("cases");
    suite_add_tcase(suite, tests);
    return qm_unit_run(suite);
}
