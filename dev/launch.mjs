// What dev/run.mjs does on a Node that is new enough: it checks what the command needs, installs the packages of the
// lock file if they are missing or other ones, and hands over to the Node 24 among them, the runtime that
// `using: node24` names, which strips the types itself. It imports nothing but Node: before it there are no packages.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeProgress, findRefusal, reasonOf } from './npm-told.mjs'
import { findObstacle, needsEngine, tied } from './preflight.mjs'

const project = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(project, 'node_modules')
const windows = process.platform === 'win32'
const node = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node')
const caches = {
  // Half of a short command's time is the compilation of what has not changed since the last one.
  NODE_COMPILE_CACHE: join(project, '.local', 'compile-cache'),
  // swc unpacks 30 MB when it is installed, and into the user's ~/.cache unless told where.
  SWC_NATIVE_BINDING_CACHE: join(project, '.local', 'swc'),
}

const [command, ...args] = process.argv.slice(2)
if (command === undefined) {
  fail(
    'dev/run.mjs was not told what to run.',
    'node dev/run.mjs SCRIPT [ARGUMENT…]; npm run lists the commands.',
  )
}
const isScript = command.endsWith('.ts')
// npm runs the commands from the project's folder; a person may stand elsewhere.
const script = existsSync(command) ? command : join(project, command)
if (isScript && !existsSync(script)) fail(`There is no script '${command}'.`, 'npm run lists the commands.')
const installed = packagesAreInstalled()
const obstacle = findObstacle({ engine: needsEngine(command, args), packages: !installed })
if (obstacle) fail(obstacle.what, obstacle.remedy)
await installPackages()
await provideNode()
handOver()

/** Whether `node_modules` is what the lock file says: by our own stamp, or by npm's record of what it has installed. */
function packagesAreInstalled() {
  const { lock, stamp, stampFile } = lockFile()
  const stamped = readIfExists(stampFile)?.trim() === stamp
  const record = readIfExists(join(modules, '.package-lock.json'))
  // What npm was stopped in is not installed.
  const installed = parseIfJson(record)?.packages
  if (!stamped && installed === undefined) return false
  // Whatever the records say: a package may have been removed since.
  return Object.entries(lock.packages).every(([path, wanted]) => {
    // The root itself, and packages for other platforms, are in the lock file only.
    if (path === '' || (wanted.optional && !installed?.[path])) return true
    const isWanted = stamped || installed[path]?.version === wanted.version
    return isWanted && existsSync(join(project, path, 'package.json')) && hasPrograms(lock, path, wanted)
  })
}

