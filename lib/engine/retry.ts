import { minutes, seconds } from './instant.ts';
import type { Effect } from './stored.ts';

/** Telling somebody is given up after so many tries; what is owed never is. */
const TRIES_TO_TELL = 5;

/** What has failed for so long is told to a person, and tried on. An upgrade of a cluster's control plane takes less. */
export const TELL_FAILING_AFTER = minutes(30);

const FIRST = seconds(2);
const LONGEST = minutes(10);

/** How long to wait after an effect has failed for the n-th time, in milliseconds: doubling from 2 s to 10 min. */
export const backOff = (tries: number): number => Math.min(LONGEST, FIRST * 2 ** (tries - 1));

export const isGivenUp = (effect: Effect, tries: number): boolean => effect.kind === 'tell' && tries >= TRIES_TO_TELL;
