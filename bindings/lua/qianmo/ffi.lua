--- Columns of a document as C arrays, for LuaJIT: no row becomes a table.
--
--   local columns = require "qianmo.ffi"
--   local low = columns(document, "quantities", "low")
--   for i = 0, low.length - 1 do print(low.data[i].coefficient, low.data[i].exponent) end
--
-- Places in columns are what they are in C: bytes counted from 0, the end exclusive.
local ffi = require "ffi"

ffi.cdef [[
typedef struct qianmo_value {
    int64_t coefficient;
    int16_t exponent;
    uint8_t type; /* 0 none, 1 number, 2 date, 3 time */
    uint8_t rounded;
    uint8_t reserved[4];
} qianmo_value;
]]

-- By qm_type.
local pointers = {
  ffi.typeof "const uint8_t *const *",
  ffi.typeof "const uint16_t *const *",
  ffi.typeof "const uint32_t *const *",
  ffi.typeof "const int32_t *const *",
  ffi.typeof "const int64_t *const *",
  ffi.typeof "const qianmo_value *const *",
}

local Column = {}
Column.__index = Column

--- What the code in a row (from 0) stands for; nil for the empty name and where there is no row.
function Column:name(row)
  if self.dictionary < 0 or row < 0 or row >= self.length then return nil end
  return self.document:name(self.dictionary, self.data[row])
end

--- data: a pointer to the first row; length: rows; dictionary: -1, or its number.
-- The column keeps the document, whose memory data points into.
return function(document, table, name)
  local address, length, type, dictionary = document:column(table, name)
  return setmetatable({
    data = ffi.cast(pointers[type], address)[0],
    length = length,
    dictionary = dictionary,
    document = document,
  }, Column)
end
