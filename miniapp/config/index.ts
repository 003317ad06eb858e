import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from '@tarojs/cli';
import type { ICache, IProjectConfig } from '@tarojs/taro/types/compile';

const root = path.resolve(__dirname, '../..');
const isH5 = process.env.TARO_ENV === 'h5';
const isProduction = process.env.NODE_ENV === 'production';
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };

/** The H5 is served by the API at the same origin; a mini-program needs an absolute address. */
const apiBase = isH5 ? '' : (process.env.PUBLIC_URL ?? 'http://127.0.0.1:3000').replace(/\/+$/, '');

/**
 * Taro transpiles `src` only. Our shared contracts are TypeScript outside of it, and these packages ship syntax
 * (private fields, optional chaining) that older phones cannot parse.
 */
const transpiled = [
  path.join(root, 'shared'),
  /node_modules[\\/]@tanstack[\\/]/,
  /node_modules[\\/]zod[\\/]/,
];

/** Dependencies of Taro's H5 runtime that ship newer syntax than the browsers inside older WeChat versions read. */
const transpiledForH5 = [
  /node_modules[\\/](query-string|decode-uri-component|filter-obj|split-on-first)[\\/]/,
];

/** The development server works in memory, but Taro empties its output folder: not the one that `npm start` serves. */
const h5Output = isProduction ? '../dist/h5' : '../.cache/h5';

const cache: ICache & { cacheDirectory?: string } = isProduction
  ? { enable: false }
  : { enable: true, cacheDirectory: path.join(root, '.cache/webpack') };

/** Plain px everywhere: the large-font mode scales our own tokens, and a wide H5 must not blow the layout up. */
const postcss = {
  pxtransform: { enable: false, config: {} },
  autoprefixer: { enable: isH5, config: {} },
};

/** What zod's own modules call the part that the client goes without. */
const jsonSchema = /\/(to-json-schema|json-schema-processors)\.js$/;

export default defineConfig<'webpack5'>(async () => {
  const config: IProjectConfig<'webpack5'> = {
    projectName: 'genjin',
    date: '2026-11-20',
    designWidth: 375,
    deviceRatio: { 375: 2, 640: 1.17, 750: 1, 828: 0.905 },
    sourceRoot: 'src',
    outputRoot: isH5 ? h5Output : '../dist/weapp',
    framework: 'react',
    compiler: { type: 'webpack5', prebundle: { enable: false } },
    cache,
    logger: { quiet: false, stats: false },
    plugins: [path.join(__dirname, 'aria/plugin.cjs')],
    defineConstants: { API_BASE: JSON.stringify(apiBase), APP_VERSION: JSON.stringify(version) },
    // The default `quote_keys: true` prints `#field` as `#"field"`, which no engine can parse.
    terser: { enable: true, config: { output: { quote_keys: false, comments: false } } },
    csso: { enable: true, config: {} },
    mini: {
      compile: { include: transpiled },
      optimizeMainPackage: { enable: true },
      // No rule depends on the order of the style sheets: each component has its own class names.
      miniCssExtractPluginOption: { ignoreOrder: true },
      postcss,
      webpackChain(chain, webpack) {
        chain.performance.hints(false);
        chain
          .plugin('noJsonSchema')
          .use(webpack.NormalModuleReplacementPlugin, [
            jsonSchema,
            path.join(root, 'miniapp/src/polyfills/no-json-schema.cjs'),
          ]);
        // WeChat does not promise AbortController and TanStack Query hangs silently without it.
        const polyfill = path.join(root, 'miniapp/src/polyfills/abort-controller.ts');
        chain
          .plugin('abortController')
          .use(webpack.ProvidePlugin, [
            { AbortController: [polyfill, 'AbortController'], AbortSignal: [polyfill, 'AbortSignal'] },
          ]);
      },
    },
    h5: {
      compile: { include: [...transpiled, ...transpiledForH5] },
      publicPath: '/',
      staticDirectory: 'static',
      router: { mode: 'hash' },
      postcss,
      output: isProduction
        ? { filename: 'js/[name].[contenthash:8].js', chunkFilename: 'js/[name].[contenthash:8].js' }
        : {},
      miniCssExtractPluginOption: {
        ignoreOrder: true,
        filename: 'css/[name].[contenthash:8].css',
        chunkFilename: 'css/[name].[contenthash:8].css',
      },
      devServer: {
        host: '127.0.0.1',
        port: 10086,
        open: false,
        proxy: [{ context: ['/api'], target: process.env.PUBLIC_URL ?? 'http://127.0.0.1:3000' }],
      },
      webpackChain(chain, webpack) {
        // `npm run size` holds the budget.
        chain.performance.hints(false);
        chain
          .plugin('noJsonSchema')
          .use(webpack.NormalModuleReplacementPlugin, [
            jsonSchema,
            path.join(root, 'miniapp/src/polyfills/no-json-schema.cjs'),
          ]);
        if (!isProduction) return;
        // Taro splits initial chunks only, but its H5 entry is one dynamic import: without this, code that two
        // pages share is copied into both page chunks.
        chain.optimization.splitChunks({
          chunks: 'all',
          hidePathInfo: true,
          minSize: 8_000,
          maxInitialRequests: 20,
          maxAsyncRequests: 20,
          cacheGroups: {
            default: { minChunks: 2, priority: -20, reuseExistingChunk: true },
            defaultVendors: { test: /node_modules/, priority: -10, reuseExistingChunk: true },
          },
        });
      },
    },
  };
  return config;
});
