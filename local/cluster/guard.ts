// Waits for the cluster's process to end (its end of our standard input closes), then ends what it ran.
import { endAll } from './process-ledger.ts';

const [folder] = process.argv.slice(2);
process.stdin.resume();
process.stdin.on('close', () => {
  if (folder) endAll(folder);
});
