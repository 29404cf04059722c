-- What faults.c runs with memory that ends. Only errors that say so are right.
local qianmo = open_qianmo()

local function check(value, err)
  if value == nil and err.code ~= -1 then error(tostring(err)) end
  return value
end

local engine = check(qianmo.engine { words = { ["阡陌书社"] = "force" }, tables = { "tokens", "quantities", "initiatives" } })
if not engine then return end
local text = "阡陌书社2023年捐书600册，修路3.5公里。"
local document = check(engine:mine(text))
if document then
  local rows = 0
  for _, name in ipairs { "tokens", "quantities", "initiatives" } do
    rows = rows + #document[name]
    for _ in document:rows(name) do rows = rows + 1 end
  end
  assert(rows > 10)
  check(document:json())
end
check(engine:segment(text))
check(qianmo.number_format(35000))
assert(qianmo.number_parse("三万五") == 35000)
