// Load on one machine, generator beside the server: reviewers who read, search and decide, uploads all at once; times by kind, and whether every acknowledged decision is there at the end.
// usage: node benches/load/load.mjs [--reviewers 50] [--minutes 10] [--uploads 20] [--answers 5000] [--questions 400] [--forms 20] [--bin target/release/answerbank]
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const DAY = '2026-11-21';
const PASSWORD = 'violin gravel otter sunrise';
const options = Object.fromEntries(Object.entries({ reviewers: '50', minutes: '10', uploads: '20', answers: '5000', questions: '400', forms: '20', bin: join(ROOT, 'target/release/answerbank'), seed: '7' })
  .map(([name, value]) => [name, { type: 'string', default: value }]));
const { values } = parseArgs({ options });
const number = (name) => Number(values[name]);

/** The same numbers each time (mulberry32). */
let state = number('seed');
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// Questions of an invented kind: what is done, to what, where, how often.
const DONE = ['encrypted', 'backed up', 'logged', 'reviewed', 'tested', 'monitored', 'patched', 'segregated', 'retained', 'deleted', 'scanned', 'inventoried', 'classified', 'approved', 'documented', 'restricted'];
const THINGS = ['customer records', 'source code', 'laptops', 'production servers', 'access rights', 'database exports', 'firewall rules', 'support tickets', 'audit trails', 'container images', 'contractor accounts', 'signing keys', 'mobile devices', 'mail archives', 'sensor readings', 'payment files', 'test data', 'visitor badges', 'supplier contracts', 'incident reports'];
const WHERE = ['in the cloud service', 'in the offices', 'at subprocessors', 'in the laboratory', 'during development', 'before release', 'after a change of staff', 'in the disaster site', 'on removable media', 'at the customer’s site', 'in the data warehouse', 'in the call centre', 'on the shop floor', 'in the pilot region', 'outside working hours', 'under the new contract'];
const texts = [];
for (const where of WHERE) for (const thing of THINGS) for (const done of DONE) texts.push([done, thing, where]);
const question = ([done, thing, where]) => `Are ${thing} ${done} ${where}?`;
const reworded = ([done, thing, where]) => `Do you make sure that ${thing} are ${done} ${where}?`;

const folder = mkdtempSync(join(tmpdir(), 'answerbank-load-'));
const bank = join(folder, 'answer-bank');
const command = (...words) => execFileSync(values.bin, words, { encoding: 'utf8', env: { ...process.env, ANSWERBANK_MODEL: 'none' }, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 });

function makeBank() {
  cpSync(join(ROOT, 'answer-bank'), bank, { recursive: true });
  const ids = [];
  for (let n = 0; n < number('answers'); n += 1) {
    const [done, thing, where] = texts[(n * 7) % texts.length];
    const id = `load-${n}`;
    ids.push(id);
    mkdirSync(join(bank, `answers/load-${n % 50}`), { recursive: true });
    writeFileSync(join(bank, `answers/load-${n % 50}/${id}.md`), `+++\nid = "${id}"\nquestion = ${JSON.stringify(n < texts.length ? question([done, thing, where]) : `${question([done, thing, where])} (${n})`)}\nverdict = "info"\nowner = "platform-security"\naudience = "public"\nedited = { by = "j.lind", on = 2026-11-01 }\nreview_by = 2027-11-01\n+++\nYes: ${thing} are ${done} ${where}, by rule ${n} of the handbook, and somebody looks at it each quarter.\n`);
  }
  for (let from = 0; from < ids.length; from += 1000) command('bank', 'approve', ...ids.slice(from, from + 1000), '--by', 'm.okafor', '--bank', bank, '--date', DAY);
}

const form = (n) => ['No.,Question,Answer,Comment', ...Array.from({ length: number('questions') }, (_, row) => {
  const text = texts[(n * 131 + row * 17) % texts.length];
  return `Q${row + 1},"${row % 3 ? reworded(text) : question(text)}",,`;
})].join('\r\n');

const agent = new Agent({ keepAlive: true, maxSockets: 200 });
let asked = 0;
const times = new Map();
const problems = new Map();

