/* The characters of numerals, each where its hash says (qm_glyph_of). */
#include "quantity/numeral.h"

#define PLACE(x) [(x)*303u >> 8 & 255]
#define DIGIT(x, value) PLACE(x) = {x, value, 0}
#define SCALE(x, power) PLACE(x) = {x, -1, power}
#define TENS(x, tens) PLACE(x) = {x, -(tens), 0}
#define FEW(x) PLACE(x) = {x, QM_GLYPH_FEW, 0}

const qm_glyph qm_glyphs[256] = {
    [0] = {0xFFFF, -1, 0}, DIGIT(U'〇', 0), DIGIT(U'○', 0),   DIGIT(U'零', 0), DIGIT(U'一', 1),
    DIGIT(U'壹', 1),       DIGIT(U'幺', 1), DIGIT(U'二', 2),  DIGIT(U'贰', 2), DIGIT(U'貳', 2),
    DIGIT(U'两', 2),       DIGIT(U'兩', 2), DIGIT(U'俩', 2),  DIGIT(U'倆', 2), DIGIT(U'三', 3),
    DIGIT(U'叁', 3),       DIGIT(U'參', 3), DIGIT(U'叄', 3),  DIGIT(U'仨', 3), DIGIT(U'四', 4),
    DIGIT(U'肆', 4),       DIGIT(U'五', 5), DIGIT(U'伍', 5),  DIGIT(U'六', 6), DIGIT(U'陆', 6),
    DIGIT(U'陸', 6),       DIGIT(U'七', 7), DIGIT(U'柒', 7),  DIGIT(U'八', 8), DIGIT(U'捌', 8),
    DIGIT(U'九', 9),       DIGIT(U'玖', 9), SCALE(U'十', 1),  SCALE(U'拾', 1), SCALE(U'百', 2),
    SCALE(U'佰', 2),       SCALE(U'千', 3), SCALE(U'仟', 3),  SCALE(U'万', 4), SCALE(U'萬', 4),
    SCALE(U'亿', 8),       SCALE(U'億', 8), SCALE(U'兆', 12), TENS(U'廿', 20), TENS(U'卅', 30),
    TENS(U'卌', 40),       FEW(U'几'),      FEW(U'幾'),       FEW(U'数'),      FEW(U'數'),
};
