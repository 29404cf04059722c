/* Raw text for a student: cut by the slower and better way of a model that was trained before. */
#include "compile/train/words.h"

typedef struct teacher {
    qm_segmenter *segmenter;
    qm_segment_scratch *scratch;
    const qm_charmap *map;
    const qm_allocator *alloc;
    qm_text text;
    qm_words words;
    qm_char_array *out;
} teacher;

/* A blank before each word but the first, a line break behind the last. */
static int put_words(teacher *t)
{
    const qm_text *text = &t->text;
    size_t most = t->out->count + text->size + text->count + 1;
    if (qm_array_reserve(t->alloc, t->out, most) != QM_OK) return QM_E_NOMEM;
    char *to = t->out->at + t->out->count;
    for (uint32_t i = 0; i < text->count; i++) {
        if (i && t->words.begins[i]) *to++ = ' ';
        memcpy(to, text->bytes + text->starts[i], text->widths[i]);
        to += text->widths[i];
    }
    *to++ = '\n';
    t->out->count = (size_t)(to - t->out->at);
    return QM_OK;
}

static int cut_line(teacher *t, const char *line, size_t size, qm_error *err)
{
    const qm_segment_options options = {.granularity = QM_WORD, .quality = QM_LATTICE};
    int status = qm_text_decode(&t->text, t->map, line, size, false, err);
    if (status == QM_OK)
        status = qm_segment_run(t->segmenter, t->scratch, &t->text, NULL, &options, &t->words, err);
    if (status != QM_OK) return status;
    return put_words(t) == QM_OK ? QM_OK : qm_fail_nomem(err);
}

int qm_teacher_cut(qm_bytes image, const qm_charmap *map, qm_bytes raw, const qm_allocator *alloc,
                   qm_char_array *out, qm_error *err)
{
    teacher t = {.map = map, .alloc = alloc, .out = out};
    qm_image opened;
    qm_text_init(&t.text, alloc);
    int status = qm_image_open(&opened, image, true, err);
    const qm_images images = {&opened, 1};
    if (status == QM_OK) status = qm_segmenter_new(&t.segmenter, &images, NULL, 0, alloc, err);
    if (status == QM_OK) status = qm_segment_scratch_new(&t.scratch, t.segmenter, alloc, err);
    const char *at = raw.data, *end = at + raw.size;
    while (at < end && status == QM_OK) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        if (stop > at) status = cut_line(&t, at, (size_t)(stop - at), err);
        at = stop < end ? stop + 1 : end;
    }
    qm_segment_scratch_free(t.scratch);
    qm_segmenter_free(t.segmenter);
    qm_words_free(&t.words, alloc);
    qm_text_free(&t.text);
    return status;
}
