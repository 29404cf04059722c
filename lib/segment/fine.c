/* The words inside words, for search engines: a word of the user's is cut at its blanks and marks,
 * a long word where words of the dictionary meet; one that has no such place where the model came
 * nearest to cutting it. */
#include "segment/parts.h"
#include "segment/segment.h"

/* What goes on for longer (一一一…) is no word: it is looked at piece by piece, for each cut is
 * followed by another look at what is left. */
enum { FAR = 256 };

/* How far from a cut a place without words of the dictionary may be, in quarters of a margin, by
 * the length of the word. */
static int32_t reach_of(uint32_t length)
{
    return length <= 3 ? 0 : length == 4 ? 10 : 12;
}

/* One character is always a word to cut off. */
static bool is_known(const qm_segmenter *segmenter, const qm_text *text, uint32_t start,
                     uint32_t end, uint32_t *rareness)
{
    *rareness = 0;
    return end - start == 1 || qm_segmenter_class(segmenter, text, NULL, start, end, rareness) != 0;
}

/* 第一|书记, 工作|队; of several such places the one whose rarer word is the most common. 0: none.
 */
static uint32_t find_meeting(const qm_segmenter *segmenter, const qm_text *text,
                             const int16_t *margins, uint32_t start, uint32_t end)
{
    uint32_t best = 0, least = UINT32_MAX, left, right;
    if (end - start < 3 || end - start > QM_WORD_MAX) return 0;
    for (uint32_t i = start + 1; i < end; i++) {
        if (margins[i] == QM_MARGIN_NEVER || !is_known(segmenter, text, start, i, &left) ||
            !is_known(segmenter, text, i, end, &right))
            continue;
        uint32_t rareness = left > right ? left : right;
        if (rareness >= least) continue;
        least = rareness;
        best = i;
    }
    return best;
}

static uint32_t find_nearest(const qm_segmenter *segmenter, const int16_t *margins, uint32_t start,
                             uint32_t end)
{
    int32_t scale = segmenter->has_model ? (int32_t)segmenter->model.params.scale : 1;
    int32_t most = -reach_of(end - start) * scale / 4;
    uint32_t best = 0;
    for (uint32_t i = start + 1; i < end; i++) {
        if (margins[i] == QM_MARGIN_NEVER || margins[i] <= most) continue;
        most = margins[i];
        best = i;
    }
    return best;
}

static uint32_t find_mark(const qm_text *text, const int16_t *margins, uint32_t start, uint32_t end)
{
    for (uint32_t i = start + 1; i < end; i++)
        if (margins[i] > 0 && qm_is_beside_mark(text, i)) return i;
    return 0;
}

void qm_cut_fine(const qm_segmenter *segmenter, const qm_text *text, const int16_t *margins,
                 uint8_t *begins)
{
    for (uint32_t start = 0, end; start < text->count; start = end) {
        for (end = start + 1; !begins[end] && end - start < FAR;) end++;
        uint32_t cut = find_mark(text, margins, start, end);
        if (!cut) cut = find_meeting(segmenter, text, margins, start, end);
        if (!cut && end - start > 3) cut = find_nearest(segmenter, margins, start, end);
        if (!cut) continue;
        begins[cut] = 1;
        end = start; /* the two may have words inside, too */
    }
}
