-- Takes the right to IDENTIFY in one bucket; like leases, not before the family is one TTL old.
-- KEYS: 1 family hash, 2 lock. ARGV: 1 holder, 2 lease ttl ms, 3 lock ms.
-- Returns ms to wait, 0 = taken.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known, ttl = redis.call('HMGET', KEYS[1], 'seen', 'since'), tonumber(ARGV[2])
if not known[1] or now - known[1] > ttl / 2 then return ttl end
if now - known[2] < ttl then return ttl - (now - known[2]) end
if redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3], 'NX') then return 0 end
return math.max(1, redis.call('PTTL', KEYS[2]))
