/** @file
 * Chinese text to tables of words, quantities, initiatives and entities.
 *
 * The contract of every function below:
 *   - text is UTF-8, a pointer and a length; NUL bytes are ordinary bytes;
 *   - offsets are half open [start, end), counted from 0, in bytes unless the engine's
 *     QM_P_OFFSETS says otherwise;
 *   - no global or thread-local state, no environment, no locale; nothing is printed,
 *     nothing calls abort() or exit(), no file is written;
 *   - qm_model and qm_engine never change once made: any number of threads may share one.
 *     qm_builder, qm_analyzer, qm_stream, qm_result: one thread at a time;
 *   - a function that can fail returns a qm_status; on failure its outputs are untouched, the
 *     object stays usable, and err (if not NULL), the caller's memory, says what and where;
 *   - an allocator may be NULL: malloc and free then; another pointer may not, unless it is said
 *     below; the data of a text or a list of none may;
 *   - enum values are fixed for ever, new ones are only added at the end.
 */
#ifndef QIANMO_H
#define QIANMO_H

#include <stddef.h>
#include <stdint.h>

#define QM_VERSION_MAJOR 0
#define QM_VERSION_MINOR 1
#define QM_VERSION_PATCH 0
#define QM_IMAGE_VERSION 1 /* newest model image this library writes and reads */

#if defined QM_STATIC
#define QM_API
#elif defined _WIN32
#ifdef QM_BUILDING
#define QM_API __declspec(dllexport)
#else
#define QM_API __declspec(dllimport)
#endif
#else
#define QM_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- status and errors --------------------------------------------------------------------- */

typedef enum qm_status {
    QM_OK = 0,
    QM_E_NOMEM = -1,
    QM_E_INVALID = -2,
    QM_E_IO = -3,
    QM_E_SYNTAX = -4,
    QM_E_VERSION = -5,
    QM_E_CORRUPT = -6,
    QM_E_UTF8 = -7,
    QM_E_LIMIT = -8,
    QM_E_BUSY = -9,
    QM_E_UNSUPPORTED = -10
} qm_status;

typedef struct qm_error {
    int32_t code;      /**< a qm_status */
    int32_t sys;       /**< errno, or 0 */
    uint64_t offset;   /**< byte in the text, file or image; UINT64_MAX if none */
    uint32_t line;     /**< 1-based, for text files; 0 if none */
    uint32_t column;   /**< 1-based, in characters; 0 if none */
    char message[232]; /**< UTF-8 with a NUL at the end; a long one is cut between characters */
} qm_error;            /**< 256 bytes, never grows */

/** Version of the library that was loaded: major << 16 | minor << 8 | patch. */
QM_API uint32_t qm_version(void);
/** "ok", "out of memory", ... in static memory; never NULL. */
QM_API const char *qm_status_name(int status);

/* ---- memory -------------------------------------------------------------------------------- */

/** One function, as in Lua: new_size 0 frees, ptr NULL allocates; returns NULL when it cannot. */
typedef struct qm_allocator {
    void *(*resize)(void *ud, void *ptr, size_t old_size, size_t new_size);
    void *ud;
} qm_allocator;

typedef struct qm_bytes {
    const void *data;
    size_t size;
} qm_bytes;

/* ---- model --------------------------------------------------------------------------------- */

typedef struct qm_model qm_model;

enum {
    QM_OPEN_COPY = 1,   /**< from memory: copy the bytes first */
    QM_OPEN_TRUSTED = 2 /**< skip the full structure check, never the header check */
};

/** The model that the library carries. No file is read, nothing is unpacked; to be given back like
 * any other. */
QM_API int qm_model_builtin(qm_model **out, qm_error *err);
/** Maps an image file, which must not be written to while the model lives. QM_E_IO, with
 * errno in err->sys, QM_E_CORRUPT, or QM_E_VERSION for one that needs a newer library. */
QM_API int qm_model_open(qm_model **out, const char *path, uint32_t flags,
                         const qm_allocator *alloc, qm_error *err);
/** image must be 8-byte aligned (or QM_OPEN_COPY) and stay until release(ud) is called; release may
 * be NULL. With QM_OPEN_COPY it is called at once. On failure release is not called. */
