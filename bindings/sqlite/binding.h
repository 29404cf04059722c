/* What the files of the extension share. Memory comes from SQLite, which may limit it. */
#ifndef QIANMO_SQLITE_BINDING_H
#define QIANMO_SQLITE_BINDING_H

#include <qianmo/qianmo.h>
#include <sqlite3ext.h>
#include <stdbool.h>

SQLITE_EXTENSION_INIT3

extern const qm_allocator sqlite_allocator;

/* The code of SQLite for a qm_status. */
int sqlite_code(int status);
/* An INTEGER or a REAL where that is exact, otherwise TEXT; NULL for no value. */
void result_value(sqlite3_context *context, const qm_value *value);

int register_tokenizer(sqlite3 *db);
int register_tables(sqlite3 *db);

#endif
