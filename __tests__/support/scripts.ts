import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { jq } from '../../dev/engine/index.ts'
import { parseFile } from '../../dev/runner.ts'
import { type Contexts, evaluateMap, type Step } from './workflows.ts'

export interface ScriptRun {
  readonly status: number
  readonly outputs: Readonly<Record<string, string>>
  /** Both streams. */
  readonly log: string
  /** A file that it has written, by its name. */
  file(name: string): Promise<string>
}

let found: Promise<string> | undefined
/** Whether it works is tried once, and not for each of hundreds of scripts. */
function jqOnce(): Promise<string> {
  found ??= jq()
  return found
}

/**
 * Runs the script of a step as GitHub's runner does, with bash and the programs that its images have, in a folder of
 * its own that is gone when `use` has ended.
 * @param env besides that of the step; PATH is put before that of this process
 */
export async function runStepScript<T>(
  step: Step | undefined,
  contexts: Contexts,
  use: (run: ScriptRun) => T | Promise<T>,
  { PATH = '', ...env }: Readonly<Record<string, string>> = {},
): Promise<T> {
  if (step?.run === undefined) throw new Error('this step has no script')
  const folder = await mkdtemp(path.join(tmpdir(), 'step-'))
  try {
    const [script, output] = [path.join(folder, 'script.sh'), path.join(folder, 'output')]
    await writeFile(script, step.run)
    await writeFile(output, '')
    const programs = [PATH, path.dirname(await jqOnce()), process.env['PATH'] ?? ''].filter(Boolean)
    const environment = {
      ...env,
      ...evaluateMap(step.env, contexts),
      PATH: programs.join(path.delimiter),
      GITHUB_OUTPUT: output,
      HOME: folder,
    }
    // Without `shell`, a script runs so: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    const { status, log } = await new Promise<{ status: number; log: string }>((resolve) => {
      execFile('bash', ['-e', script], { cwd: folder, env: environment }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code ?? 1), log: `${stdout}${stderr}` })
      })
    })
    const outputs = parseFile(await readFile(output, 'utf8'))
    return await use({
      status,
      outputs,
      log,
      file: (name) => readFile(path.join(folder, name), 'utf8'),
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}
