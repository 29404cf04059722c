#include "command.h"
#include "input.h"
#include "model.h"
#include "output.h"

#include "engine/explain.h"

static int explain_document(const cli_options *o, qm_analyzer *analyzer, cli_document *document,
                            qm_buffer *out)
{
    qm_buffer notes = cli_buffer();
    qm_error err = {0};
    int status = cli_document_decode(document, o, &notes);
    cli_say_notes(&notes);
    qm_buffer_free(&notes);
    if (status != EX_OK) return status;
    cli_add(out, document->name.data, document->name.size);
    cli_putc(out, '\n');
    const char *text = document->text.data ? document->text.data : "";
    if (qm_analyzer_explain(analyzer, text, document->text.size, out, &err) != QM_OK)
        return cli_say_error(cli_path_name(document->path), &err);
    cli_putc(out, '\n');
    return EX_OK;
}

static int explain_all(const cli_options *o, qm_analyzer *analyzer, cli_output *output)
{
    cli_input input;
    cli_batch batch = {0};
    qm_buffer out = cli_buffer();
    cli_input_open(&input, o);
    int status = EX_OK;
    while (output->status == EX_OK && cli_input_fill(&input, &batch)) {
        for (size_t i = 0; i < batch.count; i++) {
            out.size = 0;
            int failed = explain_document(o, analyzer, &batch.at[i], &out);
            if (status == EX_OK) status = failed;
            cli_output_write(output, out.data, out.size);
        }
    }
    if (input.status != EX_OK) status = input.status;
    cli_input_close(&input);
    cli_batch_free(&batch);
    qm_buffer_free(&out);
    return status;
}

int cli_explain(const cli_options *o)
{
    qm_engine *engine = NULL;
    qm_analyzer *analyzer = NULL;
    qm_error err = {0};
    cli_output output;
    uint32_t tables = 1u << QM_QUANTITIES | 1u << QM_ENTITIES | 1u << QM_INITIATIVES;
    int status = cli_check_encoding(o);
    if (status == EX_OK) status = cli_engine_new(&engine, o, tables, QM_BYTES, NULL, 0);
    if (status == EX_OK && qm_analyzer_new(&analyzer, engine, NULL, &err) != QM_OK)
        status = cli_say_error(NULL, &err);
    if (status == EX_OK) {
        status = cli_output_open(&output, o->output);
        bool open = status == EX_OK;
        if (open) status = explain_all(o, analyzer, &output);
        int closed = cli_output_close(&output, open);
        if (closed != EX_OK) status = closed;
    }
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
    return status;
}
