-- The shared cases, and rows that are those of the library's own JSON.
local qianmo = require "qianmo"
local json = require "dkjson"

local TABLES = { "tokens", "quantities", "initiatives", "entities", "clauses" }

local function cases(name)
  local list = {}
  for line in io.lines("tests/cases/" .. name .. ".jsonl") do
    list[#list + 1] = assert(json.decode(line))
  end
  return list
end

local function same(expected, found)
  for key, value in pairs(expected) do
    if value == json.null then value = nil end
    assert.are.same(value, found[key], key .. " of " .. tostring(expected.text))
  end
end

-- A row of JSON as Lua counts: from 1, the end inclusive.
local function counted_from_one(row)
  row.start, row.stop, row["end"] = row.start + 1, row["end"], nil
  if row.number and row.number ~= json.null then
    row.number = { start = row.number.start + 1, stop = row.number["end"] }
  end
  for _, key in ipairs { "sentence", "paragraph", "link" } do
    row[key] = row[key] and row[key] + 1
  end
  for i, number in ipairs(row.quantities or {}) do row.quantities[i] = number + 1 end
  if row.soft and row.soft ~= json.null then
    for _, key in ipairs { "low", "high" } do
      if row.soft[key] == json.null then row.soft[key] = nil end
    end
  end
  return row
end

local function check_rows(document)
  local expected = assert(json.decode((document:json())))
  for _, name in ipairs(TABLES) do
    assert.are.equal(#expected[name], #document[name])
    for i, row in ipairs(expected[name]) do same(counted_from_one(row), document[name][i]) end
  end
end

describe("the shared cases", function()
  for _, name in ipairs { "quantities", "reports" } do
    for _, case in ipairs(cases(name)) do
      it(case.text, function()
        local document = qianmo.mine(case.text)
        for _, table in ipairs(TABLES) do
          local expected, found = case[table], document[table]
          if expected then
            assert.are.equal(#expected, #found, table)
            for i, row in ipairs(expected) do same(row, found[i]) end
          end
        end
      end)
    end
  end
end)

describe("rows are those of the JSON of the library", function()
  for _, name in ipairs { "quantities", "entities", "reports" } do
    for _, case in ipairs(cases(name)) do
      it(case.text, function() check_rows(qianmo.mine(case.text)) end)
    end
  end
  it("with everything asked for", function()
    check_rows(qianmo.mine("2021年4月7日，张岭村争取资金36万余元，没有修路。\n\n亩均5000元。张岭村高兴。", {
      granularity = "fine",
      suppressed = true,
      reference_date = 20230501,
    }))
  end)
end)
