/** What is asked of the store of a fleet's rollout, each in one step on the server. */
export type RolloutOperation =
  | 'lead'
  | 'resign'
  | 'load'
  | 'asked'
  | 'save'
  | 'ask'
  | 'withdraw'
  | 'refuse'
  | 'answer'
  | 'tell'
  | 'leave'
  | 'gather'
  | 'empty'
  | 'history';

/**
 * Everything that must happen in one step, as one script (Redis 5 or newer, or Valkey). The rollout is
 * written by who drives it alone, and only on top of what it has read; what is decided, what was asked for
 * and the answer to it are written in the same step.
 *
 * KEYS: the rollout as JSON, the lease of who drives it, lists of what is asked and of the last answers, a
 * stream of records, a list and a hash of what processes have seen and when, a hash of how often a next was
 * to be emptied, a channel. Replies are JSON.
 */
export const ROLLOUT_SCRIPT = `
local STATE, DRIVER, ASKED, ANSWERS, AUDIT, SEEN, REPORTERS, EMPTYINGS, WAKE = unpack(KEYS)
local operation = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local MOST_ASKED, MOST_ANSWERS, MOST_SEEN = 1000, 1000, 1000

local function is_driver(id) return redis.call('GET', DRIVER) == id end

local function wake(word) redis.call('PUBLISH', WAKE, word) end

local function answer(id, refusal)
  redis.call('RPUSH', ANSWERS, cjson.encode({ id = id, refusal = refusal }))
  redis.call('LTRIM', ANSWERS, -MOST_ANSWERS, -1)
end

local function pairs_of(flat)
  local found = {}
  for index = 1, #flat, 2 do found[flat[index]] = flat[index + 1] end
  return found
end

local operations = {}

function operations.lead(id, lease)
  local holder = redis.call('GET', DRIVER)
  if holder and holder ~= id then return 'no' end
  redis.call('SET', DRIVER, id, 'PX', lease)
  return holder and 'still' or 'now'
end

function operations.resign(id)
  if not is_driver(id) then return false end
  redis.call('DEL', DRIVER)
  wake('free')
  return true
end

function operations.load() return redis.call('GET', STATE) end

function operations.asked() return redis.call('LRANGE', ASKED, 0, -1) end

-- The last arguments are the records.
function operations.save(id, before, state, asked, asked_id, ...)
  local last = redis.call('GET', STATE)
  local revision = last and cjson.decode(last).revision or 0
  if not is_driver(id) or revision ~= tonumber(before) then return false end
  redis.call('SET', STATE, state)
  for _, record in ipairs({ ... }) do redis.call('XADD', AUDIT, '*', 'record', record) end
  if asked ~= '' then
    redis.call('LREM', ASKED, 1, asked)
    answer(asked_id)
  end
  if select('#', ...) > 0 then wake('record') end
  return true
end

function operations.ask(asked)
  if redis.call('LLEN', ASKED) >= MOST_ASKED then return false end
  redis.call('RPUSH', ASKED, asked)
  wake('asked')
  return true
end

function operations.withdraw(asked) return redis.call('LREM', ASKED, 1, asked) == 1 end

function operations.refuse(id, asked, asked_id, refusal)
  if not is_driver(id) or redis.call('LREM', ASKED, 1, asked) == 0 then return false end
  answer(asked_id, refusal)
  return true
end

function operations.answer(asked_id)
  for _, text in ipairs(redis.call('LRANGE', ANSWERS, -MOST_ANSWERS, -1)) do
    local found = cjson.decode(text)
    if found.id == asked_id then return found end
  end
  return false
end

function operations.tell(process, seen, text)
  redis.call('RPUSH', SEEN, seen)
  redis.call('LTRIM', SEEN, -MOST_SEEN, -1)
  local reporter = cjson.decode(text)
  reporter.at = now
  redis.call('HSET', REPORTERS, process, cjson.encode(reporter))
  return pairs_of(redis.call('HGETALL', EMPTYINGS))
end

function operations.leave(process)
  return redis.call('HDEL', REPORTERS, process) == 1
end

function operations.gather(id, longest)
  if not is_driver(id) then return false end
  local seen = redis.call('LRANGE', SEEN, 0, -1)
  redis.call('DEL', SEEN)
  local reporters = pairs_of(redis.call('HGETALL', REPORTERS))
  for process, text in pairs(reporters) do
    if cjson.decode(text).at + tonumber(longest) < now then
      redis.call('HDEL', REPORTERS, process)
      reporters[process] = nil
    end
  end
  return { seen = seen, reporters = reporters, now = now }
end

function operations.empty(id, component)
  if not is_driver(id) then return false end
  redis.call('HINCRBY', EMPTYINGS, component, 1)
  return true
end

function operations.history(after)
  return redis.call('XRANGE', AUDIT, after, '+')
end

return cjson.encode(operations[operation](unpack(ARGV, 2)))
`;
