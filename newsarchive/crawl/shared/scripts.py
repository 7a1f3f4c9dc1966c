"""What Redis does for a shared crawl in one step each, as Lua scripts.

All times are milliseconds of Redis's own clock, so that those of the workers do not matter. A site
of a crawl has these keys:

walk      hash: worker and until (who walks its lists, and until when that holds), terms, born,
          articles (found so far), and how many ended how
known     set of ids: what archives of workers hold, and nobody asks
seen      hash: id -> how it ended ('' until then), of all that this crawl found; the filter of
          duplicates
items     hash: id -> item as JSON, of what is not settled
queue     list of ids to be asked
leases    sorted set: id -> until when a worker has it in hand; by: hash id -> that worker
tries     hash: id -> how many workers died over it
settled   list of events as JSON, the oldest first
sections  list of keys of the lists of this site
over      there for a while once all is done; the other keys are gone then
"""

from __future__ import annotations

NAMES = (
    "walk", "known", "seen", "items", "queue", "leases", "by", "tries", "settled", "sections",
    "over",
)  # fmt: skip
# KEYS of every script of a site, in this order.
_HEAD = (
    "local "
    + ", ".join(NAMES)
    + " = "
    + ", ".join(f"KEYS[{n}]" for n in range(1, len(NAMES) + 1))
    + """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local call = redis.call
local function settle(id, how, head, popped)
    local body = call('HGET', items, id)
    if not body then return end
    call('HDEL', items, id)
    call('HDEL', by, id)
    call('HDEL', tries, id)
    -- One whose lease was over when it was done stands in front, so that this is quick.
    if call('ZREM', leases, id) == 0 and not popped then call('LREM', queue, 1, id) end
    call('RPUSH', settled, head .. body .. '}')
    call('HSET', seen, id, how)
    call('HINCRBY', walk, how, 1)
end
"""
)

# ARGV: terms. Returns 1 and the milliseconds until a new crawl may begin, or 0 and the terms.
JOIN = (
    _HEAD
    + """
local left = call('PTTL', over)
if left > 0 then return {1, left} end
call('HSETNX', walk, 'born', now)
call('HSETNX', walk, 'terms', ARGV[1])
return {0, call('HGET', walk, 'terms')}
"""
)

# ARGV: most articles ('' for any number), then kind, id, body of each. Returns a word for each:
# 'new', '' for one that is being asked, how it ended for one that this crawl has asked, 'known' for
# one that an archive has, 'left' for one too many; nothing at all where the crawl is over.
POST = (
    _HEAD
    + """
if call('EXISTS', walk) == 0 then return {} end
local told = {}
for n = 2, #ARGV, 3 do
    local kind, id, body = ARGV[n], ARGV[n + 1], ARGV[n + 2]
    local most, had = tonumber(ARGV[1]), tonumber(call('HGET', walk, 'articles') or 0)
    local how = call('HGET', seen, id)
    if call('SISMEMBER', known, id) == 1 then told[#told + 1] = 'known'
    elseif how then told[#told + 1] = how
    elseif kind == 'article' and most and had >= most then told[#told + 1] = 'left'
    else
        call('HSET', seen, id, '')
        call('HSET', items, id, body)
        call('RPUSH', queue, id)
        if kind == 'article' then call('HINCRBY', walk, 'articles', 1) end
        told[#told + 1] = 'new'
    end
end
return told
"""
)

# One turn of a worker. ARGV: worker, lease, room (items wanted), walks (whether it believes to
# walk), events read, sections read, wait (how old the crawl must be for it to begin to walk), most
# deaths, the heads of events for what is known and what is lost. Returns the state (0 at work, 1
# over, 2 not there), whether it walks, {id, body, ...}, events, sections, and numbers: queue,
# leases, events, articles.
TURN = (
    _HEAD
    + """
if call('EXISTS', over) == 1 then return {1} end
if call('EXISTS', walk) == 0 then return {2} end
local worker, lease, room = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
for _, id in ipairs(call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 100)) do
    if call('HINCRBY', tries, id, 1) >= tonumber(ARGV[8]) then settle(id, 'lost', ARGV[10])
    else
        call('ZREM', leases, id)
        call('HDEL', by, id)
        call('LPUSH', queue, id)
    end
end
local walker = call('HGET', walk, 'worker')
local free = not walker or tonumber(call('HGET', walk, 'until')) <= now
local old = now - tonumber(call('HGET', walk, 'born')) >= tonumber(ARGV[7])
local walks = walker == worker or (free and old)
if walks then call('HSET', walk, 'worker', worker, 'until', now + lease) end
local got, looked = {}, 0
while #got < 2 * room and looked < 500 do
    looked = looked + 1
    local id = call('LPOP', queue)
    if not id then break end
    local body = call('HGET', items, id)
    if body and call('SISMEMBER', known, id) == 1 then settle(id, 'known', ARGV[9], true)
    elseif body then
        call('ZADD', leases, now + lease, id)
        call('HSET', by, id, worker)
        got[#got + 1] = id
        got[#got + 1] = body
    end
end
local events = {}
if walks then
    local from = ARGV[4] == '1' and tonumber(ARGV[5]) or 0
    events = call('LRANGE', settled, from, from + 199)
end
return {
    0, walks and 1 or 0, got, events, call('LRANGE', sections, ARGV[6], ARGV[6] + 499),
    call('LLEN', queue), call('ZCARD', leases), call('LLEN', settled),
    tonumber(call('HGET', walk, 'articles') or 0)
}
"""
)

