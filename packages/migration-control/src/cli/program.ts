/** What the command is called. */
export const PROGRAM = 'resync-migrate';
