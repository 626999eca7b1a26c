/** Begins the message of a script that came after its deadline. */
export const LATE = 'RESYNCLATE';

/** Classes of the errors that a server answered with, in `redis`, `ioredis` and `iovalkey`. */
const REPLIES: ReadonlySet<string> = new Set([
  'BlobError',
  'ErrorReply',
  'ReplyError',
  'SimpleError',
]);

/** Classes of the errors of `redis` for what it did not send. */
const UNSENT: ReadonlySet<string> = new Set(['ClientClosedError', 'ClientOfflineError']);

/** The beginning of the message of `ioredis` and `iovalkey` for what they did not send. */
const UNSENT_MESSAGE = "Stream isn't writeable";

/**
 * Whether nothing of the command happens after this error: the server has answered, or was never sent it.
 * Errors that nobody knows leave it open.
 */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name } = error.constructor;
  return REPLIES.has(name) || UNSENT.has(name) || error.message.startsWith(UNSENT_MESSAGE);
}

/** Whether the server refused a script because of its deadline. */
export function isLate(error: unknown): boolean {
  return error instanceof Error && error.message.includes(LATE);
}
