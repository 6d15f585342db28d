import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { timed } from './measure.ts';
import { root } from './packaged.ts';
import type { Bench } from './report.ts';

/** The demo beside the builds that it contains. */
export const demo: Bench = {
  name: 'demo',
  title: 'The demo beside the builds in it',
  run: async (say) => {
    const { milliseconds, value: lines } = await timed(() => linesOf('local/demo.ts', say));
    const total = milliseconds / 1_000;
    const [, builds = '0', sum = '', clock = ''] = found(lines, /^(\d+) builds took ([\d.]+) s; for ([\d.]+) s/);
    const rows = [
      ['the demo ÷ the time with a build under way', (total / Number(clock)).toFixed(2)],
      ['the demo, s', total.toFixed(1)],
      ['one build or more under way, s', clock],
      [`all ${builds} builds, one after the other, s`, sum],
    ];
    const journeys = lines.flatMap((line) => {
      const [, seconds = '', name = ''] = line.match(/^ok +([\d.]+) s +(.+)$/) ?? [];
      return name === '' ? [] : [[name, seconds]];
    });
    const outside = (100 * (1 - Number(clock) / total)).toFixed(0);
    return {
      tables: [
        { head: ['what', 'figure'], rows },
        { caption: 'Its journeys:', head: ['journey', 's'], rows: journeys },
      ],
      notes: [
        'One run, from the start of its process to its end. Builds: from `build.startedAt` to `build.finishedAt` of the records, as the demo prints it; a build waits its turn inside that time.',
        `${outside} % of the time no build is under way: rollouts until they are stable, probes, people who click, and the service that must be seen answering.`,
      ],
    };
  },
};

async function linesOf(script: string, say: (line: string) => void): Promise<string[]> {
  const child = spawn(process.execPath, [join(root, script)], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (/^(ok|FAIL) /.test(line)) say(line);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${script} ended with ${code}:\n${lines.slice(-20).join('\n')}`);
  return lines;
}

function found(lines: string[], pattern: RegExp): RegExpMatchArray {
  const match = lines.map((line) => line.match(pattern)).find((one) => one !== null);
  if (match == null) throw new Error(`the demo said nothing like ${pattern}`);
  return match;
}
