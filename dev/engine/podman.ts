import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Daemon, startDaemon } from './daemon.ts'
import { libraryFolders, unpackWithDependencies } from './debian.ts'
import { type Log, run } from './process.ts'

/**
 * Fetches Podman 4.3 of Debian 12, with what runs as the first process of a container.
 * @returns the folder in which it lies
 */
export function podmanPackages(log: Log): Promise<string> {
  return unpackWithDependencies('podman', ['podman', 'runc', 'catatonit'], async () => undefined, log)
}

/** Where a container of Podman's finds the machine. */
export const PODMAN_GATEWAY = '10.88.0.1'

/** Podman's own network, but for the packet filter, which a corner has no use for. */
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
        ranges: [[{ subnet: '10.88.0.0/16', gateway: PODMAN_GATEWAY }]],
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
export async function preparePodman(folder: string, log: Log): Promise<Podman> {
  const root = await podmanPackages(log)
  const libraries = await libraryFolders(root)
  const bin = join(folder, 'bin')
  await mkdir(bin, { recursive: true })
  await mkdir('/etc/containers', { recursive: true })
  const quoted = JSON.stringify
  await writeFile('/etc/containers/policy.json', '{"default":[{"type":"insecureAcceptAnything"}]}')
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
  await writeFile(
    '/etc/containers/storage.conf',
    `[storage]\ndriver="vfs"\ngraphroot=${quoted(join(folder, 'graph'))}\nrunroot="/run/podman-run"\n`,
  )
  await mkdir('/etc/cni/net.d', { recursive: true })
  await writeFile('/etc/cni/net.d/87-podman.conflist', JSON.stringify(NETWORK))
  const program = join(root, 'usr/bin/podman')
  const env = { LD_LIBRARY_PATH: libraries.join(':') }
  // What starts a container's first process passes no variables on to it.
  for (const [name, started] of [
    ['docker', program],
    ['runc', join(root, 'usr/sbin/runc')],
  ] as const) {
    const script = `#!/bin/sh\nLD_LIBRARY_PATH='${env.LD_LIBRARY_PATH}' exec '${started}' "$@"\n`
    await writeFile(join(bin, name), script, { mode: 0o755 })
  }
  await run(join(bin, 'docker'), ['--version'])
  return {
    bin,
    serve(socket) {
      const daemon: Daemon = {
        program,
        args: ['system', 'service', '--time=0', `unix://${socket}`],
        env,
        logFile: join(folder, 'service.log'),
      }
      return startDaemon(daemon, async () => existsSync(socket))
    },
  }
}
