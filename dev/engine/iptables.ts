import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandError } from '../command/errors.ts'
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

/**
 * A question that is answered only if the program and the kernel fit. Asked in a new network: the older iptables
 * makes the tables that it is asked for.
 */
const fits = (program: string) => works('unshare', ['--net', program, '-w', '-t', 'nat', '-n', '-L'])

/**
 * A folder with an `iptables` that works, to put on an engine's PATH: the machine's, else Debian's, unpacked.
 * @param folder where small programs for Debian's are written, if they are needed; none: it is only fetched
 * @throws CommandError if neither of Debian's variants works with the running kernel
 */
export async function iptablesFolder(log: Log, folder?: string): Promise<string> {
  for (const program of await allOnPath('iptables')) {
    if (await fits(program)) return join(program, '..')
  }
  const root = await unpack('iptables', { native: ['iptables', ...libraries] }, log)
  if (folder === undefined) return root
  const folders = await libraryFolders(root)
  const plugins = folders.map((one) => join(one, 'xtables')).find((one) => existsSync(one))
  for (const variant of ['nft', 'legacy']) {
    const programs = join(folder, variant)
    await mkdir(programs, { recursive: true })
    for (const command of ['iptables', 'ip6tables']) {
      await writeFile(
        join(programs, command),
        `#!/bin/sh
export LD_LIBRARY_PATH='${folders.join(':')}' XTABLES_LIBDIR='${plugins ?? ''}'
exec '${join(root, `usr/sbin/xtables-${variant}-multi`)}' ${command} "$@"
`,
        { mode: 0o755 },
      )
    }
    if (await fits(join(programs, 'iptables'))) return programs
  }
  throw new CommandError(
    'Neither iptables-nft nor iptables-legacy works with the kernel of this machine.',
    'load its modules (modprobe nf_tables ip_tables; in a container, on its host), and try again.',
  )
}
