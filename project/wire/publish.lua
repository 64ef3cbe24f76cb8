-- Publishes messages: each all or nothing, once per id, never after its deadline, in order. All of a run happen together,
-- so whoever did not hear an answer may send them all again, and none overtakes another.
-- KEYS, three per message: 1 journal, 2 sequence, 3 queue. ARGV, eight per message: 1 deadline (ms, 0 = none), 2 id,
-- 3 raw message ('' = mirror only), 4 'once', 'latest' or 'read' (queued without a journal entry), 5 set that must hold
-- ARGV[6] for the message to be queued ('' = always), 6 its member, 7 side writes as JSON {hset, hdel, del, set, publish},
-- 8 key that remembers for a while that the id was accepted ('' = none).
-- Returns {now in ms, 'accepted' | 'known' | 'late' | 'full' | 'mirrored', seq, and so on: two per message}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Of a slot, or at the desk. With 5 KB for each, 64 slots leave half of Redis to its leases and streams; whoever would
-- be the next has waited for longer than Discord lets us answer. Voice events are few: the latest of each guild.
local waiting_max = 750

local function published(journal, sequence, queue, deadline, id, raw, mode, only_in, member, writes, accepted)
  if mode == 'once' and redis.call('HEXISTS', journal, id) == 1 then return 'known', 0 end
  if deadline > 0 and now > deadline then
    -- A worker may be done with it by now and have removed it from the journal: 'late' would say that it never ran.
    if accepted ~= '' and redis.call('EXISTS', accepted) == 1 then return 'known', 0 end
    return 'late', 0
  end
  if mode ~= 'latest' and math.max(redis.call('HLEN', journal), redis.call('LLEN', queue)) >= waiting_max then
    return 'full', 0
  end

  local side = cjson.decode(writes)
  for _, write in ipairs(side.del or {}) do redis.call('DEL', write) end
  for _, write in ipairs(side.hset or {}) do redis.call('HSET', write[1], write[2], write[3]) end
  for _, write in ipairs(side.hdel or {}) do redis.call('HDEL', write[1], write[2]) end
  for _, write in ipairs(side.set or {}) do redis.call('SET', write[1], write[2], 'EX', write[3]) end
  for _, write in ipairs(side.publish or {}) do redis.call('PUBLISH', write[1], write[2]) end

  if raw == '' then return 'mirrored', 0 end
  if only_in ~= '' and redis.call('SISMEMBER', only_in, member) == 0 then return 'mirrored', 0 end
  local seq = redis.call('INCR', sequence)
  if mode ~= 'read' then redis.call('HSET', journal, id, seq .. '|' .. raw) end
  redis.call('LPUSH', queue, raw)
  if accepted ~= '' then redis.call('SET', accepted, 1, 'EX', 10) end
  return 'accepted', seq
end

local answer = {now}
for n = 0, #KEYS / 3 - 1 do
  local k, a = 3 * n, 8 * n
  local verdict, seq = published(KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], tonumber(ARGV[a + 1]), ARGV[a + 2], ARGV[a + 3],
    ARGV[a + 4], ARGV[a + 5], ARGV[a + 6], ARGV[a + 7], ARGV[a + 8])
  answer[#answer + 1] = verdict
  answer[#answer + 1] = seq
end
return answer
