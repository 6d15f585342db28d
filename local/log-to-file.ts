import { appendFileSync } from 'node:fs';

/** What the functions log goes to a file, as it goes to CloudWatch on AWS: the terminal is for the person. */
export function logToFile(path: string): void {
  process.env.POWERTOOLS_DEV = 'true';
  const write = (line: unknown) => appendFileSync(path, `${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  for (const level of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) console[level] = write;
}
