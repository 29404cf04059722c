/* A stranger's program that asks for libqianmo-decode alone. */
#include <qianmo/decode.h>

#include <stdio.h>

int main(void)
{
    qm_decode_info info;
    qm_error err;
    qm_bytes text = {"\xB4\xE5\xC0\xEF\xD0\xDE\xC2\xB7\xA3\xAC\xC2\xF4\xC5\xA3\xC8\xE2\xA1\xA3",
                     18};
    qm_buffer out = {0};
    if (qm_decode_detect(text, &info, &err) != QM_OK ||
        qm_decode_text(text, info.encoding, &out, NULL, &err) != QM_OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    size_t size = out.size;
    qm_buffer_free(&out);
    return size == 27 ? 0 : 1;
}
