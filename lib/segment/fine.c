/* The words inside words, for search engines: a long word is cut where the model came nearest to
 * cutting it. */
#include "segment/parts.h"

/* How far from a cut the place may be, in quarters of a margin, by the length of the word. */
static int32_t reach_of(uint32_t length)
{
    return length <= 2 ? 0 : length == 3 ? 4 : length == 4 ? 10 : 12;
}

void qm_cut_fine(const qm_segmenter *segmenter, const qm_text *text, const int16_t *margins,
                 uint8_t *begins)
{
    int32_t scale = segmenter->has_model ? (int32_t)segmenter->model.params.scale : 1;
    for (uint32_t start = 0, end; start < text->count; start = end) {
        for (end = start + 1; !begins[end];) end++;
        int32_t reach = -reach_of(end - start) * scale / 4;
        for (uint32_t i = start + 1; i < end; i++)
            if (margins[i] != QM_MARGIN_NEVER && margins[i] > reach) begins[i] = 1;
    }
}
