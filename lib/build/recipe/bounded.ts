import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

/** What is shown of one step's output, in bytes: its first four million, and its last fifty thousand. CloudWatch takes 0.50 dollars a GB. */
const first = 4_000_000;
const last = 50_000;

/**
 * Passes a step's output on and keeps it in a file, both bounded: what is over is left out between beginning and end, with a line
 * that says how much. It reads to the end whatever comes, so that the step never waits for its reader.
 */
export async function bounded(from: Readable, to: Writable, path: string): Promise<void> {
  const log = createWriteStream(path);
  const write = async (bytes: Buffer) => {
    log.write(bytes);
    if (!to.write(bytes)) await once(to, 'drain');
  };
  let shown = 0;
  let over = 0;
  let end = Buffer.alloc(0);
  for await (const chunk of from) {
    const bytes = Buffer.from(chunk);
    const now = bytes.subarray(0, Math.max(0, first - shown));
    const rest = bytes.subarray(now.length);
    if (now.length > 0) await write(now);
    shown += now.length;
    over += rest.length;
    if (rest.length > 0) end = Buffer.concat([end, rest]).subarray(-last);
  }
  if (over > end.length) await write(Buffer.from(`\n… ${over - end.length} bytes of output are left out …\n`));
  if (end.length > 0) await write(end);
  log.end();
  await once(log, 'finish');
}
