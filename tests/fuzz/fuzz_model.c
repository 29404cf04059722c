/* Changes to the built-in images, whose checksums are made right, for no mutation would ever hit
 * upon those: an image is refused, or an engine of it reads a text. */
#include "engine/model.h"
#include "fuzz.h"
#include "image/format.h"

static const char report[] =
    "去年，石桥村修路3公里，投资36万余元，卖牛肉5—8万元，增长百分之三点五。\n"
    "（一）发展产业\n1月，第一书记李明为村民安装路灯40盏，没有销售土豆2.5吨；\n"
    "清水镇梨树村村委会主任王小山介绍，公司+农户模式带动120户，计划明年修建文化广场一座。";

static void read_report(qm_model *const *models, size_t n)
{
    const qm_setting settings[] = {{QM_P_TAGS, 0, 1}, {QM_P_GRANULARITY, 0, QM_FINE}};
    qm_engine *engine = NULL;
    qm_analyzer *analyzer = NULL;
    qm_result *result = NULL;
    const qm_bytes text = {report, sizeof report - 1};
    qm_buffer out = {0};
    if (qm_engine_new(&engine, models, n, settings, 2, NULL, NULL) == QM_OK &&
        qm_analyzer_new(&analyzer, engine, NULL, NULL) == QM_OK &&
        qm_result_new(&result, NULL, NULL) == QM_OK &&
        qm_analyze(analyzer, text.data, text.size, result, NULL) == QM_OK)
        for (int format = QM_JSON; format <= QM_HTML; format++)
            qm_result_render(result, 0, text, qm_bytes_of("a"), format, &out, NULL);
    qm_buffer_free(&out);
    qm_result_unref(result);
    qm_analyzer_free(analyzer);
    qm_engine_unref(engine);
}

/* Each change is a section, a place in it of three bytes, and what is put there instead. */
static void change(uint8_t *image, const uint8_t *data, size_t size)
{
    qm_image_header *head = (qm_image_header *)image;
    qm_image_entry *table = (qm_image_entry *)(image + sizeof *head);
    for (size_t i = 0; i + 5 <= size; i += 5) {
        qm_image_entry *entry = &table[data[i] % head->sections];
        uint8_t *section = image + entry->offset;
        size_t place = (size_t)data[i + 1] << 16 | (size_t)data[i + 2] << 8 | data[i + 3];
        if (entry->length == 0) continue;
        section[place % entry->length] = data[i + 4];
        entry->checksum = qm_hash(section, entry->length, entry->id);
    }
    head->checksum = qm_image_head_checksum(image, head->sections);
}

/* The built-in images, one of which is this one. */
static void read_with(const qm_images *images, size_t number, qm_bytes changed)
{
    qm_model *models[QM_MODEL_IMAGES] = {NULL};
    int status = QM_OK;
    for (size_t i = 0; i < images->count && status == QM_OK; i++) {
        const qm_bytes good = {images->at[i].data, images->at[i].size};
        status = qm_model_from_memory(&models[i], i == number ? changed : good,
                                      i == number ? 0 : QM_OPEN_TRUSTED, NULL, NULL, NULL, NULL);
        FUZZ_CHECK(status == QM_OK || i == number);
    }
    if (status == QM_OK) read_report(models, images->count);
    for (size_t i = 0; i < images->count; i++) qm_model_unref(models[i]);
}

/* The first byte says which image. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    qm_model *builtin;
    if (size == 0) return 0;
    FUZZ_CHECK(qm_model_builtin(&builtin, NULL) == QM_OK);
    const qm_images *images = qm_model_images(builtin);
    const size_t number = data[0] % images->count;
    const qm_image *image = &images->at[number];
    uint8_t *copy = malloc(image->size);
    if (copy) {
        memcpy(copy, image->data, image->size);
        change(copy, data + 1, size - 1);
        read_with(images, number, (qm_bytes){copy, image->size});
    }
    free(copy);
    qm_model_unref(builtin);
    return 0;
}
