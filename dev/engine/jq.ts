import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { libraryFolders, unpack } from './debian.ts'
import { madeOnce } from './made-once.ts'
import { allOnPath, type Log, works } from './process.ts'

/**
 * jq, which GitHub's runners have: the one on PATH, else Debian's, unpacked.
 * @returns its absolute path; the program is called jq
 * @throws if there is none, saying what to do
 */
export async function jq(log: Log = () => {}): Promise<string> {
  for (const program of await allOnPath('jq')) if (await works(program, ['--version'])) return program
  const program = await unpackedJq(log)
  if (await works(program, ['--version'])) return program
  throw new Error('No jq: put jq 1.6 or later on PATH')
}

/** Debian's jq with its libraries, which it does not find by itself in a folder like this. */
export async function unpackedJq(log: Log = () => {}): Promise<string> {
  const unpacked = await unpack('jq', { native: ['jq', 'libjq1', 'libonig5'] }, log)
  const folders = (await libraryFolders(unpacked)).map((folder) => relative(unpacked, folder))
  const folder = await madeOnce(`program-of-${basename(unpacked)}`, async (root) => {
    await mkdir(root)
    // The checkout may be moved: everything is found from where this file is.
    const there = `"$(dirname "$0")/../${basename(unpacked)}"`
    const script = [
      '#!/bin/sh',
      `there=$(cd ${there} && pwd)`,
      `LD_LIBRARY_PATH=${folders.map((one) => `$there/${one}`).join(':')}`,
      'export LD_LIBRARY_PATH',
      'exec "$there/usr/bin/jq" "$@"',
      '',
    ]
    await writeFile(join(root, 'jq'), script.join('\n'))
    await chmod(join(root, 'jq'), 0o755)
  })
  return join(folder, 'jq')
}
