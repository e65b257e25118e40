// A team's first day in a real browser: the first account, invitations, uploads, a review by keyboard, two people at one question, a release whose file is
// held against the received one, curation, a work item that refills, a recall, and a server that is killed in the middle.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, start } from './server.mjs';
import { listen } from './watch.mjs';
import { parts, sha256 } from './zip.mjs';

const PASSWORD = 'violin gravel otter sunrise';
const FORMS = ['fernhill-trust-cloud-catalogue.xlsx', 'kestrel-insurance-maturity-interview.xlsx'];
const form = (name) => join(ROOT, 'fixtures', name);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Goes through the story on a house's folder; gives the server, which still runs, and a signed-in admin's cookies. */
export async function story(browser, folder, failures, say = () => {}) {
  let server = await start(folder);
  const url = server.url;
  const person = async (name) => {
    const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    listen(page, url, failures, name);
    return { context, page };
  };

  say('the first account');
  const admin = await person('admin');
  await admin.page.goto(server.link());
  await admin.page.fill('#name', 'admin.person');
  await admin.page.fill('#password', PASSWORD);
  await admin.page.click('button.main-action');
  await admin.page.waitForURL('**/questionnaires');
  const people = { admin };
  for (const [role, name] of [['sales', 'sales.person'], ['reviewer', 'reviewer.person'], ['curator', 'curator.person']]) {
    await admin.page.goto(`${url}/accounts`);
    await admin.page.fill('#name', name);
    await admin.page.check(`input[name=role][value=${role}]`);
    await admin.page.click('button.main-action');
    const link = await admin.page.textContent('#link');
    people[role] = await person(role);
    await people[role].page.goto(link.trim());
    await people[role].page.fill('#password', PASSWORD);
    await people[role].page.click('button.main-action');
    await people[role].page.waitForURL('**/questionnaires');
  }

  say('two workbooks at once');
  const sales = people.sales.page;
  await sales.goto(`${url}/questionnaires/new`);
  await sales.fill('#customer', 'Fernhill Trust');
  await sales.fill('[name=deal]', 'Fernhill 2027');
  await sales.fill('[name=value]', '120000');
  await sales.fill('[name=due]', '2026-12-15');
  await sales.check('input[name=audience][value=nda]');
  await sales.check('input[name=product][value=cloud], input[name=products][value=cloud]');
  await sales.setInputFiles('#files', FORMS.map(form));
  await sales.click('button.main-action');
  await sales.waitForURL('**/uploads**');
  await sales.waitForFunction(() => document.querySelectorAll('a[href^="/questionnaires/q-"]').length >= 2, null, { timeout: 90_000 });
  const ids = await sales.$$eval('a[href^="/questionnaires/q-"]', (links) => [...new Set(links.map((link) => link.getAttribute('href').split('/')[2]))]);
  let id;
  for (const one of ids) {
    await sales.goto(`${url}/questionnaires/${one}`);
    if ((await sales.textContent('main')).includes(FORMS[0])) id = one;
  }
  assert.ok(id, 'the catalogue has its page');

  say('a review by keyboard');
  const open = async (page) => {
    await page.goto(`${url}/questionnaires/${id}/review`);
    await page.waitForSelector('.q');
    await page.waitForTimeout(300);
  };
  const reviewer = people.reviewer.page;
  await open(reviewer);
  const waiting = () => reviewer.$$eval('.q[data-stand="review"]', (rows) => rows.length);
  const before = await waiting();
  assert.ok(before > 5, `${before} wait for a decision`);
  await reviewer.keyboard.press('n');
  await reviewer.waitForSelector('.one[data-place]');
  const place = await reviewer.getAttribute('.one', 'data-place');
  await reviewer.keyboard.press('a');
  await reviewer.waitForFunction((was) => document.querySelectorAll('.q[data-stand="review"]').length < was, before, { timeout: 20_000 });
  assert.equal(await reviewer.getAttribute(`.q[data-place="${place}"]`, 'data-stand'), 'filled');
  await reviewer.keyboard.press('n');
  await wait(800);
  const second = await reviewer.getAttribute('.one', 'data-place');
  assert.notEqual(second, place);
  await reviewer.keyboard.press('r');
  await reviewer.keyboard.type('the product that they buy does not have it');
  await reviewer.keyboard.press('Control+Enter');
  await reviewer.waitForSelector(`.q[data-place="${second}"][data-stand="rejected"]`, { timeout: 20_000 });
  await reviewer.keyboard.press('Escape');
  await reviewer.click(`.q[data-place="${second}"] a`);
  await reviewer.waitForSelector(`.one[data-place="${second}"]`);
  await reviewer.keyboard.press('u');
  await reviewer.waitForSelector(`.q[data-place="${second}"][data-stand="review"]`, { timeout: 20_000 });

  say('two people at one question');
  const curator = people.curator.page;
  await open(curator);
  for (const page of [reviewer, curator]) {
    await page.click(`.q[data-place="${second}"] a`);
    await page.waitForSelector(`.one[data-place="${second}"]`);
  }
  await reviewer.keyboard.press('r');
  await reviewer.keyboard.type('not what they ask');
  const typed = reviewer.locator('#no-reason');
  await curator.keyboard.press('a');
  await curator.waitForSelector(`.q[data-place="${second}"][data-stand="filled"]`, { timeout: 20_000 });
  await reviewer.waitForSelector('.meanwhile:not([hidden])', { timeout: 20_000 });
  assert.equal(await typed.inputValue(), 'not what they ask', 'what was typed is still there');
  await reviewer.keyboard.press('Control+Enter');
  await reviewer.waitForSelector('[data-trouble]', { timeout: 20_000 });
  assert.match(await reviewer.textContent('[data-trouble]'), /meanwhile/);

  say('a server that is killed, and comes back');
  const port = Number(new URL(url).port);
  await server.kill();
  await reviewer.keyboard.press('Escape');
  await wait(1500);
  const said = await reviewer.textContent('main');
  assert.match(said, /reconnect|cannot be reached|away|lost/i, 'the page says that the server is away');
  server = await start(folder, { port });
  await reviewer.waitForFunction(() => /live/i.test(document.getElementById('live')?.textContent ?? ''), null, { timeout: 30_000 });
  await open(curator);
  assert.equal(await curator.getAttribute(`.q[data-place="${place}"]`, 'data-stand'), 'filled', 'what was acknowledged is still there');
  assert.equal(await curator.getAttribute(`.q[data-place="${second}"]`, 'data-stand'), 'filled');

  say('a release, and its file');
  await sales.goto(`${url}/questionnaires/${id}/release`);
  await sales.click('form[action$="/release"] button');
  await sales.waitForSelector('a[href*="/releases/"][href*="/customer/"]', { timeout: 60_000 });
  const fetched = async (link) => {
    const [download] = await Promise.all([sales.waitForEvent('download'), sales.click(link)]);
    return readFileSync(await download.path());
  };
  const filled = await fetched('a[href*="/releases/"][href*="/customer/"]');
  const receipt = JSON.parse(await fetched('a[href*="/releases/"][href$="receipt.json"]'));
  const [was, is] = [parts(readFileSync(form(FORMS[0]))), parts(filled)];
  assert.deepEqual([...is.keys()].sort(), [...was.keys()].sort(), 'the same parts');
  const changed = [...was].filter(([name, bytes]) => sha256(bytes) !== sha256(is.get(name))).map(([name]) => name).sort();
  assert.deepEqual(changed, [...receipt.changed_parts].sort(), 'only what the receipt names has changed');
  for (const part of receipt.untouched_parts) assert.equal(sha256(is.get(part.name)), part.sha256, part.name);
  assert.ok(receipt.written.length > 2, `${receipt.written.length} cells were written`);

  say('an answer is changed by one and approved by another, and what was told before is taken back');
  const answer = receipt.written.find((one) => one.answer)?.answer;
  assert.ok(answer, 'an answer was told');
  await curator.goto(`${url}/bank/${answer}/edit`);
  const wording = curator.locator('#wording');
  await wording.fill(`${await wording.inputValue()}\n\nThis is looked at again each spring.`);
  await curator.click('#answer button.main-action');
  await curator.waitForURL((at) => at.pathname === `/bank/${answer}`);
  assert.match(await curator.textContent('main'), /draft/i, 'an edit ends the approval');
  assert.match(await curator.textContent('main'), /You cannot approve it/, 'who edited does not approve');
  await admin.page.goto(`${url}/bank/${answer}`);
  await admin.page.click('a[href^="/bank/approve"] >> nth=0');
  await admin.page.waitForURL('**/bank/approve**');
  await admin.page.click('form[action="/bank/approve"] button.main-action');
  await admin.page.waitForFunction(() => /Approved/.test(document.querySelector('#notice, main')?.textContent ?? ''), null, { timeout: 20_000 });
  await admin.page.goto(`${url}/bank/${answer}`);
  assert.doesNotMatch(await admin.page.textContent('main'), /It is a draft/, 'the other one approved it');
  await admin.page.goto(`${url}/recall?about=${answer}&why=the+wording+was+too+wide`);
  assert.match(await admin.page.textContent('#holders'), /1 customer to tell/);
  await admin.page.click('form[action="/recall"] button.danger');
  await admin.page.waitForURL(/\/recall\/\d+/);
  assert.match(await admin.page.textContent('main'), /Fernhill Trust/);

  return { server, people, id, url };
}
