-- Five headers besides Host, the same for every proxy.
wrk.headers["Host"] = "bench.default.svc.cluster.local"
wrk.headers["User-Agent"] = "wrk"
wrk.headers["Accept"] = "*/*"
wrk.headers["Accept-Encoding"] = "gzip"
wrk.headers["Cookie"] = "session=0123456789abcdef"
wrk.headers["X-Tenant"] = "weft"
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
