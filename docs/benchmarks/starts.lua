-- Every request starts a stream of another new user. The last argument names the round: no user comes twice, with one thread.
--   wrk -t1 -c256 -d5s -s docs/benchmarks/starts.lua http://127.0.0.1:7071 -- first
local started = 0
local head
local tail = '","streamId":"movie-1"}'

function init(arguments)
  local user = '{"userId":"' .. (arguments[1] or "first") .. "-"
  head = "POST /stream-record HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
    .. #user + 8 + #tail .. "\r\n\r\n" .. user
end

function request()
  started = started + 1
  return head .. string.format("%08d", started) .. tail
end
