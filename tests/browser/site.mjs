// Checks a folder of static HTML in headless Chromium: accessibility, layout, links, requests, keyboard, and tokens that must not be in any file.
import { createServer } from 'node:http';
import { readFileSync, readdirSync, statSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, extname, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const VIEWS = [
  { name: 'desktop', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'light' },
  { name: 'zoom', viewport: { width: 640, height: 450 }, deviceScaleFactor: 2, colorScheme: 'light' },
];
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const CHROMIUM_ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  // Icons and preconnects pass by the block of each view.
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'];
const TYPES = {
  html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript', mjs: 'text/javascript', txt: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8', json: 'application/json', xml: 'application/xml', pdf: 'application/pdf', svg: 'image/svg+xml',
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', ico: 'image/x-icon', woff2: 'font/woff2',
};
// The folder is served below a prefix, so a link that only works at the root of a host is seen to leave the folder.
const PREFIX = '/site/';

// Exit code 1 is for failures of the site only.
process.on('uncaughtException', (error) => {
  console.error(`${error.message}\nusage: node site.mjs DIR [--canary TOKEN]... [--canaries FILE] [--screenshots OUTDIR]`);
  process.exit(2);
});
const options = { canary: { type: 'string', multiple: true, default: [] }, canaries: { type: 'string' }, screenshots: { type: 'string' } };
const { values, positionals } = parseArgs({ allowPositionals: true, options });
if (positionals.length !== 1 || !statSync(positionals[0]).isDirectory()) throw new Error('Give one folder.');
const dir = realpathSync(positionals[0]);
const lines = values.canaries ? readFileSync(values.canaries, 'utf8').split('\n').map((line) => line.trim()).filter(Boolean) : [];
const canaries = [...values.canary, ...lines];
if (values.canary.includes('') || (values.canaries && lines.length === 0)) throw new Error('A canary may not be empty.');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// One failure is one line, with all the views that show it.
const failures = new Map();
function fail(file, message, view) {
  const line = `${file}: ${message.replace(/\s+/g, ' ')}`;
  if (!failures.has(line)) failures.set(line, new Set());
  if (view) failures.get(line).add(view);
}

// The file behind a path of the server, or undefined; a symbolic link that leads out of the folder counts as missing.
function fileBehind(pathname) {
  try {
    const path = decodeURIComponent(pathname.slice(PREFIX.length));
    const file = realpathSync(join(dir, path === '' || path.endsWith('/') ? `${path}index.html` : path));
    return pathname.startsWith(PREFIX) && file.startsWith(dir + sep) && statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

const server = createServer((request, response) => {
  const file = fileBehind(new URL(request.url, 'http://127.0.0.1').pathname);
  if (!file) return response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
  const type = TYPES[extname(file).slice(1).toLowerCase()] ?? 'application/octet-stream';
  return response.writeHead(200, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(readFileSync(file));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const origin = `http://127.0.0.1:${server.address().port}`;
const urlOf = (file) => origin + PREFIX + file.split(sep).map(encodeURIComponent).join('/');
const isForeign = (url) => !/^(data|blob|about):/.test(url) && new URL(url).origin !== origin;
const short = (url) => url.replace(origin + PREFIX, '').replace(origin, '').slice(0, 200);

// The functions from here to walkWithTab hand their inner functions to the page, where nothing of this file is in scope.
const readPage = (page) => page.evaluate(() => ({
  lang: document.documentElement.lang.trim(),
  title: document.title.trim(),
  h1: document.querySelectorAll('h1').length,
  main: document.querySelectorAll('main, [role=main]').length,
  viewport: document.querySelector('meta[name=viewport]')?.content ?? '',
  anchors: [...document.querySelectorAll('[id], a[name]')].flatMap((e) => [e.id, e.getAttribute('name')]).filter(Boolean),
  links: [...document.querySelectorAll('a[href], area[href]')].map((e) => e.href),
  // Chromium fetches or connects to these without telling the check about it.
  quiet: [...document.querySelectorAll('link[href]')].filter((e) =>
    /\b(icon|apple-touch-icon|mask-icon|manifest|preconnect|dns-prefetch|prefetch|prerender)\b/i.test(e.rel)).map((e) => e.href),
}));

const readWidths = (page) => page.evaluate(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  const right = (e) => e.getBoundingClientRect().right;
  const furthest = [...document.body.querySelectorAll('*')].reduce((a, b) => (right(b) > right(a) ? b : a), document.body);
  return { scrollWidth, clientWidth, furthest: furthest.outerHTML.slice(0, 100) };
});

async function runAxe(page) {
  await page.evaluate(axeSource);
  // With preload axe would itself ask for style sheets of other hosts.
  const settings = { runOnly: { type: 'tag', values: AXE_TAGS }, rules: { 'target-size': { enabled: true } }, preload: false };
  return (await page.evaluate((given) => window.axe.run(document, given), settings)).violations;
}

async function walkWithTab(page, report) {
  await page.evaluate(() => {
    const kinds = 'a[href], area[href], button, input:not([type=radio]), select, textarea, summary, iframe, audio[controls], video[controls], [tabindex]';
    const expected = [...document.querySelectorAll(kinds)].filter((e) => e.tabIndex >= 0 && !e.matches(':disabled')
      && !e.closest('[inert]') && e.checkVisibility({ visibilityProperty: true }));
    // A shadow that is there without focus as well shows no focus.
    const resting = new Map(expected.map((e) => [e, getComputedStyle(e).boxShadow]));
    const seen = [];
    window.tabStep = () => {
      const e = document.activeElement;
      if (!e || e === document.body || e === document.documentElement) return { at: -1 };
      const style = getComputedStyle(e);
      const outlined = style.outlineStyle !== 'none' && style.outlineWidth !== '0px' && style.outlineColor !== 'rgba(0, 0, 0, 0)';
      const shadowed = style.boxShadow !== 'none' && style.boxShadow !== resting.get(e);
      const fresh = !seen.includes(e);
      if (fresh) seen.push(e);
      return { at: seen.indexOf(e), fresh, name: e.outerHTML.slice(0, 100), visible: outlined || shadowed };
    };
    window.tabMissed = () => expected.filter((e) => !seen.includes(e)).map((e) => e.outerHTML.slice(0, 100));
  });
  let left = false;
  for (let last, repeats = 0; ;) {
    await page.keyboard.press('Tab');
    const step = await page.evaluate(() => window.tabStep());
    repeats = step.at === last?.at ? repeats + 1 : 0;
    // At the end of the page focus leaves it, and the next Tab starts over at the first element.
    if (left && step.at <= 0) break;
    left ||= step.at < 0;
    if (step.fresh && !step.visible) report(`no visible focus style on ${step.name}`);
    // A date field or a player takes several presses by itself.
    if (step.at >= 0 && !step.fresh && (repeats === 0 || repeats > 15)) {
      report(`the Tab key is trapped at ${step.name}`);
      break;
    }
    last = step;
  }
  for (const name of await page.evaluate(() => window.tabMissed())) report(`the Tab key never reaches ${name}`);
}

async function checkPage(context, file, view, facts) {
  const page = await context.newPage();
  const report = (message) => fail(file, message, view.name);
  page.on('pageerror', (error) => report(`page error: ${error.message}`));
  // A failed load is reported below, with its address.
  const isOwnError = (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource');
  page.on('console', (message) => isOwnError(message) && report(`console error: ${message.text()}`));
  page.on('request', (request) => isForeign(request.url()) && report(`request to another host: ${short(request.url())}`));
  page.on('requestfailed', (request) => isForeign(request.url()) || report(`request failed: ${short(request.url())} (${request.failure().errorText})`));
  page.on('response', (response) => response.status() >= 400 && report(`status ${response.status()}: ${short(response.url())}`));
  try {
    // A socket whose route does nothing is never connected.
    await page.routeWebSocket(/.*/, (socket) => report(`request to another host: ${socket.url()}`));
    await page.goto(urlOf(file), { waitUntil: 'load' });
    // Without this, a lazy image further down would never be asked for.
    await page.evaluate(() => document.querySelectorAll('[loading=lazy]').forEach((e) => { e.loading = 'eager'; }));
    await page.waitForLoadState('networkidle');
    if (values.screenshots) await page.screenshot({ fullPage: true, path: join(values.screenshots, `${file.replaceAll(sep, '-')}.${view.name}.png`) });
    // What a reader can unfold is checked too.
    await page.evaluate(() => document.querySelectorAll('details').forEach((e) => { e.removeAttribute('name'); e.open = true; }));
    const { scrollWidth, clientWidth, furthest } = await readWidths(page);
    if (scrollWidth > clientWidth + 1) report(`scrolls sideways: ${scrollWidth} px in ${clientWidth} px, furthest right is ${furthest}`);
    for (const { id, impact, nodes } of await runAxe(page)) {
      for (const { target, failureSummary } of nodes) {
        report(`axe ${id} (${impact}) at ${target.flat().join(' ')}: ${failureSummary.split('\n').slice(1).join(';')}`);
      }
    }
    if (view === VIEWS[0]) {
      facts.set(join(dir, file), { file, ...(await readPage(page)) });
      await walkWithTab(page, report);
    }
  } catch (error) {
    report(`could not be checked: ${error.message}`);
  }
  await page.close();
}

const files = readdirSync(dir, { recursive: true }).filter((file) => statSync(join(dir, file), { throwIfNoEntry: false })?.isFile()).sort();
for (const file of files) {
  const bytes = readFileSync(join(dir, file));
  for (const token of canaries.filter((one) => bytes.includes(one) || file.includes(one))) fail(file, `holds the canary ${token}`);
}
const pages = files.filter((file) => file.toLowerCase().endsWith('.html'));
if (pages.length === 0) fail('.', 'no .html file');

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: CHROMIUM_ARGS });
const facts = new Map();
await Promise.all(VIEWS.map(async (view) => {
  const { name, ...settings } = view;
  const context = await browser.newContext({ ...settings, serviceWorkers: 'block' });
  await context.route((url) => isForeign(url.href), (route) => route.abort());
  for (const file of pages) await checkPage(context, file, view, facts);
}));
await browser.close();
server.close();

for (const { file, lang, title, h1, main, viewport, links, quiet } of facts.values()) {
  if (!lang) fail(file, 'the html element has no lang');
  if (!title) fail(file, 'no title');
  if (h1 !== 1) fail(file, `${h1} h1 elements instead of one`);
  if (main === 0) fail(file, 'no main landmark');
  if (!viewport.includes('width=device-width')) fail(file, 'no meta viewport with width=device-width, so a phone shows the page tiny');
  for (const href of quiet.filter(isForeign)) fail(file, `request to another host: ${href}`);
  for (const href of [...links, ...quiet].filter((link) => link.startsWith(`${origin}/`))) {
    const { pathname, hash } = new URL(href);
    const target = fileBehind(pathname);
    const anchor = hash.replace(/:~:.*/, '');
    const known = facts.get(target)?.anchors.map((name) => new URL(`#${name}`, origin).hash);
    if (!pathname.startsWith(PREFIX)) fail(file, `link out of the folder: ${short(href)}`);
    else if (!target) fail(file, `dead link: ${short(href)}`);
    else if (anchor.length > 1 && anchor !== '#top' && known && !known.includes(anchor)) fail(file, `dead link, no such anchor: ${short(href)}`);
  }
}

for (const [line, views] of [...failures].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const names = VIEWS.map(({ name }) => name).filter((name) => views.has(name));
  console.log(names.length > 0 ? `${line} [${names.join(', ')}]` : line);
}
console.log(failures.size > 0 ? `${failures.size} failures` : `${pages.length} pages, ${VIEWS.length} views: no failure`);
process.exitCode = failures.size > 0 ? 1 : 0;
