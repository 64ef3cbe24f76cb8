-- Strikes a message out of the journal, but only the very one that was handled: an event's entry may have been replaced
-- by a later one, which carries another task id.
-- KEYS: 1 journal. ARGV: 1 message id ('' = unknown, look for the task id), 2 Celery task id.
-- Returns 1 if struck out.
if ARGV[1] ~= '' then
    local entry = redis.call('HGET', KEYS[1], ARGV[1])
    if entry and string.find(entry, ARGV[2], 1, true) then return redis.call('HDEL', KEYS[1], ARGV[1]) end
    return 0
end
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
    if string.find(all[i + 1], ARGV[2], 1, true) then return redis.call('HDEL', KEYS[1], all[i]) end
end
return 0