QM_API int qm_model_from_memory(qm_model **out, qm_bytes image, uint32_t flags,
                                void (*release)(void *ud), void *ud, const qm_allocator *alloc,
                                qm_error *err);
/** A model, an engine and a result are counted: whoever made one and whoever took a reference gives
 * it back once. ref returns its argument. */
QM_API qm_model *qm_model_ref(qm_model *model);
QM_API void qm_model_unref(qm_model *model); /**< NULL is allowed, here and below */
/** "build-id", "provenance", "format", "size", ...; NULL if there is no such key. */
QM_API const char *qm_model_info(const qm_model *model, const char *key);

/* ---- builder: user words, units, taxonomies -------------------------------------------------- */

typedef struct qm_builder qm_builder;

/** base: the model whose character folding, units and types the additions build on (the built-in
 * one, as a rule); the builder takes a reference. NULL: from nothing, as lib/data is compiled. */
QM_API int qm_builder_new(qm_builder **out, qm_model *base, const qm_allocator *alloc,
                          qm_error *err);
QM_API void qm_builder_free(qm_builder *builder);

typedef enum qm_word_mode {
    QM_WORD_PREFER = 0,
    QM_WORD_FORCE = 1,
    QM_WORD_FORBID = 2
} qm_word_mode;

/** tag: a UPOS name or empty. weight counts for QM_WORD_PREFER only; 0 is the usual one. */
QM_API int qm_builder_add_word(qm_builder *builder, qm_bytes word, qm_bytes tag, int32_t weight,
                               int mode, qm_error *err);
/** A type of initiative. parent: id of the type it inherits rules from, or empty; it may be added
 * later, qm_builder_finish looks for it. */
QM_API int qm_builder_add_type(qm_builder *builder, qm_bytes id, qm_bytes parent, qm_bytes name,
                               qm_bytes group, qm_bytes duty, qm_error *err);
/** One rule of a type, in the notation of the taxonomy files: "verbs > objects". */
QM_API int qm_builder_add_rule(qm_builder *builder, qm_bytes type_id, qm_bytes pattern,
                               qm_error *err);
/** Reads one text in a format of lib/data; kind names it ("words", "units", "taxonomy-csv", ...).
 * Line and column of a mistake go to err. qm_builder_kinds() lists the kinds, NULL at the end. */
QM_API int qm_builder_read(qm_builder *builder, const char *kind, qm_bytes text, qm_error *err);
QM_API const char *const *qm_builder_kinds(void);
/** The same additions give the same bytes on every machine. The image belongs to the builder and
 * stays until it is freed or finished again. */
QM_API int qm_builder_finish(qm_builder *builder, qm_bytes *image, qm_error *err);

/* ---- engine: models and settings, frozen ---------------------------------------------------- */

typedef struct qm_engine qm_engine;

typedef enum qm_param {
    QM_P_TABLES = 1,        /**< bit set of tables to produce: 1 << QM_TOKENS ...; default all;
                                       initiatives and quantities together bring QM_MEASURES along */
    QM_P_GRANULARITY = 2,   /**< qm_granularity */
    QM_P_STRICT = 3,        /**< 1: ill-formed text is QM_E_UTF8 with its offset */
    QM_P_MAX_DOC_BYTES = 4, /**< longer documents are QM_E_LIMIT; with all tables a document of
                               prose takes some 25 bytes of memory for each of its own, one of
                               nothing but line breaks or figures up to 200 */
    QM_P_JOIN_LINES = 5,    /**< hard-wrapped lines are joined before analysis; qm_join */
    QM_P_OFFSETS = 6,       /**< qm_offset_unit of every start and end */
    QM_P_QUALITY = 7,       /**< qm_quality of word segmentation */
    QM_P_TAGS = 8,          /**< 1: part-of-speech tags; default 0 */
    QM_P_REFERENCE_DATE =
        9,               /**< yyyymmdd that relative dates count from; 0: leave them unresolved */
    QM_P_SUPPRESSED = 10 /**< 1: keep negated and hypothetical initiatives, flagged */
} qm_param;

