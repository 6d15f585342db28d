import { languages } from '../lib/codebase/language.ts';
import { didYouMean } from '../lib/codebase/nearest.ts';
import { Refused } from './api-client.ts';

/** A language that a person named. Throws `Refused` for one that has no recipe. */
export function languageGiven(given: string | undefined): string | undefined {
  if (given === undefined || languages.some((language) => language === given)) return given;
  throw new Refused(`unknown language “${given}”.${didYouMean(given, languages)} Known: ${languages.join(', ')}`);
}
