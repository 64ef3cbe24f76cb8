-- Publishes one message: all or nothing, once per id, never after its deadline, in order.
-- KEYS: 1 journal, 2 sequence, 3 queue. ARGV: 1 deadline (ms, 0 = none), 2 id, 3 raw message ('' = mirror only),
-- 4 'once', 'latest' or 'read' (queued without a journal entry), 5 set that must hold ARGV[6] for the message to be queued ('' = always), 6 its member,
-- 7 side writes as JSON {hset, hdel, del, set, publish}, 8 key that remembers for a while that the id was accepted ('' = none).
-- Returns {now in ms, 'accepted' | 'known' | 'late' | 'mirrored', seq}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local deadline = tonumber(ARGV[1])
if ARGV[4] == 'once' and redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then return {now, 'known', 0} end
if deadline > 0 and now > deadline then
  -- A worker may be done with it by now and have removed it from the journal: 'late' would say that it never ran.
  if ARGV[8] ~= '' and redis.call('EXISTS', ARGV[8]) == 1 then return {now, 'known', 0} end
  return {now, 'late', 0}
end

local side = cjson.decode(ARGV[7])
for _, write in ipairs(side.del or {}) do redis.call('DEL', write) end
for _, write in ipairs(side.hset or {}) do redis.call('HSET', write[1], write[2], write[3]) end
for _, write in ipairs(side.hdel or {}) do redis.call('HDEL', write[1], write[2]) end
for _, write in ipairs(side.set or {}) do redis.call('SET', write[1], write[2], 'EX', write[3]) end
for _, write in ipairs(side.publish or {}) do redis.call('PUBLISH', write[1], write[2]) end

if ARGV[3] == '' then return {now, 'mirrored', 0} end
if ARGV[5] ~= '' and redis.call('SISMEMBER', ARGV[5], ARGV[6]) == 0 then return {now, 'mirrored', 0} end
local seq = redis.call('INCR', KEYS[2])
if ARGV[4] ~= 'read' then redis.call('HSET', KEYS[1], ARGV[2], seq .. '|' .. ARGV[3]) end
redis.call('LPUSH', KEYS[3], ARGV[3])
if ARGV[8] ~= '' then redis.call('SET', ARGV[8], 1, 'EX', 10) end
return {now, 'accepted', seq}
