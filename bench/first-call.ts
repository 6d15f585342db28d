// The one call of a cold process: `node first-call.mjs <module> <event.json>` imports a packaged function and hands it the event.
// Its last line on stdout is what it measured, in milliseconds: by the clock, and of processor time on all its threads.
// node:http is loaded before: Lambda's own runtime client has it loaded too, and the SDK imports it only for endpoints without
// TLS, as the twins here are and AWS's are not (as an ES module it brings undici along, 30 ms and more).
import 'node:http';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from '../local/lambda/context.ts';

const [module = '', eventFile = ''] = process.argv.slice(2);
const event: unknown = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = lambdaContext({ name: 'bench', timeoutSeconds: 30, now: Date.now });
const url = pathToFileURL(module).href;
const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const before = processor();
const began = performance.now();
const { handler } = await import(url);
const imported = performance.now();
const { statusCode, batchItemFailures, body } = await handler(event, context);
const answered = performance.now();
// What answers a queue has no status: no failure is as good as 200.
const status = statusCode ?? (batchItemFailures?.length === 0 ? 200 : 500);
const cpu = processor() - before;
const measured = { import: imported - began, call: answered - imported, cpu, status, body };
process.stdout.write(`\n${JSON.stringify(measured)}\n`, () => process.exit(0));