typedef enum qm_granularity { QM_WORD = 0, QM_FINE = 1, QM_TERM = 2 } qm_granularity;
typedef enum qm_quality { QM_FAST = 0, QM_LATTICE = 1 } qm_quality;
typedef enum qm_join {
    QM_JOIN_NEVER = 0,
    QM_JOIN_FOR_CLAUSES = 1, /**< default: joined when more than tokens are asked for */
    QM_JOIN_ALWAYS = 2
} qm_join;
typedef enum qm_offset_unit { QM_BYTES = 0, QM_CODEPOINTS = 1, QM_UTF16 = 2 } qm_offset_unit;

typedef struct qm_setting {
    int32_t param; /**< a qm_param */
    int32_t reserved;
    int64_t value;
} qm_setting;

/** The least, the greatest and the usual value of a setting; each pointer may be NULL. QM_E_INVALID
 * when there is no such setting. */
QM_API int qm_param_bounds(int param, int64_t *min, int64_t *max, int64_t *dflt);
/** One model at least; later ones win over earlier ones. The engine takes its own references. For a
 * setting that stands twice the last one counts; one that is not there or out of its bounds is
 * QM_E_INVALID, and the message names it. */
QM_API int qm_engine_new(qm_engine **out, qm_model *const *models, size_t n_models,
                         const qm_setting *settings, size_t n_settings, const qm_allocator *alloc,
                         qm_error *err);
QM_API qm_engine *qm_engine_ref(qm_engine *engine);
QM_API void qm_engine_unref(qm_engine *engine);

/* ---- values --------------------------------------------------------------------------------- */

/** An exact decimal, coefficient * 10^exponent, or a date or clock time as precise as written.
 * The fields of a date: year (0: none), month, day; of a time: hour, minute, second; -1: none. */
typedef enum qm_value_type {
    QM_VALUE_NONE = 0,
    QM_VALUE_NUMBER = 1,
    QM_VALUE_DATE = 2,
    QM_VALUE_TIME = 3
} qm_value_type;

typedef struct qm_value {
    int64_t coefficient; /**< number: the coefficient; date: year * 10000 + month * 100 + day, 0 for
                            what is not given; time: hour * 10000 + minute * 100 + second */
    int16_t exponent; /**< number: power of ten; time: 2 with seconds, 1 with minutes, 0 without */
    uint8_t type;     /**< a qm_value_type */
    uint8_t rounded; /**< of qm_number_parse, 1: not exact, for 三分之二 has no finite decimal; rows
                        of quantities have a flag for it */
    uint8_t reserved[4];
} qm_value;

/** Decimal digits or ISO 8601 ("360000", "45.89", "2019-04", "--04-07", "15:00") into text, always
 * NUL-terminated within size (48 is enough for all); returns the length, 0 for QM_VALUE_NONE. */
QM_API size_t qm_value_text(const qm_value *value, char *text, size_t size);

/* ---- results: columns, one block, 64-byte aligned ---------------------------------------------
 */

typedef struct qm_result qm_result;

/** The columns of each table, each with its type:
 *   - tokens: start U32, end U32, tag U8, flags U8
 *   - quantities: start U32, end U32, kind U8, low VALUE, high VALUE, relation U8, unit U32,
 *     per U32, rate U32, header_unit U32, counted_start U32, counted_end U32, number_start U32,
 *     number_end U32, soft_low VALUE, soft_high VALUE, si_value VALUE, si_unit U32, flags U16
 *   - initiatives: start U32, end U32, type U32, group U32, duty U32, status U8, score I32,
 *     trigger_start U32, trigger_end U32, object_start U32, object_end U32, actor_start U32,
 *     actor_end U32, place_start U32, place_end U32, time_start U32, time_end U32, rule U32,
 *     flags U8
 *   - entities: start U32, end U32, kind U8, link U32
 *   - clauses: start U32, end U32, role U8, sentence U32, paragraph U32, flags U8
 *   - measures: initiative U32, quantity U32
 *
 * What they hold is told in docs/jsonl.md, which is installed beside LICENSE. Names are codes of a
 * dictionary, the bits of flags have names, too (qm_flag_name). A start, an end or a row number of
 * something that is not there is QM_NONE. */
