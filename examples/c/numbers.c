/* Numbers and units without a text around them: parsed, written, converted, always exact. */
#include <qianmo/qianmo.h>
#include <stdio.h>
#include <string.h>

static int print_number(const char *text, qm_error *err)
{
    qm_value value;
    qm_buffer hanzi = {0};
    char digits[48];
    int status = qm_number_parse(text, strlen(text), &value, err);
    if (!status) status = qm_number_format(&value, QM_HANZI, &hanzi, err);
    if (!status) {
        qm_value_text(&value, digits, sizeof digits);
        printf("%s  %s  %.*s\n", text, digits, (int)hanzi.size, hanzi.data);
    }
    qm_buffer_free(&hanzi);
    return status;
}

static int print_area(const qm_engine *engine, const char *mu, qm_error *err)
{
    qm_value value, metres;
    char digits[48];
    int status = qm_number_parse(mu, strlen(mu), &value, err);
    if (!status) status = qm_unit_convert(engine, &value, "mu", "m2", &metres, err);
    if (!status) {
        qm_value_text(&metres, digits, sizeof digits);
        printf("%s mu = %s m2\n", mu, digits);
    }
    return status;
}

int main(void)
{
    qm_error err;
    qm_model *model = NULL;
    qm_engine *engine = NULL;
    int status = print_number("三万五", &err);
    if (!status) status = print_number("1.6万", &err);
    if (!status) status = print_number("壹佰贰拾元整", &err);
    if (!status) status = qm_model_builtin(&model, &err);
    if (!status) status = qm_engine_new(&engine, &model, 1, NULL, 0, NULL, &err);
    if (!status) status = print_area(engine, "36", &err);
    if (status) fprintf(stderr, "%s\n", err.message);
    qm_engine_unref(engine);
    qm_model_unref(model);
    return status != 0;
}
