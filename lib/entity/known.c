/* What the dictionary of words knows of a string: common words are what names are mistaken for. */
#include "entity/find.h"

#define LEAST_NAME 105 /* what is more frequent is no person's name */
#define RAREST 108     /* about one in a million: rarer words are as good as unknown */

qm_known qm_known_as(const qm_entity_scratch *scratch, uint32_t start, uint32_t end)
{
    uint32_t rareness = 0;
    uint32_t class = qm_segmenter_class(scratch->recognizer->segmenter, scratch->text,
                                        scratch->words, start, end, &rareness);
    if (rareness > RAREST) return QM_KNOWN_NOT;
    switch (class) {
    case 0: return QM_KNOWN_NOT;
    case QM_CLASS_PERSON: /* the dictionary says so of 李子 and 周转 as well, and of 印发 below */
        return rareness < LEAST_NAME && end - start == 2 ? QM_KNOWN_NOUN : QM_KNOWN_PERSON;
    case QM_CLASS_NAME:
        return rareness < LEAST_NAME && end - start == 2 ? QM_KNOWN_NOUN : QM_KNOWN_NAME;
    case QM_CLASS_FOREIGNER: return QM_KNOWN_PERSON;
    case QM_CLASS_PLACE:
    case QM_CLASS_BODY: return QM_KNOWN_NAME;
    case QM_CLASS_VERB:
    case QM_CLASS_VERBAL_NOUN: return QM_KNOWN_VERB;
    case QM_CLASS_NOUN: return QM_KNOWN_NOUN;
    default: return QM_KNOWN_OTHER;
    }
}
