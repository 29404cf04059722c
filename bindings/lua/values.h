/* Numbers between Lua and the library, and what one Lua has and another has not; part of qianmo.c,
 * which alone is compiled. */
#ifndef QIANMO_LUA_VALUES_H
#define QIANMO_LUA_VALUES_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <qianmo/qianmo.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if LUA_VERSION_NUM < 502
static void set_functions(lua_State *L, const luaL_Reg *functions)
{
    for (; functions->name; functions++) {
        lua_pushcfunction(L, functions->func);
        lua_setfield(L, -2, functions->name);
    }
}
#else
#define set_functions(L, functions) luaL_setfuncs(L, functions, 0)
#endif

static void set_integer(lua_State *L, const char *key, int64_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, key);
}

static bool push_whole(lua_State *L, int64_t value, int exponent)
{
    for (; exponent > 0; exponent--) {
        if (value > INT64_MAX / 10 || value < INT64_MIN / 10) return false;
        value *= 10;
    }
#if LUA_VERSION_NUM >= 503
    if ((int64_t)(lua_Integer)value != value) return false;
    lua_pushinteger(L, (lua_Integer)value);
#else
    if (value > INT64_C(1) << 53 || value < -(INT64_C(1) << 53)) return false;
    lua_pushnumber(L, (lua_Number)value);
#endif
    return true;
}

/* A fraction of up to 15 digits is a double that gives back those digits, and one division of exact
 * doubles is the nearest one. */
static bool push_fraction(lua_State *L, int64_t value, int exponent)
{
    double power = 1;
    if (exponent < -22 || value > INT64_C(999999999999999) || value < -INT64_C(999999999999999))
        return false;
    for (; exponent < 0; exponent++) power *= 10;
    lua_pushnumber(L, (lua_Number)((double)value / power));
    return true;
}

static void push_value(lua_State *L, const qm_value *value)
{
    char text[48];
    size_t size = qm_value_text(value, text, sizeof text);
    bool number = value->type == QM_VALUE_NUMBER;
    bool exact =
        number && (value->exponent < 0 ? push_fraction(L, value->coefficient, value->exponent)
                                       : push_whole(L, value->coefficient, value->exponent));
    if (exact) return;
    if (size) lua_pushlstring(L, text, size);
    else lua_pushnil(L);
}

static int refuse(qm_error *err, int status, const char *format, ...)
{
    va_list arguments;
    *err = (qm_error){.code = status, .offset = UINT64_MAX};
    va_start(arguments, format);
    vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    return status;
}

static int number_value(int64_t coefficient, int exponent, qm_value *out)
{
    for (; coefficient && coefficient % 10 == 0; exponent++) coefficient /= 10;
    *out = (qm_value){
        .coefficient = coefficient, .exponent = (int16_t)exponent, .type = QM_VALUE_NUMBER};
    return QM_OK;
}

/* The shortest decimal that the double stands for. */
static int double_value(double number, qm_value *out, qm_error *err)
{
    double power = 1;
    for (int places = 0; places <= 22; places++, power *= 10) {
        double scaled = number * power;
        if (!(scaled < 1e15 && scaled > -1e15)) break;
        int64_t whole = (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        if ((double)whole / power == number) return number_value(whole, -places, out);
    }
    if (number < 9e18 && number > -9e18 && (double)(int64_t)number == number)
        return number_value((int64_t)number, 0, out);
    for (int digits = 16; digits <= 17 && number < 1e15 && number > -1e15; digits++) {
        char text[40];
        int size = snprintf(text, sizeof text, "%.*g", digits, number);
        bool exact = strtod(text, NULL) == number;
        for (int i = 0; i < size; i++)
            if (text[i] == ',') text[i] = '.'; /* as some locales have it */
        if (qm_number_parse(text, (size_t)size, out, err) == QM_OK && exact) return QM_OK;
    }
    if (number - number != 0) return refuse(err, QM_E_LIMIT, "not a finite number");
    return refuse(err, QM_E_LIMIT, "too large or too small: give the number as a string");
}

static int to_value(lua_State *L, int index, qm_value *out, qm_error *err)
{
    size_t size;
    if (lua_type(L, index) == LUA_TNUMBER) {
#if LUA_VERSION_NUM >= 503
        if (lua_isinteger(L, index)) return number_value(lua_tointeger(L, index), 0, out);
#endif
        return double_value(lua_tonumber(L, index), out, err);
    }
    const char *text = luaL_checklstring(L, index, &size);
    return qm_number_parse(text, size, out, err);
}

#endif
