import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Daemon, startDaemon } from './daemon.ts'
import { libraryFolders, unpackWithAll, unpackWithDependencies } from './debian.ts'
import { type Log, run } from './process.ts'

/** Podman 4.3 is Debian 12's, and Podman 5.4 Debian 13's. */
export type PodmanVersion = '4' | '5'

/**
 * Fetches a Podman, with what runs as the first process of a container.
 * @returns the folder in which it lies
 */
export function podmanPackages(version: PodmanVersion, log: Log): Promise<string> {
  return version === '4'
    ? unpackWithDependencies('podman', ['podman', 'runc', 'catatonit'], async () => undefined, log)
    : unpackWithAll('podman-5', 'trixie', ['podman', 'runc', 'netavark', 'catatonit'], log)
}

/** Where a container of Podman's finds the machine: another address each, as the networks of both are in one corner. */
export const PODMAN_GATEWAY: Readonly<Record<PodmanVersion, string>> = { '4': '10.88.0.1', '5': '10.89.0.1' }

/** The network of Podman 4, but for the packet filter, which a corner has no use for. */
const NETWORK = {
  cniVersion: '0.4.0',
  name: 'podman',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni-podman0',
      isGateway: true,
      ipam: {
        type: 'host-local',
        routes: [{ dst: '0.0.0.0/0' }],
        ranges: [[{ subnet: '10.88.0.0/16', gateway: PODMAN_GATEWAY['4'] }]],
      },
    },
  ],
}

/** Podman, for a corner of the machine: it writes its settings into /etc. */
export interface Podman {
  /** A folder for PATH, in which `docker` is Podman, as the package podman-docker has it. */
  readonly bin: string
  /** Serves docker's API on a socket. @returns what ends it */
  serve(socket: string): Promise<() => Promise<void>>
}

/** @param folder a new folder, for its storage and logs */
export async function preparePodman(version: PodmanVersion, folder: string, log: Log): Promise<Podman> {
  const root = await podmanPackages(version, log)
  const bin = join(folder, 'bin')
  await mkdir(bin, { recursive: true })
  await mkdir('/etc/containers', { recursive: true })
  await writeFile('/etc/containers/policy.json', '{"default":[{"type":"insecureAcceptAnything"}]}')
  await writeFile(
    '/etc/containers/storage.conf',
    `[storage]\ndriver="vfs"\ngraphroot=${quoted(join(folder, 'graph'))}\nrunroot="/run/podman-${version}"\n`,
  )
  await (version === '4' ? prepare4 : prepare5)(root, bin)
  const program = join(bin, 'docker')
  const said = await run(program, ['--version'])
  if (!said.includes(` ${version}.`))
    throw new Error(`Podman ${version} is wanted, and this is ${said.trim()}`)
  return {
    bin,
    serve(socket) {
      const daemon: Daemon = {
        program,
        args: ['system', 'service', '--time=0', `unix://${socket}`],
        env: {},
        logFile: join(folder, 'service.log'),
      }
      return startDaemon(daemon, async () => existsSync(socket))
    },
  }
}

const quoted = JSON.stringify
/** One word of a shell script. */
const word = (text: string) => `'${text}'`

/** Starts with the machine's C library and its own of the others. */
async function prepare4(root: string, bin: string): Promise<void> {
  await writeFile(
    '/etc/containers/containers.conf',
    `[engine]
helper_binaries_dir=[${quoted(join(root, 'usr/libexec/podman'))},${quoted(join(root, 'usr/bin'))}]
conmon_path=[${quoted(join(root, 'usr/bin/conmon'))}]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
init_path=${quoted(join(root, 'usr/bin/catatonit'))}
[engine.runtimes]
runc=[${quoted(join(bin, 'runc'))}]
[network]
network_backend="cni"
cni_plugin_dirs=[${quoted(join(root, 'usr/lib/cni'))}]
`,
  )
  await mkdir('/etc/cni/net.d', { recursive: true })
  await writeFile('/etc/cni/net.d/87-podman.conflist', JSON.stringify(NETWORK))
  const libraries = (await libraryFolders(root)).join(':')
  // What starts a container's first process passes no variables on to it.
  for (const [name, started] of [
    ['docker', join(root, 'usr/bin/podman')],
    ['runc', join(root, 'usr/sbin/runc')],
  ] as const)
    await writeScript(join(bin, name), `LD_LIBRARY_PATH=${word(libraries)} exec ${word(started)} "$@"`)
}

/** Wants a newer C library than the machine's: it sees Debian 13's /usr, and all else as the machine has it. */
async function prepare5(root: string, bin: string): Promise<void> {
  await writeFile(
    '/etc/containers/containers.conf',
    `[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
[network]
network_backend="netavark"
firewall_driver="none"
default_subnet="${PODMAN_GATEWAY['5'].replace(/1$/, '0/24')}"
`,
  )
  const inside = 'mount --bind "$0" /usr && exec /usr/bin/podman "$@"'
  const script = `PODMAN_IGNORE_CGROUPSV1_WARNING=1 exec unshare --mount sh -c ${word(inside)} ${word(join(root, 'usr'))} "$@"`
  await writeScript(join(bin, 'docker'), script)
}

function writeScript(file: string, text: string): Promise<void> {
  return writeFile(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
}
