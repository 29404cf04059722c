/* Memory ends at the first allocation of Lua and of the library, at the second, ... until a whole
 * script runs: each run ends with a message or with nil and an error, and all memory is given back.
 * usage: faults SCRIPT */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

int luaopen_qianmo(lua_State *L);

typedef struct meter {
    size_t live;  /* bytes */
    long left;    /* allocations until memory ends */
    long counted; /* allocations that were asked for */
} meter;

static void *resize(void *ud, void *ptr, size_t old_size, size_t new_size)
{
    meter *m = ud;
    if (!ptr) old_size = 0; /* Lua says there what is allocated */
    if (new_size == 0) {
        m->live -= old_size;
        free(ptr);
        return NULL;
    }
    if (new_size > old_size) {
        m->counted++;
        if (m->left-- <= 0) return NULL;
    }
    void *grown = realloc(ptr, new_size);
    if (grown) m->live += new_size - old_size;
    return grown;
}

/* Memory ends when the script starts: opening Lua itself is not ours to test. */
static int run(lua_State *L)
{
    const char *path = lua_tostring(L, 1);
    meter *m = lua_touserdata(L, 2);
    long left = (long)lua_tonumber(L, 3);
    luaL_openlibs(L);
    lua_pushcfunction(L, luaopen_qianmo);
    lua_setglobal(L, "open_qianmo");
    if (luaL_loadfile(L, path) != 0) return lua_error(L);
    m->left = left;
    m->counted = 0;
    lua_call(L, 0, 0);
    return 0;
}

int main(int count, char **arguments)
{
    const long all = 1L << 60;
    long runs = 0;
    for (long left = 0;; left++) {
        meter m = {0, all, 0};
        lua_State *L = lua_newstate(resize, &m);
        if (!L || count != 2) return 2;
        lua_pushcfunction(L, run);
        lua_pushstring(L, arguments[1]);
        lua_pushlightuserdata(L, &m);
        lua_pushnumber(L, (lua_Number)left);
        int status = lua_pcall(L, 3, 0, 0);
        if (status != 0 && m.left > 0) {
            fprintf(stderr, "%ld: %s\n", left, lua_tostring(L, -1));
            return 1;
        }
        bool done = m.left > 0;
        m.left = all;
        lua_close(L);
        if (m.live != 0) {
            fprintf(stderr, "%zu bytes are left after failure %ld\n", m.live, left);
            return 1;
        }
        runs++;
        if (done) break;
    }
    printf("%ld runs, in each memory ended at another allocation\n", runs);
    return 0;
}
