import { inTurn } from './in-turn.ts';

/** Steps that follow each other, in a folder of their own or in the source. */
export type Chain = { folder?: string; names: string[] };

/** One step as it runs: its exit status, undefined where it was stopped; and how to stop it, with all that it started. */
type RunningStep = { ended: Promise<number | undefined>; stop: () => void };
export type RunStep = (name: string, folder: string | undefined, show: (bytes: Buffer) => void) => RunningStep;

/** What the others check and this one makes: of what failed a check nothing is made. */
const maker = 'build';

/** `clippy test doctest`, or `/a/folder:build`. */
export function chainOf(text: string): Chain {
  const at = text.lastIndexOf(':');
  const names = text
    .slice(at + 1)
    .split(/\s+/)
    .filter(Boolean);
  return at < 0 ? { names } : { folder: text.slice(0, at), names };
}

/** How many chains run at once: no more than there are cores, and 1.5 GB for each, since compilers and tests hold much. */
export const atOnceOf = (chains: number, cores: number, memory: number): number =>
  Math.max(1, Math.min(chains, cores, Math.floor(memory / 1_500_000_000)));

/**
 * Runs chains of steps, `atOnce` of them side by side, and returns the names of the steps that failed. No failure hides what another
 * step says: all run to their end, but for a build of which nothing can come any more. Each step's output is shown whole, after its name.
 */
export async function beside(
  chains: readonly Chain[],
  run: RunStep,
  show: (bytes: Buffer) => void,
  atOnce: number,
  chainEnded: () => void = () => {},
): Promise<string[]> {
  const turns = inTurn(show);
  const failed: string[] = [];
  const making = new Set<RunningStep>();

  /** False where nothing may follow. */
  async function step(name: string, { folder, names }: Chain): Promise<boolean> {
    const turn = turns.begin(name);
    // A check that follows a build needs it, whatever the others say.
    const inVain = name === maker && names.at(-1) === maker;
    if (inVain && failed.length > 0) {
      turn.end(`drover: ${name} is left out, since ${failed.join(' and ')} failed`);
      return false;
    }
    const running = run(name, folder, turn.write);
    if (inVain) making.add(running);
    const code = await running.ended;
    making.delete(running);
    if (code === undefined) turn.end(`drover: ${name} is stopped, since ${failed.join(' and ')} failed`);
    else turn.end();
    if (code === 0) return true;
    if (code === undefined) return false;
    failed.push(name);
    for (const one of making) one.stop();
    return name !== maker;
  }

  const waiting = [...chains];
  async function follow(): Promise<void> {
    for (let chain = waiting.shift(); chain; chain = waiting.shift())
      for (const name of chain.names) if (!(await step(name, chain))) break;
    chainEnded();
  }
  await Promise.all(Array.from({ length: atOnce }, follow));
  return failed;
}
