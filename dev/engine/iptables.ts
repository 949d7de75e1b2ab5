import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { libraryFolders, unpack } from './debian.ts'
import { allOnPath, type Log, works } from './process.ts'

const libraries = [
  'libip4tc2',
  'libip6tc2',
  'libxtables12',
  'libmnl0',
  'libnetfilter-conntrack3',
  'libnfnetlink0',
  'libnftnl11',
]

/** A question that is answered only where the program and the kernel fit. */
const question = ['-w', '-t', 'nat', '-n', '-L']

/**
 * A folder with an `iptables` that works, to put on an engine's PATH: the machine's, else Debian's, unpacked.
 * @throws where neither of Debian's variants works with the running kernel
 */
export async function iptablesFolder(log: Log): Promise<string> {
  for (const program of await allOnPath('iptables')) {
    if (await works(program, question)) return join(program, '..')
  }
  const root = await unpack('iptables', { native: ['iptables', ...libraries] }, log)
  const folders = await libraryFolders(root)
  const plugins = folders.map((folder) => join(folder, 'xtables')).find((folder) => existsSync(folder))
  for (const variant of ['nft', 'legacy']) {
    const folder = join(root, variant)
    await mkdir(folder, { recursive: true })
    for (const command of ['iptables', 'ip6tables']) {
      await writeFile(
        join(folder, command),
        `#!/bin/sh
export LD_LIBRARY_PATH='${folders.join(':')}' XTABLES_LIBDIR='${plugins ?? ''}'
exec '${join(root, `usr/sbin/xtables-${variant}-multi`)}' ${command} "$@"
`,
        { mode: 0o755 },
      )
    }
    if (await works(join(folder, 'iptables'), question)) return folder
  }
  throw new Error('neither iptables-nft nor iptables-legacy works with this kernel')
}
