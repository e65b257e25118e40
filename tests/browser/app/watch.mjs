// Watches a browser page for what must never happen: dialogs, reports of the content policy, errors of scripts, requests to other hosts; and looks at it with axe.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const VIEWS = [
  { name: 'desktop', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'light' },
  { name: 'zoom', viewport: { width: 640, height: 450 }, deviceScaleFactor: 2, colorScheme: 'light' },
];

/** One failure is one line, with the views in which it was seen. */
export class Failures {
  #lines = new Map();
  add(where, what, view = '') {
    const line = `${where}: ${String(what).replace(/\s+/g, ' ')}`;
    if (!this.#lines.has(line)) this.#lines.set(line, new Set());
    if (view) this.#lines.get(line).add(view);
  }
  get count() { return this.#lines.size; }
  print() { for (const [line, views] of this.#lines) console.error(views.size ? `${line} [${[...views].join(', ')}]` : line); }
}

/** Listens on a page; whatever goes wrong is added to the failures under the page's address. */
export function listen(page, url, failures, view = '') {
  const where = () => { try { return new URL(page.url()).pathname; } catch { return '?'; } };
  page.on('dialog', (dialog) => { failures.add(where(), `a dialog: ${dialog.message()}`, view); dialog.dismiss().catch(() => {}); });
  page.on('pageerror', (error) => failures.add(where(), `a script failed: ${error.message}`, view));
  page.on('console', (line) => {
    // A refused request is told by the page itself, and one that the reader left behind by nobody; lines about them are no faults.
    if (line.type() === 'error' && !/status of (4\d\d|503|507)|Response Status Error Code 4\d\d|ERR_CONNECTION|net::ERR|^htmx:(sendAbort|afterRequest|sendError)/.test(line.text())) failures.add(where(), `console: ${line.text()}`, view);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) failures.add(where(), `asks ${request.url().slice(0, 100)}`, view);
    if (new URL(request.url()).pathname === '/csp') failures.add(where(), `the content policy was broken: ${request.postData()?.slice(0, 300)}`, view);
  });
}

/** Looks at the page as it stands: axe, no sideways scrolling, one h1, a title. */
export async function look(page, failures, view, where = new URL(page.url()).pathname) {
  await page.evaluate(AXE);
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }), TAGS);
  for (const violation of found.violations) {
    failures.add(where, `axe ${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')}`, view);
  }
  const shape = await page.evaluate(() => ({
    over: document.documentElement.scrollWidth - document.documentElement.clientWidth, titles: document.querySelectorAll('h1').length, title: document.title,
    wide: [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !one.closest('.table-box, [data-scrolls], svg, dialog')).slice(0, 3).map((one) => `${one.tagName}.${one.className}`),
  }));
  if (shape.over > 0) failures.add(where, `scrolls sideways by ${shape.over} px: ${shape.wide.join(', ')}`, view);
  if (shape.titles !== 1) failures.add(where, `has ${shape.titles} h1`, view);
  if (!shape.title) failures.add(where, 'has no title', view);
}