/** One request; its time counts under `kind`. */
function ask(base, method, path, { who, body, type, kind } = {}) {
  return new Promise((done) => {
    const begun = performance.now();
    const bytes = body === undefined ? undefined : Buffer.from(body);
    // Each request as if from another desk: tries to sign in are counted by address.
    const headers = { 'sec-fetch-site': 'same-origin', 'x-forwarded-for': `192.0.2.${1 + (asked++ % 250)}` };
    if (who) Object.assign(headers, { cookie: `__Host-answerbank=${who.secret}` });
    if (who?.mark && method === 'POST') headers['x-answerbank'] = who.mark;
    if (bytes) Object.assign(headers, { 'content-type': type ?? 'application/x-www-form-urlencoded', 'content-length': bytes.length });
    if (method === 'POST') headers['hx-request'] = 'true';
    const sent = request(base + path, { method, headers, agent }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        if (kind) {
          if (!times.has(kind)) times.set(kind, []);
          times.get(kind).push(performance.now() - begun);
        }
        if (answer.statusCode >= 500) problems.set(`${method} ${kind ?? path} ${answer.statusCode}`, (problems.get(`${method} ${kind ?? path} ${answer.statusCode}`) ?? 0) + 1);
        done({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.on('error', (error) => { problems.set(String(error.code), (problems.get(String(error.code)) ?? 0) + 1); done({ status: 0, headers: {}, text: '' }); });
    sent.end(bytes);
  });
}
const fields = (given) => new URLSearchParams(given).toString();

async function signIn(base, name) {
  const answer = await ask(base, 'POST', '/sign-in', { body: fields({ name, password: PASSWORD, then: '/questionnaires' }) });
  const secret = /__Host-answerbank=([^;]+)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1];
  const who = { name, secret };
  who.mark = /name="ours" content="([^"]+)"/.exec((await ask(base, 'GET', '/questionnaires', { who })).text)?.[1];
  if (!who.mark) throw new Error(`${name} could not sign in: ${answer.status} ${answer.text.slice(0, 200)}`);
  return who;
}

