-- Takes up to ARGV[5] free leases of a family, in the order given. Nobody takes one before the family is one TTL old:
-- after an emptied Redis the present owners assert theirs first. Nor while nobody renews: Redis has just woken up.
-- KEYS: 1 family hash (seen, since, <number> -> last token).
-- ARGV: 1 holder, 2 ttl ms, 3 lease key prefix, 4 numbers as JSON [number, ...], 5 how many at most.
-- Returns [number, token, number, token, ...].
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = tonumber(ARGV[2])
local known = redis.call('HMGET', KEYS[1], 'seen', 'since')
if not known[1] or now - known[1] > ttl / 2 or now - known[2] < ttl then return {} end

local taken = {}
for _, number in ipairs(cjson.decode(ARGV[4])) do
    if #taken >= 2 * tonumber(ARGV[5]) then break end
    local key = ARGV[3] .. number
    local owner = redis.call('HGET', key, 'owner')
    if not owner or owner == ARGV[1] then
        local last = tonumber(redis.call('HGET', KEYS[1], number)) or 0
        local token = math.max(last + 1, now)
        local text = string.format('%.0f', token)
        redis.call('HSET', key, 'owner', ARGV[1], 'token', text)
        redis.call('PEXPIRE', key, ttl)
        redis.call('HSET', KEYS[1], number, text)
        taken[#taken + 1] = number
        taken[#taken + 1] = token
    end
end
return taken
