/**
 * What happens on the server in one step. Every write of a key takes the leases of the key with it.
 * `KEYS` are an entry and its lease, or pairs of them. A lifetime is `'PX', ms` among the arguments,
 * nothing where there is no end, and in a batch always two arguments: `'PX', ms`, `'', ''` or `'DEL', ''`.
 */

/** Scripts that change nothing. */
export const readingScripts = {
  /** The value and the milliseconds that it has left, -1 without an end. */
  lookup: `local value = redis.call('GET', KEYS[1])
if not value then return false end
return {value, redis.call('PTTL', KEYS[1])}`,

  /** For each entry the value and what it has left, as a list; nothing for what is no text. */
  lookupMany: `local found = {}
for i = 1, #KEYS do
  local value = redis.pcall('GET', KEYS[i])
  if type(value) == 'string' then found[i] = {value, redis.call('PTTL', KEYS[i])}
  else found[i] = false end
end
return found`,
} as const;

/** Scripts that change something; `ChangeScripts` gives each a deadline. */
export const changingScripts = {
  /** As `lookup`, or the name under which leases of the key are held now. `ARGV`: a new name, 'PX', ms. */
  lookupOrLease: `local value = redis.call('GET', KEYS[1])
if value then return {value, redis.call('PTTL', KEYS[1])} end
local name = redis.call('GET', KEYS[2]) or ARGV[1]
redis.call('SET', KEYS[2], name, ARGV[2], ARGV[3])
return name`,

  /** `ARGV`: the name of the lease, the value, the lifetime. An entry that is there stays. */
  fill: `if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[2], unpack(ARGV, 3))
return 1`,

  /** `ARGV`: the value, the lifetime. */
  set: `redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[1], unpack(ARGV, 2))
return 1`,

  /** `ARGV`: the value, the lifetime. */
  add: `if not redis.call('SET', KEYS[1], ARGV[1], 'NX', unpack(ARGV, 2)) then return 0 end
redis.call('DEL', KEYS[2])
return 1`,

  /** How many entries there were. */
  remove: `local removed = 0
for i = 1, #KEYS, 2 do
  redis.call('DEL', KEYS[i + 1])
  removed = removed + redis.call('DEL', KEYS[i])
end
return removed`,

  /** `ARGV`: for each entry the value and the lifetime. */
  setMany: `for i = 1, #KEYS, 2 do
  local at = (i - 1) / 2 * 3
  redis.call('DEL', KEYS[i + 1])
  if ARGV[at + 2] == 'DEL' then redis.call('DEL', KEYS[i])
  elseif ARGV[at + 2] == 'PX' then redis.call('SET', KEYS[i], ARGV[at + 1], 'PX', ARGV[at + 3])
  else redis.call('SET', KEYS[i], ARGV[at + 1]) end
end
return 1`,

  /** `KEYS`: entries alone, or leases alone. */
  unlink: `for i = 1, #KEYS do redis.call('UNLINK', KEYS[i]) end
return 1`,
} as const;
