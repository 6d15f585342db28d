/** A mistake before its place in the text is known: `path` leads to the value, `key` names a key of the map there. */
export type Mistake = { path: readonly PropertyKey[]; key?: string; message: string };

/** A mistake in `codebases.yml`: line and column count from 1; `message` says what is wrong and what would be right. */
export type Problem = { line: number; column: number; message: string };
