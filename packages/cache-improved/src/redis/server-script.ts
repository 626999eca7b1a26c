import { createHash } from 'node:crypto';
import { LATE } from './redis-error.js';
import { TOKEN_LENGTH } from './system-tokens.js';

/**
 * Everything that must happen in one step on the server, as one script, so that the server knows all of
 * it or nothing. Needs Redis 5 or Valkey.
 *
 * KEYS[1] is the generation; then an entry and its lease for each key, or entries alone for `live` and
 * `sweep`. ARGV: operation, moment of the server's clock after which nothing is done, a generation to
 * begin where there is none, channel, then what the operation needs. An entry is the generation that it
 * was written in, the end of its life by the server's clock, a colon, and the value. Whatever has another
 * generation, or another type, is not there.
 */
export const SERVER_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local operation, channel = ARGV[1], ARGV[4]

if now >= tonumber(ARGV[2]) then
  return redis.error_reply('${LATE} by ' .. string.format('%.0f', now - tonumber(ARGV[2])) .. ' ms')
end

local function current()
  local found = redis.pcall('GET', KEYS[1])
  return type(found) == 'string' and #found == ${TOKEN_LENGTH} and found
end

local function current_or_new()
  local found = current()
  if found then return found end
  redis.call('SET', KEYS[1], ARGV[3])
  return ARGV[3]
end

local function is_live(entry, generation)
  return generation and redis.pcall('GETRANGE', entry, 0, ${TOKEN_LENGTH - 1}) == generation
end

-- The name of an entry begins one character later than a channel ends.
local function announce(entry)
  redis.call('PUBLISH', channel, string.sub(entry, #channel + 2))
end

-- The end is a moment: a lifetime would begin anew where the server is held up in the middle of this.
local function put(index, ends, value, generation)
  local entry, lease = KEYS[index], KEYS[index + 1]
  if ends ~= '' and tonumber(ends) <= now then
    redis.call('UNLINK', entry)
  else
    redis.call('SET', entry, generation .. ends .. ':' .. value)
    if ends ~= '' then redis.call('PEXPIREAT', entry, ends) end
  end
  redis.call('UNLINK', lease)
  announce(entry)
end

if operation == 'set' then
  local generation = current_or_new()
  for index = 2, #KEYS, 2 do
    put(index, ARGV[3 + index], ARGV[4 + index], generation)
  end
  return 1
end

if operation == 'add' then
  local generation = current_or_new()
  if is_live(KEYS[2], generation) then return 0 end
  put(2, ARGV[5], ARGV[6], generation)
  return 1
end

if operation == 'delete' then
  local generation, deleted = current(), 0
  for index = 2, #KEYS, 2 do
    if is_live(KEYS[index], generation) then deleted = deleted + 1 end
    redis.call('UNLINK', KEYS[index], KEYS[index + 1])
    announce(KEYS[index])
  end
  return deleted
end

if operation == 'clear' then
  redis.call('UNLINK', KEYS[1])
  redis.call('PUBLISH', channel, '')
  return 1
end

if operation == 'lease' or operation == 'claim' or operation == 'replace' then
  local generation = current()
  if operation ~= 'replace' and is_live(KEYS[2], generation) then
    return {'hit', redis.call('GET', KEYS[2])}
  end
  if not generation then
    if redis.pcall('SET', KEYS[1], ARGV[3]).err then return {'miss'} end
    generation = ARGV[3]
  end
  local held = redis.pcall('GET', KEYS[3])
  if type(held) == 'string' and string.sub(held, 1, ${TOKEN_LENGTH}) == generation then
    if operation == 'claim' then return {'claimed'} end
    redis.call('PEXPIRE', KEYS[3], ARGV[6])
    return {'miss', string.sub(held, ${TOKEN_LENGTH + 1})}
  end
  if redis.pcall('SET', KEYS[3], generation .. ARGV[5], 'PX', ARGV[6]).err then return {'miss'} end
  return {'miss', ARGV[5]}
end

if operation == 'fill' then
  local generation = current()
  if not generation or redis.pcall('GET', KEYS[3]) ~= generation .. ARGV[7] then return 0 end
  put(2, ARGV[5], ARGV[6], generation)
  return 1
end

if operation == 'release' then
  local generation = current()
  if not generation or redis.pcall('GET', KEYS[3]) ~= generation .. ARGV[5] then return 0 end
  redis.call('UNLINK', KEYS[3])
  announce(KEYS[2])
  return 1
end

local generation, live = current(), {}
for index = 2, #KEYS do
  if is_live(KEYS[index], generation) then
    live[#live + 1] = KEYS[index]
  elseif operation == 'sweep' then
    redis.call('UNLINK', KEYS[index])
  end
end
return live
`;

/** The name under which the server keeps the script. */
export const SERVER_SCRIPT_SHA = createHash('sha1').update(SERVER_SCRIPT).digest('hex');

/** What the script can be asked for. */
export type ScriptOperation =
  | 'set'
  | 'add'
  | 'delete'
  | 'clear'
  | 'lease'
  | 'claim'
  | 'replace'
  | 'fill'
  | 'release'
  | 'live'
  | 'sweep';
