// What a command needs of the machine, checked in a second and before anything is fetched. Plain JavaScript of
// Node's own modules: the first check comes before there are packages, on whatever Node the machine has.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, statfsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = join(project, '.local', 'packages')
const GB = 1e9
/** The parts of `npm run soak` that run end-to-end tests. */
const SOAKS_WITH_ENGINE = ['variants', 'faults', 'engines', 'guest', 'policies']

/** Whether a command starts an engine. `dev/test.ts` with arguments finds out itself, once it has jest to ask. */
export function needsEngine(command, args) {
  if (args.includes('--help')) return false
  if (/\b(demo|bench|pictures)\.ts$/.test(command)) return true
  if (/\bsoak\.ts$/.test(command)) return args.length === 0 || SOAKS_WITH_ENGINE.includes(args[0])
  return /\btest\.ts$/.test(command) && args.length === 0
}

/**
 * The first thing that the machine lacks for a command.
 * @param {{ engine: boolean, packages: boolean }} needs an engine; packages that have to be installed
 * @returns {{ what: string, remedy: string } | undefined} two sentences, or undefined if nothing is lacking
 */
export function findObstacle(needs) {
  if (needs.packages && find('npm') === undefined) {
    return {
      what: 'There is no npm on PATH, and packages have to be installed.',
      remedy: 'install it; on Debian: apt-get install npm.',
    }
  }
  return folderObstacle() ?? (needs.engine ? engineObstacle() : undefined) ?? diskObstacle(needs)
}

/**
 * A command line whose process ends with this one, however that ends: the kernel sees to it.
 * @param {string[]} argv a program and its arguments
 * @returns {string[]} the same on a machine that cannot do it
 */
export function tied(argv) {
  const setpriv = process.platform === 'linux' ? find('setpriv') : undefined
  return setpriv ? [setpriv, '--pdeathsig', 'KILL', ...argv] : argv
}

/**
 * The Docker client on PATH, if its engine answers.
 * @returns {{ docker: string } | { why: string }} its absolute path, or why there is none
 */
export function findDocker() {
  const docker = find('docker')
  if (!docker) return { why: 'there is no docker on PATH' }
  const asked = spawnSync(docker, ['version', '--format', '{{.Server.Version}}'], {
    encoding: 'utf8',
    timeout: 15_000,
  })
  if (asked.status === 0 && /^\d/.test(asked.stdout)) return { docker }
  const said = (asked.stderr ?? '').trim().split('\n')[0]
  if (/permission denied/i.test(said)) return { why: 'this user may not use the Docker of this machine' }
  return {
    why: `there is a docker command, and no engine behind it${said ? ` (${said.replace(/\.+$/, '')})` : ''}`,
  }
}

/** What hinders the commands from keeping in `.local` what they fetch and make. */
function folderObstacle() {
  const folder = join(project, '.local')
  const elsewhere = 'work in a clone of your own'
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return undefined
  } catch (error) {
    if (error.code === 'EEXIST' || error.code === 'ENOTDIR') {
      return {
        what: `${folder} is no folder, and the commands need one of that name.`,
        remedy: `move it away: mv ${folder} ${folder}.old`,
      }
    }
    if (error.code === 'EROFS') {
      return {
        what: `${folder} is on a file system that is mounted read-only.`,
        remedy: `${elsewhere} on another disk, or mount this one writable.`,
      }
    }
    if (error.code === 'EACCES' || error.code === 'EPERM') {
      const given = existsSync(folder) ? folder : project
      return {
        what: `This user cannot write to ${folder}.`,
        remedy: `${elsewhere}, or give this one to the user, as root: chown -R ${userName()} ${given}`,
      }
    }
    return { what: `${folder} cannot be made or written to (${error.code}).`, remedy: `${elsewhere}.` }
  }
}

/** The name of this user; the number, which chown takes as well, if it has no name on this machine. */
function userName() {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'USER')
  }
}

