/** Rules of style as syntax: what is refused, and what to write instead. */

/** @typedef {{ selector: string, message: string }} Refusal */

/** @type {Refusal[]} */
export const everywhere = [
  {
    selector: 'ExportAllDeclaration',
    message: 'Write the exported names: an index is a list that somebody decided.',
  },
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: one name for one thing in every file.',
  },
  {
    selector: 'TSEnumDeclaration',
    message: 'Use a union of literals, with an `as const` list where it is iterated.',
  },
  {
    selector:
      ':function > Identifier.params[typeAnnotation.typeAnnotation.type="TSBooleanKeyword"]',
    message: 'A bare true at a call says nothing: take a union of literals or an options object.',
  },
  {
    selector: 'TSTypeReference[typeName.name="Function"]',
    message: 'Write the signature.',
  },
];

/**
 * What a library must not take from around itself.
 * @type {Refusal[]}
 */
export const librarySources = [
  {
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'A library takes the environment as an argument.',
  },
  {
    selector:
      'MemberExpression[object.name="Date"][property.name="now"], NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Time comes from a Clock; only system-*.ts reads it.',
  },
  {
    selector: 'MemberExpression[object.name="performance"]',
    message: 'Time comes from a Clock; only system-*.ts reads it.',
  },
  {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|setImmediate)$/]',
    message: 'Timers come from a Clock; only system-*.ts starts them.',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Randomness is an argument; only system-*.ts makes it.',
  },
];

/**
 * An index.ts is a written list of exports.
 * @type {Refusal[]}
 */
export const indexFiles = [
  {
    selector: 'Program > :not(ExportNamedDeclaration[source])',
    message: 'An index.ts lists exports, and nothing else.',
  },
];

/**
 * What makes tests flaky.
 * @type {Refusal[]}
 */
export const testSources = [
  {
    selector: 'CallExpression[callee.name=/^(setTimeout|setInterval|sleep|delay)$/]',
    message: 'Tests move a ManualClock or await an event; they never sleep.',
  },
  {
    selector: 'ImportDeclaration[source.value="node:timers/promises"]',
    message: 'Tests move a ManualClock or await an event; they never sleep.',
  },
];
