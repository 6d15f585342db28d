import { closest, distance } from 'fastest-levenshtein';

/** The known word that was probably meant, or undefined where none is near: at most a third of its letters differ. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word.toLowerCase(), [...known]);
  return distance(word.toLowerCase(), best.toLowerCase()) <= Math.max(1, Math.ceil(best.length / 3)) ? best : undefined;
}

/** ` Did you mean “x”?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : ` Did you mean “${near}”?`;
}
