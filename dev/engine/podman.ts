import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Daemon, startDaemon } from './daemon.ts'
import { libraryFolders, unpackWithDependencies } from './debian.ts'
import { type Log, run } from './process.ts'

/** Fetches Podman 4.3 of Debian 12. @returns the folder in which it lies */
export function podmanPackages(log: Log): Promise<string> {
  return unpackWithDependencies('podman', ['podman', 'crun'], async () => undefined, log)
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
runtime="crun"
cgroup_manager="cgroupfs"
events_logger="file"
[engine.runtimes]
crun=[${quoted(join(root, 'usr/bin/crun'))}]
[network]
network_backend="cni"
`,
  )
  await writeFile(
    '/etc/containers/storage.conf',
    `[storage]\ndriver="vfs"\ngraphroot=${quoted(join(folder, 'graph'))}\nrunroot="/run/podman-run"\n`,
  )
  const program = join(root, 'usr/bin/podman')
  const env = { LD_LIBRARY_PATH: libraries.join(':') }
  const script = `#!/bin/sh
LD_LIBRARY_PATH='${env.LD_LIBRARY_PATH}' exec '${program}' "$@"
`
  await writeFile(join(bin, 'docker'), script, { mode: 0o755 })
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
