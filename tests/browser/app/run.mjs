// The web app in headless Chromium: the story of a team, then every page in four views, then a house full of hostile texts. Exit code 1 for failures of the app.
// usage: node run.mjs [--only story|pages|hostile] [--screenshots DIR]
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { crawl } from './crawl.mjs';
import { intoBank, intoStore } from './hostile.mjs';
import { house, start } from './server.mjs';
import { story } from './story.mjs';
import { Failures, VIEWS } from './watch.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, screenshots: { type: 'string' } } });
const wanted = (what) => !values.only || values.only === what;
if (values.screenshots) mkdirSync(values.screenshots, { recursive: true });
const failures = new Failures();
const begun = Date.now();
const say = (what) => console.log(`${((Date.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${what}`);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
});

/** The first account of a server, and its cookies. */
async function firstAccount(server) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(server.link());
  await page.fill('#name', 'admin.person');
  await page.fill('#password', 'violin gravel otter sunrise');
  await page.click('button.main-action');
  await page.waitForURL('**/questionnaires');
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

async function part(name, work) {
  if (!wanted(name)) return;
  try {
    await work();
  } catch (error) {
    failures.add(name, error.stack ?? error);
  }
}

await part('story', async () => {
  const place = house();
  let server;
  try {
    const told = await story(browser, place.folder, failures, say);
    server = told.server;
    say('every page that the team has now');
    const cookies = await told.people.admin.context.cookies();
    for (const { context } of Object.values(told.people)) await context.close();
    const pages = await crawl(browser, told.url, cookies, failures, { each: 1, screenshots: values.screenshots });
    say(`${pages.length} pages in ${VIEWS.length} views`);
    if (pages.length < 20) failures.add('pages', `only ${pages.length} pages were found by links`);
  } finally {
    await server?.stop();
    place.remove();
  }
});

await part('hostile', async () => {
  const place = house(intoBank);
  let server;
  try {
    say('a house full of hostile texts');
    intoStore(place.folder);
    server = await start(place.folder);
    const pages = await crawl(browser, server.url, await firstAccount(server), failures, { each: 2, views: VIEWS.slice(0, 1) });
    say(`${pages.length} pages with hostile texts`);
    if (pages.length < 20) failures.add('hostile', `only ${pages.length} pages were found by links`);
  } finally {
    await server?.stop();
    place.remove();
  }
});

await browser.close();
failures.print();
console.log(failures.count ? `${failures.count} failures` : 'The web app is sound.');
process.exit(failures.count ? 1 : 0);
