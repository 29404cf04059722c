-- In a checkout, with the library installed:
--   luarocks make bindings/lua/qianmo-scm-1.rockspec [QIANMO_DIR=/prefix]
rockspec_format = "3.0"
package = "qianmo"
version = "scm-1"
source = { url = "." }
description = {
  summary = "Chinese text to tables of words, quantities, initiatives and entities",
  license = "Apache-2.0",
}
dependencies = { "lua >= 5.1, < 5.5" }
external_dependencies = { QIANMO = { header = "qianmo/qianmo.h", library = "qianmo" } }
build = {
  type = "builtin",
  modules = {
    qianmo = {
      sources = { "bindings/lua/qianmo.c" },
      incdirs = { "$(QIANMO_INCDIR)" },
      libdirs = { "$(QIANMO_LIBDIR)" },
      libraries = { "qianmo" },
    },
    ["qianmo.ffi"] = "bindings/lua/qianmo/ffi.lua",
  },
}
test = { type = "busted", flags = { "tests/lua" } }
test_dependencies = { "busted", "dkjson" }
