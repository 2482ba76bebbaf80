import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Layout is the formatter's (.oxfmtrc.json), unused names are the compiler's, and the rules that need types are in .oxlintrc.json, where
 * a compiler in machine code answers them; these here are about mistakes and about the shape of the code.
 */
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
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
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
