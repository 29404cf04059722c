/* qianmo-compile DIR -o FILE: the texts that DIR/manifest.tsv lists, compiled into one image. */
#include "compile/compile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#define PATH_ROOM 4096

typedef struct compilation {
    const char *directory;
    qm_builder *builder;
    qm_buffer provenance; /* a line for each file: name, kind, hash */
} compilation;

/* FILE:LINE:COLUMN: message, as much of the place as is known. */
static void complain(const char *file, const qm_error *err)
{
    fprintf(stderr, "%s:", file);
    if (err->line > 0) fprintf(stderr, "%u:", (unsigned)err->line);
    if (err->line > 0 && err->column > 0) fprintf(stderr, "%u:", (unsigned)err->column);
    fprintf(stderr, " %s\n", err->message);
}

static int exit_code(int status)
{
    switch (status) {
    case QM_OK: return EX_OK;
    case QM_E_NOMEM: return EX_OSERR;
    case QM_E_IO: return EX_IOERR;
    default: return EX_DATAERR;
    }
}

static int read_stream(FILE *file, qm_buffer *out)
{
    char piece[65536];
    size_t size;
    while ((size = fread(piece, 1, sizeof piece, file)) > 0)
        if (qm_buffer_add(out, piece, size) != QM_OK) return EX_OSERR;
    return ferror(file) ? EX_IOERR : EX_OK;
}

static int read_file(const char *path, qm_buffer *out)
{
    FILE *file = fopen(path, "rb");
    int code = file ? read_stream(file, out) : EX_NOINPUT;
    if (code != EX_OK) fprintf(stderr, "%s: %s\n", path, strerror(errno));
    if (file) fclose(file);
    return code;
}

static int note_file(compilation *c, qm_bytes name, const char *kind, const qm_buffer *text)
{
    char line[128];
    snprintf(line, sizeof line, "\t%.60s\t%016llx\n", kind,
             (unsigned long long)qm_hash(text->data, text->size, 0));
    if (qm_buffer_add(&c->provenance, name.data, name.size) != QM_OK ||
        qm_buffer_string(&c->provenance, line) != QM_OK)
        return EX_OSERR;
    return EX_OK;
}

/* One row of the manifest. */
static int compile_file(compilation *c, const char *manifest, const qm_tsv *row)
{
    char path[PATH_ROOM];
    char kind[64];
    qm_bytes name = qm_tsv_field(row, 0);
    qm_bytes second = qm_tsv_field(row, 1);
    if (row->fields != 2 || name.size == 0 || second.size == 0 || second.size >= sizeof kind) {
        fprintf(stderr, "%s:%u:1: a row is file <tab> kind\n", manifest, (unsigned)row->line);
        return EX_DATAERR;
    }
    snprintf(kind, sizeof kind, "%.*s", (int)second.size, (const char *)second.data);
    snprintf(path, sizeof path, "%s/%.*s", c->directory, (int)name.size, (const char *)name.data);
    qm_buffer text = {0};
    int code = read_file(path, &text);
    if (code == EX_OK) {
        qm_error err;
        int status = qm_builder_read(c->builder, kind, (qm_bytes){text.data, text.size}, &err);
        if (status == QM_E_INVALID && err.line == 0)
            fprintf(stderr, "%s:%u:%u: %s\n", manifest, (unsigned)row->line,
                    (unsigned)row->column[1], err.message);
        else if (status != QM_OK) complain(path, &err);
        code = exit_code(status);
    } else {
        fprintf(stderr, "%s:%u:%u: listed here\n", manifest, (unsigned)row->line,
                (unsigned)row->column[0]);
    }
    if (code == EX_OK) code = note_file(c, name, kind, &text);
    qm_buffer_free(&text);
    return code;
}

static int compile_all(compilation *c)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/manifest.tsv", c->directory);
    qm_buffer manifest = {0};
    int code = read_file(path, &manifest);
    qm_tsv rows;
    qm_tsv_open(&rows, (qm_bytes){manifest.data, manifest.size});
    while (code == EX_OK && qm_tsv_next(&rows)) code = compile_file(c, path, &rows);
    qm_buffer_free(&manifest);
    return code;
}

/* Under another name first, so that FILE is whole whatever happens. */
static int write_file(const char *path, qm_bytes image)
{
    char fresh[PATH_ROOM];
    snprintf(fresh, sizeof fresh, "%s.%ld.tmp", path, (long)getpid());
    FILE *file = fopen(fresh, "wb");
    bool good = file && fwrite(image.data, 1, image.size, file) == image.size;
    if (file && fclose(file) != 0) good = false;
    if (good && rename(fresh, path) == 0) return EX_OK;
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    if (file) remove(fresh);
    return EX_CANTCREAT;
}

static int finish(compilation *c, const char *path)
{
    char version[32];
    qm_error err;
    qm_bytes image;
    snprintf(version, sizeof version, "%d.%d.%d", QM_VERSION_MAJOR, QM_VERSION_MINOR,
             QM_VERSION_PATCH);
    qm_bytes provenance = {c->provenance.data, c->provenance.size};
    int status = qm_builder_note(c->builder, "version", qm_bytes_of(version), &err);
    if (status == QM_OK) status = qm_builder_note(c->builder, "provenance", provenance, &err);
    if (status == QM_OK) status = qm_builder_finish(c->builder, &image, &err);
    if (status == QM_OK) return write_file(path, image);
    complain(c->directory, &err);
    return exit_code(status);
}

/* DIR and -o FILE in either order, which a plain getopt() loop would not take. */
static bool read_arguments(int argc, char **argv, const char **directory, const char **output)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-o") == 0 && i + 1 < argc && !*output) *output = argv[++i];
        else if (argv[i][0] != '-' && !*directory) *directory = argv[i];
        else return false;
    }
    return *directory && *output;
}

int main(int argc, char **argv)
{
    const char *output = NULL;
    compilation c = {0};
    if (!read_arguments(argc, argv, &c.directory, &output)) {
        fprintf(stderr, "usage: qianmo-compile DIR -o FILE\n");
        return EX_USAGE;
    }
    qm_error err;
    int code = exit_code(qm_builder_new(&c.builder, NULL, NULL, &err));
    if (code == EX_OK) code = compile_all(&c);
    else complain(c.directory, &err);
    if (code == EX_OK) code = finish(&c, output);
    qm_buffer_free(&c.provenance);
    qm_builder_free(c.builder);
    return code;
}
