-- Makes a slot's queue equal to its journal, oldest at the consuming end, without what is being worked on.
-- Reads, which are never journalled, stay behind what is. Other unjournalled messages are done already, and dropped.
-- KEYS: 1 queue, 2 journal. ARGV: 1 ids being worked on, 2 task names of reads, both as JSON.
-- Returns how many messages are queued now.
local busy = {}
for _, id in ipairs(cjson.decode(ARGV[1])) do busy[id] = true end
local entries = {}
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
    if not busy[all[i]] then
        local seq, raw = string.match(all[i + 1], '^(%d+)|(.*)$')
        if seq then entries[#entries + 1] = {tonumber(seq), raw} end
    end
end
table.sort(entries, function(a, b) return a[1] < b[1] end)
local reads = {}
for _, raw in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
    for _, name in ipairs(cjson.decode(ARGV[2])) do
        if string.find(raw, '"task": "' .. name .. '"', 1, true) then table.insert(reads, 1, raw) end
    end
end
redis.call('DEL', KEYS[1])
for _, entry in ipairs(entries) do redis.call('LPUSH', KEYS[1], entry[2]) end
for _, raw in ipairs(reads) do redis.call('LPUSH', KEYS[1], raw) end
return #entries + #reads
