-- One sorted set a user: the member is a stream (its id, when it began, what plays, where), the score is when its lease ends.
-- KEYS[1] the user. ARGV: op, recordId, leaseMs, then for a start: details, limit, whether the oldest give way.
local key, op, id, lease = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', key, '-inf', now)

local function find()
    local streams = redis.call('ZRANGE', key, 0, -1)
    for i = 1, #streams do
        if string.sub(streams[i], 1, #id) == id then return streams[i] end
    end
end

if op == 'list' then return redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end

if op == 'stop' then
    local stream = find()
    return stream and redis.call('ZREM', key, stream) or 0
end

if op == 'renew' then
    local stream = find()
    if not stream then return {} end
    redis.call('ZADD', key, 'XX', now + lease, stream)
    redis.call('PEXPIRE', key, lease)
    return {stream, tostring(now + lease)}
end

local limit = tonumber(ARGV[5])
local active = redis.call('ZCARD', key)
local replaced = {}
if active >= limit then
    if ARGV[6] ~= '1' then return {'limitReached', redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')} end
    replaced = redis.call('ZPOPMIN', key, active - limit + 1)
    active = limit - 1
end
redis.call('ZADD', key, now + lease, id .. '\n' .. string.format('%.0f', now) .. '\n' .. ARGV[4])
redis.call('PEXPIRE', key, lease)
return {'admitted', string.format('%.0f', now), active + 1, replaced}
