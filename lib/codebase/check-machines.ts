import { type Compute, isLambda } from './compute.ts';
import type { CodebaseFile, HerdFile } from './herd-file.ts';
import type { Mistake } from './problem.ts';
import { computeOf } from './resolve-herd.ts';

type Defaults = HerdFile['defaults'];

/** Machines that CodeBuild does not have, or on which a recipe does not run. */
export function checkMachines({ defaults, codebases }: HerdFile): Mistake[] {
  return [
    ...(defaults === undefined ? [] : shared(['defaults'], defaults)),
    ...codebases.flatMap((file, index) => {
      const path = ['codebases', index];
      return [...shared(path, file), ...onLambda(path, file, defaults)];
    }),
  ];
}

function shared(
  path: PropertyKey[],
  { compute, fleet, platforms = [] }: CodebaseFile | NonNullable<Defaults>,
): Mistake[] {
  const both = 'the machines of a fleet have the size that it was made with: leave “compute” out, or “fleet”';
  const twice = platforms.findIndex((platform, index) => platforms.indexOf(platform) !== index);
  return [
    ...(compute !== undefined && fleet !== undefined ? [{ path: [...path, 'compute'], message: both }] : []),
    ...(twice < 0
      ? []
      : [{ path: [...path, 'platforms', twice], message: `“${platforms[twice]}” is in this list twice` }]),
  ];
}

/**
 * Why a recipe does not run on Lambda, whose images hold the tools of one language and where nothing is installed by root: CodeBuild user
 * guide, "Run builds on AWS Lambda compute" (tools; limitations) and "Lambda compute images".
 */
const refusals: Record<string, string> = {
  rust: 'its images have neither Rust nor a C compiler',
  go: 'its image for Go has no Node, which packs and pushes the image',
  python: 'its image for Python has no Node, which packs and pushes the image',
  dockerfile: 'it does not support Docker builds',
};

function onLambda(path: PropertyKey[], file: CodebaseFile, defaults: Defaults): Mistake[] {
  const compute: Compute = computeOf(file, defaults);
  if (!isLambda(compute)) return [];
  const at = file.compute === undefined ? [...path, 'language'] : [...path, 'compute'];
  const why = refusals[file.language];
  const instead = 'write “compute: auto”, or a size such as small';
  return [
    ...(why === undefined
      ? []
      : [{ path: at, message: `${file.language} is not built on Lambda: ${why}; ${instead}` }]),
    ...(file.buildTimeout === undefined
      ? []
      : [
          {
            path: [...path, 'buildTimeout'],
            message: 'Lambda ends every build after 15 minutes and takes no other time: leave “buildTimeout” out',
          },
        ]),
  ];
}
