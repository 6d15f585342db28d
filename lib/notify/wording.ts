import type { Told } from './told.ts';

/** `headline`: one line without markup. `reason`: why, where there is a why. `button`: what the link is called. */
export type Wording = { headline: string; reason?: string; button: string };

/** What a message says to a person, in whatever they read it. Nothing is escaped yet. */
export function wordingOf({ message, codebase, release }: Told): Wording {
  const commit = release?.commit.slice(0, 7) ?? '';
  switch (message.kind) {
    case 'approval-asked':
      return { headline: `Release ${codebase} ${commit} to ${message.environment}?`, button: 'Look and decide' };
    case 'build-failed':
      return { headline: `${codebase} ${commit} was not built`, reason: message.reason, button: 'What happened' };
    case 'live':
      return { headline: `${codebase} ${commit} is live in ${message.environment}`, button: 'Show the build' };
    case 'rolled-back':
      return {
        headline: `${codebase} ${commit} was rolled back in ${message.environment}`,
        reason: message.reason,
        button: 'Show the build',
      };
    case 'failing':
      return {
        headline: `${codebase}${message.environment === undefined ? '' : ` in ${message.environment}`} cannot go on`,
        reason: message.reason,
        button: 'Show it',
      };
    case 'alarm':
      return {
        headline: `${codebase} in ${message.environment} needs a person`,
        reason: message.reason,
        button: 'Show the target',
      };
  }
}
