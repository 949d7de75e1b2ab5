import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { CommandError } from '../command/errors.ts'
import { interruption } from '../command/interruption.ts'
import { libraryFolders, unpack, unpackWithDependencies } from './debian.ts'
import { madeOnce } from './made-once.ts'
import { allOnPath, type Log, lastLines, run, works } from './process.ts'

const silent: Log = () => {}

/**
 * The `registry` of the distribution project, version 2: Debian's or Ubuntu's, unpacked, else the one on PATH,
 * else the one in its image.
 * @returns its absolute path
 * @throws CommandError if there is none, saying what to install
 */
export async function registryBinary(log: Log = silent): Promise<string> {
  const unpacked = await unpack('registry', { native: ['docker-registry'] }, log).catch(reasonTo(log))
  const candidates = unpacked ? [join(unpacked, 'usr/bin/docker-registry')] : []
  candidates.push(...(await allOnPath('docker-registry')), ...(await allOnPath('registry')))
  for (const program of candidates) if (await works(program, ['--version'])) return program
  const made = await madeOnce('registry-of-image', async (root, work) => {
    await fromImage('registry:2', root, work, log)
    if (!(await works(join(root, 'bin/registry'), ['--version']))) throw new Error('it does not run here')
  }).catch(reasonTo(log))
  if (made) return join(made, 'bin/registry')
  throw new CommandError(
    'There is no registry, and none can be fetched.',
    'put the `registry` program of the distribution project, version 2.8, on PATH (apt-get install docker-registry), and try again.',
  )
}

/**
 * A root file system to base images on if no image registry can be reached: a static busybox, all its
 * applets, `/tmp`, and the users root and nobody. For `--build-context NAME=FOLDER`, or `docker import`.
 * @returns the folder
 * @throws if the machine has neither apt nor a Docker engine that has, or can pull, busybox
 */
export async function busyboxRoot(log: Log = silent): Promise<string> {
  return madeOnce('busybox-root', async (root, work) => {
    const unpacked = await unpack('busybox', { native: ['busybox-static'] }, log).catch(reasonTo(log))
    await (unpacked ? fromPackage(unpacked, root) : fromImage('busybox:1.37', root, work, log))
  })
}

/** Logs a failure after which another way is tried; after an interruption, none is. */
function reasonTo(log: Log): (error: Error) => undefined {
  return (error) => {
    interruption.throwIfAborted()
    log(error.message.split('\n')[0] ?? '')
    return undefined
  }
}

async function fromPackage(unpacked: string, root: string): Promise<void> {
  for (const folder of ['bin', 'etc', 'root', 'tmp']) await mkdir(join(root, folder), { recursive: true })
  await chmod(join(root, 'tmp'), 0o1777)
  const found = ['bin/busybox', 'usr/bin/busybox']
    .map((path) => join(unpacked, path))
    .find((path) => existsSync(path))
  if (!found) throw new Error('busybox-static has no busybox where it is expected')
  const busybox = join(root, 'bin/busybox')
  await copyFile(found, busybox)
  await chmod(busybox, 0o755)
  const applets = (await run(busybox, ['--list'])).trim().split('\n')
  for (const applet of applets) if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet))
  await writeFile(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n',
  )
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n')
}

/** The files of an image that the machine's Docker has, or can pull. */
async function fromImage(image: string, root: string, work: string, log: Log): Promise<void> {
  log(`Taking the files of the image ${image}`)
  const container = (await run('docker', ['create', image])).trim()
  const archive = join(work, 'root.tar')
  await run('docker', ['export', '--output', archive, container]).finally(() =>
    run('docker', ['rm', container]),
  )
  await mkdir(root)
  await run('tar', ['-xf', archive, '-C', root, '--exclude', 'dev/*', '--exclude', './dev/*'])
}

/** The AWS CLI. @returns its absolute path @throws CommandError if there is none and it cannot be fetched */
export async function awsCli(log: Log = silent): Promise<string> {
  return client('aws', 'awscli', log)
}

