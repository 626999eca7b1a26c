/**
 * The arrows of ARCHITECTURE.md as rules. Each package lists what its sources may import from the
 * workspace; whatever is not listed fails, a type-only import too.
 *
 * @type {Record<string, string[]>}
 */
const MAY_IMPORT = {
  'cache-contract': [],
  'cache-legacy': ['cache-contract'],
  'cache-improved': ['cache-contract'],
  'cache-adapters': ['cache-contract'],
  'cache-migration': ['cache-contract'],
  'migration-control': ['cache-contract', 'cache-migration'],
  'migration-metrics': ['cache-migration'],
};

/** @param {string} name */
const sourcesOf = (name) => `^packages/${name}/src/`;

/** @param {string} name */
const anyFormOf = (name) => `(^|/)(packages/${name}/|@resync/${name}(/|$))`;

const packageArrows = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `arrows-of-${name}`,
  comment:
    `${name} may import ${allowed.join(', ') || 'nothing'} from this workspace. ` +
    'Move what both need into cache-contract, or pass it in from the composition root.',
  severity: /** @type {const} */ ('error'),
  from: { path: sourcesOf(name) },
  to: {
    path: '(^|/)((packages|apps|tooling)/|@resync/)',
    pathNot: [name, ...allowed].map(anyFormOf),
  },
}));

/**
 * Inside cache-migration data flows one way. Each folder lists the folders that it may import; the
 * files beside them put everything together.
 *
 * @type {Record<string, string[]>}
 */
const FOLDERS_MAY_IMPORT = {
  stages: [],
  keys: [],
  observation: ['stages'],
  sides: ['keys', 'observation', 'stages'],
  fleet: ['sides', 'stages'],
  operations: ['fleet', 'sides', 'keys', 'observation', 'stages'],
  service: ['sides', 'observation', 'stages'],
};

const MIGRATION = 'packages/cache-migration/src';

const folderArrows = Object.entries(FOLDERS_MAY_IMPORT).map(([folder, allowed]) => ({
  name: `arrows-inside-cache-migration-of-${folder}`,
  comment: `${folder}/ may import ${allowed.join(', ') || 'no other folder'} of cache-migration.`,
  severity: /** @type {const} */ ('error'),
  from: { path: `^${MIGRATION}/${folder}/` },
  to: {
    path: `^${MIGRATION}/[^/]+/`,
    pathNot: [folder, ...allowed].map((name) => `^${MIGRATION}/${name}/`),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export const arrows = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle, type-only ones too, is one thing in two files: split off what both need.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...packageArrows,
    ...folderArrows,
    {
      name: 'no-way-into-a-package-but-its-exports',
      comment: 'Import another package by its name: its folders are its own.',
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/([^/]+)/' },
      to: {
        path: '^(packages|apps|tooling)/[^/]+/',
        pathNot: ['^$1/$2/', '/dist/', '^tooling/[^/]+/[^/]+[.]mjs$'],
        dependencyTypes: ['local'],
      },
    },
    {
      name: 'examples-use-what-anybody-can',
      comment:
        'An example is copied: it imports packages by their names, and nothing of the tooling.',
      severity: 'error',
      from: { path: '^examples/[^/]+[.]mjs$' },
      to: {
        path: '(^|/)((packages|apps|tooling)/|@resync/(tooling-|demo))',
        pathNot: '^packages/[^/]+/dist/',
      },
    },
    {
      name: 'nobody-imports-examples',
      comment: 'What an example and something else need belongs into a package.',
      severity: 'error',
      from: { path: '^(packages|apps|tooling)/' },
      to: { path: '(^examples/|@resync/examples)' },
    },
    {
      name: 'sources-do-not-import-tests',
      comment: 'What a test needs and a source too belongs into a source.',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/', pathNot: '/(test|proof|bench)/' },
      to: { path: '^(packages|apps)/[^/]+/(test|proof|bench)/' },
    },
    {
      name: 'index-files-are-for-the-outside',
      comment: 'Inside a package import the file that holds the thing.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: '/index[.]ts$' },
      to: { path: '^packages/[^/]+/src/.*index[.]ts$' },
    },
    {
      name: 'sources-only-use-what-their-package-declares',
      comment: 'A dev dependency is not there when the package is installed.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: {
        // The packages of this workspace have arrows of their own.
        pathNot: '^packages/',
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'],
        dependencyTypesNot: ['npm-peer', 'npm', 'npm-optional'],
      },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that resolves to nothing. Built already?',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this file and it imports nothing: delete it or use it.',
      severity: 'error',
      from: { orphan: true, path: '^(packages|apps)/[^/]+/', pathNot: '[.]config[.]ts$' },
      to: {},
    },
  ],
  options: {
    // What was built is seen, because an import of another package ends there, and not looked into.
    doNotFollow: { path: ['node_modules', '/dist/'] },
    // Type-only imports are arrows too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
