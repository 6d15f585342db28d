import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Debian's Chromium, by CHROMIUM or on PATH. Throws where there is none: `apt-get install chromium`. */
export async function startChromium(): Promise<Browser> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
  const executablePath = process.env.CHROMIUM ?? found;
  if (executablePath === undefined) throw new Error('no Chromium: set CHROMIUM, or apt-get install chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
