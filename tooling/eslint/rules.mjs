import { fileURLToPath } from 'node:url';
import comments from '@eslint-community/eslint-plugin-eslint-comments/configs';
import js from '@eslint/js';
import vitest from '@vitest/eslint-plugin';
import checkFile from 'eslint-plugin-check-file';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import typescript from 'typescript-eslint';
import { everywhere, indexFiles, librarySources, testSources } from './style.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = '{packages,apps}/*/**/*.ts';
const TESTS = '{{packages,apps,tooling}/*,examples}/{test,proof}/**/*.ts';

/** The flat configuration of the whole workspace. */
export const rules = defineConfig(
  globalIgnores(['**/dist/', 'docs/reference/', '**/.turbo/', '**/coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  js.configs.recommended,
  comments.recommended,
  {
    rules: {
      // A silenced rule says why, and silences one rule.
      '@eslint-community/eslint-comments/require-description': 'error',
      '@eslint-community/eslint-comments/no-unlimited-disable': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      'max-params': ['error', { max: 3 }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...everywhere],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [typescript.configs.strictTypeChecked, typescript.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './apps/demo/web/tsconfig.json'],
        tsconfigRootDir: root,
      },
    },
    rules: {
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'typeLike',
          format: ['PascalCase'],
          custom: { regex: '^(I[A-Z]|.*(Impl|Utils?|Helpers?)$)', match: false },
        },
        {
          // The plan's own names stay; no new ones of their kind.
          selector: 'class',
          format: ['PascalCase'],
          filter: {
            regex: '^(CacheTTLManager|.*MigrationManager|HealthService)$',
            match: false,
          },
          custom: { regex: '(Manager|Service|Impl|Utils?|Helpers?)$', match: false },
        },
      ],
      // Numbers and booleans in messages are what messages are for.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // An eighth of the linter's time, with nothing to find: no enums, and private fields keep classes apart.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // A method that implements an async port may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // () => void handlers that return a call's void are shorter, not wrong.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: [SOURCES],
    plugins: { 'check-file': checkFile },
    rules: {
      'check-file/filename-naming-convention': [
        'error',
        { '**/*.ts': 'KEBAB_CASE' },
        { ignoreMiddleExtensions: true },
      ],
      'check-file/filename-blocklist': [
        'error',
        {
          '**/{utils,util,helpers,helper,common,shared,misc,types}.ts': '*what-it-holds.ts',
          '**/{utils,helpers,common,misc}/**': '*what-it-holds/',
        },
      ],
    },
  },
  {
    // The cases are typed by the list that they stand in.
    files: [
      'packages/cache-contract/src/conformance/facets/*.ts',
      'packages/cache-contract/src/preflight/probes/*.ts',
    ],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/*/src/**/system-*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...librarySources] },
  },
  {
    files: ['packages/*/src/**/index.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...librarySources, ...indexFiles] },
  },
  {
    files: [TESTS],
    extends: [vitest.configs.recommended],
    rules: {
      'no-restricted-syntax': ['error', ...everywhere, ...testSources],
      'vitest/no-focused-tests': 'error',
      'vitest/no-disabled-tests': 'error',
      'vitest/consistent-test-it': ['error', { fn: 'it' }],
      // Cases of the conformance suite and of tables assert inside what they call.
      'vitest/expect-expect': 'off',
      // Titles come from tables.
      'vitest/valid-title': ['error', { allowArguments: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      // Rows of tables have as many columns as they need.
      '@typescript-eslint/max-params': 'off',
    },
  },
  {
    // Scripts and configurations: programs that print, and whose readers want default exports.
    files: ['**/*.mjs', '**/*.cjs', '**/*.config.ts'],
    languageOptions: {
      globals: globals.node,
    },
    rules: { 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    // Express knows an error handler by its four parameters.
    files: ['examples/*.mjs'],
    rules: { 'max-params': ['error', { max: 4 }] },
  },
);
