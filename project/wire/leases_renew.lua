-- Says that a holder lives, and extends what it holds. A lease that is missing is written again with its own token unless
-- the family remembers a newer one; of two claims after an emptied Redis the newer token wins.
-- KEYS: 1 leases:born, 2 family hash (seen, since, <number> -> last token), 3 sorted set of live holders.
-- ARGV: 1 holder, 2 ttl ms, 3 lease key prefix, 4 leases as JSON [[number, token], ...], 5 locks as JSON [[key, ms left], ...],
-- 6 '1' = the holder is about to end: it keeps what it holds, and others need leave no share for it.
-- Returns {now, born, live holders, [lost numbers]}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = tonumber(ARGV[2])

-- Another Redis than before answers: emptied, started anew with what it had saved, or one that took over. What is lost
-- with it is written again by whoever sees `born` change.
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if redis.call('GET', KEYS[1] .. ':run') ~= run then
    redis.call('SET', KEYS[1], now)
    redis.call('SET', KEYS[1] .. ':run', run)
end
redis.call('SET', KEYS[1], now, 'NX')
local born = tonumber(redis.call('GET', KEYS[1]))
-- Nobody renewed for a while although holders are registered: Redis hung or came back with an old snapshot. Owners get
-- one TTL to assert what they hold, as after an emptied Redis.
local seen = tonumber(redis.call('HGET', KEYS[2], 'seen'))
if not seen or (now - seen > ttl / 2 and redis.call('ZCARD', KEYS[3]) > 0) then
    redis.call('HSET', KEYS[2], 'since', now)
end
redis.call('HSET', KEYS[2], 'seen', now)
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
if ARGV[6] == '1' then redis.call('ZREM', KEYS[3], ARGV[1]) else redis.call('ZADD', KEYS[3], now + ttl, ARGV[1]) end

local lost = {}
for _, lease in ipairs(cjson.decode(ARGV[4])) do
    local key, token = ARGV[3] .. lease[1], lease[2]
    local present = redis.call('HMGET', key, 'owner', 'token')
    local last = tonumber(redis.call('HGET', KEYS[2], lease[1])) or 0
    local theirs = tonumber(present[2]) or 0
    if last > token or theirs > token or (theirs == token and present[1] ~= ARGV[1]) then
        lost[#lost + 1] = lease[1]
    else
        redis.call('HSET', key, 'owner', ARGV[1], 'token', string.format('%.0f', token))
        redis.call('PEXPIRE', key, ttl)
        redis.call('HSET', KEYS[2], lease[1], string.format('%.0f', token))
    end
end
for _, lock in ipairs(cjson.decode(ARGV[5])) do redis.call('SET', lock[1], ARGV[1], 'PX', lock[2], 'NX') end
return {now, born, redis.call('ZCARD', KEYS[3]), lost}