# A sign of life. ARGV: worker, lease, milliseconds after which forgotten keys vanish, ids.
# Returns those ids that are not its own any more.
BEAT = (
    _HEAD
    + """
local lost = {}
for n = 4, #ARGV do
    if call('HGET', by, ARGV[n]) == ARGV[1] then call('ZADD', leases, now + ARGV[2], ARGV[n])
    else lost[#lost + 1] = ARGV[n] end
end
if call('HGET', walk, 'worker') == ARGV[1] then call('HSET', walk, 'until', now + ARGV[2]) end
for n = 1, #KEYS - 1 do call('PEXPIRE', KEYS[n], ARGV[3]) end
return lost
"""
)

# ARGV: id, how, head of the event, of each.
SETTLE = (
    _HEAD
    + """
for n = 1, #ARGV, 3 do settle(ARGV[n], ARGV[n + 1], ARGV[n + 2]) end
return 0
"""
)

# ARGV: worker, whether it leaves, ids. These are anyone's again; if it leaves its walk is too.
GIVE_BACK = (
    _HEAD
    + """
for n = 3, #ARGV do
    if call('HGET', by, ARGV[n]) == ARGV[1] then
        call('ZREM', leases, ARGV[n])
        call('HDEL', by, ARGV[n])
        call('LPUSH', queue, ARGV[n])
    end
end
if ARGV[2] == '1' and call('HGET', walk, 'worker') == ARGV[1] then
    call('HDEL', walk, 'worker', 'until')
end
return 0
"""
)

# ARGV: worker, events that it has taken in, milliseconds for which the end is remembered. Ends the
# crawl of the site if nothing is left of it; returns what became of its articles then.
FINISH = (
    _HEAD
    + """
if call('HGET', walk, 'worker') ~= ARGV[1] then return {} end
if call('LLEN', queue) > 0 or call('ZCARD', leases) > 0 then return {} end
if call('LLEN', settled) > tonumber(ARGV[2]) then return {} end
local told = call('HGETALL', walk)
for n = 1, #KEYS - 1 do call('UNLINK', KEYS[n]) end
call('SET', over, '1', 'PX', ARGV[3])
return told
"""
)

# The turns at one host. KEYS: hash of next, delay, connections; sorted set of those who are
# there. The longest delay and the fewest connections that any worker of late knew of hold for all.
_HOST = """
local call = redis.call
local clock = call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local host, there = KEYS[1], KEYS[2]
local function remember(delay)
    local upto = math.max(tonumber(call('HGET', host, 'next') or 0) - now, 0)
    call('PEXPIRE', host, upto + 2 * delay + 60000)
end
"""

# ARGV: token, delay, connections, lease. Returns 0, or how many milliseconds to wait; -1 where that
# is until another one is through.
ENTER = (
    _HOST
    + """
call('ZREMRANGEBYSCORE', there, '-inf', now)
local delay = math.max(tonumber(ARGV[2]), tonumber(call('HGET', host, 'delay') or 0))
local most = math.min(tonumber(ARGV[3]), tonumber(call('HGET', host, 'connections') or ARGV[3]))
call('HSET', host, 'delay', delay, 'connections', most)
remember(delay)
local wait = tonumber(call('HGET', host, 'next') or 0) - now
if wait > 0 then return wait end
if call('ZCARD', there) >= most then return -1 end
call('ZADD', there, now + ARGV[4], ARGV[1])
call('PEXPIRE', there, 2 * ARGV[4])
call('HSET', host, 'next', now + delay)
remember(delay)
return 0
"""
)

# ARGV: token, milliseconds since the request was sent, milliseconds for which the host asked to be
# left alone. The delay counts from when the request was really sent, not from when it might be.
LEAVE = (
    _HOST
    + """
call('ZREM', there, ARGV[1])
local delay = tonumber(call('HGET', host, 'delay') or 0)
local from = math.max(now - ARGV[2] + delay, now + ARGV[3])
if ARGV[2] == '-1' then from = now + ARGV[3] end
if from > tonumber(call('HGET', host, 'next') or 0) then call('HSET', host, 'next', from) end
remember(delay)
return 0
"""
)

# ARGV: lease, tokens; each of KEYS the set of those who are at the host of its token.
STAY = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
for n = 1, #KEYS do
    redis.call('ZADD', KEYS[n], 'XX', now + ARGV[1], ARGV[n + 1])
    redis.call('PEXPIRE', KEYS[n], 2 * ARGV[1])
end
return 0
"""
