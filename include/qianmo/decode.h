/** @file
 * Bytes of any encoding to UTF-8: GB18030 and GBK, Big5, UTF-16 and what else ICU converts.
 *
 * A library of its own (libqianmo-decode), because ICU is large and the analysis does not need it.
 * The rules of qianmo.h hold; only ICU's own objects come from malloc whatever the allocator. Its
 * package brings libqianmo along, which has qm_buffer_free.
 */
#ifndef QIANMO_DECODE_H
#define QIANMO_DECODE_H

#include <qianmo/qianmo.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    QM_DECODE_BINARY = 1, /**< no text: an image, an archive, an office document ... */
    QM_DECODE_BOM = 2     /**< it began with a byte order mark */
};

typedef struct qm_decode_info {
    char encoding[32]; /**< "UTF-8", "GB18030", "Big5", "UTF-16LE", ...; "binary" */
    uint32_t flags;    /**< QM_DECODE_* */
    uint32_t reserved;
    uint64_t undecodable;       /**< pieces that are ill-formed or stand for no character */
    uint64_t first_undecodable; /**< byte offset of the first of them; UINT64_MAX if none */
} qm_decode_info;

/** Which encoding it is, or QM_DECODE_BINARY. Byte order marks decide, then well-formed UTF-8, then
 * what Chinese text looks like in UTF-16, GB18030 and Big5, last ICU's guess. Looks at the first
 * 64 KiB. undecodable is not counted. */
QM_API int qm_decode_detect(qm_bytes text, qm_decode_info *info, qm_error *err);

/** Appends text as UTF-8 to out. encoding: a name that ICU knows ("gbk", "utf-16be"), or NULL to
 * detect it. UTF-8 is taken over byte for byte, so that offsets hold for the file, too; elsewhere
 * every undecodable piece becomes U+FFFD and the byte order mark is dropped. Binary data are
 * QM_E_UNSUPPORTED, an unknown name is QM_E_INVALID. info may be NULL. */
QM_API int qm_decode_text(qm_bytes text, const char *encoding, qm_buffer *out, qm_decode_info *info,
                          qm_error *err);

#ifdef __cplusplus
}
#endif

#endif
