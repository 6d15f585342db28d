import type { Codebase, Herd } from '../lib/codebase/codebase.ts';
import { buildProject, hashOf, type SourceAccess } from './build-project.ts';
import { type Resources, ref, sub } from './template.ts';

/** A stack of codebases: its logical id, the text of its template, and where that lies in the deployment bucket. */
export type HerdStack = { id: string; codebases: string[]; body: string; key: string };

/** CloudFormation stops at 500 resources a stack; a codebase is three. */
export const mostCodebasesInStack = 150;

/**
 * Into how many stacks the herd is dealt. The stack of a codebase follows from its name alone, so that no line added to or taken
 * off the list ever moves another codebase: moving would mean to make its repository in one stack while the other still has it,
 * and CloudFormation refuses that. 16 stacks hold about 2,000 codebases; a stack that has none is not made.
 */
export const stackCount = 16;

const stackOf = (codebase: Codebase): number => Number.parseInt(hashOf(codebase.name).slice(0, 8), 16) % stackCount;

/** The herd's stacks. `folder` is the key prefix in the deployment bucket. Throws where one would hold more than 150 codebases. */
export function herdStacks(herd: Herd, access: SourceAccess, folder: string): HerdStack[] {
  const groups = Map.groupBy(herd.codebases, stackOf);
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([number, codebases]) => herdStack(number, codebases, access, folder));
}

function herdStack(number: number, codebases: Codebase[], access: SourceAccess, folder: string): HerdStack {
  const id = `Herd${String(number).padStart(2, '0')}`;
  if (codebases.length > mostCodebasesInStack)
    throw new Error(
      `${id} would hold ${codebases.length} codebases, over ${mostCodebasesInStack}: this herd needs a second drover`,
    );
  const body = JSON.stringify(herdTemplate(codebases, access));
  return { id, codebases: codebases.map(({ name }) => name), body, key: `${folder}/${hashOf(body)}.json` };
}

function herdTemplate(codebases: Codebase[], access: SourceAccess) {
  const resources: Resources = Object.assign({}, ...codebases.map((codebase) => buildProject(codebase, access)));
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Build projects and image repositories of some codebases of drover',
    Parameters: { RecipesBucket: { Type: 'String' }, RecipesPrefix: { Type: 'String' }, BuildLogs: { Type: 'String' } },
    Resources: resources,
  };
}

/** The nested stacks, as the main template has them. They come after the recipes, which their projects read. */
export function nestedStacks(stacks: HerdStack[], recipesPrefix: string): Resources {
  return Object.fromEntries(
    stacks.map(({ id, key }) => [
      id,
      {
        Type: 'AWS::CloudFormation::Stack',
        DependsOn: 'Recipes',
        // A stack that holds no codebase any more is deleted; the repositories in it are retained by their own policy.
        DeletionPolicy: 'Delete',
        UpdateReplacePolicy: 'Delete',
        Properties: {
          TemplateURL: sub(`https://\${ServerlessDeploymentBucket}.s3.\${AWS::Region}.\${AWS::URLSuffix}/${key}`),
          Parameters: {
            RecipesBucket: ref('RecipesBucket'),
            RecipesPrefix: recipesPrefix,
            BuildLogs: ref('BuildLogs'),
          },
        },
      },
    ]),
  );
}
