/** @param {string} file */
const inFile = (file) => ({ package: 'migration-control', file: `src/${file}.ts` });

/**
 * What holds the rollout of a fleet together, each taken out once.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const fleetRollout = [
  {
    ...inFile('fleet/rollout/rollout-script'),
    id: 'fleet-rollout/two-drive',
    what: 'somebody drives whose lease another process has',
    find: "if holder and holder ~= id then return 'no' end",
    replace: '',
  },
  {
    ...inFile('fleet/rollout/rollout-script'),
    id: 'fleet-rollout/anybody-writes',
    what: 'the rollout is written by who does not drive it',
    find: 'if not is_driver(id) or revision ~= tonumber(before) then',
    replace: 'if revision ~= tonumber(before) then',
  },
  {
    ...inFile('fleet/rollout/rollout-script'),
    id: 'fleet-rollout/any-revision',
    what: 'the rollout is written on top of what was not read',
    find: 'if not is_driver(id) or revision ~= tonumber(before) then',
    replace: 'if not is_driver(id) then',
  },
  {
    ...inFile('fleet/rollout/rollout-script'),
    id: 'fleet-rollout/answers-later',
    what: 'what was carried out still waits to be carried out',
    find: "    redis.call('LREM', ASKED, 1, asked)\n    answer(asked_id)",
    replace: '    answer(asked_id)',
  },
  {
    ...inFile('fleet/rollout/rollout-script'),
    id: 'fleet-rollout/counts-twice',
    what: 'what was seen is given to who drives again',
    find: "  redis.call('DEL', SEEN)\n",
    replace: '',
  },
  {
    ...inFile('fleet/fleet-script'),
    id: 'fleet-rollout/overrides-a-rollback',
    what: 'a step is asked for though somebody has asked for a rollback since',
    find: ' or tonumber(after) and tonumber(after) ~= number then\n    return { isRefused = false, isOvertaken = true',
    replace: ' then\n    return { isRefused = false, isOvertaken = true',
  },
  {
    ...inFile('fleet/fleet-script'),
    id: 'fleet-rollout/cold-twice',
    what: 'a cold rollback that is asked for twice goes on to a legacy that is being emptied',
    find: "if how == 'cold' and state.stage == 'rampdown' and last and last.cold then",
    replace: 'if false then',
  },
  {
    ...inFile('fleet/rollout/rollout-seat'),
    id: 'fleet-rollout/deaf',
    what: 'a member that does not report is not missed',
    find: 'migration.silent = ids.filter((id) => !heard.has(id));',
    replace: 'migration.silent = [];',
  },
  {
    ...inFile('fleet/rollout/fleet-operator'),
    id: 'fleet-rollout/rollback-unconfirmed',
    what: 'a rollback is said to hold before every process has acknowledged it',
    find: '    await this.#until(remote, (now) => isKnownToAll(now, epoch));\n',
    replace: '',
  },
  {
    ...inFile('plan/tick'),
    id: 'fleet-rollout/leaves-emptied-legacy',
    what: 'false takes a component from an emptied legacy at once',
    find: '      if (isColdRollback(this.#plan, this.#component(name))) {',
    replace: '      if (false as boolean) {',
  },
  {
    ...inFile('plan/set-percentage'),
    id: 'fleet-rollout/fights-a-percentage',
    what: 'where a component is put is taken for a decision of somebody else',
    find: 'since: null, seen: null }',
    replace: 'since: null }',
  },
  {
    ...inFile('plan/tick'),
    id: 'fleet-rollout/judged-from-before',
    what: 'what was seen before somebody resumed it is held against it',
    find: 'if (from >= component.resumedAt) judge',
    replace: 'judge',
  },
  {
    ...inFile('plan/rollout-driver'),
    id: 'fleet-rollout/seen-just-now',
    what: 'what was seen since the last look counts as seen just now',
    find: 'const from = before - reachMs;',
    replace: 'const from = this.#lookedAt;',
  },
  {
    ...inFile('fleet/rollout/take-backs'),
    id: 'fleet-rollout/taken-back-once',
    what: 'what could not be taken back is not tried again',
    find: '      if (this.#isOwed(owed)) owed.again =',
    replace: '      if (!this.#isOwed(owed)) owed.again =',
  },
];
