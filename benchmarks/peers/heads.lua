-- 1,000 heads of 12 to 20 fields, the same in every run; the path comes from the command line of wrk.
local heads = {}
init = function(arguments)
  local seed = 42
  local function draw(below) seed = (seed * 1103515245 + 12345) % 2147483648; return seed % below end
  for i = 1, 1000 do
    local lines = { "GET " .. wrk.path .. "?item=" .. i .. " HTTP/1.1", "Host: bench.default", "User-Agent: wrk", "Accept: */*",
      "Accept-Encoding: gzip", "Accept-Language: en", "Cache-Control: no-cache", string.format("Cookie: session=%08x%08x", draw(2147483647), draw(2147483647)) }
    for field = 0, 4 + draw(9) do lines[#lines + 1] = string.format("X-Field-%d: %x%x", field, draw(2147483647), draw(2147483647)) end
    heads[i] = table.concat(lines, "\r\n") .. "\r\n\r\n"
  end
end
local next = 0
request = function() next = next % 1000 + 1; return heads[next] end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
