-- Posts feedback, each item with a text of its own.
dofile((os.getenv("BENCHMARKS") or ".") .. "/percentiles.lua")
local count = 0
function request()
  count = count + 1
  local body = string.format(
    '{"source": "review", "text": "Feedback number %d of a customer who writes two sentences. The export takes long."}', count)
  return wrk.format("POST", nil, {
    ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("KEY")}, body)
end
