-- Posts the bodies of a file one after the other, each as somebody else:
-- wrk -s post.lua URL -- FILE FIRST
local bodies = {}
local at = 0

function init(arguments)
  for body in io.lines(arguments[1]) do
    bodies[#bodies + 1] = body
  end
  at = tonumber(arguments[2])
end

function request()
  at = at + 1
  if at > #bodies then
    wrk.thread:stop()
    at = 1
  end
  return wrk.format("POST", nil, {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["X-Forwarded-For"] = string.format("198.18.%d.%d", math.floor(at / 250) % 250, at % 250 + 1),
  }, bodies[at])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "errors": %d, "p99": %.3f}\n',
    summary.requests, summary.duration / 1e6,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(99) / 1e3
  ))
end
