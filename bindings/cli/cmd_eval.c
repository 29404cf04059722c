#include "command.h"
#include "input.h"
#include "model.h"
#include "output.h"
#include "training.h"

static int eval_file(qm_engine *engine, const cli_options *o, const char *path,
                     qm_train_text vocabulary, qm_words_score_card *card)
{
    qm_buffer bytes = cli_buffer();
    qm_train_text text;
    qm_error err = {0};
    uint64_t before = card->gold;
    int status = cli_training_text(path, &bytes, &text);
    if (status == EX_OK &&
        cli_training_score(engine, o->quality, text, vocabulary, card, &err) != QM_OK)
        status = cli_say_error(cli_path_name(path), &err);
    if (status == EX_OK && card->gold == before) {
        cli_say((cli_place){cli_path_name(path), 0, 0}, "no words to score");
        status = EX_DATAERR;
    }
    qm_buffer_free(&bytes);
    return status;
}

int cli_eval(const cli_options *o)
{
    qm_engine *engine = NULL;
    qm_words_score_card card = {0};
    qm_buffer known = cli_buffer(), out = cli_buffer();
    qm_train_text vocabulary = {{"", 0}, QM_TRAIN_WORDS, 1};
    cli_output output;
    if (o->n_arguments == 0) return cli_usage(o, "no segmented text is named");
    int status = cli_engine_new(&engine, o, 1u << QM_TOKENS, QM_BYTES, NULL, 0);
    if (status == EX_OK && o->vocabulary)
        status = cli_training_text(o->vocabulary, &known, &vocabulary);
    for (int i = 0; status == EX_OK && i < o->n_arguments; i++)
        status = eval_file(engine, o, o->arguments[i], vocabulary, &card);
    if (status == EX_OK) {
        cli_training_print(&out, &card);
        cli_output_open(&output, NULL);
        cli_output_write(&output, out.data, out.size);
        status = cli_output_close(&output, true);
    }
    qm_engine_unref(engine);
    qm_buffer_free(&known);
    qm_buffer_free(&out);
    return status;
}
