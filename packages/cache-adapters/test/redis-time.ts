import type { RedisCommands } from '../src/redis/redis-commands.js';

/** So much longer live entries on the server than a test says, that its own time does not matter. */
const PATIENCE = 100_000;

const MOVE_ON = `for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left <= tonumber(ARGV[1]) then redis.call('DEL', key)
  elseif left >= 0 then redis.call('PEXPIRE', key, string.format('%.0f', left - tonumber(ARGV[1]))) end
end`;

/** A client whose lifetimes are longer on the server, and time that is moved there by shortening them. */
export interface RedisTime {
  readonly send: RedisCommands;
  readonly advance: (ms: number) => Promise<void>;
}

export function redisTime(send: RedisCommands): RedisTime {
  return {
    send: async (command) => {
      const scaled = command.map((argument, index) =>
        command[index - 1] === 'PX' ? `${Number(argument) * PATIENCE}` : argument,
      );
      return withTimesLeft(await send(scaled));
    },
    advance: async (ms) => {
      await send(['EVAL', MOVE_ON, '0', `${ms * PATIENCE}`]);
    },
  };
}

/** Whatever numbers come back beside text are what entries have left. */
function withTimesLeft(reply: unknown): unknown {
  if (!Array.isArray(reply)) return reply;
  const parts = reply as readonly unknown[];
  return parts.map((part) =>
    typeof part === 'number' && part > 0 ? Math.ceil(part / PATIENCE) : withTimesLeft(part),
  );
}
