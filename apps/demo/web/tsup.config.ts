import { defineConfig } from 'tsup';

/** The page: everything that it needs in one script and one style sheet, and the markup beside them. */
export default defineConfig({
  entry: { page: 'web/page.ts' },
  outDir: 'dist/web',
  publicDir: 'web/public',
  format: ['esm'],
  target: 'es2022',
  platform: 'browser',
  noExternal: [/.*/],
  minify: true,
  splitting: false,
  silent: true,
});
