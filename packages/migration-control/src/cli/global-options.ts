import type { CommandOption } from './command.js';

/** What every command takes. */
export const GLOBAL_OPTIONS = {
  url: {
    value: '<url>',
    about: 'the admin surface of the service; default: RESYNC_URL, or http://127.0.0.1:3000/admin',
  },
  'token-file': {
    value: '<file>',
    about: 'a file that holds the admin token; default: the variable RESYNC_TOKEN',
  },
  redis: {
    value: '<url>',
    about:
      'speak to the control store of a fleet itself; with a password, set RESYNC_REDIS instead',
  },
  namespace: { value: '<name>', about: 'with --redis: the name of the rollout on that server' },
  plan: { value: '<file>', about: 'with --redis: the plan of the rollout' },
  fleets: {
    value: '<name>',
    about:
      'with --redis: what the fleet of a component is called; % stands for its name; default <namespace>.%',
  },
  as: { value: '<name>', about: 'who asks, for the record; default: your user name' },
  timeout: { value: '<time>', about: 'how long to wait for an answer, such as 30s; default 60s' },
  json: { about: 'answer with JSON on standard output' },
  help: { about: 'this help' },
} as const satisfies Record<string, CommandOption>;