typedef enum qm_table {
    QM_TOKENS = 0,
    QM_QUANTITIES = 1,
    QM_INITIATIVES = 2,
    QM_ENTITIES = 3,
    QM_CLAUSES = 4,
    QM_MEASURES =
        5 /**< which quantity measures which initiative: row numbers within the document */
} qm_table;
#define QM_TABLES 6

typedef enum qm_type {
    QM_TYPE_U8 = 1,
    QM_TYPE_U16 = 2,
    QM_TYPE_U32 = 3,
    QM_TYPE_I32 = 4,
    QM_TYPE_I64 = 5,
    QM_TYPE_VALUE = 6 /**< qm_value */
} qm_type;

/** Bits of the column "flags" of tokens. */
typedef enum qm_token_flag {
    QM_TOKEN_ILL_FORMED = 1,
    QM_TOKEN_SPACE = 2, /**< blanks, which words are separated by. A text may say by itself where
                           a word ends, with U+200B (zero width space), and where none does,
                           with U+2060 (word joiner) */
    QM_TOKEN_COLOCATED = 4, /**< a word inside the one before it (fine granularity) */
    QM_TOKEN_USER = 8       /**< a word that the user brought */
} qm_token_flag;

#define QM_NONE UINT32_MAX /* in a U32 column: no such place or row */

/** What the codes of a dictionary column stand for. */
typedef enum qm_dictionary {
    QM_DICT_TAGS = 0, /**< parts of speech: UPOS names */
    QM_DICT_QUANTITY_KINDS = 1,
    QM_DICT_RELATIONS = 2,
    QM_DICT_UNITS = 3, /**< those of the models, then those that stand in the texts of the batch */
    QM_DICT_TYPES = 4,
    QM_DICT_GROUPS = 5,
    QM_DICT_DUTIES = 6,
    QM_DICT_STATUSES = 7,
    QM_DICT_RULES = 8,
    QM_DICT_ENTITY_KINDS = 9,
    QM_DICT_ROLES = 10,
    QM_DICT_TYPE_NAMES = 11 /**< what people read for the codes of QM_DICT_TYPES */
} qm_dictionary;
#define QM_DICTIONARIES 12

typedef struct qm_column {
    const void *data;   /**< valid until the result is written again or freed */
    int64_t length;     /**< rows */
    uint16_t type;      /**< a qm_type */
    uint16_t width;     /**< bytes per row */
    int32_t dictionary; /* -1, or a qm_dictionary: which names the codes stand for */
    const char *name;   /**< "start", "end", "kind", ... */
} qm_column;

/** A result holds the tables of the last batch that was written to it; before the first one it has
 * no documents. It keeps the engine's names alive by itself. */
QM_API int qm_result_new(qm_result **out, const qm_allocator *alloc, qm_error *err);
QM_API qm_result *qm_result_ref(qm_result *result);
QM_API void qm_result_unref(qm_result *result);
QM_API size_t qm_result_documents(const qm_result *result);
/** documents + 1 entries: the rows of document i are [offsets[i], offsets[i + 1]). They stay as
 * long as columns do. NULL if there is no such table. */
QM_API const int32_t *qm_result_offsets(const qm_result *result, int table);
/** Name of a bit (0, 1, ...) of the column "flags" of a table, in static memory; NULL where there
 * is no such bit. */
QM_API const char *qm_flag_name(int table, uint32_t bit);
/** Number of columns of a table, the same for every result; a table that was not asked for has the
 * columns but no rows. 0 if there is no such table. */
QM_API uint32_t qm_result_columns(const qm_result *result, int table);
/** By number; QM_E_INVALID when there is no such table or column. */
QM_API int qm_result_column(const qm_result *result, int table, uint32_t index, qm_column *out);
/** By name; QM_E_INVALID when the table has no such column. */
QM_API int qm_result_find(const qm_result *result, int table, const char *name, qm_column *out);
/** The name behind a code of a dictionary column, without a NUL at its end; 0 is always the empty
 * name (null). It stays as long as columns do. QM_E_INVALID when there is no such code. */
QM_API int qm_result_name(const qm_result *result, int32_t dictionary, uint32_t code,
                          qm_bytes *out);
/** Number of names of a dictionary, the empty one counted; 0 before the first batch. */
QM_API uint32_t qm_result_names(const qm_result *result, int32_t dictionary);

