// Starts the web app for a browser check: a bank and a store of its own in a new folder, the program as it was built.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
export const DAY = '2026-11-21';

/** The program: as CARGO_TARGET_DIR or the usual folder has it. */
export function program(kind = 'debug') {
  const path = join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), kind, 'answerbank');
  if (!existsSync(path)) throw new Error(`${path}: build it first with cargo build`);
  return path;
}

/** A folder with the sample bank; `change` may add to it. */
export function house(change = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'answerbank-browser-'));
  cpSync(join(ROOT, 'answer-bank'), join(folder, 'answer-bank'), { recursive: true });
  change(folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts the server in a folder. Gives its address, the setup link if it printed one, and ways to end it. */
export async function start(folder, { bin = program(), port = 0, more = [] } = {}) {
  const told = [];
  const child = spawn(bin, ['serve', '--bank', join(folder, 'answer-bank'), '--store', join(folder, '.answerbank'), '--listen', `127.0.0.1:${port}`, '--date', DAY, ...more],
    { env: { ...process.env, ANSWERBANK_MODEL: 'none', ANSWERBANK_CACHE: join(folder, 'cache') }, stdio: ['ignore', 'ignore', 'pipe'] });
  const url = await new Promise((found, lost) => {
    const late = setTimeout(() => lost(new Error(`the server did not start:\n${told.join('')}`)), 30_000);
    child.on('exit', (code) => lost(new Error(`the server ended with ${code}:\n${told.join('')}`)));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text) => {
      told.push(text);
      const at = /answerbank is at (http:\/\/\S+)/.exec(told.join(''));
      if (at) { clearTimeout(late); found(at[1]); }
    });
  });
  const ended = new Promise((done) => child.on('exit', done));
  return {
    url, told: () => told.join(''), link: () => /https?:\/\/\S+\/setup\?token=\S+/.exec(told.join(''))?.[0],
    kill: async () => { child.kill('SIGKILL'); await ended; },
    stop: async () => { child.kill('SIGTERM'); await ended; },
  };
}
