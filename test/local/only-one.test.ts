import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { takeFolder } from '../../local/only-one.ts';
import { testFolder } from '../disk/folder.ts';

test('a folder is one process’s; when that is killed, the next one gets it', async () => {
  const folder = testFolder();
  const module = JSON.stringify(fileURLToPath(new URL('../../local/only-one.ts', import.meta.url)));
  const program = `const { takeFolder } = await import(${module}); console.log(await takeFolder(${JSON.stringify(folder)})); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(other.stdout, 'data');
  expect(String(said).trim()).toBe('true');
  expect(await takeFolder(folder)).toBe(false);
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(await takeFolder(folder)).toBe(true);
});
