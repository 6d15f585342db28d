import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enderOf } from '../../lib/build/recipe/deadline.ts';
import { hashFiles } from './hash-files.ts';
import type { User } from './run-as.ts';

/** How one build's commands are run, one after another, each seeing what the ones before it set. */
export type Shell = {
  /** Runs to the end; `code` is null where a signal ended it. Never throws for what the command does. */
  run: (command: string, set?: Record<string, string>, as?: User) => Promise<number | null>;
  /** A text with its variables and `$(commands)` replaced, in the source's own directory. */
  expand: (text: string) => Promise<string>;
  /** Every variable as the last command left it. */
  variables: () => Promise<Record<string, string>>;
  /** Ends what runs now with all its children: SIGTERM, then SIGKILL. */
  kill: () => void;
};

type Options = {
  program: string;
  /** A folder for the shell's state, outside the source. */
  folder: string;
  directory: string;
  environment: Record<string, string>;
  onLine: (line: string) => void;
};

/**
 * "In version 0.2, CodeBuild runs all build commands in the same instance of the default shell" (buildspec reference). Seen in
 * its logs, what is kept between commands is the environment (with `set -a`, so plain assignments too) and the directory, in
 * files beside the script; functions and options are not. The same is done here.
 */
export function openShell({ program, folder, directory, environment, onLine }: Options): Shell {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  // Another user (`run-as`) leaves its state here too.
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'bin', 'codebuild-hash-files'), hashFiles, { mode: 0o755 });
  const [script, state, place] = ['script.sh', 'env.sh', 'dir.txt'].map((name) => join(folder, name));
  if (!script || !state || !place) throw new Error('unreachable');
  for (const [file, text] of [
    [state, ''],
    [place, directory],
  ] as const) {
    writeFileSync(file, text);
    chmodSync(file, 0o666);
  }
  const env = { ...environment, PATH: `${environment.PATH ?? '/usr/bin:/bin'}:${join(folder, 'bin')}` };
  let running: ReturnType<typeof spawn> | undefined;

  function execute(text: string, onData: (data: Buffer) => void, as?: User): Promise<number | null> {
    writeFileSync(script ?? '', text);
    return new Promise((resolve, reject) => {
      // A process group of its own, so that stopping reaches every child.
      const child = spawn(program, [script ?? ''], {
        env,
        ...as,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running = child;
      child.stdout.on('data', onData);
      child.stderr.on('data', onData);
      child.on('error', reject);
      child.on('exit', (code) => {
        // What it left in the background must not hold the build: pipes are closed shortly after the command's own end.
        setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, 500).unref();
        child.on('close', () => {
          if (running === child) running = undefined;
          resolve(code);
        });
      });
    });
  }

  const before = `. ${quoted(state)}\ncd "$(cat ${quoted(place)})" || exit 1\n`;
  return {
    expand: async (text) => {
      const output: Buffer[] = [];
      // A here-document has its variables and commands replaced, and its quotation marks left alone.
      const asked = `exec 2> /dev/null\ncat <<END_OF_TEXT_OF_BUILDSPEC\n${text}\nEND_OF_TEXT_OF_BUILDSPEC\n`;
      await execute(`. ${quoted(state)}\ncd ${quoted(directory)}\n${asked}`, (data) => output.push(data));
      return Buffer.concat(output).toString('utf8').trim();
    },
    run: async (command, set = {}, as = undefined) => {
      const sets = Object.entries(set).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
      const after = `CODEBUILD_LAST_EXIT=$?\nexport -p > ${quoted(state)}\npwd > ${quoted(place)}\nexit $CODEBUILD_LAST_EXIT\n`;
      const { feed, end } = linesTo(onLine);
      const code = await execute(`${before}${sets.join('')}set -a\n${command}\n${after}`, feed, as);
      end();
      return code;
    },
    variables: async () => {
      const file = join(folder, 'variables');
      await execute(`. ${quoted(state)}\nenv -0 > ${quoted(file)}\n`, () => {});
      return Object.fromEntries(
        readFileSync(file, 'utf8')
          .split('\0')
          .filter((pair) => pair.includes('='))
          .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      );
    },
    kill: () => {
      const pid = running?.pid;
      if (pid === undefined) return;
      // Its group, and what left the group (`timeout`, job control) but is still below it.
      const endAll = enderOf(() => pid);
      endAll('SIGTERM');
      signal(pid, 'SIGTERM');
      setTimeout(() => {
        endAll('SIGKILL');
        signal(pid, 'SIGKILL');
      }, 1_000).unref();
    },
  };
}

/** The whole group; it may be gone already. */
function signal(group: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, name);
  } catch {}
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Whole lines out of chunks; a line over 10,000 characters is cut there. */
function linesTo(onLine: (line: string) => void): { feed: (data: Buffer) => void; end: () => void } {
  const decoder = new TextDecoder();
  let rest = '';
  const take = (text: string) => {
    rest += text;
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.slice(0, 10_000));
    if (rest.length > 10_000) {
      onLine(rest.slice(0, 10_000));
      rest = '';
    }
  };
  return {
    feed: (data) => take(decoder.decode(data, { stream: true })),
    end: () => {
      take(decoder.decode());
      if (rest) onLine(rest);
      rest = '';
    },
  };
}