/** skopeo. @returns its absolute path @throws CommandError if there is none and it cannot be fetched */
export async function skopeo(log: Log = silent): Promise<string> {
  return client('skopeo', 'skopeo', log)
}

/**
 * cosign, version 3 or later: that on PATH, else that of Debian's newest suite, which needs nothing else, else the one
 * in its image.
 * @returns its absolute path
 * @throws CommandError if there is none and it cannot be fetched
 */
export async function cosign(log: Log = silent): Promise<string> {
  for (const program of await allOnPath('cosign', [])) {
    const said = await run(program, ['version', '--json']).catch(() => '')
    if (/"gitVersion": *"v(?:[3-9]|\d\d)\./.test(said)) return program
  }
  const unpacked = await unpack('cosign', { sid: ['cosign'] }, log).catch(reasonTo(log))
  const made =
    unpacked ??
    (await madeOnce('cosign-of-image', (root, work) =>
      fromImage('ghcr.io/sigstore/cosign/cosign:v3.1.3', root, work, log),
    ).catch(reasonTo(log)))
  const program = made && join(made, unpacked ? 'usr/bin/cosign' : 'ko-app/cosign')
  if (program && (await works(program, ['version']))) return program
  throw new CommandError(
    program ? `${program} does not run here.` : 'There is no cosign 3, and none can be fetched.',
    'install cosign 3 or later, and try again.',
  )
}

/** jq. @returns its absolute path @throws CommandError if there is none and it cannot be fetched */
export async function jq(log: Log = silent): Promise<string> {
  return client('jq', 'jq', log)
}

/** The machine's, if it works, else Debian's, unpacked with what it depends on. */
async function client(name: string, packageName: string, log: Log): Promise<string> {
  // The system's own first: what is earlier on PATH may be a shim that works in some folders only.
  for (const program of new Set([`/usr/bin/${name}`, ...(await allOnPath(name))])) {
    if (await works(program, ['--version'])) return program
  }
  const finish = (unfinished: string, made: string) => writeStarter(name, unfinished, made)
  const starter = join(await unpackWithDependencies(name, [packageName], finish, log), name)
  await run(starter, ['--version'], { timeout: 60_000 }).catch((cause: Error) => {
    throw new CommandError(
      `${name} does not work as it was unpacked: ${lastLines(cause.message, 1)}`,
      `install it (apt-get install ${packageName}), and try again.`,
      { cause },
    )
  })
  return starter
}

/** That of Debian's packages. */
const SYSTEM_PYTHON = '/usr/bin/python3'

/** A program in the folder itself that starts the unpacked one with its own libraries and settings. */
async function writeStarter(name: string, unfinished: string, made: string): Promise<void> {
  const here = (folder: string) => join(made, relative(unfinished, folder))
  const libraries = (await libraryFolders(unfinished)).map(here)
  const environment = [`export LD_LIBRARY_PATH='${libraries.join(':')}'`]
  const program = [`'${join(made, 'usr/bin', name)}'`]
  if (existsSync(join(unfinished, 'usr/lib/python3/dist-packages'))) {
    // Python finds its own modules beside itself; and what the machine has already is known to its own Python alone, not
    // to another one that may be earlier on PATH.
    const own = existsSync(join(unfinished, 'usr/bin/python3'))
      ? join(made, 'usr/bin/python3')
      : SYSTEM_PYTHON
    environment.push(`export PYTHONPATH='${join(made, 'usr/lib/python3/dist-packages')}'`)
    program.unshift(own)
  }
  // Without one it copies nothing. https://man.archlinux.org/man/containers-policy.json.5
  const policy = join('etc', 'containers', 'policy.json')
  if (existsSync(join(unfinished, policy))) program.push('--policy', `'${join(made, policy)}'`)
  const script = ['#!/bin/sh', ...environment, `exec ${program.join(' ')} "$@"`, '']
  await writeFile(join(unfinished, name), script.join('\n'), { mode: 0o755 })
}
