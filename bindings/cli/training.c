#include "training.h"

#include "model.h"

#include "engine/engine.h"

#include <stdio.h>
#include <string.h>

void cli_training_progress(void *ud, const char *line)
{
    (void)ud;
    fprintf(stderr, "%s\n", line);
}

int cli_training_text(const char *path, qm_buffer *bytes, qm_train_text *out)
{
    const char *dot = strrchr(path, '.');
    bool conllu = dot && (strcmp(dot, ".conllu") == 0 || strcmp(dot, ".conll") == 0);
    int status = cli_read_utf8(path, bytes);
    *out = (qm_train_text){{bytes->data ? bytes->data : "", bytes->size},
                           conllu ? QM_TRAIN_CONLLU : QM_TRAIN_WORDS,
                           1};
    return status;
}

int cli_training_score(const qm_engine *engine, int quality, qm_train_text text,
                       qm_train_text vocabulary, qm_words_score_card *card, qm_error *err)
{
    const qm_segment_options options = {.granularity = QM_WORD, .quality = (uint8_t)quality};
    return qm_words_evaluate(engine->segmenter, &options, engine->map, text, vocabulary, NULL, card,
                             err);
}

static void print_rate(qm_buffer *out, const char *name, uint64_t part, uint64_t whole)
{
    if (whole == 0) return;
    cli_printf(out, "%-22s %7.3f %%  (%llu of %llu)\n", name, 100.0 * (double)part / (double)whole,
               (unsigned long long)part, (unsigned long long)whole);
}

void cli_training_print(qm_buffer *out, const qm_words_score_card *card)
{
    print_rate(out, "precision", card->right, card->system);
    print_rate(out, "recall", card->right, card->gold);
    /* F1 is the share of right words in the mean of both. */
    print_rate(out, "F1", 2 * card->right, card->gold + card->system);
    print_rate(out, "recall of known words", card->known_right, card->known);
    print_rate(out, "recall of new words", card->new_right, card->new_words);
    print_rate(out, "crossing", card->crossing, card->system);
    print_rate(out, "split too much", card->over_split, card->gold);
    print_rate(out, "tags", card->tags_right, card->tagged);
    print_rate(out, "split too little", card->under_split, card->system);
}
