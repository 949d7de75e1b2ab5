// What dev/run.mjs does on a Node that is new enough: it checks what the command needs, installs the packages of the
// lock file if they are missing or other ones, and hands over to the Node 24 among them, the runtime that
// `using: node24` names, which strips the types itself. It imports nothing but Node: before it there are no packages.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findObstacle, needsEngine, tied } from './preflight.mjs'

const project = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(project, 'node_modules')
const windows = process.platform === 'win32'
const node = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node')

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
const obstacle = findObstacle({ engine: needsEngine(command, args), packages: !packagesAreInstalled() })
if (obstacle) fail(obstacle.what, obstacle.remedy)
await installPackages()
await provideNode()
handOver()

/** Whether `node_modules` is what the lock file says: by our own stamp, or by npm's record of what it has installed. */
function packagesAreInstalled() {
  const { lock, stamp, stampFile } = lockFile()
  if (readIfExists(stampFile)?.trim() === stamp) return true
  const record = readIfExists(join(modules, '.package-lock.json'))
  // What npm was stopped in is not installed.
  const installed = parseIfJson(record)?.packages
  if (installed === undefined) return false
  return Object.entries(lock.packages).every(([path, wanted]) => {
    // The root itself, and packages for other platforms, are in the lock file only.
    if (path === '' || (wanted.optional && !installed[path])) return true
    return installed[path]?.version === wanted.version && existsSync(join(project, path))
  })
}

/** Brings `node_modules` to what the lock file says; the stamp is written last, so a killed run is not taken for a whole one. */
async function installPackages() {
  const { lock, stamp, stampFile } = lockFile()
  if (readIfExists(stampFile)?.trim() === stamp) return
  if (!packagesAreInstalled()) {
    const wanted = Object.entries(lock.packages).filter(([path, { optional }]) => path !== '' && !optional)
    console.error(
      'Installing the packages of package-lock.json (npm ci): 0.5 GB, half a minute to two minutes',
    )
    const unpacked = () => wanted.filter(([path]) => existsSync(join(project, path, 'package.json'))).length
    const count = () => `${unpacked()} of ${wanted.length} packages unpacked`
    const done = await quietly('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], project, count)
    if (done.status !== 0) {
      fail(
        `npm ci failed: ${reasonOf(done)}`,
        'check that the npm registry can be reached and has the packages of package-lock.json (npm ping), and try again.',
        done.output,
      )
    }
  }
  writeFileSync(stampFile, `${stamp}\n`)
}

/** The package `node` fetches its binary in an install script, which npm's settings may forbid: then it is run here. */
async function provideNode() {
  if (existsSync(node)) return
  const folder = join(modules, 'node')
  const done = existsSync(folder)
    ? await quietly(process.execPath, ['installArchSpecificPackage.js'], folder)
    : { status: 1, output: '' }
  if (!existsSync(node)) {
    fail(`${node} is missing.`, 'delete node_modules, and try again.', done.output)
  }
}

function handOver() {
  const binary = join(modules, '.bin', windows ? `${command}.cmd` : command)
  if (!isScript && !existsSync(binary))
    fail(`There is no program '${command}' in node_modules/.bin.`, 'npm run lists the commands.')
  const path = [dirname(node), join(modules, '.bin'), process.env.PATH].filter(Boolean).join(delimiter)
  const [program, ...argv] = isScript ? tied([node, script, ...args]) : tied([binary, ...args])
  const child = spawn(program, argv, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
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

/** Runs a program whose output matters only if it fails, and says every ten seconds that it still runs. */
function quietly(program, argv, cwd, progress) {
  const started = Date.now()
  const [first, ...rest] = tied([program, ...argv])
  return new Promise((resolve) => {
    const child = spawn(first, rest, { cwd, shell: windows, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    }
    const timer = setInterval(() => {
      if (!progress || !existsSync(modules)) return
      console.error(`  ${Math.round((Date.now() - started) / 1000)} s, ${progress()}`)
    }, 10_000)
    const end = (status) => {
      clearInterval(timer)
      resolve({ status, output })
    }
    child.on('error', (error) => {
      output += error.message
      end(1)
    })
    child.on('close', (code, signal) => {
      if (signal === 'SIGINT' || signal === 'SIGTERM') process.exit(128 + constants.signals[signal])
      end(code)
    })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => child.kill(signal))
  })
}

/** npm's own sentence: the first line of its error that says something; or if npm itself does not run, why. */
function reasonOf({ output }) {
  const lines = output.split('\n').map((line) => line.trim())
  const ofNpm = lines
    .filter((line) => /^npm (error|ERR!)/.test(line))
    .map((line) => line.replace(/^npm \S+ ?/, ''))
  const said = ofNpm.find((line) => line !== '' && !/^(code|errno|syscall|path|A complete log)\b/.test(line))
  return said ?? lines.find((line) => /Error: /.test(line)) ?? lines.find(Boolean) ?? 'it said nothing'
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
