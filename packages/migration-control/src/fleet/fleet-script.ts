/** What is asked of the control store, each in one step on the server. */
export type FleetOperation =
  | 'join'
  | 'renew'
  | 'acknowledge'
  | 'declare'
  | 'leave'
  | 'lead'
  | 'resign'
  | 'strike'
  | 'change'
  | 'aim'
  | 'rollback'
  | 'snapshot';

/**
 * Everything that must happen in one step, as one script (Redis 5 or newer, or Valkey). What a step may
 * not do is refused here, whoever asks: a change needs the epoch that it was decided in, the lease of the
 * controller, and that every member has acknowledged; only `live 0` needs no acknowledgement.
 *
 * KEYS: state, target and members, the lease of the controller, two channels. The state and the target
 * are JSON; members are a hash of JSON by id. Replies are JSON.
 */
export const FLEET_SCRIPT = `
local STATE, TARGET, MEMBERS, CONTROLLER, CHANGES, WAKE = unpack(KEYS)
local operation = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function get(key)
  local text = redis.call('GET', key)
  return text and cjson.decode(text)
end

local function put(state)
  local text = cjson.encode(state)
  redis.call('SET', STATE, text)
  redis.call('PUBLISH', CHANGES, text)
  return state
end

-- Epoch 0: no process has joined yet.
local function current()
  return get(STATE) or
    { stage = 'off', percentage = 0, epoch = 0, cold = { legacy = 'warm', next = 'cold' } }
end

local function advance(state)
  state.epoch = state.epoch + 1
  return put(state)
end

local function member(id)
  local text = redis.call('HGET', MEMBERS, id)
  return text and cjson.decode(text)
end

local function keep(id, record) redis.call('HSET', MEMBERS, id, cjson.encode(record)) end

local function wake(word) redis.call('PUBLISH', WAKE, word) end

local function is_acknowledged(state)
  for _, text in ipairs(redis.call('HVALS', MEMBERS)) do
    local acknowledged = cjson.decode(text).acknowledged
    if not acknowledged or acknowledged.epoch ~= state.epoch then return false end
  end
  return true
end

local function declare(state, side, why, by)
  if state.cold[side] == 'declared' or state.cold[side] == 'cold' then return state end
  state.cold[side] = 'declared'
  state.why, state.by = why, by
  return advance(state)
end

-- The first process that joins makes the fleet. A store that has lost what it held is told by whoever
-- knew it. Nobody may have known all.
local function known_or_current(text)
  local state = current()
  local known = text ~= '' and cjson.decode(text)
  if not known or known.epoch <= state.epoch then
    return state.epoch == 0 and advance(state) or state
  end
  if known.stage ~= 'off' then known.cold = { legacy = 'declared', next = 'declared' } end
  known.epoch = known.epoch + 1000
  known.why, known.by = 'the control store had lost the state', 'a member'
  return advance(known)
end

local function is_beyond(state)
  return state.percentage > 0 and state.stage ~= 'complete'
end

local function snapshot()
  local members = {}
  local flat = redis.call('HGETALL', MEMBERS)
  for index = 1, #flat, 2 do members[flat[index]] = cjson.decode(flat[index + 1]) end
  return {
    state = current(), target = get(TARGET) or nil, members = members,
    controller = redis.call('GET', CONTROLLER) or nil, now = now
  }
end

local function aim_at(target)
  local last = get(TARGET)
  target.number = (last and last.number or 0) + 1
  redis.call('SET', TARGET, cjson.encode(target))
end

local operations = {}

function operations.join(id, session, lease, known)
  local state = known_or_current(known)
  keep(id, { session = session, ['until'] = now + tonumber(lease) })
  return state
end

function operations.renew(id, session, lease, known)
  local state = known_or_current(known)
  local record = member(id)
  if not record or record.session ~= session then return { isMember = false, state = state } end
  record['until'] = now + tonumber(lease)
  keep(id, record)
  return { isMember = true, state = state }
end

function operations.acknowledge(id, session, epoch)
  local state = current()
  local record = member(id)
  if not record or record.session ~= session or state.epoch ~= tonumber(epoch) then return false end
  record.acknowledged = { epoch = state.epoch, stage = state.stage, percentage = state.percentage }
  keep(id, record)
  if is_acknowledged(state) then wake('look') end
  return true
end

function operations.declare(side, by)
  return declare(current(), side, 'a write was not confirmed by ' .. side, by)
end

function operations.leave(id, session)
  local record = member(id)
  if not record or record.session ~= session then return false end
  redis.call('HDEL', MEMBERS, id)
  wake('look')
  return true
end

function operations.lead(id, lease)
  local holder = redis.call('GET', CONTROLLER)
  if holder and holder ~= id then return false end
  redis.call('SET', CONTROLLER, id, 'PX', lease)
  return snapshot()
end

function operations.resign(id)
  if redis.call('GET', CONTROLLER) ~= id then return false end
  redis.call('DEL', CONTROLLER)
  wake('free')
  return true
end

function operations.strike(id)
  local state = current()
  if redis.call('GET', CONTROLLER) ~= id then return state end
  local flat = redis.call('HGETALL', MEMBERS)
  for index = 1, #flat, 2 do
    local record = cjson.decode(flat[index + 1])
    if record['until'] < now then
      redis.call('HDEL', MEMBERS, flat[index])
      -- Before next was read, it may have written legacy and not deleted on next.
      if not record.acknowledged or record.acknowledged.percentage == 0 then
        state = declare(state, 'next', flat[index] .. ' has vanished', id)
      end
    end
  end
  return state
end

function operations.change(id, epoch, change, why)
  local state, to = current(), cjson.decode(change)
  if redis.call('GET', CONTROLLER) ~= id or state.epoch ~= tonumber(epoch) then return false end
  local is_flight = is_beyond(state) and to.stage == 'live' and to.percentage == 0
  if not is_flight and not is_acknowledged(state) then return false end
  to.epoch, to.why, to.by = state.epoch, why, id
  return advance(to)
end

function operations.aim(text, after)
  local state, target = current(), cjson.decode(text)
  if state.stage == 'complete' and target.stage ~= 'complete' and not target.cold then
    return { isRefused = true, state = state }
  end
  local last = get(TARGET)
  local number = last and (last.number or 0) or 0
  if after == 'nothing' and last or tonumber(after) and tonumber(after) ~= number then
    return { isRefused = false, isOvertaken = true, state = state }
  end
  aim_at(target)
  wake('look')
  return { isRefused = false, state = state }
end

function operations.rollback(how, why, by, after)
  local state = current()
  local last = get(TARGET)
  if tonumber(after) and tonumber(after) ~= (last and last.number or 0) then
    return { isRefused = false, isOvertaken = true, state = state }
  end
  local target = { stage = 'off', percentage = 0, why = why, by = by }
  if state.stage == 'complete' then
    if how ~= 'cold' then return { isRefused = true, state = state } end
    target.stage, target.percentage, target.cold = 'live', 100, true
  elseif state.stage == 'live' or state.stage == 'rampdown' then
    target.stage = 'live'
    -- On its way back from complete already: live 0 would read a legacy that is being emptied.
    if how == 'cold' and state.stage == 'rampdown' and last and last.cold then
      return { isRefused = false, state = state }
    end
  end
  aim_at(target)
  if is_beyond(state) then
    state.stage, state.percentage, state.why, state.by = 'live', 0, why, by
    state = advance(state)
  end
  wake('look')
  return { isRefused = false, state = state }
end

operations.snapshot = snapshot

return cjson.encode(operations[operation](unpack(ARGV, 2)))
`;
