-- Gives up leases of a holder: those named with their tokens, or all. The last token is raised, so that a renewal which
-- was under way (or frozen inside Redis) cannot bring a lease back.
-- KEYS: 1 family hash (<number> -> last token), 2 sorted set of live holders.
-- ARGV: 1 holder, 2 lease key prefix, 3 numbers as JSON [number, ...] or '' = all and the holder leaves,
-- 4 channel to announce on, 5 family.
-- Returns [numbers given up].
local numbers
if ARGV[3] == '' then
    redis.call('ZREM', KEYS[2], ARGV[1])
    numbers = {}
    for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do numbers[#numbers + 1] = tonumber(name) end
else
    numbers = cjson.decode(ARGV[3])
end
local dropped = {}
for _, number in ipairs(numbers) do
    local key = ARGV[2] .. number
    if redis.call('HGET', key, 'owner') == ARGV[1] then
        redis.call('DEL', key)
        redis.call('HINCRBY', KEYS[1], number, 1)
        dropped[#dropped + 1] = number
    end
end
if #dropped > 0 then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
return dropped
