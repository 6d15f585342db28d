/** A line of CodeBuild's log as the terminal shows it: what commands print, and which phase and step it is in; undefined for the rest. */
export function buildLine(text: string): string | undefined {
  const said = /^\[Container\] \S+ \S+ (.*)$/s.exec(text)?.[1];
  if (said === undefined) return text.trim() === '' ? undefined : text;
  const step = /^Running command \$(?:step|check) (\S+)/.exec(said)?.[1];
  if (step !== undefined) return `▸ ${step}`;
  // What every recipe says for AWS: the build's log tells that this machine does without.
  if (/^(phases\.install\.runtime-versions|computeTypeOverride): .*no effect here/.test(said)) return undefined;
  if (
    /^(Running command|Entering phase|Phase context status code: +Message: *$|Phase complete: \S+ State: SUCCEEDED)/.test(
      said,
    )
  )
    return undefined;
  return said;
}
