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

/** A form as separated text, another one for each number. */
function questions(number) {
  const asked = ['Where is customer data kept?', 'How long are backups kept?', 'Who may see customer data?', 'Is data encrypted at rest?', 'Do you test restores?'];
  const rows = asked.map((question, row) => `${number}.${row + 1},"${question} (part ${number})",`);
  // Long enough to be on its way for a while.
  return Buffer.from(['No,Question,Answer', ...rows, `,"${'This form is confidential. '.repeat(200)}",`].join('\n'));
}

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

  say('a layout, clicked at before and after it was saved');
  await sales.goto(`${url}/questionnaires/${ids.find((one) => one !== id)}/layout`);
  for (const time of ['first', 'second']) {
    const table = sales.locator('table.cells:visible').first();
    const roles = () => table.locator('select').evaluateAll((selects) => selects.map((select) => select.value));
    const was = await roles();
    const at = was.lastIndexOf('');
    assert.ok(at >= 0, `a column is for nothing: ${was}`);
    await sales.locator('.palette:visible input[value=comment]').first().check();
    for (const now of ['comment', '']) {
      await table.locator('tbody tr').first().locator('td, th').nth(at + 1).click();
      assert.equal((await roles())[at], now, `${time} time: a click makes the column ${now || 'nothing'}`);
    }
    await sales.click('#layout button.main-action');
    await sales.waitForSelector('[role=status]:has-text("Read anew")', { timeout: 20_000 });
  }

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

  say('a server that is killed while files arrive, and right after it took them');
  const another = async () => {
    await server.kill();
    return () => start(folder, { port });
  };
  const many = Array.from({ length: 12 }, (_, number) => ({ name: `part-${number}.csv`, mimeType: 'text/csv', buffer: questions(number) }));
  await sales.goto(`${url}/questionnaires/new`);
  await sales.fill('#customer', 'Saltmarsh Mutual');
  await sales.check('input[name=audience][value=public]');
  await sales.setInputFiles('#files', many);
  const wire = await people.sales.context.newCDPSession(sales);
  await wire.send('Network.enable');
  const speed = (bytes) => wire.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
  await speed(20_000);
  await sales.click('button.main-action');
  await sales.waitForFunction(() => /% sent/.test(document.querySelector('[data-sent]')?.textContent ?? ''), null, { timeout: 20_000 });
  let back = await another();
  await sales.waitForFunction(() => /cannot be reached/.test(document.getElementById('notice')?.textContent ?? ''), null, { timeout: 20_000 });
  await speed(-1);
  server = await back();
  await sales.waitForFunction(() => /there again/.test(document.getElementById('notice')?.textContent ?? ''), null, { timeout: 20_000 });
  assert.match(sales.url(), /questionnaires\/new/, 'the page with the files is still there');
  await sales.click('button.main-action');
  await sales.waitForURL('**/uploads**');
  back = await another();
  await sales.waitForFunction(() => /connection is lost/.test(document.getElementById('live')?.textContent ?? ''), null, { timeout: 20_000 });
  server = await back();
  await sales.waitForFunction(() => /live/i.test(document.getElementById('live')?.textContent ?? ''), null, { timeout: 20_000 });
  await sales.waitForFunction((names) => {
    const rows = [...document.querySelectorAll('#uploads li')].filter((row) => row.querySelector('a[href^="/questionnaires/q-"]')).map((row) => row.textContent ?? '');
    return names.every((name) => rows.some((row) => row.includes(name)));
  }, many.map((one) => one.name), { timeout: 90_000 });
  await sales.goto(`${url}/questionnaires?q=Saltmarsh`);
  const taken = await sales.$$eval('a[href^="/questionnaires/q-"]', (links) => new Set(links.map((link) => link.getAttribute('href').split('/')[2])).size);
  assert.equal(taken, many.length, 'each file is one questionnaire');

  say('a server that is killed while it releases');
  const releases = async () => {
    await sales.goto(`${url}/questionnaires/${id}/release`);
    return sales.$$eval('.released', (found) => found.length);
  };
  let recorded = await releases();
  for (const after of [20, 120, 400]) {
    const clicked = sales.click('form[action$="/release"] button', { noWaitAfter: true }).catch(() => {});
    await wait(after);
    back = await another();
    await clicked;
    await wait(300);
    const told = await sales.textContent('main');
    const confirmed = /This was released before, exactly so|Released\d* answers? told/.test(told);
    if (!confirmed) await sales.waitForFunction(() => /cannot be reached/.test(document.getElementById('notice')?.textContent ?? ''), null, { timeout: 20_000 });
    server = await back();
    const now = await releases();
    assert.ok(now >= recorded && now <= 1, `${now} releases after ${recorded}`);
    if (confirmed) assert.equal(now, 1, 'what was confirmed is there');
    recorded = now;
  }

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

  say('a work item is not done while the gap is there; once the bank answers, closing it refills');
  await curator.goto(`${url}/work-items?kind=no-answer`);
  await curator.click('.work-row a.title >> nth=0');
  await curator.waitForURL(/\/work-items\/wi-/);
  const item = curator.url();
  const done = () => curator.click('form:has(> input[value="done"]):not(:has(textarea)) button');
  await done();
  await curator.waitForSelector('[role=alert]:has-text("It is not done")', { timeout: 20_000 });
  await curator.click('a[href^="/bank/new?question="]');
  await curator.waitForURL('**/bank/new**');
  await curator.fill('#id', 'said-after-all');
  await curator.selectOption('#verdict', 'no');
  await curator.check('input[name=needs_text]');
  await curator.selectOption('#audience', 'public');
  await curator.fill('#owner', 'curator.person');
  await curator.fill('#wording', 'No. We do not do this.');
  await curator.click('#answer button.main-action');
  await curator.waitForURL('**/bank/said-after-all**');
  await admin.page.goto(`${url}/bank/said-after-all`);
  await admin.page.click('a[href^="/bank/approve"] >> nth=0');
  await admin.page.waitForURL('**/bank/approve**');
  await admin.page.click('form[action="/bank/approve"] button.main-action');
  await admin.page.waitForFunction(() => /Approved/.test(document.querySelector('#notice, main')?.textContent ?? ''), null, { timeout: 20_000 });
  await curator.goto(item);
  await done();
  await curator.waitForSelector('#refilled', { timeout: 30_000 });
  const refill = curator.locator('.refills li').first();
  assert.match(await refill.textContent(), /gap[\s\S]*is now[\s\S]*said-after-all/, 'the question is answered now');
  await refill.locator('a').first().click();
  await curator.waitForSelector('.one:has-text("We do not do this")', { timeout: 20_000 });

  return { server, people, id, url };
}
