/** What of the built H5 a page needs beside the entry. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The chunks of a page; webpack writes `path:"pages/today/index",load:…Promise.all([n.e(140),n.e(535)])…`. */
function chunksOf(page: string, code: string): string[] | null {
  const start = code.indexOf(`path:"${page}"`);
  if (start < 0) return null;
  const next = code.indexOf('path:"', start + 6);
  const load = code.slice(start, next > 0 ? next : start + 600);
  return [...load.matchAll(/\.e\((\d+)\)/g)].map((match) => match[1] ?? '');
}

/**
 * @param h5 folder of the build
 * @param page as in app.config.ts, e.g. `pages/today/index`
 * @returns its scripts and style sheets, e.g. `js/140.0cbfdafa.js`
 */
export function filesOfPage(h5: string, page: string): string[] {
  const scripts = readdirSync(path.join(h5, 'js')).filter((file) => file.endsWith('.js'));
  for (const file of scripts) {
    const chunks = chunksOf(page, readFileSync(path.join(h5, 'js', file), 'utf8'));
    if (!chunks) continue;
    const styles = readdirSync(path.join(h5, 'css')).filter((style) => style.endsWith('.css'));
    // A page's style sheet carries the id of its chunk.
    const ofPage = (name: string) => chunks.includes(name.split('.')[0] ?? '');
    return [
      ...scripts.filter(ofPage).map((name) => `js/${name}`),
      ...styles.filter(ofPage).map((name) => `css/${name}`),
    ];
  }
  throw new Error(`The H5 build has no route ${page}.`);
}
