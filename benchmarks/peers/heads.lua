-- 1,000 heads of 12 to 20 fields, the same in every run; the path comes from the command line of wrk.
-- After "--": the file in which requests are counted as they are sent, the host, and "slim" for heads without more fields.
local ffi = require "ffi"
ffi.cdef [[
  int open(const char *path, int flags);
  void *mmap(void *address, size_t length, int protection, int flags, int descriptor, long offset);
]]
local heads, count, counter, next = {}, 0, nil, 0
init = function(arguments)
  counter = ffi.cast("uint64_t *", ffi.C.mmap(nil, 4096, 3, 1, ffi.C.open(arguments[1], 2), 0))
  local host, kind = arguments[2], arguments[3]
  local seed = 42
  local function draw(below) seed = (seed * 1103515245 + 12345) % 2147483648; return math.floor(seed / 256) % below end
  if kind then -- mixed routes, drawn uniformly: host, path, field and query of each match
    local paths = { [0] = "/exact/%d", [1] = "/prefix/%d/x", [2] = "/exact/%d", [3] = "/header/%d", [4] = "/exact/%d",
      [5] = "/query/%d?item=1", [6] = "/exact/%d", [7] = "/expression/%d/abc" }
    local routes = tonumber(kind)
    count = math.max(routes, 5000) -- as many heads, and as much memory for them, whatever the number of routes
    for i = 1, count do
      local route = (i - 1) % routes
      heads[i] = string.format("GET " .. paths[route % 8] .. " HTTP/1.1\r\nHost: r%d.%s\r\nx-kind: a\r\nAccept: */*\r\n\r\n", route, math.floor(route / 8), host)
    end
    for i = count, 2, -1 do local j = draw(i) + 1; heads[i], heads[j] = heads[j], heads[i] end
    return
  end
  count = 1000
  for i = 1, count do
    local lines = { "GET " .. wrk.path .. "?item=" .. i .. " HTTP/1.1", "Host: " .. host, "User-Agent: wrk", "Accept: */*",
      "Accept-Encoding: gzip", "Accept-Language: en", "Cache-Control: no-cache", string.format("Cookie: session=%08x%08x", draw(2147483647), draw(2147483647)) }
    for field = 0, 4 + draw(9) do lines[#lines + 1] = string.format("X-Field-%d: %x%x", field, draw(2147483647), draw(2147483647)) end
    heads[i] = table.concat(lines, "\r\n") .. "\r\n\r\n"
  end
end
request = function()
  counter[0] = counter[0] + 1
  next = next % count + 1
  return heads[next]
end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status))
end
