/** From the IDL to TypeScript: Codama's renderer for instructions and accounts, and a table of the program's errors. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { rootNodeFromAnchor, type AnchorIdl } from '@codama/nodes-from-anchor';
import { renderVisitor } from '@codama/renderers-js';
import { createFromRoot } from 'codama';

/** What `cargo xtask build` writes. */
export const IDL = new URL('../../../target/idl/bulkhead.json', import.meta.url);
/** Committed, so that the client works without a build of the program; a test compares it with the IDL. */
export const GENERATED = new URL('../src/generated/', import.meta.url);

export interface IdlError {
  code: number;
  name: string;
  msg: string;
}

/** The IDL's text, or an error that says how to make it. */
export async function readIdl(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw new Error(`${path} is missing: run \`cargo xtask build\` first`);
  });
}

/** Writes the generated client into `folder`, replacing what was there. */
export async function render(idlPath: string, folder: string): Promise<void> {
  const text = await readIdl(idlPath);
  const codama = createFromRoot(rootNodeFromAnchor(JSON.parse(text) as AnchorIdl));
  await codama.accept(
    renderVisitor(dirname(folder), {
      deleteFolderBeforeRendering: true,
      formatCode: true,
      generatedFolder: basename(folder),
      // Stated here, so that the result does not depend on where it is written.
      prettierOptions: { printWidth: 110, singleQuote: true },
      syncPackageJson: false,
    }),
  );
  await writeErrorTable((JSON.parse(text) as { errors: IdlError[] }).errors, folder);
}

/** Codama's own error file has constants only in upper case, and messages that production builds drop. */
async function writeErrorTable(errors: IdlError[], folder: string): Promise<void> {
  const rows = errors.map(
    ({ code, name, msg }) => `  ${code}: { name: ${JSON.stringify(name)}, message: ${JSON.stringify(msg)} },`,
  );
  const lines = [
    '/** Every error of the program by its code, from the IDL. */',
    'export const ERROR_TABLE = {',
    ...rows,
    '} as const;',
    '',
  ];
  const path = join(folder, 'errors', 'table.ts');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, lines.join('\n'));
}
