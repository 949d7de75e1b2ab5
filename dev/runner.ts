import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { root } from './root.ts'
import { type Cancel, Cancelling } from './runner-cancel.ts'
import { Log } from './runner-log.ts'

export { root }

export interface Step {
  /** The folder of the action, which holds action.yml. */
  readonly action?: string
  /** What stands under `with:`. */
  readonly with: Readonly<Record<string, string>>
  /** The job's environment; nothing of this process's own is added. */
  readonly env: Readonly<Record<string, string>>
  /** The job's workspace. */
  readonly workspace: string
  /** Where a program begins, if not there. */
  readonly cwd?: string
  /** GitHub's token of the job, for inputs that have it by default; if absent, GITHUB_TOKEN of the environment. */
  readonly token?: string
  /** RUNNER_TEMP and the files through which a step speaks; not emptied afterwards, so that a test can look at it. */
  readonly temp: string
  /** Called with each line of the log, as GitHub would show it. */
  readonly onLine?: (line: string) => void
  /** Called before the title of a group (true), and after its last line (false). */
  readonly onGroup?: (open: boolean) => void
  /** Called once the process runs. */
  readonly onStart?: (pid: number) => void
  readonly cancel?: Cancel
}

export interface StepResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** The log as GitHub shows it: secrets masked, commands carried out. */
  readonly log: string
  /** All that the process wrote, before the runner made anything of it. */
  readonly raw: string
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  /** Variables and folders of PATH for the steps that follow. */
  readonly exported: Readonly<Record<string, string>>
  readonly paths: readonly string[]
  /** What it has named a secret. */
  readonly masks: readonly string[]
  readonly summary: string
  readonly annotations: readonly {
    readonly kind: string
    readonly message: string
    readonly properties: Readonly<Record<string, string>>
  }[]
  readonly seconds: number
  /** From the first signal of `cancel` to the end; null if no signal was sent. */
  readonly secondsFromCancel: number | null
}

interface Metadata {
  readonly inputs: Record<string, { readonly default?: string; readonly required?: boolean }>
  readonly runs: { readonly main: string; readonly post?: string }
}

/** The one expression that defaults are made of. A job's environment has no token by itself; a test gives it one. */
const TOKEN = /\$\{\{ *github\.token *\}\}/g

/**
 * Runs the committed action as GitHub's runner does: Node 24, INPUT_*, the command files, and the commands on
 * standard output. The main step first; {@link runPost} is the post step.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export async function runMain(step: Step): Promise<StepResult> {
  const folder = step.action ?? root
  const metadata = await readMetadata(folder)
  for (const name of Object.keys(step.with)) {
    if (!(name in metadata.inputs)) throw new Error(`action.yml has no input '${name}'`)
  }
  const inputs: Record<string, string> = {}
  for (const [name, { default: fallback = '' }] of Object.entries(metadata.inputs)) {
    inputs[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] =
      step.with[name] ?? String(fallback).replaceAll(TOKEN, step.token ?? step.env['GITHUB_TOKEN'] ?? '')
  }
  return runProgram(process.execPath, [path.resolve(folder, metadata.runs.main)], step, inputs)
}

/** The post step, with the state that the main step saved. */
export async function runPost(step: Step, main: Pick<StepResult, 'state'>): Promise<StepResult> {
  const folder = step.action ?? root
  const metadata = await readMetadata(folder)
  if (metadata.runs.post === undefined) throw new Error(`${folder} has no post step`)
  const state = Object.fromEntries(
    Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]),
  )
  return runProgram(process.execPath, [path.resolve(folder, metadata.runs.post)], step, state)
}

/** Hundreds of steps run the same few actions: each text is parsed once, which takes longer than to read it. */
const parsed = new Map<string, Metadata>()

async function readMetadata(folder: string): Promise<Metadata> {
  const text = await readFile(path.join(folder, 'action.yml'), 'utf8')
  const metadata = parsed.get(text) ?? (parse(text) as Metadata)
  parsed.set(text, metadata)
  return metadata
}

/**
 * Runs a program as a step, with the files and the commands through which a step speaks.
 * @param extra variables besides those of the step
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  step: Omit<Step, 'action' | 'with'>,
  extra: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  const files = path.join(step.temp, '_runner_file_commands', randomUUID())
  await mkdir(files, { recursive: true })
  const commandFiles = {
    GITHUB_OUTPUT: path.join(files, 'output'),
    GITHUB_STATE: path.join(files, 'state'),
    GITHUB_STEP_SUMMARY: path.join(files, 'summary'),
    GITHUB_ENV: path.join(files, 'env'),
    GITHUB_PATH: path.join(files, 'path'),
  }
  for (const file of Object.values(commandFiles)) await writeFile(file, '')
  const env: Record<string, string> = {
    ...step.env,
    ...extra,
    ...commandFiles,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: step.workspace,
    RUNNER_TEMP: step.temp,
    RUNNER_OS: 'Linux',
  }
  const started = performance.now()
  const child = spawn(program, args, {
    cwd: step.cwd ?? step.workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.pid !== undefined) step.onStart?.(child.pid)
  const cancelling = new Cancelling(child, step.cancel)
  const onLine = (line: string) => {
    step.onLine?.(line)
    cancelling.read(line)
  }
  const log = new Log({ onLine, onGroup: step.onGroup }, env['RUNNER_DEBUG'] === '1')
  let raw = ''
  const read = async (stream: NodeJS.ReadableStream) => {
    let rest = ''
    stream.setEncoding('utf8')
    for await (const chunk of stream) {
      raw += chunk
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) log.add(line)
    }
    if (rest !== '') log.add(rest)
  }
  const ended = new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  await Promise.all([read(child.stdout), read(child.stderr)])
  const end = await ended
  const seconds = (performance.now() - started) / 1000
  const secondsFromCancel = cancelling.seconds()
  const result: StepResult = {
    ...end,
    log: log.lines.join('\n'),
    raw,
    outputs: parseFile(await readFile(commandFiles.GITHUB_OUTPUT, 'utf8')),
    state: parseFile(await readFile(commandFiles.GITHUB_STATE, 'utf8')),
    exported: parseFile(await readFile(commandFiles.GITHUB_ENV, 'utf8')),
    paths: (await readFile(commandFiles.GITHUB_PATH, 'utf8')).split('\n').filter((line) => line !== ''),
    masks: log.masks,
    // The runner masks each line. https://github.com/actions/runner/blob/v2.329.0/src/Runner.Worker/FileCommandManager.cs
    summary: log.masked(await readFile(commandFiles.GITHUB_STEP_SUMMARY, 'utf8')),
    annotations: log.annotations,
    seconds,
    secondsFromCancel,
  }
  await rm(files, { recursive: true, force: true })
  return result
}

/** `name=value` lines and `name<<DELIMITER` blocks. */
export function parseFile(content: string): Record<string, string> {
  const result: Record<string, string> = {}
  const lines = content.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    if (line === '') continue
    const block = /^([^=]*?)<<(.+)$/.exec(line)
    if (block === null) {
      const equals = line.indexOf('=')
      if (equals < 0) throw new Error(`the runner would refuse this line of a command file: ${line}`)
      result[line.slice(0, equals)] = line.slice(equals + 1)
      continue
    }
    const end = lines.indexOf(block[2] as string, at + 1)
    if (end < 0) throw new Error(`the runner would refuse a command file without its delimiter ${block[2]}`)
    result[block[1] as string] = lines.slice(at + 1, end).join('\n')
    at = end
  }
  return result
}
