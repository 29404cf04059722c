#include "base/utf8.h"
#include "compile/compile.h"
#include "engine/model.h"

/* The folding of the topmost image of base that has one. */
static int bind_map(qm_builder *builder, qm_error *err)
{
    const qm_images *images = qm_model_images(builder->base);
    for (size_t i = images->count; i-- > 0;) {
        qm_bytes section = qm_image_section(&images->at[i], QM_SECTION_ID('C', 'H', 'A', 'R'));
        if (section.data)
            return qm_charmap_bind(section, images->at[i].trusted, &builder->map, err);
    }
    return QM_OK;
}

int qm_builder_new(qm_builder **out, qm_model *base, const qm_allocator *alloc, qm_error *err)
{
    alloc = qm_allocator_or_default(alloc);
    qm_builder *builder = qm_alloc_zero(alloc, sizeof *builder);
    if (!builder) return qm_fail_nomem(err);
    builder->own_alloc = *alloc;
    builder->alloc = &builder->own_alloc;
    int status = qm_lexicon_builder_new(&builder->lexicon, builder->alloc, err);
    if (status == QM_OK && base) {
        builder->base = qm_model_ref(base);
        status = bind_map(builder, err);
    }
    if (status == QM_OK) *out = builder;
    else qm_builder_free(builder);
    return status;
}

void qm_builder_free(qm_builder *builder)
{
    if (!builder) return;
    qm_allocator alloc = builder->own_alloc;
    for (int room = 0; room < QM_COMPILE_ROOMS; room++)
        if (qm_compile_finishers[room].free) qm_compile_finishers[room].free(builder);
    qm_lexicon_builder_free(builder->lexicon);
    qm_image_writer_free(builder->writer);
    for (size_t i = 0; i < builder->notes.count; i++)
        qm_release(&alloc, builder->notes.at[i].key, builder->notes.at[i].size);
    qm_array_free(&alloc, &builder->notes);
    qm_model_unref(builder->base);
    qm_release(&alloc, builder, sizeof *builder);
}

int qm_builder_lexeme(qm_builder *builder, qm_bytes word, uint16_t kind, uint16_t flags,
                      uint32_t value, qm_error *err)
{
    qm_sense sense = {.kind = kind, .flags = flags, .value = value};
    return qm_lexicon_builder_add(builder->lexicon, builder->map, word, sense, err);
}

int qm_builder_note(qm_builder *builder, const char *key, qm_bytes value, qm_error *err)
{
    size_t length = strlen(key) + 1;
    qm_compile_note note = {.size = length + value.size, .value = {NULL, value.size}};
    if (qm_array_reserve(builder->alloc, &builder->notes, builder->notes.count + 1) != QM_OK)
        return qm_fail_nomem(err);
    note.key = qm_resize(builder->alloc, NULL, 0, note.size);
    if (!note.key) return qm_fail_nomem(err);
    memcpy(note.key, key, length);
    if (value.size > 0) memcpy(note.key + length, value.data, value.size);
    note.value.data = note.key + length;
    builder->notes.at[builder->notes.count++] = note;
    return QM_OK;
}

/* UTF-16 is told by its mark, and YAML may be written in it. */
static bool is_utf16(qm_bytes text)
{
    return text.size >= 2 &&
           (memcmp(text.data, "\xFF\xFE", 2) == 0 || memcmp(text.data, "\xFE\xFF", 2) == 0);
}

int qm_builder_read(qm_builder *builder, const char *kind, qm_bytes text, qm_error *err)
{
    if (text.size == 0) text.data = ""; /* an empty text may be nowhere, but not for libyaml */
    for (const qm_compile_kind *one = qm_compile_kinds; one->name; one++) {
        if (strcmp(one->name, kind) != 0) continue;
        bool marked = one->read == qm_taxonomy_read_yaml && is_utf16(text);
        int status = marked ? QM_OK : qm_utf8_require(text, err);
        return status == QM_OK ? one->read(builder, text, err) : status;
    }
    return qm_fail(err, QM_E_INVALID, "unknown kind \"%.100s\"", kind);
}

static int add_sections(qm_builder *builder, qm_image_writer *writer, qm_error *err)
{
    int status = QM_OK;
    for (int room = 0; room < QM_COMPILE_ROOMS && status == QM_OK; room++)
        if (qm_compile_finishers[room].finish)
            status = qm_compile_finishers[room].finish(builder, writer, err);
    if (status == QM_OK) status = qm_lexicon_builder_finish(builder->lexicon, writer, err);
    for (size_t i = 0; i < builder->notes.count && status == QM_OK; i++)
        status =
            qm_image_writer_info(writer, builder->notes.at[i].key, builder->notes.at[i].value, err);
    return status;
}

int qm_builder_finish(qm_builder *builder, qm_bytes *image, qm_error *err)
{
    qm_image_writer *writer;
    qm_bytes made;
    int status = qm_image_writer_new(&writer, builder->alloc, err);
    if (status != QM_OK) return status;
    status = add_sections(builder, writer, err);
    if (status == QM_OK) status = qm_image_writer_finish(writer, &made, err);
    if (status != QM_OK) {
        qm_image_writer_free(writer);
        return status;
    }
    qm_image_writer_free(builder->writer);
    builder->writer = writer;
    *image = made;
    return QM_OK;
}
