-- What wrk prints itself has no 95th percentile.
done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"rate": %.3f, "p95": %.3f, "failed": %d}\n',
    summary.requests * 1e6 / summary.duration, latency:percentile(95) / 1e3, failed))
end
