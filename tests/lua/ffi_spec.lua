-- Columns as C arrays; LuaJIT only.
local qianmo = require "qianmo"

describe("qianmo.ffi", function()
  if not jit then
    it("needs LuaJIT", function() assert.has_error(function() require "qianmo.ffi" end) end)
    return
  end
  local columns = require "qianmo.ffi"
  local text = "工作队争取资金36万余元，硬化道路4.2公里，植树600棵。"

  it("gives the columns of the rows", function()
    local document = qianmo.mine(text)
    local start, stop = columns(document, "tokens", "start"), columns(document, "tokens", "end")
    assert.are.equal(#document.tokens, start.length)
    for i, token in ipairs(document.tokens) do
      assert.are.equal(token.start, start.data[i - 1] + 1)
      assert.are.equal(token.stop, stop.data[i - 1])
    end
  end)

  it("gives values and names", function()
    local document = qianmo.mine(text)
    local low, unit = columns(document, "quantities", "low"), columns(document, "quantities", "unit")
    for i, row in ipairs(document.quantities) do
      assert.are.equal(row.low, tonumber(low.data[i - 1].coefficient) * 10 ^ low.data[i - 1].exponent)
      assert.are.equal(row.unit, unit:name(i - 1))
    end
    assert.is_nil(low:name(0))
    assert.is_nil(unit:name(-1))
    assert.is_nil(unit:name(unit.length))
    local measures = columns(document, "measures", "quantity")
    assert.are.equal(3, measures.length)
  end)

  it("keeps the document", function()
    local start = columns(qianmo.mine(text:rep(50)), "tokens", "start")
    for _ = 1, 5 do collectgarbage() end
    local sum = 0
    for i = 0, start.length - 1 do sum = sum + start.data[i] end
    assert.is_true(sum > start.length * (start.length - 1) / 2)
  end)

  it("knows what it does not know", function()
    assert.has_error(function() columns(qianmo.mine(text), "tokens", "low") end)
    assert.has_error(function() columns(qianmo.mine(text), "things", "low") end)
  end)
end)