/** What hinders both ways to an engine: the machine's, and one of our own. */
function engineObstacle() {
  const found = findDocker()
  if ('docker' in found) return undefined
  const begin = 'install and start Docker'
  if (process.platform !== 'linux') {
    return {
      what: `The command needs a Docker engine, and ${found.why}.`,
      remedy: `${begin}, and try again.`,
    }
  }
  if (process.getuid() !== 0) {
    return {
      what: `The command needs a Docker engine, and ${found.why}; only root can start one of its own.`,
      remedy: /may not use/.test(found.why)
        ? `let the user in (usermod --append --groups docker ${userName()}, then log in anew), or run the command as root; npm run test:unit needs neither.`
        : `${begin}, or run the command as root on Debian 12 or later; npm run test:unit needs neither.`,
    }
  }
  if (!existsSync(join(packages)) || !readdirSync(packages).some((name) => name.startsWith('engine-'))) {
    const os = osRelease()
    const lacking = ['apt-get', 'dpkg'].find((program) => find(program) === undefined)
    if (os.ID !== 'debian' || lacking || (os.VERSION_ID && Number(os.VERSION_ID) < 12)) {
      return {
        what: `The command needs a Docker engine, and ${found.why}; one of its own can be had on Debian 12 or later, and this is ${os.PRETTY_NAME ?? 'none'}${lacking ? ` without ${lacking}` : ''}.`,
        remedy: `${begin}, and try again; npm run test:unit needs no engine.`,
      }
    }
  }
  return namespaceObstacle()
}

/** A part of the machine for oneself takes a capability that root has in a machine, and not in every container. */
function namespaceObstacle() {
  const unshare = find('unshare')
  if (!unshare) {
    return {
      what: 'There is no unshare on PATH, which starts the engine apart from the rest of this machine.',
      remedy: 'apt-get install util-linux.',
    }
  }
  const flags = ['--mount', '--net', '--ipc', '--pid', '--fork', '--mount-proc']
  const tried = spawnSync(unshare, [...flags, 'true'], { encoding: 'utf8', timeout: 10_000 })
  if (tried.status === 0) return undefined
  return {
    what: `This root may not start an engine apart from the rest of the machine (${(tried.stderr || String(tried.error?.message ?? '')).trim().split('\n')[0]}): a container without the rights for it, it seems.`,
    remedy:
      'start the container with --privileged, or with the Docker of its host (--volume /var/run/docker.sock:/var/run/docker.sock and a docker client); npm run test:unit needs neither.',
  }
}

function diskObstacle(needs) {
  const ownEngine = needs.engine && process.getuid?.() === 0 && !existsSync(packages)
  const wanted = (needs.packages ? 0.6 * GB : 0) + (ownEngine ? 1.4 * GB : 0) + (needs.engine ? 0.5 * GB : 0)
  const { bavail, bsize } = statfsSync(project)
  const free = bavail * bsize
  if (free >= wanted) return undefined
  return {
    what: `There are ${gigabytes(free)} free on the disk of ${project}, and the command needs ${gigabytes(wanted)}.`,
    remedy: 'make room, or clone onto another disk.',
  }
}

function osRelease() {
  if (!existsSync('/etc/os-release')) return {}
  const lines = readFileSync('/etc/os-release', 'utf8').split('\n')
  return Object.fromEntries(
    lines
      .filter((line) => line.includes('='))
      .map((line) => [line.split('=')[0], line.split('=').slice(1).join('=').replaceAll('"', '')]),
  )
}

function gigabytes(bytes) {
  return `${(bytes / GB).toFixed(1)} GB`
}

/** The absolute path of a program on PATH, or in a folder of Debian's that a user's PATH may lack. */
function find(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']
  const windows = process.platform === 'win32'
  for (const folder of folders) {
    const path = join(folder, windows ? `${name}.cmd` : name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {}
  }
  return undefined
}
