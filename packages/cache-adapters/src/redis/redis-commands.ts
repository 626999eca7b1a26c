/** Sends one command to the server, and gives its reply: text, whole numbers, null and lists of them. */
export type RedisCommands = (command: readonly string[]) => Promise<unknown>;
