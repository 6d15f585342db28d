import * as z from 'zod';
import { refusal } from '../../image/refusal.ts';

/** `cargo metadata --no-deps --format-version 1`: https://doc.rust-lang.org/cargo/commands/cargo-metadata.html */
const Metadata = z.object({
  packages: z.array(
    z.object({
      name: z.string(),
      default_run: z.string().nullish(),
      targets: z.array(z.object({ name: z.string(), kind: z.array(z.string()), doctest: z.boolean().default(false) })),
    }),
  ),
});

export type CargoBinary = { package: string; binary: string };

/**
 * The program that becomes the image, of the package `of` if one is named: the one named, else the only one, else a `default-run`, else the one of the codebase's own
 * name; more are refused with their names.
 */
export function cargoBinary(
  metadata: string,
  codebase: string,
  named: string | undefined,
  of?: string | undefined,
): CargoBinary {
  const { packages } = Metadata.parse(JSON.parse(metadata));
  const within = packages.filter(({ name }) => of === undefined || name === of);
  if (within.length === 0 && packages.length > 0)
    throw refusal(`there is no package ${of}: there is ${packages.map(({ name }) => name).join(', ')}`);
  const all = within.flatMap((one) =>
    one.targets
      .filter(({ kind }) => kind.includes('bin'))
      .map(({ name }) => ({ package: one.name, binary: name, chosen: one.default_run === name })),
  );
  const names = all.map(({ binary }) => binary).join(', ');
  if (named !== undefined) {
    const found = all.find(({ binary }) => binary === named);
    if (found) return { package: found.package, binary: found.binary };
    throw refusal(`there is no binary ${named}: there is ${names || 'none'}`);
  }
  const chosen = all.filter((one) => one.chosen);
  const found =
    all.length === 1 ? all[0] : chosen.length === 1 ? chosen[0] : all.find(({ binary }) => binary === codebase);
  if (found) return { package: found.package, binary: found.binary };
  if (all.length === 0) throw refusal('no package has a binary: a service needs one (src/main.rs)');
  throw refusal(`several binaries (${names}): name one by default-run in Cargo.toml, or by “binary:” in codebases.yml`);
}

/** Whether any package has a library whose documentation is tested; without one `cargo test --doc` is an error. */
export const hasDoctests = (metadata: string): boolean =>
  Metadata.parse(JSON.parse(metadata)).packages.some(({ targets }) => targets.some(({ doctest }) => doctest));
