-- Texts in, documents out.
local qianmo = require "qianmo"

local REPORT = "2021年4月7日，工作队争取资金36万余元，硬化道路4.2公里。\n村里建起图书角，添书600册。"

local function by_text(rows, text)
  for _, row in ipairs(rows) do
    if row.text == text then return row end
  end
end

describe("a document", function()
  local document = qianmo.mine(REPORT)

  it("has rows whose places suit string.sub", function()
    for _, name in ipairs { "tokens", "quantities", "initiatives", "entities", "clauses" } do
      for _, row in ipairs(document[name]) do
        assert.are.equal(row.text, REPORT:sub(row.start, row.stop))
      end
    end
    assert.is_true(#document.tokens > 10 and #document.initiatives >= 2 and #document.clauses >= 2)
  end)

  it("has exact numbers", function()
    local money, road = by_text(document.quantities, "36万余元"), by_text(document.quantities, "4.2公里")
    assert.are.equal(360000, money.low)
    assert.are.equal("gt", money.relation)
    assert.are.equal("CNY", money.unit)
    assert.is_nil(money.high)
    assert.are.same({ low = 360000, high = 370000 }, money.soft)
    assert.are.equal(4.2, road.low)
    assert.are.same({ value = 4200, unit = "m" }, road.si)
    assert.are.equal("4.2", REPORT:sub(road.number.start, road.number.stop))
    if math.type then
      assert.are.equal("integer", math.type(money.low))
      assert.are.equal("float", math.type(road.low))
    end
  end)

  it("has dates as text", function()
    local date = by_text(document.quantities, "2021年4月7日")
    assert.are.equal("date", date.kind)
    assert.are.equal("2021-04-07", date.low)
  end)

  it("says which quantities measure an initiative, counted from 1", function()
    local measured = {}
    for _, row in ipairs(document.initiatives) do
      for _, number in ipairs(row.quantities) do measured[document.quantities[number].text] = true end
    end
    assert.is_true(measured["36万余元"])
    assert.is_true(measured["4.2公里"])
    assert.is_true(measured["600册"])
  end)

  it("leaves blanks out", function()
    local words = {}
    for _, token in ipairs(qianmo.mine("我们 来了\n").tokens) do words[#words + 1] = token.text end
    assert.are.same({ "我们", "来", "了" }, words)
  end)

  it("makes an array once", function()
    assert.are.equal(document.tokens, document.tokens)
    assert.are.equal(REPORT, document.text)
    assert.is_nil(document.no_such_thing)
    assert.is_nil(document[1])
  end)

  it("gives the same rows one by one", function()
    for _, name in ipairs { "tokens", "quantities", "initiatives", "entities", "clauses" } do
      local rows = {}
      for row in document:rows(name) do rows[#rows + 1] = row end
      assert.are.same(document[name], rows)
    end
    assert.has_error(function() document:rows("things") end)
    assert.has_error(function() document:rows("measures") end)
  end)

  it("lives as long as an iterator over it", function()
    local rows = qianmo.mine(REPORT):rows("quantities")
    for _ = 1, 5 do collectgarbage() end
    assert.are.equal("2021年4月7日", rows().text)
  end)

  it("is JSON and HTML", function()
    local json, html = document:json("a.txt"), qianmo.mine("<script>修路3公里。"):html()
    assert.truthy(json:find('{"doc":"a.txt"', 1, true))
    assert.truthy(json:find('"text":"36万余元","kind":"money","low":360000', 1, true))
    assert.truthy(html:find("&lt;script&gt;", 1, true))
    assert.falsy(html:find("<script", 1, true))
  end)

  it("takes any bytes", function()
    local text = "修路\0\2553公里\240\159"
    for _, row in ipairs(qianmo.mine(text).tokens) do
      assert.are.equal(row.text, text:sub(row.start, row.stop))
    end
    assert.are.same({}, qianmo.mine("").tokens)
    assert.are.same({ "ill_formed" }, qianmo.mine("\255").tokens[1].flags)
  end)

  it("notices a text that was replaced", function()
    local other = qianmo.mine("修路3公里。")
    other.text = "短"
    assert.has_error(function() return other.tokens end)
    assert.has_error(function() return other:json() end)
    assert.has_error(function() document.rows({}, "tokens") end)
    assert.has_error(function() document.rows({ _result = io.stdout }, "tokens") end)
  end)
end)

describe("segment", function()
  it("gives words and marks", function()
    assert.are.same({ "驻村", "工作队", "来", "了", "！" }, qianmo.segment("驻村工作队 来了！"))
    assert.are.same({}, qianmo.segment(""))
  end)

  it("gives the words of mine, where lines are not joined", function()
    local engine = assert(qianmo.engine { join_lines = "never" })
    local words = {}
    for token in engine:mine(REPORT):rows("tokens") do words[#words + 1] = token.text end
    assert.are.same(words, engine:segment(REPORT))
  end)
end)

describe("numbers", function()
  it("are read", function()
    assert.are.equal(35000, qianmo.number_parse("三万五"))
    assert.are.equal(0.035, qianmo.number_parse("百分之三点五"))
    assert.are.equal(120, qianmo.number_parse("壹佰贰拾元整"))
    assert.are.equal("1.23456789012345678", qianmo.number_parse("1.23456789012345678"))
  end)

  it("are numbers where a number is exact, otherwise text", function()
    local large = qianmo.number_parse("9007199254740993")
    if math.type then assert.are.equal(math.tointeger("9007199254740993") or 9007199254740993, large)
    else assert.are.equal("9007199254740993", large) end
    assert.are.equal("1E20", qianmo.number_parse("1万亿亿"))
    assert.are.equal(9007199254740991, qianmo.number_parse("9007199254740991"))
    assert.are.equal(0.5, qianmo.number_parse("五成"))
    assert.are.same({ n = 1, 0.75 }, table.pack and table.pack(qianmo.number_parse("四分之三")) or { n = 1, 0.75 })
    local third, told = qianmo.number_parse("三分之一")
    assert.are.equal(0.33333333333333, third)
    assert.are.equal("rounded", told)
  end)

  it("are written", function()
    assert.are.equal("三万五千", qianmo.number_format(35000))
    assert.are.equal("叁万伍仟", qianmo.number_format(35000, "financial"))
    assert.are.equal("3.5万", qianmo.number_format("35000", "scaled"))
    assert.are.equal("0.1", qianmo.number_format(0.1, "digits"))
    assert.are.equal("-1.25", qianmo.number_format(-1.25, "digits"))
    assert.are.equal("0.30000000000000004", qianmo.number_format(0.1 + 0.2, "digits"))
    assert.are.equal("1.23456789012345678", qianmo.number_format("1.23456789012345678", "digits"))
  end)

  it("are converted exactly", function()
    assert.are.equal(24000, qianmo.convert(36, "mu", "m2"))
    assert.are.equal(6000, qianmo.convert("1.2万", "jin", "kg"))
    local engine = assert(qianmo.engine {})
    assert.are.equal(0.5, engine:convert(1, "jin", "kg"))
    assert.are.equal(2000, engine:convert(3, "亩", "平方米"))
  end)
end)

describe("memory", function()
  it("is given back without being asked", function()
    local engine, weak = assert(qianmo.engine {}), setmetatable({}, { __mode = "k" })
    -- Some 300 kB each, of which the library holds 16 MB before it asks for a collection.
    for _ = 1, 200 do weak[engine:mine(REPORT:rep(200))] = true end
    local kept = 0
    for _ in pairs(weak) do kept = kept + 1 end
    assert.is_true(kept < 100)
  end)

  it("outlives its engine", function()
    local engine = assert(qianmo.engine {})
    local document = engine:mine(REPORT)
    engine:close()
    engine:close()
    assert.are.equal(360000, by_text(document.quantities, "36万余元").low)
    assert.has_error(function() engine:mine(REPORT) end)
    assert.has_error(function() engine:segment(REPORT) end)
  end)
end)
