-- Options, user words, taxonomies, and what is wrong with them.
local qianmo = require "qianmo"

local TAXONOMY = [[
version: 1
types:
- id: library
  zh: 图书室
  group: care
  duty: SERVE
  rules:
  - "开设|添置 > 绘本馆|阡陌书角"
]]

local function with_file(content, suffix, use)
  local path = os.tmpname()
  os.remove(path)
  path = path .. suffix
  local file = assert(io.open(path, "wb"))
  file:write(content)
  file:close()
  local good, message = pcall(use, path)
  os.remove(path)
  assert(good, message)
end

local function texts(rows)
  local list = {}
  for i, row in ipairs(rows) do list[i] = row.text end
  return list
end

describe("an engine", function()
  it("knows user words: a list, a table, a text, a file", function()
    local text = "他们在阡陌书社读书"
    assert.are_not.equal("阡陌书社", qianmo.segment(text)[3])
    for _, words in ipairs { { "阡陌书社" }, { ["阡陌书社"] = "force" }, "阡陌书社\tforce\n" } do
      assert.are.equal("阡陌书社", assert(qianmo.segment(text, { words = words }))[3])
    end
    with_file("阡陌书社\tforce\n", ".tsv", function(path)
      local engine = assert(qianmo.engine { words = path })
      assert.are.equal("阡陌书社", engine:segment(text)[3])
      assert.are.same({ "user" }, engine:mine(text).tokens[3].flags)
    end)
  end)

  it("knows types of one's own", function()
    local text = "村里开设绘本馆2处。"
    local engine = assert(qianmo.engine { taxonomy = TAXONOMY })
    local row = engine:mine(text).initiatives[1]
    assert.are.equal("library", row.type)
    assert.are.equal("library:1", row.rule)
    assert.are.same({ 1 }, row.quantities)
    with_file(TAXONOMY, ".yaml", function(path)
      assert.are.equal("library", qianmo.mine(text, { taxonomy = { path } }).initiatives[1].type)
    end)
  end)

  it("makes the tables that were asked for", function()
    local document = qianmo.mine("修路3公里。", { tables = { "quantities", "initiatives" } })
    assert.are.same({ "3公里" }, texts(document.quantities))
    assert.are.same({ 1 }, document.initiatives[1].quantities)
    assert.is_nil(document.tokens)
    assert.is_nil(qianmo.mine("修路3公里。", { tables = "initiatives" }).initiatives[1].quantities)
  end)

  it("is gone after a call of its own, what it found is not", function()
    local documents = {}
    for i = 1, 20 do documents[i] = assert(qianmo.mine("阡陌书社修路3公里。", { words = { "阡陌书社" } })) end
    for _, document in ipairs(documents) do assert.are.equal("km", document.quantities[1].unit) end
  end)

  it("has the settings of the library", function()
    assert.are.equal(3, #qianmo.mine("我们修路。", { tags = true, quality = "lattice" }).tokens)
    local fine, inner = qianmo.mine("县乡村振兴局", { granularity = "fine" }).tokens, {}
    for _, token in ipairs(fine) do
      if token.flags and token.flags[1] == "colocated" then inner[token.text] = true end
    end
    assert.is_true(inner["振兴"])
    local dated = qianmo.mine("去年5月修路。", { reference_date = 20230501 }).quantities
    assert.are.equal("2022-05", dated[1].low)
    assert.truthy(assert(qianmo.engine {}):info("build-id"))
    assert.is_nil(assert(qianmo.engine {}):info("no such key"))
  end)
end)

describe("an error", function()
  local function check(code, pattern, value, err)
    assert.is_nil(value)
    assert.are.equal(code, err.code)
    assert.truthy(tostring(err):find(pattern), tostring(err))
    return err
  end

  it("says where in a text it is", function()
    local err = check(-4, "line 2", qianmo.engine { words = "好词\n坏词\tsometimes\n" })
    assert.are.equal(2, err.line)
    assert.is_true(err.column > 1)
    assert.are.equal(err.message .. " (line 2, column " .. err.column .. ")", tostring(err))
  end)

  it("names the file", function()
    with_file("好词\n坏词\tsometimes\n", ".tsv", function(path)
      check(-4, path:gsub("%p", "%%%0") .. ": ", qianmo.mine("修路", { words = path }))
    end)
    check(-3, "/no/such/file.tsv: ", qianmo.engine { words = "/no/such/file.tsv" })
    check(-3, "", qianmo.engine { words = "/" })
    check(-3, "/no/such/image.qm: No such file", qianmo.engine { models = { "/no/such/image.qm" } })
    with_file("no image\n", ".qm", function(path)
      check(-6, path:gsub("%p", "%%%0") .. ": ", qianmo.engine { models = path })
    end)
    for _, flag in ipairs { 0, 1, "no" } do
      check(-2, "tags must be true or false", qianmo.engine { tags = flag })
    end
  end)

  it("says what is wrong with an option", function()
    check(-2, "no option 'wrods'", qianmo.engine { wrods = {} })
    check(-2, "granularity: 'coarse' is none of word, fine, term$", qianmo.engine { granularity = "coarse" })
    check(-2, "tables: 'things' is none of tokens, quantities, initiatives, entities, clauses$", qianmo.segment("修路", { tables = { "things" } }))
    check(-2, "words: 'maybe' is none of prefer, force, forbid$", qianmo.engine { words = { ["好词"] = "maybe" } })
    for _, number in ipairs { "many", 1.5, 1e300, -1 / 0, 0 / 0 } do
      check(-2, "max_doc_bytes must be a whole number", qianmo.engine { max_doc_bytes = number })
    end
    check(-2, "path", qianmo.engine { words = true })
    check(-2, "strings", qianmo.engine { words = { {} } })
  end)

  it("says at which byte, counted from 1", function()
    local err = check(-7, "", qianmo.mine("修路\255", { strict = true }))
    assert.are.equal(7, err.offset)
    check(-8, "", qianmo.mine("修路修路", { max_doc_bytes = 6 }))
  end)

  it("leaves the engine usable", function()
    local engine = assert(qianmo.engine { strict = true })
    check(-7, "", engine:mine("\255"))
    check(-7, "", engine:segment("\255"))
    assert.are.same({ "修", "路" }, { engine:segment("修")[1], engine:segment("路")[1] })
  end)

  it("comes from numbers and units, too", function()
    check(-2, "", qianmo.number_parse("许多"))
    check(-2, "no style", qianmo.number_format(1, "roman"))
    check(-8, "finite", qianmo.number_format(0 / 0))
    check(-8, "finite", qianmo.number_format(1 / 0))
    check(-8, "string", qianmo.number_format(1e300))
    check(-2, "", qianmo.convert(1, "mu", "no-such-unit"))
  end)

  it("is raised for what is no text at all", function()
    assert.has_error(function() qianmo.mine() end)
    assert.has_error(function() qianmo.mine({}) end)
    assert.has_error(function() qianmo.mine("修路", "fine") end)
    assert.has_error(function() qianmo.segment(nil) end)
    for place, call in ipairs {
      function() qianmo.mine(nil) end,
      function() qianmo.convert("3", {}, "m2") end,
      function() qianmo.convert("3", "mu", {}) end,
    } do
      local good, message = pcall(call)
      assert.is_false(good)
      assert.truthy(tostring(message):find("#" .. place, 1, true), message)
    end
  end)
end)
