import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

/** What is shown of one step's output, in bytes: its first four million, and its last fifty thousand. CloudWatch takes 0.50 dollars a GB. */
const first = 4_000_000;
const last = 50_000;

/** When the step must have ended, in milliseconds from now, and what ends it: asked first, then by force. */
export type Deadline = { after: number; end: (signal: 'SIGTERM' | 'SIGKILL') => void; grace: number };

/** Whether the step itself has ended, and how long its output may stay open after that, in milliseconds. */
export type Own = { hasEnded: () => boolean; patience: number };

/**
 * Passes a step's output on and keeps it in a file, both bounded: what is over is left out between beginning and end, with a line
 * that says how much. It reads to the end whatever comes, so that the step never waits for its reader. A step that still runs at its
 * deadline is ended, with a line that says so and what it said last; one that has ended is not waited for because a process that it left
 * in the background holds its output. A full disk costs the file, not what is shown.
 */
export async function bounded(
  from: Readable,
  to: Writable,
  path: string,
  deadline?: Deadline,
  own?: Own,
): Promise<void> {
  const log = createWriteStream(path);
  let kept = true;
  log.on('error', () => {
    kept = false;
  });
  const write = async (bytes: Buffer) => {
    if (kept) log.write(bytes);
    if (!to.write(bytes)) await once(to, 'drain');
  };
  let shown = 0;
  let over = 0;
  let end = Buffer.alloc(0);
  const watch = deadline && watchOver(from, deadline);
  const background = own && leaveTo(from, own);
  try {
    for await (const chunk of from) {
      const bytes = Buffer.from(chunk);
      watch?.heard(bytes);
      const now = bytes.subarray(0, Math.max(0, first - shown));
      const rest = bytes.subarray(now.length);
      if (now.length > 0) await write(now);
      shown += now.length;
      over += rest.length;
      if (rest.length > 0) end = Buffer.concat([end, rest]).subarray(-last);
    }
  } catch (error) {
    if (!watch?.late() && !background?.left()) throw error;
  }
  watch?.over();
  background?.over();
  if (over > end.length) await write(Buffer.from(`\n… ${over - end.length} bytes of output are left out …\n`));
  if (end.length > 0) await write(end);
  if (watch?.late()) await write(Buffer.from(`\ndrover: ${watch.late()}\n`));
  if (background?.left()) await write(Buffer.from('\nwhat this step left in the background is not waited for\n'));
  log.end();
  if (kept) await Promise.race([once(log, 'finish'), once(log, 'error')]).catch(() => {});
}

/** Ends the step at its deadline, and its output too where somebody else still holds it. */
function watchOver(from: Readable, { after, end, grace }: Deadline) {
  let tail = '';
  let late: string | undefined;
  const timers: NodeJS.Timeout[] = [];
  const at = (milliseconds: number, what: () => void) => timers.push(setTimeout(what, milliseconds));
  at(after, () => {
    const said = tail
      .split(/[\r\n]+/)
      .filter((line) => line.trim() !== '')
      .at(-1);
    late = `still running when the build's time was nearly up, so it was ended${said ? `; it said last: ${said}` : ''}`;
    end('SIGTERM');
    at(grace, () => end('SIGKILL'));
    at(2 * grace, () => from.destroy());
  });
  return {
    heard: (bytes: Buffer) => {
      tail = (tail + bytes.toString('utf8')).slice(-1_000);
    },
    late: () => late,
    over: () => timers.forEach(clearTimeout),
  };
}

/** Ends the output of a step that is over, once it has been open for longer than it may. */
function leaveTo(from: Readable, { hasEnded, patience }: Own) {
  let open = 0;
  let left = false;
  const each = patience / 10;
  const timer = setInterval(() => {
    if (!hasEnded()) return;
    open += each;
    left = open > patience;
    if (left) from.destroy();
  }, each);
  return { left: () => left, over: () => clearInterval(timer) };
}
