-- Finds journalled messages that are neither queued nor being worked on.
-- KEYS: queue and journal of each slot in turn. ARGV: ids being worked on as JSON, one list per slot.
-- Returns a flat list: index of the slot (from 0), message id, sequence number, ...
local found = {}
for slot = 0, #KEYS / 2 - 1 do
    local queue, journal = KEYS[2 * slot + 1], KEYS[2 * slot + 2]
    local all = redis.call('HGETALL', journal)
    if #all > 0 then
        local known = {}
        for _, raw in ipairs(redis.call('LRANGE', queue, 0, -1)) do known[raw] = true end
        for _, id in ipairs(cjson.decode(ARGV[slot + 1])) do known[id] = true end
        for i = 1, #all, 2 do
            local seq, raw = string.match(all[i + 1], '^(%d+)|(.*)$')
            if seq and not known[raw] and not known[all[i]] then
                found[#found + 1] = slot
                found[#found + 1] = all[i]
                found[#found + 1] = tonumber(seq)
            end
        end
    end
end
return found
