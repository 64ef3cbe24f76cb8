-- Puts a journalled message back where its sequence number belongs in the queue, unless it is queued already.
-- The queue's right end is the consuming one. Unjournalled elements (reads) have no place to keep.
-- KEYS: 1 queue, 2 journal. ARGV: 1 message id.
-- Returns 1 if put back.
local entry = redis.call('HGET', KEYS[2], ARGV[1])
if not entry then return 0 end
local seq, raw = string.match(entry, '^(%d+)|(.*)$')
if not seq then return 0 end
local queued = redis.call('LRANGE', KEYS[1], 0, -1)
if #queued == 0 then
    redis.call('RPUSH', KEYS[1], raw)
    return 1
end
local seqs = {}
for _, value in ipairs(redis.call('HVALS', KEYS[2])) do
    local number, text = string.match(value, '^(%d+)|(.*)$')
    if number then seqs[text] = tonumber(number) end
end
local pivot
for i = #queued, 1, -1 do
    if queued[i] == raw then return 0 end
    if not pivot and (seqs[queued[i]] or 0) > tonumber(seq) then pivot = queued[i] end
end
if pivot then
    redis.call('LINSERT', KEYS[1], 'AFTER', pivot, raw)
else
    redis.call('LPUSH', KEYS[1], raw)
end
return 1
