import type { Message } from './message.ts';

/** A message with what its sender needs to say it to a person: the engine gathers it from the records when it sends. */
export type Told = {
  message: Message;
  codebase: string;
  /** The release that it is about, where it is about one. */
  release?: { commit: string; message: string; author: string };
  /** Where the person goes: the approval page (a capability: never logged), the release's page or the build's log. */
  link?: string;
};

/** Tells it, or throws a retryable `Failure` whose words hold neither address nor link. */
export type Tell = (told: Told) => Promise<void>;