/* ---- running -------------------------------------------------------------------------------- */

typedef struct qm_analyzer qm_analyzer;

/** The scratch memory of one thread; it takes its own reference on the engine. Once it has written
 * the longest batch to a result twice, it allocates nothing for that result; only what a document
 * of more than a million characters needs is given back. */
QM_API int qm_analyzer_new(qm_analyzer **out, qm_engine *engine, const qm_allocator *alloc,
                           qm_error *err);
QM_API void qm_analyzer_free(qm_analyzer *analyzer);

/** One document, or n of them; result is written anew. Several short ones in one call are read
 * faster than one by one. The text is not needed afterwards, but for rendering. QM_E_BUSY while
 * Arrow arrays made from result are in use, QM_E_LIMIT for a document that is too long, QM_E_UTF8
 * when the engine is strict; of several documents the message says which, counted from 0. */
QM_API int qm_analyze(qm_analyzer *analyzer, const char *text, size_t size, qm_result *result,
                      qm_error *err);
QM_API int qm_analyze_views(qm_analyzer *analyzer, const qm_bytes *docs, size_t n,
                            qm_result *result, qm_error *err);
/** Arrow string layout: document i is data[offsets[i] .. offsets[i + 1]). */
QM_API int qm_analyze_offsets32(qm_analyzer *analyzer, const char *data, const int32_t *offsets,
                                size_t n, qm_result *result, qm_error *err);
QM_API int qm_analyze_offsets64(qm_analyzer *analyzer, const char *data, const int64_t *offsets,
                                size_t n, qm_result *result, qm_error *err);

/** Rewrites ascending byte offsets in place as code points or UTF-16 units. unit: a qm_offset_unit.
 * QM_E_INVALID for offsets that do not ascend or lie beyond the text. */
QM_API int qm_convert_offsets(const char *text, size_t size, uint32_t *offsets, size_t n, int unit,
                              qm_error *err);

/* ---- rendering: one document of a result as text -----------------------------------------------
 */

typedef enum qm_format {
    QM_JSON = 0, /**< one object, one line, the contract of docs/jsonl.md */
    QM_HTML = 1  /**< the text with its quantities, entities and initiatives marked; no script */
} qm_format;

/** A growing buffer of the caller's: data has size bytes, without a NUL at the end. Zero it before
 * first use and set alloc, if it is not to be malloc. */
typedef struct qm_buffer {
    char *data;
    size_t size, room;
    const qm_allocator *alloc;
} qm_buffer;

/** Gives the memory back and empties the buffer, which can be used again. */
QM_API void qm_buffer_free(qm_buffer *buffer);
/** Appends document number `document` of result, whose text is `text` and whose name is `name`, and
 * a line break. QM_E_INVALID if the text has not the length of the one that was analysed. */
QM_API int qm_result_render(const qm_result *result, size_t document, qm_bytes text, qm_bytes name,
                            int format, qm_buffer *out, qm_error *err);

/* ---- streams: words of a text in chunks; any chunking gives the one-shot answer -----------------
 */

typedef struct qm_stream qm_stream;

/** Takes its own reference on the engine. QM_E_INVALID for an engine without QM_TOKENS,
 * QM_E_UNSUPPORTED for one of QM_JOIN_ALWAYS. */
QM_API int qm_stream_new(qm_stream **out, qm_engine *engine, const qm_allocator *alloc,
                         qm_error *err);
QM_API void qm_stream_free(qm_stream *stream);
/** Tokens that are certain by now go to result, their offsets relative to *base, which is in the
 * unit of the engine. After a failure the same chunk can be fed again; after `last` the stream
 * begins a new text. Memory is bounded whatever the length of the text; it grows with the longest
 * run without a Chinese character, mark or blank, some 13 bytes for each of its own, and one longer
 * than QM_P_MAX_DOC_BYTES is QM_E_LIMIT. The words are those of qm_analyze with QM_JOIN_NEVER. */
QM_API int qm_stream_feed(qm_stream *stream, const char *chunk, size_t size, int last,
                          qm_result *result, uint64_t *base, qm_error *err);

/* ---- numbers and units -------------------------------------------------------------------------
 */

