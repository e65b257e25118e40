// The review grid of a large questionnaire in a real browser: how soon it can be used, how it scrolls, how soon a filter and a decision are there.
// usage: node grid.mjs [--questions 2000] [--decisions 20] [--kind release]; needs tests/browser/install.sh and cargo build --release
import { parseArgs } from 'node:util';
import { createRequire } from 'node:module';
import { house, program, ROOT, start } from '../../tests/browser/app/server.mjs';

const { chromium } = createRequire(`${ROOT}/tests/browser/package.json`)('playwright-core');
const { values } = parseArgs({ options: { questions: { type: 'string', default: '2000' }, decisions: { type: 'string', default: '20' }, kind: { type: 'string', default: 'release' } } });
const PASSWORD = 'violin gravel otter sunrise';

// Every fifth question is one of the sample bank's in other words, so that there is something to decide.
const known = ['Are laptops of staff encrypted?', 'Do people sign in with more than one factor?', 'How often do you test restores?', 'Who may see customer data?', 'Do you have a policy for information security?'];
const things = ['pumps', 'valves', 'meters', 'gauges', 'relays', 'sensors', 'beacons', 'gateways', 'turbines', 'conveyors'];
const asked = (row) => (row % 5 ? `Is the calibration of ${things[row % 10]} in hall ${row} looked at by a second person?` : `${known[(row / 5) % known.length]} Please say so for site ${row}.`);
const rows = Array.from({ length: Number(values.questions) }, (_, row) => `${Math.floor(row / 50) + 1}.${(row % 50) + 1},"${asked(row)}",,`);
const form = Buffer.from(['No,Question,Answer,Comment', ...rows].join('\r\n'));

const middle = (times, share) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(0);
const place = house();
const server = await start(place.folder, { bin: program(values.kind) });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.goto(server.link());
  await page.fill('#name', 'admin.person');
  await page.fill('#password', PASSWORD);
  await page.click('button.main-action');
  await page.waitForURL('**/questionnaires');
  await page.goto(`${server.url}/questionnaires/new`);
  await page.fill('#customer', 'Fernhill Trust');
  await page.check('input[name=audience][value=nda]');
  await page.setInputFiles('#files', { name: 'long.csv', mimeType: 'text/csv', buffer: form });
  const sent = performance.now();
  await page.click('button.main-action');
  const link = await page.waitForSelector('#uploads a[href^="/questionnaires/q-"]', { timeout: 300_000 });
  console.log(`${values.questions} questions were taken in after ${((performance.now() - sent) / 1000).toFixed(1)} s`);
  const review = `${server.url}${await link.getAttribute('href')}/review`;
  for (const time of ['first', 'second', 'third']) {
    await page.goto(`${server.url}/questionnaires`);
    const begun = performance.now();
    await page.goto(review, { waitUntil: 'commit' });
    // Usable: the list is there, a question is chosen, and keys are heard.
    await page.waitForSelector('li.q a[aria-current]');
    const usable = performance.now() - begun;
    const told = await page.evaluate(() => {
      const [one] = performance.getEntriesByType('navigation');
      return `first byte ${one.responseStart.toFixed(0)} ms, whole page ${one.responseEnd.toFixed(0)} ms (${(one.encodedBodySize / 1024).toFixed(0)} KiB), ${document.querySelectorAll('li.q').length} rows`;
    });
    console.log(`${time.padEnd(6)} usable after ${usable.toFixed(0)} ms: ${told}`);
  }
  await page.waitForTimeout(1000);
  const frames = await page.evaluate(async () => {
    const list = document.querySelector('#list');
    const times = [];
    let last = performance.now();
    for (let y = 0; y < list.scrollHeight && times.length < 400; y += 250) {
      list.scrollTop = y;
      await new Promise((done) => requestAnimationFrame(done));
      times.push(performance.now() - last);
      last = performance.now();
    }
    return times;
  });
  console.log(`scrolling, ${frames.length} frames: median ${middle(frames, 0.5)} ms, p95 ${middle(frames, 0.95)} ms, most ${middle(frames, 1)} ms`);
  const filtered = await page.evaluate(async () => {
    const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const begun = performance.now();
    document.querySelector('a[data-stand="gap"]').click();
    await painted();
    return performance.now() - begun;
  });
  console.log(`a filter: ${filtered.toFixed(0)} ms`);
  await page.goto(`${review}?stand=review`);
  const times = [];
  for (let n = 0; n < Number(values.decisions); n += 1) {
    await page.waitForFunction(() => document.querySelector('.one')?.dataset.place === document.querySelector('li.q a[aria-current]')?.closest('li').dataset.place && !document.querySelector('#detail').hasAttribute('aria-busy'), undefined, { timeout: 60_000 });
    const one = await page.getAttribute('.one', 'data-place');
    const begun = performance.now();
    await page.keyboard.press('r');
    await page.keyboard.type('not sold');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector(`.q[data-place="${one}"][data-stand="rejected"]`, { state: 'attached', timeout: 60_000 });
    times.push(performance.now() - begun);
  }
  if (times.length) console.log(`from the key to the row that says so, ${times.length} decisions: median ${middle(times, 0.5)} ms, most ${middle(times, 1)} ms`);
} finally {
  await browser.close();
  await server.stop();
  place.remove();
}
