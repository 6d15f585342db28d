const block = 512;

/** The content of one file of an archive that `tarOf` made, or undefined: what proves an image's commit before it is pushed. */
export function fileInTar(tar: Uint8Array, wanted: string): Buffer | undefined {
  const bytes = Buffer.from(tar.buffer, tar.byteOffset, tar.byteLength);
  let paxPath: string | undefined;
  for (let at = 0; at + block <= bytes.length && bytes[at] !== 0; ) {
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8);
    const content = bytes.subarray(at + block, at + block + size);
    const type = bytes.toString('latin1', at + 156, at + 157);
    if (type === 'x') paxPath = /(?:^|\n)\d+ path=(.*)\n/.exec(content.toString('utf8'))?.[1];
    else {
      const path = paxPath ?? bytes.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
      if (path === wanted && type === '0') return content;
      paxPath = undefined;
    }
    at += block + Math.ceil(size / block) * block;
  }
  return undefined;
}
