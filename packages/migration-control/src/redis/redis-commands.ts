/** The one call of the official `redis` client that most of it needs. */
export interface RedisCommands {
  sendCommand(args: string[]): Promise<unknown>;
}
