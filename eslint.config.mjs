import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Layout is prettier's, unused names are the compiler's; these rules are about mistakes and about the shape of the code. */
const noDefaultExports = {
  selector: ':matches(ExportDefaultDeclaration, ExportSpecifier[exported.name="default"])',
  message: 'No default exports: a name that everyone shares can be searched for.',
};
const errorsByClass = {
  selector: "BinaryExpression[operator='instanceof'][right.name='PerpscopeError']",
  message: 'each built file has a class of its own: use isPerpscopeError()',
};
const wholeZod = {
  selector:
    "ImportDeclaration[source.value='zod']:not([importKind='type']) > ImportSpecifier:not([importKind='type'])",
  message: "Write `import * as z from 'zod'`: the named import bundles five times as much.",
};

export default defineConfig([
  globalIgnores(['dist/', 'out/', 'node_modules/', '.cache/', 'test/fixtures/', 'test-results/', 'sample/']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', noDefaultExports, wholeZod, errorsByClass],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...[
            'AbortController',
            'AbortSignal',
            'Buffer',
            'clearInterval',
            'clearTimeout',
            'console',
            'document',
            'fetch',
          ],
          ...[
            'performance',
            'process',
            'queueMicrotask',
            'setInterval',
            'setTimeout',
            'URL',
            'URLSearchParams',
            'window',
          ],
          ...[
            'TextDecoder',
            'TextEncoder',
            'structuredClone',
            'WebSocket',
            'module',
            'require',
            '__dirname',
            '__filename',
          ],
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
    },
  },
  { files: ['scripts/**', 'bench/**', '.ci/**'], rules: { 'no-console': 'off' } },
]);
