#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define FILES_DEPTH 64

static void files_fail(cli_files *files, const char *path, const char *why)
{
    cli_say((cli_place){path, 0, 0}, "%s", why);
    files->failed++;
    if (files->status == EX_OK) files->status = EX_NOINPUT;
}

static void files_push(cli_files *files, const char *path, uint64_t size)
{
    files->at = cli_grow(files->at, &files->room, files->count + 1, sizeof *files->at);
    files->at[files->count++] = (cli_file){cli_copy(path, strlen(path)), size};
    files->bytes += size;
}

static void files_leave(cli_files *files, const char *path)
{
    if (files->others++ == 0) files->other = cli_copy(path, strlen(path));
}

static bool files_is_text(const char *name, bool json_lines)
{
    static const char *const endings[2][3] = {{".txt", ".text", ".md"}, {".jsonl", ".ndjson", ""}};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < 3; i++)
        if (strcasecmp(dot, endings[json_lines][i]) == 0) return true;
    return false;
}

static int files_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Byte order, not the locale's: the same list everywhere. */
static int files_compare(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static char *files_join(const char *directory, const char *name)
{
    qm_buffer path = cli_buffer();
    cli_puts(&path, directory);
    if (path.size == 0 || path.data[path.size - 1] != '/') cli_putc(&path, '/');
    cli_puts(&path, name);
    cli_putc(&path, '\0');
    return path.data;
}

static void files_walk(cli_files *files, const char *directory, bool json_lines, unsigned depth)
{
    struct dirent **entries;
    int n = scandir(directory, &entries, files_visible, files_compare);
    if (n < 0) {
        files_fail(files, directory, strerror(errno));
        return;
    }
    for (int i = 0; i < n; i++) {
        char *path = files_join(directory, entries[i]->d_name);
        struct stat st, link;
        if (stat(path, &st) != 0) {
            files_fail(files, path, strerror(errno));
        } else if (S_ISDIR(st.st_mode)) {
            /* Linked directories are left alone, so that no circle is walked. */
            const bool linked = lstat(path, &link) != 0 || S_ISLNK(link.st_mode);
            if (!linked && depth < FILES_DEPTH) files_walk(files, path, json_lines, depth + 1);
            else if (!linked) files_fail(files, path, "too deep in directories; left out");
        } else if (S_ISREG(st.st_mode)) {
            if (files_is_text(path, json_lines)) files_push(files, path, (uint64_t)st.st_size);
            else files_leave(files, path);
        }
        free(path);
        free(entries[i]);
    }
    free(entries);
}

static void files_add(cli_files *files, const char *path, bool json_lines)
{
    struct stat st;
    if (strcmp(path, "-") == 0) {
        files_push(files, path, 0);
    } else if (stat(path, &st) != 0) {
        files_fail(files, path, strerror(errno));
    } else if (S_ISDIR(st.st_mode)) {
        size_t before = files->count, failed = files->failed;
        files_walk(files, path, json_lines, 0);
        if (files->count == before && files->failed == failed)
            files_fail(files, path,
                       json_lines ? "no *.jsonl or *.ndjson in this directory"
                                  : "no texts (*.txt, *.text, *.md) in this directory");
    } else {
        files_push(files, path, S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0);
    }
}

void cli_files_list(cli_files *files, char *const *arguments, bool json_lines)
{
    *files = (cli_files){0};
    if (!arguments || !arguments[0]) files_add(files, "-", json_lines);
    for (size_t i = 0; arguments && arguments[i]; i++) files_add(files, arguments[i], json_lines);
}

void cli_files_say_others(const cli_files *files, bool json_lines)
{
    const char *wanted = json_lines ? "*.jsonl or *.ndjson" : "*.txt, *.text or *.md";
    cli_place place = {files->other, 0, 0};
    if (files->others == 1) cli_say(place, "not %s; left out", wanted);
    if (files->others > 1)
        cli_say(place, "not %s; left out, as %zu more", wanted, files->others - 1);
}

void cli_files_free(cli_files *files)
{
    free(files->other);
    for (size_t i = 0; i < files->count; i++) free(files->at[i].path);
    free(files->at);
    *files = (cli_files){0};
}
