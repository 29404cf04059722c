#include "compile/compile.h"

#define QM_KIND(name, read) {name, read},
#define QM_ROOM(room, finish, free)
const qm_compile_kind qm_compile_kinds[] = {
#include "compile/kinds.def"
    {NULL, NULL}};
#undef QM_KIND
#undef QM_ROOM

#define QM_KIND(name, read)
#define QM_ROOM(room, finish, free) [room] = {finish, free},
const qm_compile_finish qm_compile_finishers[QM_COMPILE_ROOMS] = {
#include "compile/kinds.def"
    [QM_COMPILE_WORDS] = {NULL, NULL}}; /* user words are lexicon entries only */
#undef QM_KIND
#undef QM_ROOM

#define QM_KIND(name, read) name,
#define QM_ROOM(room, finish, free)
static const char *const kind_names[] = {
#include "compile/kinds.def"
    NULL};
#undef QM_KIND
#undef QM_ROOM

const char *const *qm_builder_kinds(void)
{
    return kind_names;
}
