/** @param {string} file */
const inFile = (file) => ({ package: 'migration-control', file: `src/fleet/${file}.ts` });

/**
 * What holds a fleet together on its control store, each taken out once.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const fleetControl = [
  {
    ...inFile('redis-fleet'),
    id: 'fleet-control/counts-from-the-answer',
    what: 'a membership counts from when joining was answered',
    find: 'this.#memberUntil = sent + lease;\n      this.#renewLater',
    replace:
      'this.#memberUntil = this.#settings.clock.monotonic() + lease;\n      this.#renewLater',
  },
  {
    ...inFile('redis-fleet'),
    id: 'fleet-control/member-for-ever',
    what: 'who is no member for the store goes on as one',
    find: 'this.#memberUntil = isMember ? sent + lease : -Infinity;',
    replace: 'this.#memberUntil = sent + lease;',
  },
  {
    ...inFile('redis-fleet'),
    id: 'fleet-control/says-once',
    what: 'what was acknowledged is not said again',
    find: '    if (this.#acknowledged === state.epoch) this.#acknowledgeAgain();\n',
    replace: '',
  },
  {
    ...inFile('redis-fleet'),
    id: 'fleet-control/deaf-renewals',
    what: 'a renewal does not say the state again',
    find: '    this.#memberUntil = isMember ? sent + lease : -Infinity;\n    this.hear(state);',
    replace: '    this.#memberUntil = isMember ? sent + lease : -Infinity;',
  },
  {
    ...inFile('redis-fleet'),
    id: 'fleet-control/no-pause',
    what: 'a renewal that failed is tried again without a pause',
    find: 'this.#retries.schedule(() => void this.#renew());',
    replace: 'void this.#renew();',
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/void-acknowledgement',
    what: 'what was acknowledged before joining again counts',
    find: 'record.session ~= session or state.epoch ~= tonumber(epoch)',
    replace: 'state.epoch ~= tonumber(epoch)',
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/late-acknowledgement',
    what: 'the acknowledgement of an earlier state counts for this one',
    find: 'record.session ~= session or state.epoch ~= tonumber(epoch)',
    replace: 'record.session ~= session',
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/any-controller',
    what: 'a change is taken from who does not control the fleet',
    find: "if redis.call('GET', CONTROLLER) ~= id or state.epoch ~= tonumber(epoch) then",
    replace: 'if state.epoch ~= tonumber(epoch) then',
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/any-epoch',
    what: 'a change is taken that was decided in another state',
    find: "if redis.call('GET', CONTROLLER) ~= id or state.epoch ~= tonumber(epoch) then",
    replace: "if redis.call('GET', CONTROLLER) ~= id then",
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/step-unacknowledged',
    what: 'the store takes a step that not everybody is ready for',
    find: '  if not is_flight and not is_acknowledged(state) then return false end\n',
    replace: '',
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/flight-waits',
    what: 'the step to live 0 waits for members',
    find: 'if not is_flight and not is_acknowledged(state)',
    replace: 'if not is_acknowledged(state)',
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/vanished-left-warm',
    what: 'next stays warm though a process vanished before it was read',
    find: 'if not record.acknowledged or record.acknowledged.percentage == 0 then',
    replace: 'if not record.acknowledged then',
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/unheard-left-warm',
    what: 'next stays warm though a process vanished that had acknowledged nothing',
    find: 'if not record.acknowledged or record.acknowledged.percentage == 0 then',
    replace: 'if record.acknowledged and record.acknowledged.percentage == 0 then',
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/forgets-with-the-store',
    what: 'a store that has lost its state stays with the one that it begins with',
    find: 'if not known or known.epoch <= state.epoch then',
    replace: 'if true then',
  },
  {
    ...inFile('fleet-script'),
    id: 'fleet-control/warm-rollback-from-complete',
    what: 'complete is left for a legacy that is read as it is',
    find: "if how ~= 'cold' then return { isRefused = true, state = state } end",
    replace: '',
  },
  {
    ...inFile('decide'),
    id: 'fleet-control/decides-unacknowledged',
    what: 'a step is decided before everybody has acknowledged',
    find: 'if (laggards.length > 0 || members.length === 0)',
    replace: 'if (members.length === 0)',
  },
  {
    ...inFile('decide'),
    id: 'fleet-control/warm-unemptied',
    what: 'a cold side is emptied before everybody confirms there again',
    find: "    case 'confirming':\n    case 'warm':",
    replace: "    case 'confirming':\n    case 'cold':\n    case 'warm':",
  },
  {
    ...inFile('next-step'),
    id: 'fleet-control/warm-from-off',
    what: 'next counts as warm when it is written to again',
    find: "cold: { ...cold, next: 'confirming' } };",
    replace: "cold: { ...cold, next: 'warm' } };",
  },
  {
    ...inFile('next-step'),
    id: 'fleet-control/straight-into-live',
    what: 'shadow is left for live above 0',
    find: "return isDown ? to('dualwrite', 0) : to('live', 0);",
    replace: "return isDown ? to('dualwrite', 0) : to('live', target.percentage);",
  },
  {
    ...inFile('redis-script'),
    id: 'fleet-control/waits-for-ever',
    what: 'a call to a store that stands still never ends',
    find: 'await this.#withinTimeout(answered)',
    replace: 'await answered',
  },
  {
    ...inFile('redis-script'),
    id: 'fleet-control/unbounded',
    what: 'any number of calls is left without an answer',
    find: 'if (this.#pending >= MOST_PENDING) {',
    replace: 'if (this.#pending === Infinity) {',
  },
];