/** The whole of text as one number: 三万五, 壹佰贰拾元整, 1.6万, +5, 百分之三点五 and 3.5% (0.035),
 * 五成 (0.5), 两块五 and 两个半 (2.5). Exact, or QM_E_LIMIT; but a fraction without a finite
 * decimal is rounded to at most 15 digits, and out->rounded says so. A number with a unit
 * (三斤二两) is a quantity, and refused. The error has the first byte that is no part of a number;
 * UINT64_MAX where none is but the whole is no number: nothing there, more digits than can be
 * exact, 三五. */
QM_API int qm_number_parse(const char *text, size_t size, qm_value *out, qm_error *err);

typedef enum qm_number_style {
    QM_DIGITS = 0,    /**< 35000 */
    QM_HANZI = 1,     /**< 三万五千 */
    QM_FINANCIAL = 2, /**< 叁万伍仟 */
    QM_SCALED = 3     /**< 3.5万 */
} qm_number_style;

/** Appends to out. style: a qm_number_style. QM_E_INVALID for a date or time, QM_E_LIMIT for a
 * number that is too large or too small for the style. */
QM_API int qm_number_format(const qm_value *value, int style, qm_buffer *out, qm_error *err);

/** Between units of one dimension, exact; QM_E_LIMIT where the exact value has no finite decimal
 * within 18 digits (then *out is untouched). from, to: ids as in lib/data/units.tsv, or words for
 * units: mu or 亩; of a word with several meanings (分) the one that fits the other counts; with a
 * scale before it a unit of its own: 万元, 亿斤. Its errors have no offset. */
QM_API int qm_unit_convert(const qm_engine *engine, const qm_value *value, const char *from,
                           const char *to, qm_value *out, qm_error *err);

/* ---- Arrow C data interface (structs in <qianmo/arrow.h>, as the standard has them) -------------
 */

struct ArrowSchema;
struct ArrowArray;
struct ArrowArrayStream;

/** One table as a record batch (a struct array with a "document" column first). No copy of the
 * columns: the arrays hold a reference on the result, which cannot be written until they are
 * released, by whatever thread if the allocator bears that. Codes are dictionary arrays (0 is
 * null), QM_NONE is null; each qm_value column is two: a decimal128(38, 10), null where it is no
 * number or does not fit, and NAME_text with the exact number or the ISO 8601 date. Initiatives
 * have a list column "quantities" (the measures). QM_E_LIMIT where a column of strings would be
 * longer than Arrow can count, 2147483647 bytes. */
QM_API int qm_result_export(qm_result *result, int table, struct ArrowSchema *schema,
                            struct ArrowArray *array, qm_error *err);
/** The same, documents numbered from first_document: for what is mined in several batches. */
QM_API int qm_result_export_from(qm_result *result, int table, int32_t first_document,
                                 struct ArrowSchema *schema, struct ArrowArray *array,
                                 qm_error *err);
/** Where the strings of Arrow arrays of one schema are. Fields are private; copy it as you like. */
typedef struct qm_strings {
    int64_t column; /* of the record batch; -1: the array itself is of strings */
    int32_t layout;
    char index; /* format of the numbers of a dictionary; 0: there is none */
} qm_strings;

/** Finds the column (NULL: the only one) of strings: utf8, large_utf8 or string_view, plain or
 * dictionary-encoded; of a schema that is no struct, the array itself. A column of the null type
 * that is named, or is the array itself, is one of nulls. */
QM_API int qm_strings_find(qm_strings *out, const struct ArrowSchema *schema, const char *column,
                           qm_error *err);
/** The string of a row of an array of that schema: a view into it; of a null, an empty one. */
QM_API qm_bytes qm_strings_at(const qm_strings *strings, const struct ArrowArray *batch,
                              int64_t row);
/** Takes over *in; reads its column of strings as qm_strings_find does, gives a stream of one
 * table. Each batch is mined when it is asked for; documents are numbered through the whole
 * stream, nulls are documents without text. The stream belongs to one thread at a time and holds
 * its own reference on the engine. */
QM_API int qm_analyze_stream(qm_engine *engine, struct ArrowArrayStream *in, const char *column,
                             int table, struct ArrowArrayStream *out, qm_error *err);

#ifdef __cplusplus
}
#endif

#endif