function multipart(given, files) {
  const mark = `----${Math.floor(random() * 1e12)}`;
  const parts = [...Object.entries(given).map(([name, value]) => `--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    ...files.map(([name, text]) => `--${mark}\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n${text}\r\n`), `--${mark}--\r\n`];
  return { body: parts.join(''), type: `multipart/form-data; boundary=${mark}` };
}

function told(kind) {
  const sorted = (times.get(kind) ?? []).sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  console.log(`${kind.padEnd(10)} ${String(sorted.length).padStart(6)} requests   median ${at(0.5).toFixed(0).padStart(5)} ms   p95 ${at(0.95).toFixed(0).padStart(5)} ms   p99 ${at(0.99).toFixed(0).padStart(5)} ms   most ${at(1).toFixed(0).padStart(5)} ms`);
}

console.log(`a bank of ${values.answers} answers more than the sample`);
makeBank();
const server = spawn(values.bin, ['serve', '--bank', bank, '--listen', '127.0.0.1:0', '--date', DAY, '--behind-proxy'], { env: { ...process.env, ANSWERBANK_MODEL: 'none', ANSWERBANK_CACHE: join(folder, 'cache') }, stdio: ['ignore', 'ignore', 'pipe'] });
const lines = [];
server.stderr.setEncoding('utf8').on('data', (text) => lines.push(text));
while (!/answerbank is at/.test(lines.join(''))) await wait(100);
const base = /answerbank is at (\S+)/.exec(lines.join(''))[1];
const link = /\/setup\?token=(\S+)/.exec(lines.join(''))[1];
try {
  await ask(base, 'POST', '/setup', { body: fields({ token: link, name: 'admin.person', password: PASSWORD }) });
  const admin = await signIn(base, 'admin.person');
  const reviewers = [];
  for (let n = 0; n < number('reviewers'); n += 1) {
    const invited = await ask(base, 'POST', '/accounts', { who: admin, body: fields({ name: `reviewer.${n}`, role: 'reviewer' }) });
    const token = /accept\?token=([^<"&]+)/.exec(invited.text)?.[1];
    const answer = await ask(base, 'POST', '/accept', { body: fields({ token, password: PASSWORD }) });
    const secret = /__Host-answerbank=([^;]+)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1];
    const who = { name: `reviewer.${n}`, secret };
    who.mark = /name="ours" content="([^"]+)"/.exec((await ask(base, 'GET', '/questionnaires', { who })).text)?.[1];
    if (!who.mark) throw new Error(`${who.name}: ${invited.status} ${answer.status} ${answer.text.slice(0, 300)}`);
    reviewers.push(who);
  }
  console.log(`${reviewers.length} reviewers are signed in`);

  const upload = async (n) => ask(base, 'POST', '/uploads', { who: admin, kind: 'upload', ...multipart({ customer: `Customer ${n}`, deal: `Deal ${n}`, value: String(1000 * (n + 1)), due: '2026-12-20', audience: 'nda', carries_on: 'nothing' }, [[`form-${n}.csv`, form(n)]]) });
  const listed = async () => [...new Set([...(await ask(base, 'GET', '/questionnaires?all=true', { who: admin })).text.matchAll(/\/questionnaires\/(q-[0-9a-f]+)/g)].map((found) => found[1]))];
  const begun = performance.now();
  const answers = await Promise.all(Array.from({ length: Math.max(number('forms'), number('uploads')) }, (_, n) => upload(n)));
  const refused = answers.filter((answer) => ![200, 204, 303].includes(answer.status));
  console.log(`${answers.length} uploads at once: ${answers.length - refused.length} taken${refused[0] ? `; ${refused[0].status} ${refused[0].text.slice(0, 200)}` : ''}`);
  told('upload');
  let ids = [];
  while (ids.length < answers.length - refused.length) {
    await wait(500);
    ids = await listed();
    if (performance.now() - begun > 600_000) throw new Error('the uploads were not read within ten minutes');
  }
  console.log(`all of them read ${((performance.now() - begun) / 1000).toFixed(1)} s after the first was sent`);

  const acknowledged = [];
  const until = performance.now() + number('minutes') * 60_000;
  const decode = (text) => text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&#39;', "'").replaceAll('&#38;', '&').replaceAll('&amp;', '&').replaceAll('&#34;', '"');
  const work = async (who, n) => {
    await wait(random() * 2000);
    let places = [];
    let id = ids[n % ids.length];
    while (performance.now() < until) {
      const next = performance.now() + 2000;
      const dice = random();
      if (places.length === 0 || dice < 0.1) {
        id = pick(ids);
        const grid = await ask(base, 'GET', `/questionnaires/${id}/review`, { who, kind: 'grid' });
        places = [...grid.text.matchAll(/class="q" data-place="([^"]+)"[^>]*data-stand="review"/g)].map((found) => decode(found[1]));
        if (places.length === 0) places = [...grid.text.matchAll(/class="q" data-place="([^"]+)"/g)].map((found) => decode(found[1]));
      } else if (dice < 0.2) {
        await ask(base, 'GET', '/questionnaires', { who, kind: 'list' });
      } else if (dice < 0.7) {
        await ask(base, 'GET', `/questionnaires/${id}/questions/${encodeURIComponent(pick(places))}`, { who, kind: 'question' });
      } else if (dice < 0.9) {
        const [done, thing] = pick(texts);
        if (random() < 0.2) await ask(base, 'GET', '/bank', { who, kind: 'bank' });
        else await ask(base, 'GET', `/bank?q=${encodeURIComponent(`${thing} ${done}`.slice(0, 4 + Math.floor(random() * 40)))}`, { who, kind: 'search' });
      } else {
        const place = pick(places);
        const path = `/questionnaires/${id}/questions/${encodeURIComponent(place)}`;
        const page = await ask(base, 'GET', path, { who, kind: 'question' });
        const [seen, proposed] = ['seen', 'proposed'].map((name) => decode(new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? ''));
        const what = /value="accept"/.test(page.text) && random() < 0.7 ? 'accept' : 'reject';
        const reason = `reason ${Math.floor(random() * 1e9)} of ${who.name}`;
        const answer = await ask(base, 'POST', `${path}/decide`, { who, kind: 'decide', body: fields({ seen, proposed, what, reason, text: '' }) });
        if (answer.status === 200 || answer.status === 303) acknowledged.push({ id, place, reason, who: who.name });
        places = places.filter((one) => one !== place);
      }
      await wait(Math.max(0, next - performance.now()));
    }
  };
  await Promise.all(reviewers.map(work));
  for (const kind of ['grid', 'list', 'question', 'bank', 'search', 'decide']) told(kind);
  const reads = ['grid', 'list', 'question', 'bank', 'search'].flatMap((kind) => times.get(kind) ?? []).sort((a, b) => a - b);
  console.log(`all reads: p99 ${reads[Math.floor(reads.length * 0.99)].toFixed(0)} ms of ${reads.length}`);
  const memory = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
  console.log(`the server had at most ${(Number(memory) / 1024).toFixed(0)} MiB`);
  const logs = new Map();
  let lost = 0;
  for (const one of acknowledged) {
    if (!logs.has(one.id)) logs.set(one.id, command('review', 'log', one.id, '--json', '--bank', bank, '--date', DAY));
    if (!logs.get(one.id).includes(one.reason)) lost += 1;
  }
  console.log(`${acknowledged.length} decisions were acknowledged, ${lost} of them are not in the journal`);
  for (const [what, count] of problems) console.log(`${what}: ${count} times`);
  process.exitCode = lost || problems.size || acknowledged.length === 0 ? 1 : 0;
} finally {
  server.kill('SIGTERM');
  await new Promise((done) => server.on('exit', done));
  rmSync(folder, { recursive: true, force: true });
}
