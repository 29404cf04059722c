/* Segmented text for training and for scores. */
#ifndef QM_CLI_TRAINING_H
#define QM_CLI_TRAINING_H

#include "options.h"

#include "compile/train/train.h"

/* What a training says on the way, on standard error. */
void cli_training_progress(void *ud, const char *line);
/* A text and its format, which the name's suffix tells: .conllu or .conll, else words with blanks
 * between. The bytes stay in `bytes`. EX_OK, or a status after a message. */
int cli_training_text(const char *path, qm_buffer *bytes, qm_train_text *out);
/* Adds how the engine's segmenter does on a text. quality: a qm_quality. A status of the library.
 */
int cli_training_score(const qm_engine *engine, int quality, qm_train_text text,
                       qm_train_text vocabulary, qm_words_score_card *card, qm_error *err);
/* Precision, recall, F1, recall of known and new words, rates of mistakes: a line each. */
void cli_training_print(qm_buffer *out, const qm_words_score_card *card);

#endif
