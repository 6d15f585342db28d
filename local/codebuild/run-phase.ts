import type { BuildspecPhase } from './buildspec.ts';
import type { User } from './run-as.ts';
import type { Shell } from './shell.ts';

export type PhaseEnd = { failed: false } | { failed: true; context: { statusCode: string; message: string } };

/**
 * A phase's commands in order, the first failure skipping the rest; then `finally`, which runs even so. The phase fails if any of
 * both fails (buildspec reference, phases/*\/finally). The first failure is the phase's context, in CodeBuild's words.
 */
export async function runPhase(
  phase: BuildspecPhase,
  shell: Shell,
  succeeding: boolean,
  interrupted: () => boolean,
  log: (line: string) => void,
  as?: User,
): Promise<PhaseEnd> {
  let end: PhaseEnd = { failed: false };
  for (const commands of [phase.commands, phase.finally]) {
    for (const command of commands) {
      if (interrupted()) return end;
      log(`Running command ${command}`);
      const fine = succeeding && !end.failed;
      const code = await shell.run(command, { CODEBUILD_BUILD_SUCCEEDING: fine ? '1' : '0' }, as);
      if (code === 0 || interrupted()) continue;
      const message = `Error while executing command: ${command.trim()}. Reason: exit status ${code ?? 'by a signal'}`;
      log(`Command did not exit successfully ${command.trim()} exit status ${code ?? 'by a signal'}`);
      if (!end.failed) end = { failed: true, context: { statusCode: 'COMMAND_EXECUTION_ERROR', message } };
      break;
    }
  }
  return end;
}
