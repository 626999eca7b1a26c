/** @param {string} file */
const inFile = (file) => ({ package: 'cache-migration', file: `src/${file}.ts` });

/**
 * The protections of what a migration does beside its callers: comparing (hazard 15), warming up; and
 * what it certifies.
 *
 * @type {readonly import('../fault.mjs').Fault[]}
 */
export const migrationBackground = [
  {
    ...inFile('operations/shadow-comparison'),
    id: 'migration/15-compares-across-a-write',
    what: 'a comparison is believed though a write came in between',
    find: 'this.#isEnded || !this.#settings.leases.holds(key, lease)',
    replace: 'this.#isEnded || lease.length < key.length',
  },
  {
    ...inFile('operations/shadow-comparison'),
    id: 'migration/15-one-look-is-enough',
    what: 'a mismatch is reported without a second look',
    find: "    if (typeof first === 'string') return first;\n",
    replace: '    return first;\n',
  },
  {
    ...inFile('operations/shadow-comparison'),
    id: 'migration/15-looks-at-next-alone-again',
    what: 'the second look compares what legacy said at the first',
    find: "const legacy = answerOf(await this.#ask('legacy', subject.key));",
    replace: 'const legacy = answer;',
  },
  {
    ...inFile('operations/shadow-comparison'),
    id: 'migration/15-believes-a-dirty-side',
    what: 'a side is compared though it may not answer for the key',
    find: "return legacy.trustFor(key) === 'trusted' && next.trustFor(key) === 'trusted';",
    replace: 'return legacy !== next;',
  },
  {
    ...inFile('operations/shadow-comparison'),
    id: 'migration/15-unbounded',
    what: 'any number of comparisons is under way at once',
    find: 'this.#underWay < BOUND',
    replace: 'this.#underWay < Infinity',
  },
  {
    ...inFile('operations/shadow-comparison'),
    id: 'migration/15-outlives-the-manager',
    what: 'second looks are left over after shutdown',
    find: '    for (const go of this.#waiting) go();\n',
    replace: '',
  },
  {
    ...inFile('observation/redaction'),
    id: 'migration/15-raw-key',
    what: 'a sample shows the key',
    find: 'return redactKey === undefined ? fingerprintOf(key)',
    replace: 'return redactKey === undefined ? key',
  },
  {
    ...inFile('observation/describe-shape'),
    id: 'migration/15-raw-value',
    what: 'a sample shows the value',
    find: 'return `a string of ${value.length} characters`;',
    replace: 'return value;',
  },
  {
    ...inFile('operations/compare-answers'),
    id: 'migration/15-expiry-is-not-compared',
    what: 'entries that end at different times are equal',
    find: "return apart > expiryTolerance ? 'expiry' : undefined;",
    replace: "return apart > Infinity + expiryTolerance ? 'expiry' : undefined;",
  },
  {
    ...inFile('operations/entry-copier'),
    id: 'migration/warm-up-without-lease',
    what: 'a warm-up takes its lease after it has read legacy',
    find: '    return COPIES[await this.#fills.fill(key, found.answer, lease)];\n',
    replace:
      '    const late = this.#settings.leases.grant(key, this.#settings.epoch()) ?? lease;\n' +
      '    return COPIES[await this.#fills.fill(key, found.answer, late)];\n',
  },
  {
    ...inFile('operations/entry-copier'),
    id: 'migration/warm-up-overwrites',
    what: 'a warm-up copies over what next has',
    find: "    if (there.answer) return 'skipped';\n",
    replace: '',
  },
  {
    ...inFile('operations/entry-copier'),
    id: 'migration/warm-up-from-dirty-legacy',
    what: 'a warm-up copies what legacy may not answer for',
    find: "legacy.trustFor(key) !== 'trusted' || next",
    replace: 'next',
  },
  {
    ...inFile('operations/warm-ups'),
    id: 'migration/warm-up-outlives-its-stage',
    what: 'a warm-up goes on in a stage in which none may begin',
    find: '    if (!STAGES.includes(to.stage)) {\n',
    replace: '    if (!STAGES.includes(to.stage) && to.percentage > 100) {\n',
  },
  {
    ...inFile('operations/warm-ups'),
    id: 'migration/warm-up-across-expiry',
    what: 'a next that does not slide is warmed up from a legacy that does',
    find: '!this.#settings.fills.isExpiryKept',
    replace: '!this.#settings.fills',
  },
  {
    ...inFile('operations/warm-ups'),
    id: 'migration/warm-up-of-a-fleet',
    what: 'a side that processes share is warmed up without their writes being known',
    find: 'isShared && !this.#settings.isSoleProcess',
    replace: 'isShared && this.#settings.isSoleProcess && false',
  },
  {
    ...inFile('operations/warm-up-run'),
    id: 'migration/warm-up-without-brake',
    what: 'a warm-up copies everything at once',
    find: 'sides.next.isCold || this.#underWay >= concurrency',
    replace: 'sides.next.isCold || this.#underWay >= concurrency + 1000',
  },
  {
    ...inFile('operations/pace'),
    id: 'migration/warm-up-hurries',
    what: 'a warm-up has no rate',
    find: '    this.#tokens -= 1;\n',
    replace: '',
  },
  {
    ...inFile('rollback-certificate'),
    id: 'migration/certificate-ignores-dirty-keys',
    what: 'legacy is certified as fresh though it has dirty keys',
    find: '    dirtyCount > 0 && {\n',
    replace: '    dirtyCount > Infinity && {\n',
  },
  {
    ...inFile('rollback-certificate'),
    id: 'migration/certificate-ignores-what-is-in-flight',
    what: 'legacy is certified as fresh while it is written to',
    find: '    inFlight > 0 && {\n',
    replace: '    inFlight > Infinity && {\n',
  },
  {
    ...inFile('rollback-certificate'),
    id: 'migration/certificate-in-complete',
    what: 'legacy is certified as fresh though nothing is written to it',
    find: "  if (stage === 'complete') {\n    const message",
    replace: "  if (stage === 'off') {\n    const message",
  },
  {
    ...inFile('sides/trusted-since'),
    id: 'migration/certificate-forgets-repairs',
    what: 'writes count as confirmed that were repaired later',
    find: '      if (isEmptied || (isTrusted && !wasTrusted)) this',
    replace: '      if (isEmptied) this',
  },
  {
    ...inFile('sides/side'),
    id: 'migration/internal-reads-look-like-others',
    what: "what a migration reads for itself counts among its callers' reads",
    find: '      this.#internal.hits += after.hits - before.hits;\n',
    replace: '',
  },
];