/** Whether npm's links to the programs of a package exist, if it is one that the project itself names. */
function hasPrograms(lock, path, { bin = {} }) {
  const { dependencies, devDependencies } = lock.packages['']
  const name = path.replace(/^node_modules\//, '')
  if (dependencies?.[name] === undefined && devDependencies?.[name] === undefined) return true
  // Of a link only that it exists: what Node's leads to is fetched after this.
  const exists = (file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined
  return Object.keys(bin).every((program) => exists(join(modules, '.bin', programFile(program))))
}

/** Brings `node_modules` to what the lock file says; the stamp is written last, so a killed run is not taken for a whole one. */
async function installPackages() {
  const { lock, stamp, stampFile } = lockFile()
  if (!installed) {
    const wanted = Object.entries(lock.packages).filter(([path, { optional }]) => path !== '' && !optional)
    console.error(
      'Installing the packages of package-lock.json (npm ci): 0.5 GB, half a minute to two minutes',
    )
    const unpacked = () => wanted.filter(([path]) => existsSync(join(project, path, 'package.json'))).length
    const progress = (output) => describeProgress(output, unpacked(), wanted.length)
    const npm = ['ci', '--no-audit', '--no-fund', '--loglevel=http']
    const installation = quietly('npm', npm, project, { progress, findRefusal })
    // An npm before 10 does not say meanwhile that it tries again; this does at once, and means nothing otherwise.
    const ping = quietly('npm', ['ping', '--fetch-retries=0', '--loglevel=error'], project, { findRefusal })
    const refused = ping.then(({ refusal }) => (refusal ? { refusal } : installation))
    const done = await Promise.race([installation, refused])
    if (done.refusal) fail(done.refusal.what, done.refusal.remedy, done.output)
    if (done.status !== 0) {
      fail(
        `npm ci failed: ${reasonOf(done.output)}`,
        'check that the npm registry can be reached and has the packages of package-lock.json (npm ping), and try again.',
        done.output,
      )
    }
  }
  if (readIfExists(stampFile)?.trim() !== stamp) writeFileSync(stampFile, `${stamp}\n`)
}

/**
 * Sees to a Node that runs. The package `node` fetches its binary in an install script, which npm's settings may forbid,
 * and a full disk or a stopped npm may leave half of one: then the script is run here.
 */
async function provideNode() {
  const { lock } = lockFile()
  const version = lock.packages['node_modules/node']?.version
  const fault = faultOfNode(version)
  if (fault === undefined) return
  console.error(`${node} ${fault}: fetching Node ${version}`)
  const folder = join(modules, 'node')
  let output = ''
  // The script links what an inner package has, and fetches that only if there is none: in the second round there is none.
  for (const inner of [undefined, join(folder, 'node_modules', `node-${process.platform}-${process.arch}`)]) {
    if (inner) rmSync(inner, { recursive: true, force: true })
    output = (await quietly(process.execPath, ['installArchSpecificPackage.js'], folder)).output
    if (faultOfNode(version) === undefined) return
  }
  fail(
    `${node} ${faultOfNode(version)}, and fetching it failed: ${reasonOf(output)}`,
    'check that the npm registry can be reached (npm ping), delete node_modules, and try again.',
    output,
  )
}

/** What is wrong with the Node that commands run on; undefined if it runs and is the one that the lock file names. */
function faultOfNode(version) {
  if (!existsSync(node)) return 'is missing'
  // A shell would run an empty file, or any text, and say that all is well.
  if (statSync(node).size < 1_000_000) return 'is not a whole program'
  const { status, signal, stdout, error } = spawnSync(node, ['--version'], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (status === 0 && stdout.trim() === `v${version}`) return undefined
  if (status === 0) return `is not Node ${version}`
  return `does not run (${error?.code ?? signal ?? `exit code ${status}`})`
}

function handOver() {
  const binary = join(modules, '.bin', programFile(command))
  if (!isScript && !existsSync(binary))
    fail(`There is no program '${command}' in node_modules/.bin.`, 'npm run lists the commands.')
  const path = [dirname(node), join(modules, '.bin'), process.env.PATH].filter(Boolean).join(delimiter)
  const [program, ...argv] = isScript ? tied([node, script, ...args]) : tied([binary, ...args])
  const child = spawn(program, argv, {
    stdio: 'inherit',
    env: { ...caches, ...process.env, PATH: path },
    shell: windows,
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal sends Ctrl-C to the child as well: passing it on would be a second one.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal))
  }
  child.on('error', (error) =>
    fail(`${program} does not start: ${error.message}`, 'delete node_modules, and try again.'),
  )
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

/**
 * Runs a program whose output matters only if it fails.
 * @param watch `progress` makes of the output until now what is said every ten seconds; `findRefusal` finds in it why
 * the program cannot succeed, and so is ended
 */
function quietly(program, argv, cwd, { progress, findRefusal } = {}) {
  const started = Date.now()
  const [first, ...rest] = tied([program, ...argv])
  return new Promise((resolve) => {
    const env = { SWC_NATIVE_BINDING_CACHE: caches.SWC_NATIVE_BINDING_CACHE, ...process.env }
    const child = spawn(first, rest, { cwd, env, shell: windows, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let refusal
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
        refusal ??= findRefusal?.(output)
        if (refusal) child.kill()
      })
    }
    const timer = setInterval(() => {
      if (progress) console.error(`  ${Math.round((Date.now() - started) / 1000)} s, ${progress(output)}`)
    }, 10_000)
    const end = (status) => {
      clearInterval(timer)
      resolve({ status, output, refusal })
    }
    child.on('error', (error) => {
      output += error.message
      end(1)
    })
    child.on('close', (code, signal) => {
      if (!refusal && (signal === 'SIGINT' || signal === 'SIGTERM'))
        process.exit(128 + constants.signals[signal])
      end(code)
    })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => child.kill(signal))
  })
}

function lockFile() {
  const text = readIfExists(join(project, 'package-lock.json'))
  const lock = parseIfJson(text)
  if (lock?.packages === undefined) {
    const what = text === undefined ? 'is missing' : 'is not one that npm has written'
    fail(`package-lock.json ${what}.`, 'bring it back as it is committed: git checkout package-lock.json.')
  }
  return {
    lock,
    stamp: createHash('sha256').update(text).digest('hex'),
    stampFile: join(modules, '.ecr-build-push-lock'),
  }
}

function programFile(name) {
  return windows ? `${name}.cmd` : name
}

function readIfExists(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function parseIfJson(text) {
  try {
    return JSON.parse(text ?? '') ?? undefined
  } catch {
    return undefined
  }
}

/** The form of every failure: what, what to do, and with --verbose all of it. */
function fail(what, remedy, more) {
  console.error(what)
  console.error(`What to do: ${remedy}`)
  if (more && process.argv.includes('--verbose')) console.error(more)
  process.exit(1)
}
