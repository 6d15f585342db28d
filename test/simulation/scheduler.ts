/** A call to a service that gave no answer: nobody knows whether it was carried out. */
export class Outage extends Error {
  override readonly name = 'Outage';
}

/** A call that a process waits for. Nothing happens until the scheduler says how it ends. */
type Call = { what: string; isChange: boolean; answer: () => void; perform: () => void; fail: (error: Error) => void };

export type Role = 'webhook' | 'finished' | 'front' | 'worker';

/** One invocation of a function. It stands still at every call to a service; a crash is that it never goes on. */
export type Process = {
  id: number;
  role: Role;
  name: string;
  bornAt: number;
  /** How far its clock is off, in milliseconds. */
  skew: number;
  call: Call | undefined;
  ended: boolean;
  error: unknown;
};

/** How a call ends: answered; lost on its way; carried out but its answer lost. */
export type Ending = 'answered' | 'request-lost' | 'answer-lost';

/** Waits for the scheduler at a call to a service; the call is carried out at once when its turn comes. */
export function call<T>(process: Process, what: string, carryOut: () => T | Promise<T>, isChange = false): Promise<T> {
  return new Promise((resolve, reject) => {
    const answer = () => {
      try {
        resolve(carryOut());
      } catch (error) {
        reject(error);
      }
    };
    process.call = { what, isChange, answer, perform: () => void carryOut(), fail: reject };
  });
}

/** Runs a process until it stands at its first call, or has ended. */
export async function begin(process: Process, run: (process: Process) => Promise<void>): Promise<void> {
  run(process).then(
    () => {
      process.ended = true;
    },
    (error: unknown) => {
      process.ended = true;
      process.error = error;
    },
  );
  await standsStill(process);
}

/** Ends the call that a process stands at, and runs it until the next. */
export async function step(process: Process, ending: Ending): Promise<void> {
  const { call } = process;
  if (call === undefined) return;
  process.call = undefined;
  if (ending === 'answered') call.answer();
  else {
    if (ending === 'answer-lost') call.perform();
    call.fail(new Outage(`${call.what}: no answer`));
  }
  await standsStill(process);
}

const TICKS_AT_MOST = 10_000;

async function standsStill(process: Process): Promise<void> {
  for (let tick = 0; process.call === undefined && !process.ended; tick++) {
    if (tick > TICKS_AT_MOST) throw new Error(`${process.name} waits for something that is no call to a service`);
    await Promise.resolve();
  }
}
