/* What the library holds for Lua's boxes, counted, so that the collector is asked in time. */
#ifndef QM_LUA_MEMORY_H
#define QM_LUA_MEMORY_H

#include <lauxlib.h>
#include <qianmo/qianmo.h>

#define MEMORY "qianmo.memory" /* in the registry */

enum {
    HELD_LEAST = 16 << 20 /* bytes that the library may hold before the collector is asked */
};

/* Lua's collector sees small boxes only: what the library holds for them is counted here, once per
 * Lua state, so that it can be asked in time. */
typedef struct memory {
    lua_Alloc resize;
    void *ud;
    size_t held, due; /* bytes; those at which the collector is asked */
} memory;

static void *memory_resize(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    memory *m = ud;
    void *got = m->resize(m->ud, ptr, old_size, new_size);
    if (got || !new_size) m->held += new_size - (ptr ? old_size : 0);
    return got;
}

static memory *memory_of(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, MEMORY);
    memory *m = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return m;
}

/* A module that is loaded a second time goes on with the memory of the first. */
static void memory_open(lua_State *L)
{
    if (memory_of(L)) return;
    memory *m = lua_newuserdata(L, sizeof *m);
    m->resize = lua_getallocf(L, &m->ud);
    m->held = 0;
    m->due = HELD_LEAST;
    lua_setfield(L, LUA_REGISTRYINDEX, MEMORY);
}

static qm_allocator allocator_of(lua_State *L)
{
    return (qm_allocator){memory_resize, memory_of(L)};
}

/* A whole collection whenever what is held has doubled: those who keep their documents pay little,
 * those who drop them never hold much. */
static void memory_tidy(lua_State *L)
{
    memory *m = memory_of(L);
    if (m->held < m->due) return;
#ifdef LUA_GCISRUNNING
    if (!lua_gc(L, LUA_GCISRUNNING, 0)) return;
#endif
    lua_gc(L, LUA_GCCOLLECT, 0);
    m->due = m->held < HELD_LEAST / 2 ? HELD_LEAST : 2 * m->held;
}

#endif
