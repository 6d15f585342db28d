import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { type Facts, parseFacts } from '../lib/build/facts.ts';
import { type Recipes, startRecipes } from '../test/codebuild/recipe-service.ts';
import { type MeasuredBuild, modelTables } from './codebuild-model.ts';
import { ratios, showSpread } from './measure.ts';
import type { Bench } from './report.ts';
import { main, manifest, module, modules } from './rust-service.ts';

const ROUNDS = 3;
const MODULES = 60;
/** The recipe's line whose steps run side by side, and the same steps one after the other. */
const together = /^( *)- \$beside "\$shared\/rust\.sh" 'clippy test doctest' build$/m;
const inTurn = (recipe: string): string => {
  if (!together.test(recipe)) throw new Error('rust.yml does not run its steps side by side as this bench expects');
  return recipe.replace(together, (_, space: string) =>
    ['clippy', 'test', 'doctest', 'build']
      .map((step) => `${space}- $check ${step} bash "$shared/rust.sh" ${step}`)
      .join('\n'),
  );
};

type Run = { seconds: number; checks: number; facts: Facts };

/** The whole Rust recipe, side by side and one after the other, and what the model makes of it on AWS. */
export const pushToImage: Bench = {
  name: 'push-to-image',
  title: 'The Rust recipe from commit to image: side by side, in turn, and on AWS by a model',
  run: async (say) => {
    const recipes = await startRecipes();
    try {
      const ways = [
        { name: 'side by side', codebase: recipes.codebase('beside', 'rust'), runs: [] as Run[] },
        {
          name: 'one after the other',
          codebase: recipes.codebase('turns', 'rust', undefined, {}, inTurn),
          runs: [] as Run[],
        },
      ];
      const files = (says: string) => ({
        '.gitignore': 'target\n',
        'Cargo.toml': manifest('1.0.0').replace('name = "probe"', 'name = "service"'),
        'src/main.rs': main(says, MODULES),
        ...modules(MODULES),
        'src/m7.rs': module(7, says),
      });
      const cold: Run[] = [];
      for (let n = 0; n <= ROUNDS; n += 1)
        for (const { name, codebase, runs } of ways) {
          const run = await built(codebase, files(`edit ${n}`));
          (n === 0 ? cold : runs).push(run);
          say(
            `${n === 0 ? 'cold' : `edit ${n}`}, ${name}: ${run.seconds.toFixed(1)} s, checks and build ${run.checks.toFixed(1)} s`,
          );
        }
      const [beside, turns] = ways;
      const seconds = (runs: Run[] | undefined) => (runs ?? []).map((run) => run.seconds);
      const checks = (runs: Run[] | undefined) => (runs ?? []).map((run) => run.checks);
      const [, coldTurns] = cold;
      const lastTurns = turns?.runs.at(-1);
      if (!coldTurns || !lastTurns) throw new Error('nothing was built');
      const measured = {
        'warm: one file edited': of(lastTurns, 50, 60),
        'cold: the first build': of(coldTurns, 20, 60),
      };
      return {
        tables: [
          {
            caption: 'An edit, on this machine:',
            head: ['', 'one after the other ÷ side by side', 'side by side, s', 'one after the other, s'],
            rows: [
              [
                'clippy, test, doctest, build',
                showSpread(ratios(checks(turns?.runs), checks(beside?.runs)), 2),
                showSpread(checks(beside?.runs), 1),
                showSpread(checks(turns?.runs), 1),
              ],
              [
                'the whole build',
                showSpread(ratios(seconds(turns?.runs), seconds(beside?.runs)), 2),
                showSpread(seconds(beside?.runs), 1),
                showSpread(seconds(turns?.runs), 1),
              ],
            ],
          },
          {
            caption: 'Its steps, one after the other, seconds:',
            head: ['step', 'edit', 'cold'],
            rows: (coldTurns.facts.steps ?? []).map(({ name, seconds: took }) => [
              name,
              (lastTurns.facts.steps?.find((step) => step.name === name)?.seconds ?? 0).toFixed(1),
              took.toFixed(1),
            ]),
          },
          ...modelTables(measured, measured['warm: one file edited']),
        ],
        notes: [
          `A service of ${MODULES} modules and about 60 crates, by \`buildspec/rust.yml\` in the local CodeBuild, with the local registry: fresh checkout, archive restored, fmt, clippy, tests, doctests, release build, image proven and pushed, archive kept. ${ROUNDS} rounds in turn after the cold one.`,
          'The model takes the steps one after the other, so it errs on the long side. Shares that use every core are assumed: compiling 0.8 (processor time over time of `cargo build` on two cores is 1.7), in 2 units when one crate is compiled and 16 when all are; the other steps none.',
        ],
      };
    } finally {
      await recipes.close();
    }
  },
};

async function built(
  { repository, build }: ReturnType<Recipes['codebase']>,
  files: Record<string, string>,
): Promise<Run> {
  repository.commit(files);
  execFileSync('cargo', ['generate-lockfile', '--offline', '--quiet'], { cwd: repository.folder, stdio: 'ignore' });
  execFileSync('cargo', ['fmt'], { cwd: repository.folder });
  const { done, exported } = await build(repository.commit({}));
  if (done.buildStatus !== 'SUCCEEDED') throw new Error(`the build failed: ${exported.DROVER_REASON}`);
  const phase = (name: string) => done.phases?.find(({ phaseType }) => phaseType === name);
  const from = (at: Date | undefined, to: Date | undefined) => ((to?.getTime() ?? 0) - (at?.getTime() ?? 0)) / 1_000;
  const checks = phase('BUILD');
  return {
    seconds: from(done.startTime, done.endTime),
    checks: from(checks?.startTime, checks?.endTime),
    facts: parseFacts(exported.DROVER_FACTS) ?? {},
  };
}

const compiling = new Set(['clippy', 'test', 'doctest', 'build']);

function of({ facts }: Run, down: number, up: number): MeasuredBuild {
  const width = (facts.compiled ?? 0) > 2 ? 16 : 2;
  return {
    cores: availableParallelism(),
    steps: (facts.steps ?? []).map(({ name, seconds }) => ({
      name,
      seconds,
      parallel: compiling.has(name) ? 0.8 : 0,
      width,
    })),
    megabytes: { down, up },
  };
}
