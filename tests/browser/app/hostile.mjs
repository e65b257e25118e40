// Texts that would do something if a page did not treat them as texts, in every field that somebody can write: bank, form, sale, decisions, accounts.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, program } from './server.mjs';

/** Each calls a dialog where it gets through, or asks a host that nobody has. */
export const TEXTS = [
  '<script>alert(1)</script>', '"><script>alert(2)</script>', "'><script>alert(3)</script>", '<img src=x onerror=alert(4)>', '"><img src=x onerror=alert(5)>',
  '<svg onload=alert(6)>', '<svg><animate onbegin=alert(7) attributeName=x dur=1s>', '<svg><set onbegin=alert(8) attributeName=x to=y>', '<math><mtext><img src=x onerror=alert(9)></mtext></math>',
  '<iframe srcdoc="<script>parent.alert(10)</script>"></iframe>', '<iframe src="javascript:alert(11)"></iframe>', '<object data="javascript:alert(12)"></object>', '<embed src="https://evil.invalid/13">',
  '<a href="javascript:alert(14)">look</a>', '[look](javascript:alert(15))', '![look](https://evil.invalid/16.png)', '<javascript:alert(17)>', '[look](data:text/html,<script>alert(18)</script>)',
  '<body onload=alert(19)>', '<input autofocus onfocus=alert(20)>', '<details open ontoggle=alert(21)>', '<video src=x onerror=alert(22)>', '<audio src=x onerror=alert(23)>', '<marquee onstart=alert(24)>x</marquee>',
  '<link rel=stylesheet href="https://evil.invalid/25.css">', '<style>@import "https://evil.invalid/26.css";</style>', '<style>body{background:url(https://evil.invalid/27)}</style>', '<meta http-equiv=refresh content="0;url=https://evil.invalid/28">',
  '<base href="https://evil.invalid/29/">', '<form action="https://evil.invalid/30"><button>send</button></form>', '</title><script>alert(31)</script>', '</textarea><script>alert(32)</script>', '</style><script>alert(33)</script>',
  '<!--<script>alert(34)</script>-->', '<noscript><p title="</noscript><img src=x onerror=alert(35)>">', '<template><script>alert(36)</script></template>', '${alert(37)}{{alert(37)}}<%= 37 %>', '<div hx-get="https://evil.invalid/38" hx-trigger="load">x</div>',
  '<div hx-on:click="alert(39)" data-opens="x">x</div>', "javascript:/*--></title></style></textarea></script><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+alert(40)//'>",
  'Do you\u200b encrypt \u202edata\u202c at re\u00adst?', '=HYPERLINK("https://evil.invalid/42","x")',
];

const text = (value) => JSON.stringify(value).replace(/\u007f/g, '\\u007f');
const all = TEXTS.join(' ');

/** Adds an answer, a control and evidence for each text. */
export function intoBank(folder) {
  const bank = join(folder, 'answer-bank');
  mkdirSync(join(bank, 'answers/hostile'), { recursive: true });
  TEXTS.forEach((hostile, at) => {
    const id = `hostile-${at}`;
    writeFileSync(join(bank, `answers/hostile/${id}.md`), `+++\nid = "${id}"\nquestion = ${text(`${hostile} Is it harmless, number ${at}?`)}\nalso_asked = [${text(`${hostile} once more ${at}`)}]\nverdict = "yes"\ncontrols = ["HOSTILE-${at}"]\nevidence = ["hostile-${at}"]\nowner = ${text(hostile)}\naudience = "public"\ntags = [${text(hostile)}]\nedited = { by = ${text(hostile)}, on = 2026-11-01 }\nreview_by = 2027-11-01\n+++\n${hostile}\n\n${hostile} is what it says, number ${at}.\n\n## Short\n${hostile}\n\n## Internal\n${hostile}\n`);
    writeFileSync(join(bank, `controls/HOSTILE-${at}.toml`), `id = "HOSTILE-${at}"\ntitle = ${text(hostile)}\nstatement = ${text(hostile)}\nstate = "in-place"\nstate_note = ${text(hostile)}\nowner = ${text(hostile)}\nresponsibility = "provider"\nsatisfies = []\nevidence = ["hostile-${at}"]\n`);
    writeFileSync(join(bank, `evidence/hostile-${at}.toml`), `id = "hostile-${at}"\ntitle = ${text(hostile)}\nkind = ${text(hostile)}\nurl = "https://brackenfield.example/${at}"\nissued = 2026-01-01\nvalid_until = 2027-01-01\naudience = "public"\nowner = ${text(hostile)}\n`);
  });
  const file = join(bank, 'bank.toml');
  const named = readFileSync(file, 'utf8').replace('title = "Brackenfield Cloud"', `title = ${text(TEXTS[0])}`).replace('title = "European Union (Ireland, Frankfurt)"', `title = ${text(TEXTS[3])}`);
  writeFileSync(file, named);
}

/** Takes in a form whose every question is one of the texts, for a customer and a deal of such names; decides, asks and recalls with such words. */
export function intoStore(folder, bin = program()) {
  const run = (...words) => {
    const desk = ['--bank', join(folder, 'answer-bank'), '--date', DAY];
    const store = words[0] === 'bank' ? [] : ['--store', join(folder, '.answerbank')];
    try {
      return execFileSync(bin, [...words, ...desk, ...store], { encoding: 'utf8', env: { ...process.env, ANSWERBANK_MODEL: 'none' }, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      if (error.status === 10) return error.stdout;
      throw new Error(`${words.slice(0, 3).join(' ')}: ${error.stderr}`);
    }
  };
  const ids = TEXTS.map((_, at) => `hostile-${at}`);
  run('bank', 'approve', ...ids, '--by', `${TEXTS[3]} too`);
  const cell = (value) => `"${value.replaceAll('"', '""')}"`;
  const rows = TEXTS.map((hostile, at) => [`Q${at}`, at % 2 ? `${hostile} Is it harmless, number ${at}?` : `${hostile} How do you keep this away from your customers, number ${at}?`, '', ''].map(cell).join(','));
  const form = join(folder, "<img src=x onerror=alert('file')>.csv");
  writeFileSync(form, ['"No.","Question","Answer (Yes/No)","Comment"', ...rows, ''].join('\r\n'));
  const by = ['--by', 'sales.person'];
  run('review', 'add', form, '--customer', TEXTS[1], '--deal', TEXTS[5], '--value', '1000', '--due', '2026-12-01', ...by);
  const id = JSON.parse(run('review', 'list', '--json')).find?.((one) => one.customer === TEXTS[1])?.id ?? /q-[0-9a-f]{10}/.exec(run('review', 'list', '--json'))[0];
  const listed = JSON.parse(run('review', 'list', id, '--json'));
  const waiting = (listed.rows ?? listed).filter((row) => row.stands === 'review').map((row) => `${row.sheet}!${row.cell}`);
  if (waiting.length >= 3) {
    run('review', 'reject', id, waiting[0], '--reason', all, ...by);
    run('review', 'edit', id, waiting[1], '--text', all, '--reason', all, ...by);
    run('review', 'assign', id, waiting[2], '--to', TEXTS[3], ...by);
  }
  return id;
}
