/* Text like that to be analysed: how often it visits the words of the lexicon decides which of them
 * lie together in the image, and nothing else. */
#include "compile/compile.h"

/* The words of a line without the blanks between them. */
static int add_words(const qm_builder *builder, qm_bytes line, qm_error *err)
{
    int status = QM_OK;
    for (qm_bytes word; status == QM_OK && qm_split(&line, ' ', &word);)
        status = qm_lexicon_builder_sample(builder->lexicon, builder->map, word, err);
    return status == QM_OK
               ? qm_lexicon_builder_sample(builder->lexicon, NULL, qm_bytes_of("\n"), err)
               : status;
}

/* One line a row, in its last field. */
int qm_read_sample(qm_builder *builder, qm_bytes text, qm_error *err)
{
    qm_tsv tsv;
    qm_tsv_open(&tsv, text);
    while (qm_tsv_next(&tsv)) {
        qm_error why;
        int status = add_words(builder, qm_tsv_field(&tsv, tsv.fields - 1), &why);
        if (status == QM_E_NOMEM) return qm_fail_nomem(err);
        if (status != QM_OK) return qm_fail_line(err, status, tsv.line, 1, "%s", why.message);
    }
    return QM_OK;
}
