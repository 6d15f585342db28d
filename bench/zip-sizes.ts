import { webhookZipLimit } from '../infra/package.ts';
import { packaged } from './packaged.ts';
import type { Bench } from './report.ts';

const kilo = (bytes: number): string => (bytes / 1_000).toFixed(1);

/** The size of every function's zip. */
export const zipSizes: Bench = {
  name: 'sizes',
  title: 'Zip of every function',
  run: async () => {
    const zips = await packaged();
    const webhook = zips.find(({ name }) => name === 'webhook')?.zip.length ?? Number.NaN;
    const share = ((100 * webhook) / webhookZipLimit).toFixed(0);
    const verdict =
      webhook > webhookZipLimit
        ? `**The webhook is over its limit** of ${kilo(webhookZipLimit)} kB: ${kilo(webhook)} kB (${webhook} bytes).`
        : `The webhook takes ${share} % of its limit: ${webhook} of ${webhookZipLimit} bytes.`;
    const rows = zips.map(({ name, zip, codeBytes }) => [name, kilo(zip.length), kilo(codeBytes)]);
    return { tables: [{ head: ['function', 'zip, kB', 'code in it, kB'], rows }], notes: [verdict] };
  },
};
