import { configs } from 'typescript-eslint';
import { builtinModules } from 'node:module';
import { ENTRY_POINTS, NODE_ROOMS } from './floors.mjs';

const GENERATED = ['**/*.data.ts', '**/tag-values.ts'];
const TYPED = ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'];
const UNTYPED = [
  '.{ci,config}/**/*.{js,cjs,mjs}',
  'bench/**/*.mjs',
  'test/**/*.mjs',
  'src/**/*.mjs',
];
const NODE_FILES = NODE_ROOMS.map((room) => `src/${room}/**`);

const DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'A thing has one name: export it by that name.',
};
const BARREL = {
  selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
  message: 'Only entry points export again what another file exports: import it from that file.',
};
const TOP_LEVEL_ARROW = {
  selector:
    ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression',
  message: 'At top level, declare a function.',
};

/** Newer than Node 20, yet declared by a library that the compiler knows. */
const TOO_NEW = [
  { object: 'Array', property: 'fromAsync' },
  { object: 'Promise', property: 'withResolvers' },
  { object: 'Promise', property: 'try' },
  { object: 'URL', property: 'parse' },
  { object: 'Iterator', property: 'from' },
].map((entry) => ({ ...entry, message: 'Node 20 does not have it.' }));

export default [
  { ignores: ['dist/**', '.dist-*/**', 'coverage/**', 'node_modules/**', 'fixtures/**'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  ...[...configs.strictTypeChecked, ...configs.stylisticTypeChecked].map((config) => ({
    ...config,
    files: TYPED,
  })),
  {
    files: TYPED,
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-check': true, 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // An aborted operation rejects with `signal.reason`, whatever that is.
      '@typescript-eslint/only-throw-error': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowBoolean: true, allowNumber: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // `isolatedDeclarations` wants types on exports, and a long string is no type to publish.
      '@typescript-eslint/no-inferrable-types': 'off',
      // Asks for `!`, which is banned.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // `async` without `await` turns a throw into a rejection, as a caller of a promise expects.
      '@typescript-eslint/require-await': 'off',
      // An indexed loop over bytes is as clear, and is faster.
      '@typescript-eslint/prefer-for-of': 'off',
      // Overloads may differ in what their comments say.
      '@typescript-eslint/unified-signatures': 'off',
      'no-restricted-properties': ['error', ...TOO_NEW],
      'no-restricted-syntax': ['error', DEFAULT_EXPORT],
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      'object-shorthand': 'error',
      'prefer-template': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'test/support/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', 60] },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', DEFAULT_EXPORT, BARREL, TOP_LEVEL_ARROW] },
  },
  {
    files: ENTRY_POINTS.map((path) => `src/${path}`),
    rules: { 'no-restricted-syntax': ['error', DEFAULT_EXPORT, TOP_LEVEL_ARROW] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: NODE_FILES,
    rules: {
      'no-restricted-globals': [
        'error',
        ...['Buffer', 'process', 'global', 'setImmediate', '__dirname', '__filename', 'require'],
        ...['document', 'window', 'navigator', 'localStorage', 'location', 'self'],
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: builtinModules,
          patterns: [{ group: ['node:*'], message: 'This room runs in browsers too.' }],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // Deliberately wrong calls are what some tests are about.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: GENERATED,
    rules: { 'max-lines': 'off', '@typescript-eslint/naming-convention': 'off' },
  },
  {
    files: UNTYPED,
    languageOptions: {
      globals: Object.fromEntries(
        ['console', 'process', 'performance', 'Buffer', 'URL', 'TextEncoder', 'TextDecoder', 'Blob']
          .concat(['fetch', 'setTimeout', 'clearTimeout', 'setImmediate', 'structuredClone'])
          .concat(['AbortController', 'AbortSignal', 'WebAssembly', 'Response', 'Event'])
          .map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 60],
      'no-restricted-properties': ['error', ...TOO_NEW],
      'no-undef': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
    },
  },
];
