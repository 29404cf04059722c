/* Any text as a taxonomy: refused with a line and column, or an image that finds rows in a text.
 * The first byte chooses the format. The same bytes are then tried as the section of an image. */
#include "compile/compile.h"
#include "fuzz.h"
#include "initiative/rules.h"

static const char *const kinds[] = {"taxonomy", "taxonomy-csv", "cues", "fights", "particles"};

static void analyze(qm_bytes image)
{
    static const char text[] = "一、工作\n\n村里新建学校3座、桥2座，如果没有修路，将种树。\n";
    qm_model *models[2];
    qm_engine *engine = NULL;
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    FUZZ_CHECK(qm_model_builtin(&models[0], NULL) == QM_OK);
    FUZZ_CHECK(qm_model_from_memory(&models[1], image, QM_OPEN_COPY, NULL, NULL, NULL, NULL) ==
               QM_OK);
    FUZZ_CHECK(qm_engine_new(&engine, models, 2, NULL, 0, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_analyzer_new(&analyzer, engine, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_result_new(&result, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_analyze(analyzer, text, sizeof text - 1, result, NULL) == QM_OK);
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
    qm_model_unref(models[1]);
    qm_model_unref(models[0]);
}

static void compile(const char *kind, qm_bytes text)
{
    qm_builder *builder = NULL;
    qm_error err = {.code = QM_OK};
    qm_bytes image;
    FUZZ_CHECK(qm_builder_new(&builder, NULL, NULL, NULL) == QM_OK);
    int status = qm_builder_read(builder, kind, text, &err);
    FUZZ_CHECK(status == err.code || status == QM_OK);
    if (status == QM_E_SYNTAX) FUZZ_CHECK(err.line > 0 && err.column > 0);
    if (status == QM_OK && qm_builder_finish(builder, &image, NULL) == QM_OK) analyze(image);
    qm_builder_free(builder);
}

static void bind(const uint8_t *data, size_t size)
{
    qm_image_writer *writer = NULL;
    qm_bytes bytes;
    qm_image image;
    qm_taxonomy taxonomy;
    FUZZ_CHECK(qm_image_writer_new(&writer, NULL, NULL) == QM_OK);
    FUZZ_CHECK(qm_image_writer_add(writer, QM_SECTION_TAXONOMY, data, size, NULL) == QM_OK);
    FUZZ_CHECK(qm_image_writer_finish(writer, &bytes, NULL) == QM_OK);
    FUZZ_CHECK(qm_image_open(&image, bytes, false, NULL) == QM_OK);
    if (qm_taxonomy_bind(&taxonomy, &image, NULL) == QM_OK)
        for (uint32_t i = 0; i < taxonomy.header.types; i++)
            FUZZ_CHECK(qm_taxonomy_string(&taxonomy, taxonomy.types[i].id).size > 0);
    qm_image_writer_free(writer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    /* The seeds are older than the last kind. */
    compile(kinds[data[0] == 'p' ? 4 : data[0] % 4], (qm_bytes){data + 1, size - 1});
    bind(data, size);
    return 0;
}
