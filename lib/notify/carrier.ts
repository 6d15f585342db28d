import type { Carriers } from '../engine/carry.ts';
import type { AnyRecord } from '../engine/stored.ts';
import type { Release } from '../release/record.ts';
import type { Target } from '../target/record.ts';
import type { Message } from './message.ts';
import type { Tell } from './told.ts';

export type Telling = {
  /** Undefined where nobody is to be told: the link then shows on the list page and in the terminal. */
  tell: () => Promise<Tell | undefined>;
  readRelease: (codebase: string, commit: string) => Promise<Release | undefined>;
  /** The approval link of a target that asks. It is made when it is sent, and kept nowhere. */
  approvalLink: (target: Target) => Promise<string | undefined>;
};

/** Tells people. A question that was answered or replaced meanwhile is not sent any more. */
export function tellCarrier({ tell, readRelease, approvalLink }: Telling): Pick<Carriers, 'tell'> {
  return {
    tell: async ({ message }, { record }) => {
      const send = await tell();
      if (send === undefined || isOver(message, record)) return undefined;
      const commit = 'release' in message ? message.release : undefined;
      const release = commit === undefined ? undefined : await readRelease(record.codebase, commit);
      const link =
        message.kind === 'approval-asked' && record.kind === 'target'
          ? await approvalLink(record)
          : release?.build?.logUrl;
      await send({
        message,
        codebase: record.codebase,
        ...(release === undefined ? {} : { release }),
        ...(link === undefined ? {} : { link }),
      });
      return undefined;
    },
  };
}

const isOver = (message: Message, record: AnyRecord): boolean =>
  message.kind === 'approval-asked' && (record.kind !== 'target' || record.candidate?.ask?.number !== message.ask);
