import type { Place } from '../target/record.ts';

/**
 * What drover asks of a place where images run. Every call is repeatable. A call that throws is an outage and is tried again;
 * what it returns is what the cluster said.
 */
export type Cluster = {
  /** What runs now. `missing` names a workload or container that is not there, with what is there instead. */
  look: (place: Place) => Promise<Look>;
  /** Sets the image on every workload, in order, unless the cluster says otherwise. */
  apply: (place: Place, order: ApplyOrder) => Promise<Applied>;
  /** One short look at how far a rollout is. It never waits. */
  watch: (place: Place, image: string) => Promise<Watched>;
  /** What differs from what was approved, and whose doing that is. It changes nothing. */
  check: (place: Place, image: string) => Promise<Checked>;
  /** Writes the number into each workload's annotation, and nothing else, so that a late apply gives way. */
  stamp: (place: Place, number: number) => Promise<Stamped>;
};

export type Look =
  | { kind: 'running'; image: string; number: number }
  | { kind: 'missing'; reason: string }
  | { kind: 'mixed'; reason: string }
  /** It may not be read: forbidden, or no way to the cluster. What runs is not known. */
  | { kind: 'refused'; reason: string };

export type ApplyOrder = {
  image: string;
  /** The rollout's number: a workload whose annotation is higher is left alone. */
  number: number;
  /** Images that may be replaced; `any` for heal. Null among them: the workload may be missing. */
  expected: (string | null)[] | 'any';
  /** The release's commit, for the change cause. */
  release: string;
  /** Who approved it, or why nobody was asked, in one line: kept on the workload. */
  approval?: string;
  /** Reads the record once more between looking and patching; false: nothing is patched. */
  stillCurrent: () => Promise<boolean>;
};

export type Applied =
  /**
   * `takenFrom`: the field managers that owned the image before, where it was taken by force. `unnumbered`: the image was right already,
   * and why its number could not be written, so that an executor of before that is late would not give way.
   */
  | { kind: 'applied'; takenFrom: string[]; unnumbered?: string }
  | { kind: 'gave-way'; image: string; number: number }
  /** `touched`: this rollout had been applied already, and somebody changed the image since. */
  | { kind: 'found-other'; image: string; touched: boolean }
  /** Permanent: missing workload or container, forbidden, refused by admission. `image`: what runs; undefined where that is not known. */
  | { kind: 'refused'; image: string | null | undefined; reason: string }
  /** `stillCurrent` said no. */
  | { kind: 'withdrawn' };

export type Watched = {
  /** Null where the workload is gone. */
  image: string | null;
  status: 'progressing' | 'complete' | 'failed';
  /** One plain line: "waiting for new pods: 1 of 2 available". */
  reason: string;
  /**
   * Only a person's hand makes it go on: a workload is paused; no pod of the new image is wanted; a pod of before is broken, and its
   * controller waits for it; it may not be looked at.
   */
  blocked?: 'paused' | 'no-pods' | 'broken-pod' | 'not-seen';
  /** How often containers of the new pods have restarted by now, in all. */
  restarts?: number;
  /** Once complete: the new pods, at most 20 of them, and how many there are. */
  pods?: { count: number; first: RunningPod[] };
  /** The end of the failed container's log, oldest line first: at most 20 lines and 2,000 characters, scrubbed. */
  log?: string[];
};

/** `isImage`: the digest that the node pulled is the image's. `since`: when it started, in milliseconds. */
export type RunningPod = { name: string; isImage: boolean; restarts: number; since?: number };

/** `image`: null where the workload is gone. `refused`: why the number could not be written; `image` is undefined where it may not be read. */
export type Stamped = { image: string | null } | { image: string | null | undefined; refused: string };

export type Checked =
  | { kind: 'as-approved' }
  /** `image`: the first workload's that is not the approved one; null where a workload or its container is gone. */
  | { kind: 'differs'; image: string | null; differences: Difference[] }
  /** It may not be looked at. */
  | { kind: 'refused'; reason: string };

/** One thing that is otherwise than approved. `manager`: the image is right, and another field manager owns it. */
export type Difference = {
  /** `Deployment web`. */
  workload: string;
  what: 'image' | 'container' | 'workload' | 'manager';
  /** What is there instead, in one line. */
  is: string;
  /** The field managers that own the image, other than drover, and when the last of them wrote (milliseconds). */
  by: string[];
  at?: number;
};
