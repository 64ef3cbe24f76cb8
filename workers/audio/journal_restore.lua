-- Makes a slot's queue equal to its journal, oldest at the consuming end, without what is being worked on.
-- Unjournalled messages in the queue (reads, older copies of an event) are dropped: a read is asked again.
-- KEYS: 1 queue, 2 journal. ARGV: 1 ids being worked on, as JSON.
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
redis.call('DEL', KEYS[1])
for _, entry in ipairs(entries) do redis.call('LPUSH', KEYS[1], entry[2]) end
return #entries
