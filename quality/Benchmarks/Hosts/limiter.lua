-- The rules of streams.js, in a store that runs one script at a time for a user.
-- KEYS: the user's running streams (a hash: record key -> stream), the ended ones (a hash: record key -> how and when it ended,
-- and the stream), and the ended ones' order (a sorted set of record keys, by when they ended).
-- ARGV: op, record key, startedAt of the record or 0, leaseMs, then for a start: what plays where, limit, whether the oldest are replaced.
-- A stream is "startedAt expiresAt\nstreamId\ndeviceName", an ended one "endedAt reason <stream>\n<by: record key and stream, or nothing>".
local running, ended, order = KEYS[1], KEYS[2], KEYS[3]
local op, id, startedAt, lease = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local REMEMBER, REMEMBER_ALL, REMEMBER_LAST, REMEMBER_MOST = 600000, 60000, 8, 32
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function text(number) return string.format('%.0f', number) end

local function startOf(stream) return string.match(stream, '^%d+') end

local function expiryOf(stream) return tonumber(string.match(stream, '^%d+ (%d+)')) end

local function detailsOf(stream) return string.match(stream, '\n(.*)$') end

local function finish(key, stream, at, reason, by)
    redis.call('HDEL', running, key)
    redis.call('HSET', ended, key, text(at) .. ' ' .. reason .. ' ' .. stream .. '\n' .. by)
    redis.call('ZADD', order, text(at), key)
    redis.call('PEXPIRE', ended, REMEMBER)
    redis.call('PEXPIRE', order, REMEMBER)
end

local function keep(key, stream)
    redis.call('HSET', running, key, stream)
    redis.call('PEXPIRE', running, text(lease + REMEMBER))
end

-- The running stream of the record; one whose lease has lapsed is written as ended.
local function find()
    local stream = redis.call('HGET', running, id)
    if not stream or startedAt ~= '0' and startOf(stream) ~= startedAt then return nil end
    if expiryOf(stream) > now then return stream end
    finish(id, stream, expiryOf(stream), 'expired', '')
end

local function ending()
    local over = redis.call('HGET', ended, id)
    if not over or tonumber(string.match(over, '^%d+')) < now - REMEMBER then return nil end
    if startedAt == '0' or string.match(over, '^%d+ %a+ (%d+)') == startedAt then return over end
end

-- Oldest first.
local function active()
    local all, streams = redis.call('HGETALL', running), {}
    for i = 1, #all, 2 do
        if expiryOf(all[i + 1]) > now then
            streams[#streams + 1] = all[i] .. '\n' .. all[i + 1]
        elseif op == 'start' then
            finish(all[i], all[i + 1], expiryOf(all[i + 1]), 'expired', '')
        end
    end
    table.sort(streams, function(a, b)
        local first, second = string.match(a, '\n(%d+)'), string.match(b, '\n(%d+)')
        if first ~= second then return tonumber(first) < tonumber(second) end
        return a < b
    end)
    return streams
end

local function forget()
    local more = redis.call('ZCARD', order) - REMEMBER_LAST
    while more > 0 do
        local oldest = redis.call('ZRANGE', order, 0, 0, 'WITHSCORES')
        if more <= REMEMBER_MOST - REMEMBER_LAST and tonumber(oldest[2]) >= now - REMEMBER_ALL then return end
        redis.call('ZREM', order, oldest[1])
        redis.call('HDEL', ended, oldest[1])
        more = more - 1
    end
end

if op == 'list' then return active() end

if op == 'stop' then
    local stream = find()
    if stream then finish(id, stream, now, 'stopped', '') end
    return stream and 1 or 0
end

if op == 'renew' then
    local stream = find()
    if not stream then return {'ended', ending() or ''} end
    local renewed = startOf(stream) .. ' ' .. text(now + lease) .. '\n' .. detailsOf(stream)
    keep(id, renewed)
    return {'renewed', id .. '\n' .. renewed}
end

local details, limit, replaceOldest = ARGV[5], tonumber(ARGV[6]), ARGV[7] == '1'
local streams = active()

local known = find()
if known then
    if detailsOf(known) ~= details then return {'keyReused'} end
    local replaced, all = {}, redis.call('HGETALL', ended)
    for i = 1, #all, 2 do
        local stream, by = string.match(all[i + 1], '^%d+ %a+ (%d+ %d+\n[^\n]*\n[^\n]*)\n([^\n]*)')
        if by == id then replaced[#replaced + 1] = all[i] .. '\n' .. stream end
    end
    return {'replayed', #streams, id .. '\n' .. known, replaced}
end

local over = ending()
if over then
    if string.match(over, '\n([^\n]*\n[^\n]*)') ~= details then return {'keyReused'} end
    return {'ended', over}
end

local excess = replaceOldest and math.max(0, #streams - limit + 1) or 0
if #streams - excess >= limit then return {'limitReached', streams} end

local stream = text(now) .. ' ' .. text(now + lease) .. '\n' .. details
forget()
local replaced = {}
for i = 1, excess do
    replaced[i] = streams[i]
    local key, old = string.match(streams[i], '^([^\n]*)\n(.*)$')
    finish(key, old, now, 'replaced', id .. '\n' .. stream)
end
keep(id, stream)
return {'admitted', #streams - excess + 1, id .. '\n' .. stream, replaced}
