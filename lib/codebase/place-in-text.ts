import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { Mistake, Problem } from './problem.ts';

/** A mistake with its line and column: of the key it names, else of the value at its path, else of the nearest thing around it. */
export function placeInText(mistake: Mistake, document: Document, lines: LineCounter): Problem {
  const node = nodeAt(mistake.path, document);
  const at = (mistake.key !== undefined && keyNode(node, mistake.key)) || node;
  const { line, col } = lines.linePos(at?.range?.[0] ?? 0);
  return { line: Math.max(1, line), column: Math.max(1, col), message: mistake.message };
}

function nodeAt(path: readonly PropertyKey[], document: Document): Node | undefined {
  let node: Node | undefined = isNode(document.contents) ? document.contents : undefined;
  for (const step of path) {
    const inner = resolved(node, document);
    const next = isSeq(inner) ? inner.items[Number(step)] : isMap(inner) ? entryOf(inner, String(step)) : undefined;
    if (!isNode(next)) return node;
    node = next;
  }
  return node;
}

const resolved = (node: Node | undefined, document: Document): Node | undefined =>
  isAlias(node) ? node.resolve(document) : node;

const isKey = (key: unknown, name: string): boolean => isScalar(key) && String(key.value) === name;

/** A key with nothing after it has no value node of its own: then the key is the place. */
function entryOf(map: Node, name: string): unknown {
  if (!isMap(map)) return undefined;
  const pair = map.items.find(({ key }) => isKey(key, name));
  if (isScalar(pair?.value) && pair.value.source === '') return pair.key;
  return pair?.value ?? pair?.key;
}

function keyNode(node: Node | undefined, name: string): Node | undefined {
  if (!isMap(node)) return undefined;
  const key = node.items.find((pair) => isKey(pair.key, name))?.key;
  return isNode(key) ? key : undefined;
}
