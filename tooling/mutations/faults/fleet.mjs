/** @param {string} file */
const inFile = (file) => ({ package: 'cache-migration', file: `src/${file}.ts` });

/**
 * The rules of several processes, each taken out once; the numbers are those of the rules.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const fleet = [
  {
    ...inFile('fleet/sharing'),
    id: 'fleet/0-next-without-leases',
    what: 'a shared next without leases is taken',
    find: 'if (next.capabilities.leases === true) return',
    replace: 'if (next.capabilities.leases !== undefined) return',
  },
  {
    ...inFile('fleet/fleet-follower'),
    id: 'fleet/1-no-fence',
    what: 'a process whose membership has run out goes on as a member',
    find: 'return !this.#hasJoined || this.#hasRunOut;',
    replace: 'return false;',
  },
  {
    ...inFile('operations/shared-writes'),
    id: 'fleet/1-writes-in-progress',
    what: 'a write that began as a member ends as one, though the membership has run out',
    find: 'return this.#isFenced() ? await fenced() : answer;',
    replace: 'return answer;',
  },
  {
    ...inFile('operations/shared-writes'),
    id: 'fleet/1-one-side-confirms',
    what: 'a fenced write succeeds though one side has not confirmed',
    find: "if (failed === undefined || failed.kind === 'answered') return;",
    replace: "if (failed === undefined || failed.kind !== 'answered') return;",
  },
  {
    ...inFile('fleet/fleet-follower'),
    id: 'fleet/1-joins-at-once',
    what: 'a process joins again beside its earlier writes',
    find: '    await this.#until(() => this.#isAllEnded());\n',
    replace: '',
  },
  {
    ...inFile('fleet/fleet-follower'),
    id: 'fleet/2-acknowledges-at-once',
    what: 'a state is acknowledged beside operations of earlier ones',
    find: '!this.#isDrained || this.#declarations.size > 0',
    replace: 'this.#declarations.size > 0',
  },
  {
    ...inFile('fleet/fleet-follower'),
    id: 'fleet/2-dirty-into-live',
    what: 'the percentage may rise though a key is dirty on next',
    find: '    if (isHarbour && !next.isCold && next.ledger.dirtyCount > 0) return false;\n',
    replace: '',
  },
  {
    ...inFile('sides/side'),
    id: 'fleet/3-empties-itself',
    what: 'a process empties a side of the fleet on its own',
    find: "return this.#settings.warmedBy === 'itself';",
    replace: 'return this.#settings.warmedBy !== undefined;',
  },
  {
    ...inFile('fleet/fleet-follower'),
    id: 'fleet/3-emptied-beside-unsettled',
    what: 'a side is emptied beside calls that may still have their effect',
    find: 'return !isEmptied || this.#isAllEnded();',
    replace: 'return !isEmptied || true;',
  },
  {
    ...inFile('operations/shared-writes'),
    id: 'fleet/4-sets-next-early',
    what: 'dualwrite and shadow set next',
    find: 'if (cache === legacy) await set(cache);',
    replace: 'if (cache === legacy || key) await set(cache);',
  },
  {
    ...inFile('operations/leased-writes'),
    id: 'fleet/4-sets-without-lease',
    what: 'a write sets next whether its lease holds or not',
    find: 'cache.fill(key, value, { lease, expiresAt })',
    replace:
      'cache.set(key, value, { ttl: expiresAt - Date.now() > 0 ? 1000 : 1000 }).then(() => true)',
  },
  {
    ...inFile('operations/leased-writes'),
    id: 'fleet/4-lost-lease-is-left',
    what: 'next is not deleted again where the fill was refused',
    find: '    await cache.delete(key);\n  }\n\n  /** A fill that fails',
    replace:
      '    if (refill === undefined) await cache.delete(key);\n  }\n\n  /** A fill that fails',
  },
  {
    ...inFile('operations/read-path'),
    id: 'fleet/4-mixed-falls-back',
    what: 'the memory of one process answers for what next misses',
    find: " || sharing === 'mixed') return false;",
    replace: ') return false;',
  },
  {
    ...inFile('operations/shared-leases'),
    id: 'fleet/4-lease-outlives-the-epoch',
    what: 'what was loaded in an earlier epoch is stored',
    find: 'if (parts?.epoch !== this.#settings.epoch().number) return false;',
    replace: 'if (parts === undefined) return false;',
  },
  {
    ...inFile('operations/unconfirmed'),
    id: 'fleet/5-not-declared',
    what: 'an unconfirmed write ends though the fleet was told nothing',
    find: "this.#follower.declareCold(side, 'a write was not confirmed')",
    replace: 'Promise.resolve(side !== undefined)',
  },
  {
    ...inFile('operations/unconfirmed'),
    id: 'fleet/5-always-accepted',
    what: 'an unconfirmed write ends well though it was to fail',
    find: "sides.length === 0 || this.#policy === 'accept'",
    replace: 'sides.length >= 0 || this.#policy',
  },
  {
    ...inFile('operations/unconfirmed'),
    id: 'fleet/5-excused-too-early',
    what: 'a side that is confirming again need not confirm',
    find: "this.#follower.warmthOf(name) === 'cold'",
    replace: "this.#follower.warmthOf(name) !== 'warm'",
  },
];
