-- Posts feedback, each item with a text of its own: one a request, or AT_ONCE of them.
dofile((os.getenv("BENCHMARKS") or ".") .. "/percentiles.lua")
local count, at_once = 0, tonumber(os.getenv("AT_ONCE") or "1")
local head = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("KEY") }
local function item()
  count = count + 1
  return string.format(
    '{"source": "review", "text": "Feedback number %d of a customer who writes two sentences. The export takes long."}', count)
end
function request()
  if at_once == 1 then return wrk.format("POST", nil, head, item()) end
  local items = {}
  for place = 1, at_once do items[place] = item() end
  return wrk.format("POST", nil, head, '{"feedback": [' .. table.concat(items, ",") .. "]}")
end
