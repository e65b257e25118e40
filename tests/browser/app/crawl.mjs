// Every page that links lead to, in several views: accessible, quiet, and within its width. `shape` stands for all pages of one kind, of which a few are looked at.
import { VIEWS, listen, look } from './watch.mjs';

/** The kind of page that an address is: ids and names taken out. */
const shape = (path) => path.replace(/^\/coverage\/[^/]+\/[^/]+/, '/coverage/{id}/{requirement}').replace(/\/[0-9]+(?=\/|$)/g, '/{number}').replace(/\/(q-[0-9a-f]+)/g, '/{id}').replace(/^\/(bank|evidence|controls|work-items|ledger\/customers|coverage)\/(?!new$|approve$)[^/]+/, '/$1/{id}').replace(/questions\/.+$/, 'questions/{place}');

/** Goes through all pages below `url` that are found by links, signed in by `cookies`. */
export async function crawl(browser, url, cookies, failures, { each = 2, most = 400, screenshots, views = VIEWS } = {}) {
  const seen = new Map();
  const first = await browser.newContext({ bypassCSP: false });
  await first.addCookies(cookies);
  const page = await first.newPage();
  listen(page, url, failures);
  const queue = ['/questionnaires'];
  const known = new Set(queue);
  const pages = [];
  while (queue.length && pages.length < most) {
    const path = queue.shift();
    const kind = shape(path.split('?')[0]) + (path.includes('?') ? '?' : '');
    const so_far = seen.get(kind) ?? 0;
    if (so_far >= each) continue;
    seen.set(kind, so_far + 1);
    const answer = await page.goto(url + path, { waitUntil: 'load' }).catch((error) => {
      // A file is no page.
      if (!/Download is starting/.test(error.message)) failures.add(path, error.message);
    });
    if (!answer) continue;
    if (answer.status() >= 400) { failures.add(path, `answers ${answer.status()}`); continue; }
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    pages.push(path);
    const links = await page.$$eval('a[href]:not([download])', (all) => all.map((one) => one.getAttribute('href')));
    for (const link of links) {
      const to = new URL(link, url + path);
      const next = to.pathname + to.search;
      if (to.origin === new URL(url).origin && !known.has(next)) { known.add(next); queue.push(next); }
    }
  }
  await first.close();
  for (const view of views) {
    const { name, ...options } = view;
    // axe is put into the page, which our policy rightly forbids; what the policy says of our own scripts is seen above, where it holds.
    const context = await browser.newContext({ ...options, bypassCSP: true });
    await context.addCookies(cookies);
    const tab = await context.newPage();
    listen(tab, url, failures, name);
    for (const path of pages) {
      await tab.goto(url + path, { waitUntil: 'load' });
      await tab.waitForTimeout(60);
      await look(tab, failures, name, path);
      if (screenshots) await tab.screenshot({ path: `${screenshots}/${name}${path.replace(/[^a-z0-9]+/gi, '-').slice(0, 80)}.png`, fullPage: name !== 'zoom' });
    }
    await context.close();
  }
  return pages;
}
