import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { type Daemon, startDaemon } from './daemon.ts'
import { type EngineParts, engineParts, type OwnKind } from './engine-parts.ts'
import type { Engine } from './index.ts'
import { type Log, run } from './process.ts'
import { busyboxRoot } from './tools.ts'

export interface OwnEngineOptions {
  /** A folder on a disk, for images and logs, which stays between runs. One engine uses it at a time. */
  readonly store: string
  /** A new folder with a short path, for sockets. */
  readonly state: string
  /** Of all its containers, so that it can be removed with them. */
  readonly cgroup: string
}

/**
 * Starts a Docker engine from Debian's packages, with containerd, network bridge, storage and sockets of its own. It
 * changes the network and the firewall that it sees, and so is started in a corner of the machine only.
 * @returns the engine, and what ends it
 * @throws CommandError if a part cannot be had, or a daemon does not start
 */
export async function ownEngine(
  kind: OwnKind,
  { store, state, cgroup }: OwnEngineOptions,
  log: Log,
): Promise<{ engine: Engine; stop: () => Promise<void> }> {
  const parts = await engineParts(kind, log, join(state, 'iptables'), store)
  const busybox = join(await busyboxRoot(log), 'bin/busybox')
  const socket = join(state, 'docker.sock')
  const containerdSocket = join(state, 'containerd.sock')
  const containerdConfig = join(store, 'containerd.toml')

  const containerd: Daemon = {
    program: join(parts.root, 'usr/bin/containerd'),
    args: ['--config', containerdConfig],
    env: environment(parts),
    logFile: join(store, 'containerd.log'),
  }
  const dockerd: Daemon = {
    program: join(parts.root, 'usr/sbin/dockerd'),
    args: [
      `--config-file=${join(store, 'daemon.json')}`,
      `--host=unix://${socket}`,
      `--data-root=${join(store, 'docker')}`,
      `--exec-root=${join(state, 'exec')}`,
      `--pidfile=${join(state, 'docker.pid')}`,
      `--containerd=${containerdSocket}`,
      `--bridge=${parts.bridge.name}`,
      `--cgroup-parent=${cgroup}`,
      `--init-path=${join(parts.root, 'usr/bin/tini-static')}`,
      `--userland-proxy-path=${join(parts.root, 'usr/sbin/docker-proxy')}`,
      '--shutdown-timeout=5',
      ...parts.flags,
    ],
    env: environment(parts),
    logFile: join(store, 'dockerd.log'),
  }

  log(`Starting a Docker engine for this project alone${kind === 'old' ? ', an old one' : ''}`)
  // A containerd that was killed may have made a layer's folder that its database does not know, and fails at its name.
  const running = join(store, 'running')
  if (existsSync(running)) {
    for (const part of ['containerd', 'docker']) await rm(join(store, part), { recursive: true, force: true })
  }
  await mkdir(store, { recursive: true })
  await writeFile(running, '')
  await mkdir(state, { recursive: true, mode: 0o700 })
  await writeFile(containerdConfig, containerdToml(store, state, containerdSocket))
  await writeFile(join(store, 'daemon.json'), `${JSON.stringify(parts.config)}\n`)
  const ip = (...args: string[]) => run(busybox, ['ip', ...args])
  await ip('link', 'add', parts.bridge.name, 'type', 'bridge')
  await ip('addr', 'add', parts.bridge.address, 'dev', parts.bridge.name)
  await ip('link', 'set', parts.bridge.name, 'up')
  const stopContainerd = await startDaemon(containerd, () => accepts(containerdSocket))
  const stopDockerd = await startDaemon(dockerd, async () => (await versionOf(socket)) !== undefined).catch(
    async (error: unknown) => {
      await stopContainerd()
      throw error
    },
  )
  const cli = join(parts.root, 'usr/bin')
  const engine: Engine = {
    name: kind === 'old' ? 'old' : 'current',
    own: true,
    docker: join(cli, 'docker'),
    env: {
      DOCKER_HOST: `unix://${socket}`,
      // The user's may ask for TLS, which our socket has not.
      DOCKER_TLS_VERIFY: '',
      PATH: `${cli}:${process.env['PATH'] ?? ''}`,
    },
    pluginsDir: parts.pluginsDir,
    serverVersion: (await versionOf(socket)) ?? '',
    buildxVersion: parts.buildxVersion,
  }
  return {
    engine,
    async stop() {
      await stopDockerd()
      await stopContainerd()
      await rm(running, { force: true })
      await ip('link', 'del', parts.bridge.name).catch(() => undefined)
      await unmountBelow(state, busybox)
      await rm(state, { recursive: true, force: true })
    },
  }
}

/** A dockerd that had to be killed leaves mounts, such as that of a network namespace, which no folder can be removed with. */
async function unmountBelow(folder: string, busybox: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
  // What is mounted later lies upon what was before.
  for (const mount of mounts.filter((one) => one.startsWith(`${folder}/`)).reverse())
    await run(busybox, ['umount', '-l', mount]).catch(() => undefined)
}

function environment({ path, libraries }: EngineParts): Record<string, string> {
  return {
    PATH: [...path, process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(':'),
    ...(libraries.length > 0 ? { LD_LIBRARY_PATH: libraries.join(':') } : {}),
  }
}

/** containerd without what only Kubernetes needs; `opt` would otherwise be a folder of the system. */
function containerdToml(store: string, state: string, socket: string): string {
  const quoted = JSON.stringify
  return `version = 2
root = ${quoted(join(store, 'containerd'))}
state = ${quoted(join(state, 'containerd'))}
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = ${quoted(socket)}
[plugins."io.containerd.internal.v1.opt"]
path = ${quoted(join(store, 'containerd-opt'))}
`
}

/** The version that an engine on this socket reports; undefined if none answers within five seconds. */
function versionOf(socketPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/version', timeout: 5000 }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve(/"Version":"([^"]+)","ApiVersion"/.exec(body)?.[1]))
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(undefined))
    asked.end()
  })
}

/** Whether something listens on a unix socket. */
function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(path)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', () => resolve(false))
  })
}
