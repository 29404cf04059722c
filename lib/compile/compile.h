/* What people edit (lib/data, user words, units, taxonomies) into one image.
 *
 * A kind of text is one line of kinds.def: its name and the function that reads it. A
 * room that collects more than lexicon entries keeps its own state in the builder and turns it
 * into sections when the builder is finished.
 */
#ifndef QM_COMPILE_H
#define QM_COMPILE_H

#include "image/image.h"
#include "image/lexicon.h"
#include "text/text.h"

typedef enum qm_compile_room {
    QM_COMPILE_TEXT,
    QM_COMPILE_WORDS,
    QM_COMPILE_QUANTITY,
    QM_COMPILE_ENTITY,
    QM_COMPILE_INITIATIVE,
    QM_COMPILE_ROOMS
} qm_compile_room;

/* A pair of the provenance of the image. */
typedef struct qm_compile_note {
    char *key; /* one allocation with the value */
    size_t size;
    qm_bytes value;
} qm_compile_note;

struct qm_builder {
    const qm_allocator *alloc;
    qm_allocator own_alloc;
    qm_model *base;        /* or NULL */
    const qm_charmap *map; /* of base, or from the "chars" text; NULL until then */
    qm_lexicon_builder *lexicon;
    qm_image_writer *writer;       /* of the last finish; owns its bytes */
    void *rooms[QM_COMPILE_ROOMS]; /* state of each room, NULL until its first text */
    QM_ARRAY(qm_compile_note) notes;
};

/* One kind of text. */
typedef struct qm_compile_kind {
    const char *name;
    int (*read)(qm_builder *builder, qm_bytes text, qm_error *err);
} qm_compile_kind;

/* The finishing of each room; called in the order of qm_compile_room. Either may be NULL. */
typedef struct qm_compile_finish {
    int (*finish)(qm_builder *builder, qm_image_writer *writer, qm_error *err);
    void (*free)(qm_builder *builder);
} qm_compile_finish;

extern const qm_compile_kind qm_compile_kinds[]; /* NULL name at the end */
extern const qm_compile_finish qm_compile_finishers[QM_COMPILE_ROOMS];

#define QM_KIND(name, read) int read(qm_builder *builder, qm_bytes text, qm_error *err);
#define QM_ROOM(room, finish, free)                                          \
    int finish(qm_builder *builder, qm_image_writer *writer, qm_error *err); \
    void free(qm_builder *builder);
#include "compile/kinds.def"
#undef QM_KIND
#undef QM_ROOM

/* Adds a word to the builder's lexicon, folded by its map. */
int qm_builder_lexeme(qm_builder *builder, qm_bytes word, uint16_t kind, uint16_t flags,
                      uint32_t value, qm_error *err);

/* A pair of the provenance of the image: qm_model_info(). Each key once. */
int qm_builder_note(qm_builder *builder, const char *key, qm_bytes value, qm_error *err);

/* ---- tab-separated text: '#' starts a comment line, blank lines are skipped ---- */

typedef struct qm_tsv {
    const char *at, *end;
    uint32_t line;       /* of the current row, 1-based */
    qm_bytes field[16];  /* of the current row, blanks around them taken off */
    uint32_t column[16]; /* where each field starts, 1-based, in characters */
    uint32_t fields;
} qm_tsv;

void qm_tsv_open(qm_tsv *tsv, qm_bytes text);
/* false at the end of the text. */
bool qm_tsv_next(qm_tsv *tsv);
/* The field as a string, or empty where the row has fewer. */
qm_bytes qm_tsv_field(const qm_tsv *tsv, uint32_t index);
int qm_tsv_fail(const qm_tsv *tsv, uint32_t field, qm_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Next piece of a field cut at `mark` ("a|b|c"); false when there is none left. */
bool qm_split(qm_bytes *rest, char mark, qm_bytes *piece);

#endif
